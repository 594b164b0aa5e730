"""Lines that cross the whole picture: dust on the glass draws upright ones, the edge of a second sheet level ones.

What is printed ends within the page. Such lines go on through its margins, from edge to edge.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.checks.page_map import PageMap
from scanpipe.raster import Pixels
from scanpipe.raster.averaging import averaged

Values = NDArray[np.float32]

_STRIPS = 18
_MARGIN_MM = 4.0
_APART_MM = 0.8
_DUST_LEVELS = 2.5
_LEAST_STRIPS = 0.9
_NARROW_STRIPS = 42
_MISSED = 0.05
_SLOPE_DEG, _STEP_DEG = 3.0, 0.25
_FROM_EDGE_MM, _RULES_APART_MM = 15.0, 3.0
_RULES = 0.75


def dust_lines_mm(page: PageMap) -> tuple[float, ...]:
    """Return where dark or bright upright lines run from the top to the bottom of the picture, from its left edge."""
    contrast = _line_contrast(page.grey, page, _STRIPS)
    if contrast.shape[1] < page.px(20):
        return ()
    places: list[int] = []
    for sign in (1, -1):
        strips = sign * contrast
        there = (strips > _DUST_LEVELS).mean(axis=0)
        ends = np.minimum(strips[0], strips[-1]) > _DUST_LEVELS
        level = np.where((there >= _LEAST_STRIPS) & ends, np.median(strips, axis=0), 0)
        peak = cv2.dilate(level.reshape(1, -1).astype(np.float32), np.ones((1, 2 * page.px(_APART_MM) + 1), np.uint8))
        places += np.flatnonzero((level > 0) & (level >= peak[0])).tolist()
    edge = page.px(1.0)
    return tuple(page.mm(place) for place in sorted(places) if edge <= place < page.grey.shape[1] - edge)


def _line_contrast(grey: Pixels, page: PageMap, count: int) -> Values:
    """Return (count, columns): how many levels each column of each strip is darker than those at both its sides."""
    margin = page.px(_MARGIN_MM)
    if grey.shape[0] < 3 * margin:
        return np.zeros((1, grey.shape[1]), np.float32)
    body = averaged(grey[margin:-margin].astype(np.float32), grey.shape[1], count - 2)
    strips = np.concatenate(
        [grey[:margin].mean(axis=0)[None], body, grey[-margin:].mean(axis=0)[None]], dtype=np.float32
    )
    apart = page.px(_APART_MM)
    padded = np.pad(strips, ((0, 0), (apart, apart)), mode="edge")
    left, right = padded[:, : -2 * apart], padded[:, 2 * apart :]
    darker = np.minimum(left, right) - strips
    brighter = strips - np.maximum(left, right)
    return np.asarray(np.where(darker > 0, darker, np.where(brighter > 0, -brighter, 0)), np.float32)


def sheet_edge(page: PageMap, least: float) -> tuple[float, float]:
    """Return how many levels a straight edge of paper all across the page is darker than the paper, and its place.

    The place is the distance of its middle from the top, in mm. An edge close to the picture's is the page's own, and
    where there are several they are rules. Edges less dark than `least` levels are not looked for.
    """
    contrast = _line_contrast(np.ascontiguousarray(page.grey.T), page, _NARROW_STRIPS)
    count, height = contrast.shape
    if count < _NARROW_STRIPS or height < page.px(60):
        return 0.0, 0.0
    width, margin = page.grey.shape[1], page.px(_MARGIN_MM)
    inner = margin + (np.arange(count - 2) + 0.5) * (width - 2 * margin) / (count - 2)
    centres = np.concatenate([[margin / 2], inner, [width - margin / 2]]) - width / 2
    dark = np.asarray(cv2.dilate((contrast > least).astype(np.uint8), np.ones((1, 3), np.uint8)), np.uint8)
    for angle in np.arange(-_SLOPE_DEG, _SLOPE_DEG + 0.01, _STEP_DEG):
        shifts = np.rint(centres * np.tan(np.radians(angle))).astype(int)
        there = np.zeros(height, np.uint8)
        for row, by in zip(dark, shifts.tolist(), strict=True):
            there[max(0, -by) : height - max(0, by)] += row[max(0, by) : height - max(0, -by)]
        place = _single(there, count, page)
        if place:
            along = np.clip(place + shifts, 1, height - 2)
            strips = np.arange(count)
            levels = np.max([contrast[strips, along + by] for by in (-1, 0, 1)], axis=0)
            return round(float(np.median(levels)), 1), page.mm(place)
    return 0.0, 0.0


def _single(there: NDArray[np.uint8], count: int, page: PageMap) -> int:
    """Return the place of the only line that is in nearly all strips; 0 where there is none, or there are rules."""
    edge, apart = page.px(_FROM_EDGE_MM), page.px(_RULES_APART_MM)
    at = edge + int(there[edge:-edge].argmax())
    if there[at] < (1 - _MISSED) * count:
        return 0
    others = np.concatenate([there[edge : max(edge, at - apart)], there[at + apart : -edge]])
    return at if not others.size or int(others.max()) < _RULES * count else 0
