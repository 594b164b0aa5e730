"""Too much light: the paper is purely white, and what is written on it has faded too.

A drawn or whitened page is as white, but its ink is black.
"""

from typing import Final

import cv2
import numpy as np

from scanpipe.capture.checks.page_map import PageMap, Values
from scanpipe.raster.flags import square

MOST_WHITE: Final = 0.5
"""A page of which more is purely white shows no paper."""

_WHITE = 254
_PLACE_MM, _LEAST_INK = 5.0, 3


def white_share(grey: Values) -> float:
    """Return which part of a page is purely white (0-1), from the histogram of its levels."""
    return float(grey[_WHITE:].sum() / grey.sum())


def usual_ink(page: PageMap) -> float:
    """Return how many levels darker than white the darkest ink is at half of the places of the page that have some."""
    height, width = page.grey.shape
    middle, side = page.step // 2, page.px(_PLACE_MM)
    darkest = cv2.erode(page.full.pixels, square(page.step))[middle :: page.step, middle :: page.step][:height, :width]
    ink = np.asarray(page.inner(page.ink & ~page.surround), np.bool_)
    levels = np.where(ink, 255 - np.asarray(page.inner(darkest), np.uint8), 0)
    down, across = (length // side for length in levels.shape)
    places = levels[: down * side, : across * side].reshape(down, side, across, side)
    written = np.count_nonzero(places, axis=(1, 3)) >= _LEAST_INK
    return float(np.median(places.max(axis=(1, 3))[written])) if written.any() else 255.0
