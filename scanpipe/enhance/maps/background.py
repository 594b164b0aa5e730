"""What the bare paper looks like, everywhere on the page: the ground that ink is told from and light is levelled by."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from scanpipe.enhance.maps import ground
from scanpipe.enhance.maps.ground import Field as Field
from scanpipe.enhance.maps.ground import Flags as Flags
from scanpipe.raster import Box, Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import grey_pixels
from scanpipe.raster.lengths import MM_PER_INCH

MAP_DPI = 37.5  # 0.7 mm a pixel: light and stains vary no faster, and every mean over 64 pixels is free of grain
_LEAST_PX = 300  # the map's shorter side, where the picture has as many


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paper:
    """The paper's colour over the page, at reduced size.

    Attributes:
        ground: (h, w, channels) levels 0-255 of bare paper, continued under what is not paper.
        known: (h, w) where paper was really seen.
        colour: the page's paper where it is well lit (the median of its brighter half), one level a channel.
    """

    ground: Field
    known: Flags
    colour: tuple[float, ...]

    @property
    def level(self) -> float:
        """The typical paper as one grey level."""
        return grey_of(self.colour)

    def at(self, raster: Raster) -> Pixels:
        """Return the ground at the size, and with the channels, of a picture of the same page."""
        return self._enlarged(np.clip(self.ground, 1, 255).astype(np.uint8), raster)

    def grey_at(self, raster: Raster) -> Pixels:
        """Return the ground in grey at the size of a picture of the same page."""
        levels = np.clip(self.ground, 1, 255).astype(np.uint8)
        return self._enlarged(grey_pixels(levels) if levels.shape[2] == 3 else levels[..., 0], raster)

    def within(self, box_px: Box, raster: Raster) -> Pixels:
        """Return the ground inside a box (left, top, right, bottom) of a picture of the same page, at its size."""
        left, top, right, bottom = box_px
        height, width = self.ground.shape[:2]
        across, down = width / raster.width, height / raster.height
        columns = slice(int(left * across), max(int(left * across) + 1, int(np.ceil(right * across))))
        rows = slice(int(top * down), max(int(top * down) + 1, int(np.ceil(bottom * down))))
        levels = np.clip(self.ground[rows, columns], 1, 255).astype(np.uint8)
        return np.asarray(cv2.resize(levels, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR), np.uint8)

    def cut(self, box_px: Box, raster: Raster) -> "Paper":
        """Return the paper of what is cut out of a picture of the same page: of a box (left, top, right, bottom)."""
        left, top, right, bottom = box_px
        factor = raster.height / self.ground.shape[0]
        size = (max(1, int((right - left) / factor)), max(1, int((bottom - top) / factor)))
        move, edge = np.array([[1, 0, left / factor], [0, 1, top / factor]]), cv2.BORDER_REPLICATE
        linear, nearest = (cv2.WARP_INVERSE_MAP | how for how in (cv2.INTER_LINEAR, cv2.INTER_NEAREST))
        ground = cv2.warpAffine(self.ground, move, size, flags=linear, borderMode=edge)
        known = cv2.warpAffine(self.known.astype(np.uint8), move, size, flags=nearest, borderMode=edge) > 0
        return replace(self, ground=ground.reshape(*known.shape, -1).astype(np.float32, copy=False), known=known)

    @staticmethod
    def _enlarged(levels: Pixels, raster: Raster) -> Pixels:
        size = (raster.width, raster.height)
        return np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def grey_of(colour: tuple[float, ...]) -> float:
    """Return the luma (ITU-R BT.601) of an RGB or one-channel colour."""
    return colour[0] if len(colour) == 1 else 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def measure_paper(raster: Raster, *, window_mm: float = 9.0, smooth_mm: float = 3.0, map_dpi: float = MAP_DPI) -> Paper:
    """Find the paper under the writing, as it is lit.

    A closing at reduced size takes out what is narrower than `window_mm`; parts that are no paper, and parts shut in by
    a sharp outline or tinted within one, are continued from their surroundings; the rest is smoothed over `smooth_mm`,
    the edges of shadows kept. (Closing as the background of documents: Gatos, Pratikakis, Perantonis, Pattern
    Recognition 39, 2006.)

    Args:
        raster: the page.
        window_mm: ink narrower than this is no paper; on small pictures never more than a sixteenth of their width.
        smooth_mm: light varies no faster than this, except across the edges of shadows.
        map_dpi: of the map of the ground; small pictures are not reduced so far that no shape is left.
    """
    small = reduced(raster, max(map_dpi, raster.dpi * _LEAST_PX / min(raster.height, raster.width)))
    closed = ground.morphological_close(small, window_mm)
    levels = np.atleast_3d(closed).astype(np.float32)
    paper = ground.is_paper(levels)
    known = paper & ~ground.enclosed_regions(grey_pixels(closed), small)
    known = known & ~ground.tinted(levels, known)
    known = known if known.any() else paper
    colour = ground.bright_paper_colour(levels, known)
    sigma = small.dpi / MM_PER_INCH * smooth_mm / 2
    whole = levels if known.all() else ground.inpaint(levels, known, colour, sigma)
    return Paper(
        ground=ground.smoothed(whole, max(1, round(sigma))),
        known=known,
        colour=tuple(float(level) for level in colour),
    )


def grain_of(raster: Raster) -> float:
    """Return the noise of a page, as the standard deviation of its grey in levels.

    By the median absolute second difference along rows, which writing hardly touches (Immerkær, CVIU 64, 1996).
    """
    pixels = grey_pixels(raster.pixels[::16])
    values = pixels.astype(np.int16)
    second = values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
    return float(np.median(np.abs(second[:, ::3]))) / (0.6745 * 6**0.5) if second.size else 0.0
