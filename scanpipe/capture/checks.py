"""Is this capture usable? Told while the sheet still lies beside the scanner; flags only what is really bad.

Everything is measured on a copy of 100 dpi, but for sharpness, which takes a few tiles with ink at full resolution. The
outermost strip of the page is left out: scanners show their lid there. A flagged page is kept like any other.
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.messages import LazyText
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import averaged, in_blocks
from scanpipe.raster.channels import to_grey
from scanpipe.raster.cut_off import ends_early
from scanpipe.raster.flags import square

_Floats = NDArray[np.float32]
Flag = Literal["damaged", "cut_off", "blank", "black", "blurred", "low_contrast"]

_REDUCED_DPI = 100.0
_EDGE = 0.03  # of each side, left out
_BACKGROUND_MM = 8.0  # larger than any stroke, smaller than a fold's shadow
_LOWEST_INK, _NOISE_FACTOR = 10.0, 6.0  # grey levels below the paper; times the paper's own scatter
_DARK = 60
_TILE, _TILES = 384, 8

_BLANK_INK_SHARE = 0.0003  # a line of writing has about 0.001 of an A4 page
_BLACK_DARK_SHARE = 0.85
_LOWEST_CONTRAST = 22.0  # real pages have 65-250
_WIDEST_BLUR_MM = 0.45  # sharp scans have 0.08-0.17, the softest registers that are still read with ease 0.32
_WIDEST_BLUR_PX = 2.5  # below this the resolution, not the focus, is the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureChecks:
    """What was measured, and what is wrong.

    `ink_share` and `dark_share` are parts of the page (0-1), `paper` is its grey level (0-255), `contrast` how many
    levels the ink is darker than the paper around it, `blur_mm` the standard deviation of the blur at the sharpest
    edges (0.0 where there is no ink to judge by), `colour` whether the picture has three channels, `damage` how it
    shows that the file is damaged (empty where it does not).
    """

    ink_share: float
    dark_share: float
    paper: float
    contrast: float
    blur_mm: float
    colour: bool
    flags: tuple[Flag, ...]
    damage: LazyText | str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing seems to be written on the page."""
        return "blank" in self.flags


def check_capture(raster: Raster, *, damage: LazyText | str = "") -> CaptureChecks:
    """Measure whether a capture shows a readable page, all of it (about 30 ms for A4 at 300 dpi).

    Args:
        raster: the page.
        damage: how it shows that the file was damaged, if it was.
    """
    inner = _inner(raster)
    page = _reduced(inner)
    grey, depth = page.pixels, _depth(page)
    ink = depth > max(_LOWEST_INK, _NOISE_FACTOR * float(np.median(np.abs(depth))))
    ink_share, dark_share = float(ink.mean()), float((grey < _DARK).mean())
    contrast = float(np.percentile(depth[ink], 75)) if ink.any() else 0.0
    blur_px = _blur_px(inner, ink) if ink_share >= _BLANK_INK_SHARE else 0.0
    blur_mm = raster.mm(blur_px)
    return CaptureChecks(
        ink_share=round(ink_share, 5),
        dark_share=round(dark_share, 5),
        paper=float(np.percentile(grey, 80)),
        contrast=round(contrast, 1),
        blur_mm=round(blur_mm, 3),
        colour=raster.colour,
        flags=(*_losses(raster, damage), *_flags(ink_share, dark_share, contrast, blur_mm, blur_px)),
        damage=damage,
    )


def _losses(raster: Raster, damage: LazyText | str) -> tuple[Flag, ...]:
    damaged: tuple[Flag, ...] = ("damaged",) if damage else ()
    return (*damaged, "cut_off") if ends_early(raster.pixels).any else damaged


def _flags(ink_share: float, dark_share: float, contrast: float, blur_mm: float, blur_px: float) -> tuple[Flag, ...]:
    if dark_share > _BLACK_DARK_SHARE:
        return ("black",)
    if ink_share < _BLANK_INK_SHARE:
        return ("blank",)
    flags: list[Flag] = []
    if blur_mm > _WIDEST_BLUR_MM and blur_px > _WIDEST_BLUR_PX:
        flags.append("blurred")
    if contrast < _LOWEST_CONTRAST:
        flags.append("low_contrast")
    return tuple(flags)


def _inner(raster: Raster) -> Raster:
    rows, columns = int(raster.height * _EDGE), int(raster.width * _EDGE)
    return raster.replace(raster.pixels[rows : raster.height - rows, columns : raster.width - columns])


def _reduced(raster: Raster) -> Raster:
    """Return the page in grey at about 100 dpi (whole pixels averaged, which is the fast case)."""
    step = max(1, min(round(raster.dpi / _REDUCED_DPI), raster.height, raster.width))
    return to_grey(Raster(pixels=in_blocks(raster.pixels, step), dpi=raster.dpi / step))


def _depth(page: Raster) -> _Floats:
    """Return how many levels each pixel is darker than the paper around it."""
    side = page.px(_BACKGROUND_MM) | 1
    grey = page.pixels
    paper = cv2.blur(cv2.dilate(grey, square(side)), (side, side))
    depth = paper.astype(np.float32) - grey
    return np.asarray(depth - np.median(depth), np.float32)


def _blur_px(raster: Raster, ink: NDArray[np.bool_]) -> float:
    """Return the standard deviation, in pixels, of the blur of the sharpest edges in the tiles with most ink.

    A step of height A that a Gaussian of deviation s has blurred rises at most by A / (s * sqrt(2 pi)) a pixel.
    """
    across, down = max(1, raster.width // _TILE), max(1, raster.height // _TILE)
    share = averaged(ink.astype(np.float32), across, down)
    widths = []
    for place in np.argsort(share, axis=None)[::-1][:_TILES]:
        row, column = divmod(int(place), across)
        tile = raster.pixels[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
        widths.append(_edge_width_px(to_grey(raster.replace(tile)).pixels))
    return float(np.median(widths))


def _edge_width_px(grey: Pixels) -> float:
    smooth = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
    slope = cv2.magnitude(
        cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    )
    step = float(np.percentile(smooth, 90) - np.percentile(smooth, 0.5))
    steepest = float(np.percentile(slope, 99.8))
    return step / (steepest * float(np.sqrt(2 * np.pi))) if steepest > 0 else 0.0
