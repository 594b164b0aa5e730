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
_MISSED = 0.15
_OUTER, _ENDS = [0, 1, 2, -3, -2, -1], 0.8  # in the margins, where print has ended
_SLOPE_DEG, _STEP_DEG = 3.0, 0.25
_FROM_EDGE_MM, _RULES_APART_MM = 15.0, 3.0
_RULES = 0.75
_LIGHT = 80
_DARKEST_SHADOW = 85.0
_SMALLEST_MM = 95.0


def dust_lines_mm(page: PageMap) -> tuple[float, ...]:
    """Return where dark or bright upright lines run from the top to the bottom of the picture, from its left edge."""
    contrast, level = _line_contrast(page.grey, page, _STRIPS)
    if contrast.shape[1] < page.px(20):
        return ()
    places: list[int] = []
    light = level > _LIGHT  # on a lid or film frame that is black no line shows
    number = np.maximum(np.count_nonzero(light, axis=0), _STRIPS // 2)
    for sign in (1, -1):
        strips = sign * contrast
        there = np.count_nonzero((strips > _DUST_LEVELS) & light, axis=0) / number
        ends = np.minimum(*np.where(light, strips, np.inf)[[0, -1]]) > _DUST_LEVELS
        level = np.where((there >= _LEAST_STRIPS) & ends, np.median(strips, axis=0), 0)
        peak = cv2.dilate(level.reshape(1, -1).astype(np.float32), np.ones((1, 2 * page.px(_APART_MM) + 1), np.uint8))
        places += np.flatnonzero((level > 0) & (level >= peak[0])).tolist()
    edge = page.px(1.0)
    return tuple(page.mm(place) for place in sorted(places) if edge <= place < page.grey.shape[1] - edge)


def _line_contrast(grey: Pixels, page: PageMap, count: int) -> tuple[Values, Values]:
    """Return how many levels each column of each strip is darker than at both its sides, and its level around.

    Both are (count, columns); the first and the last strip are narrow ones at the picture's edges.
    """
    margin = page.px(_MARGIN_MM)
    if grey.shape[0] < 3 * margin:
        return np.zeros((1, grey.shape[1]), np.float32), np.zeros((1, grey.shape[1]), np.float32)
    body = averaged(grey[margin:-margin].astype(np.float32), grey.shape[1], count - 2)
    strips = np.concatenate(
        [grey[:margin].mean(axis=0)[None], body, grey[-margin:].mean(axis=0)[None]], dtype=np.float32
    )
    apart = page.px(_APART_MM)
    padded = np.pad(strips, ((0, 0), (apart, apart)), mode="edge")
    left, right = padded[:, : -2 * apart], padded[:, 2 * apart :]
    darker = np.minimum(left, right) - strips
    brighter = strips - np.maximum(left, right)
    contrast = np.where(darker > 0, darker, np.where(brighter > 0, -brighter, 0))
    return np.asarray(contrast, np.float32), np.asarray(np.minimum(left, right), np.float32)


def sheet_edge(page: PageMap, least: float) -> tuple[float, float]:
    """Return how many levels a straight edge of paper all across the page is darker than the paper, and its place.

    The place is the distance of its middle from the top, in mm. An edge close to the picture's is the page's own, and
    where there are several they are rules. Edges less dark than `least` levels are not looked for.
    """
    contrast, around = _line_contrast(np.ascontiguousarray(page.grey.T), page, _NARROW_STRIPS)
    count, height = contrast.shape
    if count < _NARROW_STRIPS or min(page.grey.shape) < page.px(_SMALLEST_MM):
        return 0.0, 0.0
    width, margin = page.grey.shape[1], page.px(_MARGIN_MM)
    inner = margin + (np.arange(count - 2) + 0.5) * (width - 2 * margin) / (count - 2)
    centres = np.concatenate([[margin / 2], inner, [width - margin / 2]]) - width / 2
    shadow = np.where(contrast < _DARKEST_SHADOW, contrast, 0).astype(np.float32)  # print is darker
    widened = cv2.dilate(shadow, np.ones((1, 3), np.uint8)).reshape(contrast.shape)
    dark = (widened > least).astype(np.uint8)
    light = (around > _LIGHT).astype(np.uint8)
    dark &= light
    for angle in np.arange(-_SLOPE_DEG, _SLOPE_DEG + 0.01, _STEP_DEG):
        shifts = np.rint(centres * np.tan(np.radians(angle))).astype(int)
        number = np.maximum(_summed(light, shifts), count // 2)
        ends = _summed(dark[_OUTER], shifts[_OUTER]) / np.maximum(_summed(light[_OUTER], shifts[_OUTER]), 2)
        place = _darkest_line(np.where(ends >= _ENDS, _summed(dark, shifts) / number, 0), page)
        if place:
            along = np.clip(place + shifts, 1, height - 2)
            strips = np.arange(count)
            level = float(np.median(np.max([shadow[strips, along + by] for by in (-1, 0, 1)], axis=0)))
            as_dark = (widened > level / 2).astype(np.uint8)
            if _is_alone(_summed(as_dark, shifts) / number, place, page):
                return round(level, 1), page.mm(place)
    return 0.0, 0.0


def _summed(flags: Pixels, shifts: NDArray[np.intp]) -> Values:
    """Return how many strips (n, h) have a flag, each shifted along by so many pixels."""
    height = flags.shape[1]
    total = np.zeros(height, np.uint8)
    for row, by in zip(flags, shifts.tolist(), strict=True):
        total[max(0, -by) : height - max(0, by)] += row[max(0, by) : height - max(0, -by)]
    return total.astype(np.float32)


def _darkest_line(there: Values, page: PageMap) -> int:
    """Return the place of a line that is in nearly all strips (0-1), 0 where there is none."""
    edge = page.px(_FROM_EDGE_MM)
    at = edge + int(there[edge:-edge].argmax())
    return at if there[at] >= 1 - _MISSED else 0


def _is_alone(there: Values, place: int, page: PageMap) -> bool:
    """Whether no other line goes across the page that is nearly as dark: else they are rules."""
    edge, apart = page.px(_FROM_EDGE_MM), page.px(_RULES_APART_MM)
    others = np.concatenate([there[edge : max(edge, place - apart)], there[place + apart : -edge]])
    return not others.size or float(others.max()) < _RULES
