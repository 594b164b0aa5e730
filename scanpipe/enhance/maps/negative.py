"""A negative, as microfilm, a blueprint or carbon paper: dark, with pale writing only. Its positive is read instead.

Marks that stand out above the middle of a dark page are counted against those that lie below it. Paper that is written
on has as many below, or hundreds of times more; a negative has none.
"""

import cv2
import numpy as np

from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.marks import find_marks
from scanpipe.raster import MM_PER_INCH, Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import grey_pixels
from scanpipe.raster.flags import fitted_by_centres

_DARK = 110  # the middle of a page of paper is brighter, unless it lies in the deep dark
_EVERY = 8  # points are enough for the middle of the page
_DPI, _GROUND_DPI, _GROUND_MM = 95.0, 40.0, 12.0
_LEAST_LEVELS = 20
_LEAST_MM2 = 20.0  # of pale writing: less may be scratches
_MOST_DARK = 0.02  # of as much; a note in dark ink is not to be lost


def positive_of(page: Raster, marks: Flags) -> Raster | None:
    """Return the grey positive of a page that is a negative, None for any other.

    Args:
        page: as it was lit, in greys or colours.
        marks: where dark writing was found on it, at any scale.
    """
    grey = grey_pixels(page.pixels)
    if page.black_and_white or np.median(grey[::_EVERY, ::_EVERY]) >= _DARK:
        return None
    positive = page.replace(cv2.bitwise_not(grey).astype(np.uint8, copy=False))
    small = reduced(positive, _DPI)
    above = _above_middle(small)
    pale = _mm2(find_marks(positive), above < -_LEAST_LEVELS, small.dpi)
    dark = _mm2(marks, above > _LEAST_LEVELS, small.dpi)
    return positive if pale >= _LEAST_MM2 and dark <= _MOST_DARK * pale else None


def _above_middle(small: Raster) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Return how many levels each point lies above the middle of what is around it (h, w)."""
    tiny = reduced(small, _GROUND_DPI)
    middle: Pixels = np.asarray(cv2.medianBlur(tiny.pixels, tiny.px(_GROUND_MM) | 1), np.uint8)
    wide = cv2.resize(middle, (small.width, small.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(small.pixels.astype(np.int16) - wide, np.int16)


def _mm2(marks: Flags, places: Flags, dpi: float) -> float:
    return float(np.count_nonzero(fitted_by_centres(marks, places.shape) & places)) * (MM_PER_INCH / dpi) ** 2
