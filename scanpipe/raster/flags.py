"""Maps of flags, a flag for every pixel: made wider, narrower, and fitted to a picture of another size."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels
from scanpipe.raster.averaging import averaged

Flags = NDArray[np.bool_]


def square(side: int) -> Pixels:
    """Return a window of ones, as morphology takes it."""
    return np.ones((side, side), np.uint8)


def as_levels(flags: Flags | Pixels) -> Pixels:
    """Return flags as 0 and 1, not copied; levels as they are."""
    return flags.view(np.uint8)


def dilated(flags: Flags | Pixels, side: int) -> Flags:
    """Return where any flag (or level above 0) lies within a square of that many pixels a side."""
    return np.asarray(cv2.dilate(as_levels(flags), square(side)), np.bool_)


def near(flags: Flags | Pixels, reach_px: int) -> Flags:
    """Return where any flag is at most so many pixels away, across and down."""
    return dilated(flags, 2 * reach_px + 1)


def fitted(flags: Flags, shape: tuple[int, ...]) -> Flags:
    """Return flags brought to the rows and columns of another map of the same page."""
    resized = cv2.resize(as_levels(flags), (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(resized, np.bool_)


def fitted_by_centres(flags: Flags, shape: tuple[int, ...]) -> Flags:
    """Return flags as `fitted` does, but each from under the middle of its new pixel, not from under its corner."""
    if flags.shape == shape:
        return flags
    resized = cv2.resize(as_levels(flags), (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(resized, np.bool_)


def touched(flags: Flags, shape: tuple[int, ...]) -> Flags:
    """Return flags brought to the rows and columns of a smaller map: set where any lies that it covers."""
    return np.asarray(averaged(flags.astype(np.float32), shape[1], shape[0]) > 0, np.bool_)


def runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """Yield where each run of flags in a row (n) starts, and where it ends: the first place behind it."""
    change = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    yield from zip(np.flatnonzero(change == 1).tolist(), np.flatnonzero(change == -1).tolist(), strict=True)
