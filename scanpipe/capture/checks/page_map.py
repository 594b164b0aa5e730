"""The page at 100 dpi in grey, its ink, and what surrounds the paper: what all checks look at."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import averaged, blurred_down
from scanpipe.raster.channels import grey_pixels
from scanpipe.raster.flags import Flags, fitted, near, square
from scanpipe.raster.lengths import whole_px

Values = NDArray[np.float64]

MAP_DPI: Final = 100.0
_EDGE = 0.03  # of each side, left out: scanners show their lid there
_BACKGROUND_MM = 8.0  # larger than any stroke, smaller than a fold's shadow
_LOWEST_INK, _NOISE_FACTOR = 10.0, 6.0  # grey levels below the paper; times the paper's own scatter
_SURROUND_LEVEL, _SURROUND_MM = 90, 3.0
_COARSE = 4
DARK: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PageMap:
    """A page at about 100 dpi, all maps (h, w).

    Attributes:
        captured: the page as it came.
        full: the same in grey.
        step: how many of its pixels one of the map is, each way.
        grey: the page.
        depth: how many levels each pixel is darker than the paper around it, more than the paper's own grain is.
        ink: what is darker than the paper.
        surround: the dark lid, bed or film frame around the paper.
        dpi: of the maps.
    """

    captured: Raster
    full: Raster
    step: int
    grey: Pixels
    depth: Pixels
    ink: Flags
    surround: Flags
    dpi: float

    def px(self, length_mm: float) -> int:
        """Return a length on paper as whole pixels of the maps, at least 1."""
        return whole_px(length_mm, self.dpi)

    def mm(self, pixels: float) -> float:
        """Return how long so many pixels of the maps are, to a tenth of a millimetre."""
        return round(pixels / self.dpi * 25.4, 1)

    def inner(self, levels: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return a map without the outermost strip of the picture, where scanners show their lid."""
        rows, columns = int(levels.shape[0] * _EDGE), int(levels.shape[1] * _EDGE)
        return levels[rows : levels.shape[0] - rows, columns : levels.shape[1] - columns]


def map_page(raster: Raster) -> PageMap:
    """Return the maps of a page (about 20 ms for A4 at 300 dpi in colour)."""
    full = raster.replace(grey_pixels(raster.pixels))
    step = max(1, min(round(raster.dpi / MAP_DPI), raster.height, raster.width))
    width, height, dpi = full.width // step, full.height // step, raster.dpi / step
    grey = blurred_down(full.pixels[: height * step, : width * step], width, height)
    depth = _depth(grey, whole_px(_BACKGROUND_MM, dpi) | 1)
    return PageMap(
        captured=raster,
        full=full,
        step=step,
        grey=grey,
        depth=depth,
        ink=depth > 0,
        surround=_surround(grey, dpi),
        dpi=dpi,
    )


def histogram(levels: Pixels) -> Values:
    """Return how many pixels have each of the 256 levels."""
    return np.asarray(cv2.calcHist([np.ascontiguousarray(levels)], [0], None, [256], [0, 256]).ravel(), np.float64)


def level_below(levels: Pixels | Values, share: float) -> float:
    """Return the level that this share (0-1) of the pixels lies below; of pixels, or of their histogram."""
    counts = np.cumsum(levels if levels.dtype == np.float64 else histogram(np.asarray(levels, np.uint8)))
    return float(np.searchsorted(counts, share * counts[-1]))


def _depth(grey: Pixels, side: int) -> Pixels:
    paper = cv2.blur(cv2.dilate(grey, square(side)), (side, side))
    below = np.asarray(cv2.subtract(paper, grey), np.uint8)
    usual = level_below(below, 0.5)
    scatter = level_below(np.asarray(cv2.absdiff(below, np.full_like(below, round(usual))), np.uint8), 0.5)
    least = max(_LOWEST_INK, _NOISE_FACTOR * scatter)
    depth = np.asarray(cv2.subtract(below, np.full_like(below, round(usual))), np.uint8)
    return np.asarray(cv2.threshold(depth, least, 0, cv2.THRESH_TOZERO)[1], np.uint8)


def _surround(grey: Pixels, dpi: float) -> Flags:
    """Return dark parts that are wider than any stroke and touch the picture's edge, and what is close to them."""
    dark = np.asarray(cv2.threshold(grey, _SURROUND_LEVEL, 1, cv2.THRESH_BINARY_INV)[1], np.uint8)
    height, width = dark.shape
    if not (dark[0].any() or dark[-1].any() or dark[:, 0].any() or dark[:, -1].any()):
        return dark.astype(np.bool_)
    # Four pixels to one: what is wide is still there.
    coarse = averaged(dark * np.uint8(255), max(1, width // _COARSE), max(1, height // _COARSE)) > 160
    reach = whole_px(_SURROUND_MM, dpi / _COARSE)
    framed = cv2.copyMakeBorder(coarse.view(np.uint8), reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    wide = cv2.morphologyEx(framed, cv2.MORPH_OPEN, square(reach | 1))[reach:-reach, reach:-reach]
    count, labels = cv2.connectedComponents(np.ascontiguousarray(wide))
    touching = np.zeros(count, np.bool_)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        touching[edge] = True
    touching[0] = False
    return fitted(near(touching[labels], 1), dark.shape)
