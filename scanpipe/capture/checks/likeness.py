"""How alike two pages are in every part of them.

Pages of a register are the same printed form, so a likeness of the whole says little. Two pictures of one page agree in
each part of it that has ink; in two pages of one form the parts that are filled in by hand differ.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.checks.fingerprint import SIDE, InkCells

Values = NDArray[np.float32]

_SHIFT_MM = 25.0
_SEARCH, _REACH = 12, 3  # cells: parts whose places are compared, and how far they may lie off
_LEAST_ENERGY, _LEAST_MATCH = 0.15, 0.5
_STRAY = 0.5  # cells
_PART = (4, 8)  # cells, down and across: about a word
_PART_ENERGY = 0.02
_FEWEST_PARTS = 6
_WORST_SHARE = 0.25  # of the parts, let go: what lies at the edge of one picture is not on the other
_DIFFERENT = 0.65  # parts of the printed form are more alike


def shift(first: InkCells, second: InkCells, *, turned: bool = False) -> tuple[int, int, float]:
    """Return how far down and right `second` must be moved to lie on `first`, and how alike they are then (-1 to 1).

    With `turned` the second is taken upside down and may lie anywhere.
    """
    other = second.spectrum if turned else np.conj(second.spectrum)
    surface = np.fft.irfft2(first.spectrum * other, (SIDE, SIDE))
    if not turned:
        far = round(_SHIFT_MM / first.cell_mm)
        surface[far + 1 : -far] = -np.inf
        surface[:, far + 1 : -far] = -np.inf
    down, right = np.unravel_index(int(surface.argmax()), surface.shape)
    strength = float(np.linalg.norm(first.cells)) * float(np.linalg.norm(second.cells))
    alike = float(surface[down, right]) / max(strength, 1e-9)
    signed = [int(value) - SIDE if value > SIDE // 2 else int(value) for value in (down, right)]
    return signed[0], signed[1], alike


def parts_alike(first: InkCells, second: InkCells, down: int, right: int) -> Values:
    """Return how alike the parts of two pages are (-1 to 1), a value a part; NaN where neither has ink, or one ends.

    `down` and `right` tell how `second` lies on `first`, to a cell; turned a little it may be as well.
    """
    moved = _refined(first.cells, second.cells, np.array([[1, 0, right], [0, 1, down]], np.float64))
    other, there = _warped(second.cells, moved, first.cells.shape)
    here = first.cells
    energy, others = _summed(here * here), _summed(other * other)
    alike = 2 * _summed(here * other) / np.maximum(energy + others, 1e-9)
    known = (np.maximum(energy, others) >= _PART_ENERGY) & (_summed(there) > _PART[0] * _PART[1] - 0.01)
    return np.asarray(np.where(known, alike, np.nan), np.float32)


def filled_in_alike(page: Values, others: Values) -> float:
    """Return how alike the parts are in which a page differs from other pages; 0 where they are too few.

    Args:
        page: `parts_alike` with one page.
        others: the same with other pages (n, h, w), which may be of the same printed form.
    """
    known = ~np.isnan(page) & (np.count_nonzero(~np.isnan(others), axis=0) > 0)
    usual = np.nanmedian(np.where(known, others, 0), axis=0)
    differing = known & (usual < _DIFFERENT)
    if np.count_nonzero(differing) < _FEWEST_PARTS:
        return 0.0
    return float(np.quantile(page[differing], _WORST_SHARE))


def _summed(cells: Values) -> Values:
    """Return the sum of each part."""
    (high, wide), (height, width) = _PART, cells.shape
    whole = cells[: height // high * high, : width // wide * wide]
    return np.asarray(whole.reshape(height // high, high, width // wide, wide).sum(axis=(1, 3)), np.float32)


def _warped(cells: Values, moved: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[Values, Values]:
    size = (shape[1], shape[0])
    ones = np.ones_like(cells)
    return np.asarray(cv2.warpAffine(cells, moved, size), np.float32), np.asarray(
        cv2.warpAffine(ones, moved, size), np.float32
    )


def _refined(first: Values, second: Values, moved: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how the second lies on the first to a part of a cell, turned too, by where parts of it are found."""
    other, there = _warped(second, moved, first.shape)
    here, found = [], []
    for top in range(0, first.shape[0] - _SEARCH + 1, _SEARCH):
        for left in range(0, first.shape[1] - _SEARCH + 1, _SEARCH):
            part = first[top : top + _SEARCH, left : left + _SEARCH]
            if there[top : top + _SEARCH, left : left + _SEARCH].min() < 1 or float((part**2).sum()) < _LEAST_ENERGY:
                continue
            place = _found(part, other, top, left)
            if place:
                here.append((left, top))
                found.append(place)
    if len(here) < 4:
        return moved
    turn, _inliers = cv2.estimateAffinePartial2D(
        np.array(found, np.float32), np.array(here, np.float32), ransacReprojThreshold=_STRAY
    )
    if turn is None:
        return moved
    return np.asarray((np.vstack([turn, [0, 0, 1]]) @ np.vstack([moved, [0, 0, 1]]))[:2], np.float64)


def _found(part: Values, other: Values, top: int, left: int) -> tuple[float, float] | None:
    """Return where the part lies in the other page, to a part of a cell; None where nothing like it is near."""
    first_row, first_column = max(0, top - _REACH), max(0, left - _REACH)
    window = other[first_row : top + _SEARCH + _REACH, first_column : left + _SEARCH + _REACH]
    scores = np.asarray(cv2.matchTemplate(window, part, cv2.TM_CCOEFF_NORMED), np.float32)
    _least, best, _where, (column, row) = cv2.minMaxLoc(scores)
    if best < _LEAST_MATCH:
        return None
    return first_column + column + _peak(scores[row], column), first_row + row + _peak(scores[:, column], row)


def _peak(scores: Values, at: int) -> float:
    """Return by which part of a cell the peak of a parabola through three scores lies beside the highest."""
    if not 0 < at < len(scores) - 1:
        return 0.0
    before, best, after = (float(score) for score in scores[at - 1 : at + 2])
    bend = before - 2 * best + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
