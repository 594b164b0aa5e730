"""Places found on a scan, carried along with its page through turns and cuts, to half a point of their map.

A point of the map covers a whole block of the page's pixels, the first one that in the upper left corner; a page keeps
its resolution, so blocks stay as large as they were. A map that is stretched to the size of another instead, or turned
about its own middle, comes to lie a point or two off, as neither has a whole number of points.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Flags
from scanpipe.raster import Raster

MAP_DPI = 95.0
"""What a map of places has at least, where the page has as much, and less than twice as much at most."""

Way = NDArray[np.float64]
"""Affine (2, 3): from pixel centres of the page before to those of the page after."""


def block_px(dpi: float) -> int:
    """Return how many pixels a side a point of its map covers, of a page of that resolution."""
    return max(1, int(dpi // MAP_DPI))


def map_shape(page: Raster) -> tuple[int, int]:
    """Return the rows and columns of a page's map."""
    block = block_px(page.dpi)
    return max(1, page.height // block), max(1, page.width // block)


def moved(flags: Flags, way: Way, after: Raster) -> Flags:
    """Return a map of places moved along with its page; new corners hold none.

    Args:
        flags: of the page before.
        way: that the page took.
        after: the page as it became.
    """
    block = block_px(after.dpi)
    to_pixels = np.array([[block, 0, (block - 1) / 2], [0, block, (block - 1) / 2], [0, 0, 1]])
    on_map = np.linalg.inv(to_pixels) @ np.array([*way, (0, 0, 1)]) @ to_pixels
    height, width = map_shape(after)
    levels = cv2.warpAffine(flags.view(np.uint8), on_map[:2], (width, height), flags=cv2.INTER_NEAREST)
    return np.asarray(levels, np.uint8).view(np.bool_)


def cut(flags: Flags, left: int, top: int, after: Raster) -> Flags:
    """Return the map of what was cut out of a page, whose upper left corner lay at that pixel."""
    return moved(flags, np.array([[1.0, 0, -left], [0, 1.0, -top]]), after)
