"""A picture made smaller by the means of what each of its pixels covers."""

from collections.abc import Iterator
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels, Raster

_Floats = NDArray[np.float32]
_Levels = TypeVar("_Levels", Pixels, _Floats)


def averaged(levels: _Levels, width: int, height: int) -> _Levels:
    """Return levels averaged down to that size, by what each new pixel covers of the old ones."""
    return cv2.resize(levels, (width, height), interpolation=cv2.INTER_AREA).astype(levels.dtype, copy=False)


def in_blocks(levels: _Levels, factor: int) -> _Levels:
    """Return the means of whole blocks of `factor` pixels a side; what is left at the right and below is left out."""
    height, width = (max(1, side // factor) for side in levels.shape[:2])
    return averaged(levels[: height * factor, : width * factor], width, height)


def in_all_blocks(pixels: Pixels, factor: int) -> _Floats:
    """Return the means of blocks of `factor` pixels a side, those at the right and below of what there is of them."""
    height, width = pixels.shape[:2]
    rows = [
        cv2.hconcat([averaged(pixels[down, across], columns, lines) for across, columns in _blocks(width, factor)])
        for down, lines in _blocks(height, factor)
    ]
    return np.asarray(cv2.vconcat(rows), np.float32)


def reduced(raster: Raster, dpi: float) -> Raster:
    """Return the page averaged down by a whole factor to about `dpi`, never below it; small enough: unchanged."""
    factor = int(raster.dpi // dpi)
    if factor < 2:
        return raster
    whole, width, height = factor, max(1, raster.width // factor), max(1, raster.height // factor)
    # Whole blocks only: an exact factor is averaged four to nine times as fast as one that is a little more, and a half
    # eight times as fast as a quarter.
    pixels = raster.pixels[: height * factor, : width * factor]
    while factor % 2 == 0:
        factor //= 2
        pixels = averaged(pixels, width * factor, height * factor)
    if factor > 1:
        pixels = averaged(pixels, width, height)
    return Raster(pixels=np.ascontiguousarray(pixels), dpi=raster.dpi / whole)


def blurred_down(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return a picture as `averaged` does, within a level, but where it is an odd fraction in a quarter of the time."""
    side = round(pixels.shape[1] / width)
    if side % 2:
        return np.asarray(cv2.resize(cv2.blur(pixels, (side, side)), (width, height)), np.uint8)
    return averaged(pixels, width, height)


def _blocks(length: int, factor: int) -> Iterator[tuple[slice, int]]:
    """Yield what whole blocks cover of a length, and what is left, each with how many blocks that makes."""
    whole, left = divmod(length, factor)
    if whole:
        yield slice(0, whole * factor), whole
    if left:
        yield slice(whole * factor, length), 1
