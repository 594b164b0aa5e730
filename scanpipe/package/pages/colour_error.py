"""By how much the colours of two small pictures of a page (h, w, 3), of equal size, differ."""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Box, Pixels
from scanpipe.raster.flags import square

_COLOURED = 40
_SOFTENING_PX = 1.0  # so that half a pixel of shift is no error of colour
_APART = 7  # pixels: for a median, one in fifty tells as much
_PIECE_PX, _LEAST_PIECE_PX = 5, 12  # strokes closer than this are one piece; smaller pieces are specks


def colour_error(before: Pixels, after: Pixels, box: Sequence[int]) -> float:
    """Return by how much the mean colour of the coloured ink in a box differs, in the channel where it differs most."""
    left, top, right, bottom = box
    old, new = (_soft(pixels[top:bottom, left:right]) for pixels in (before, after))
    coloured = _coloured(old)
    return float(np.abs(np.mean(new[coloured] - old[coloured], axis=0)).max()) if coloured.any() else 0.0


class ColouredPiece(NamedTuple):
    """A piece of coloured ink, a word or a number: its box, its pixels, and by how much its colour differs."""

    box: Box
    size: int
    error: float


def coloured_pieces(before: Pixels, after: Pixels) -> tuple[ColouredPiece, ...]:
    """Return the pieces of coloured ink, specks left out."""
    old, new = (_soft(pixels) for pixels in (before, after))
    coloured = _coloured(old).astype(np.uint8)
    near = cv2.dilate(coloured, square(_PIECE_PX))
    count, pieces, stats, _centres = cv2.connectedComponentsWithStats(near)
    inside = coloured != 0
    labels, shifts = pieces[inside], (new - old)[inside]
    sizes = np.bincount(labels, minlength=count)
    sums = np.stack([np.bincount(labels, weights=shift, minlength=count) for shift in shifts.T])
    large = np.flatnonzero(sizes >= _LEAST_PIECE_PX)
    errors = np.abs(sums[:, large]).max(axis=0, initial=0) / sizes[large]
    return tuple(
        ColouredPiece(box=(int(x), int(y), int(x + width), int(y + height)), size=int(size), error=float(error))
        for (x, y, width, height, _area), size, error in zip(stats[large], sizes[large], errors, strict=True)
    )


def background_error(before: Pixels, after: Pixels) -> float:
    """Return by how much most of the page differs, in the channel where it differs most."""
    shift = np.asarray(after[::_APART, ::_APART], np.int16) - np.asarray(before[::_APART, ::_APART], np.int16)
    return float(np.abs(np.median(shift.reshape(-1, 3), axis=0)).max())


def _soft(pixels: Pixels) -> NDArray[np.int16]:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), _SOFTENING_PX) if pixels.size else pixels, np.int16)


def _coloured(pixels: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Tell which pixels (h, w, 3) are of coloured ink: seen on white paper, as blue ink on yellow paper is grey."""
    if not pixels.size:
        return np.zeros(pixels.shape[:2], np.bool_)
    paper = np.median(pixels[::_APART, ::_APART].reshape(-1, 3), axis=0)
    planes = [cv2.multiply(plane, 255 / max(level, 1.0)) for plane, level in zip(cv2.split(pixels), paper, strict=True)]
    return np.asarray(cv2.subtract(reduce(cv2.max, planes), reduce(cv2.min, planes)) > _COLOURED, np.bool_)
