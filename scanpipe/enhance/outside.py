"""What lies outside the page's outline, painted as paper: frame, cover and facing page that no upright box cuts off."""

import cv2
import numpy as np

from scanpipe.enhance.paper import Flags, Paper, measure_paper, reduced
from scanpipe.raster import Raster

Outline = tuple[tuple[float, float], ...]

_MAP_DPI = 37.5
_FRACTION_BITS = 4  # of a pixel, in which OpenCV takes corners


def inside(outline: Outline, height: int, width: int, *, scale: float = 1.0) -> Flags:
    """Return (height, width) where a convex outline's inside is true; its corners are multiplied by `scale` first."""
    points = np.rint((np.array(outline) * scale) * 2**_FRACTION_BITS).astype(np.int32)
    flags = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(flags, points, 1, lineType=cv2.LINE_8, shift=_FRACTION_BITS)
    return flags.view(np.bool_)


def paint_outside(raster: Raster, outline: Outline) -> tuple[Raster, Paper]:
    """Return the picture with the nearest paper, unwritten, in place of all outside an outline, and the paper.

    Args:
        raster: the picture.
        outline: corners in its pixels, in order, of a convex polygon.
    """
    small = reduced(raster, _MAP_DPI)
    scale = small.dpi / raster.dpi
    blanked = small.pixels.copy()
    blanked[~inside(outline, small.height, small.width, scale=scale)] = 0
    paper = measure_paper(small.replace(blanked))
    page = inside(outline, raster.height, raster.width).view(np.uint8)
    pixels = cv2.copyTo(raster.pixels, page, paper.at(raster))
    return raster.replace(np.asarray(pixels, np.uint8)), paper
