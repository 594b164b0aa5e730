"""The edge of a second sheet: a straight shadow from one edge of the paper to the other.

What is printed ends within the page. Such a shadow goes on through its margins, and it is the only one.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.checks.page_map import PageMap
from scanpipe.raster import Pixels
from scanpipe.raster.averaging import averaged
from scanpipe.raster.flags import Flags, as_levels

_STRIPS, _MARGIN_MM = 40, 4.0
_WIDEST_MM = 1.8
_DARKEST, _PRINT_SHARE = 85, 0.9  # print is darker
_LEAST_COLUMNS, _LEAST_STRIPS = 0.6, 0.85
_OUTER, _ENDS = 3, 0.8  # strips in the margins, where print has ended
_LIGHT, _LIGHT_COLUMNS, _LIGHT_STRIPS = 80, 0.9, 0.5
_SLOPE_DEG, _STEP_DEG = 3.0, 0.25
_FROM_EDGE_MM, _RULES_APART_MM = 15.0, 3.0
_SMALLEST_MM = 95.0


def sheet_edge_mm(page: PageMap, least: float) -> float | None:
    """Return how far from the top a straight edge of paper crosses the page, in its middle; None where none does.

    It is darker than the paper by more than `least` levels. One close to where the paper ends is the page's own, and
    where there are several they are rules.
    """
    if min(page.grey.shape) < page.px(_SMALLEST_MM):
        return None
    dark, light = _strips(page, least)
    middles = _middles(page)
    slopes = np.tan(np.radians(np.arange(-_SLOPE_DEG, _SLOPE_DEG + 0.01, _STEP_DEG)))
    edge = page.px(_FROM_EDGE_MM)
    crossing = np.stack([_crossing(dark, light, middles * slope, edge) for slope in slopes])
    at, place = np.unravel_index(int(crossing.argmax()), crossing.shape)
    apart = page.px(_RULES_APART_MM)
    others = np.delete(crossing[at], np.s_[max(0, int(place) - apart) : int(place) + apart])
    alone = others.max(initial=0) < _LEAST_STRIPS
    return page.mm(float(place)) if alone and crossing[at, place] >= _LEAST_STRIPS else None


def _strips(page: PageMap, least: float) -> tuple[Flags, Flags]:
    """Return in which rows of upright strips there is a narrow shadow, and which show paper (strips, h)."""
    high = np.ones((page.px(_WIDEST_MM) | 1, 1), np.uint8)
    shadow = np.asarray(cv2.morphologyEx(page.grey, cv2.MORPH_BLACKHAT, high), np.uint8)
    there = _averages(cv2.threshold(shadow, least, 255, cv2.THRESH_BINARY)[1], page) >= 255 * _LEAST_COLUMNS
    dark = there & (_averages(np.minimum(shadow, np.uint8(_DARKEST)), page) < _PRINT_SHARE * _DARKEST)
    above_and_below = cv2.erode(cv2.dilate(page.grey, high), np.ones((len(high) + 2, 1), np.uint8))
    paper = cv2.threshold(above_and_below, _LIGHT, 255, cv2.THRESH_BINARY)[1]
    near = cv2.dilate(as_levels(dark), np.ones((1, 3), np.uint8))
    return near.astype(np.bool_), _averages(paper, page) >= 255 * _LIGHT_COLUMNS


def _averages(levels: cv2.typing.MatLike, page: PageMap) -> Pixels:
    """Return the mean level of each row of each strip (strips, h); the outermost are narrow ones."""
    pixels, margin = np.asarray(levels, np.uint8), page.px(_MARGIN_MM)
    parts = ((pixels[:, :margin], 1), (pixels[:, margin:-margin], _STRIPS), (pixels[:, -margin:], 1))
    return np.concatenate([averaged(part, count, len(part)) for part, count in parts], axis=1).T


def _middles(page: PageMap) -> NDArray[np.float64]:
    """Return how many pixels right of the page's middle that of each strip lies."""
    width, margin = page.grey.shape[1], page.px(_MARGIN_MM)
    inner = margin + (np.arange(_STRIPS) + 0.5) * (width - 2 * margin) / _STRIPS
    return np.asarray(np.concatenate([[margin / 2], inner, [width - margin / 2]]) - width / 2, np.float64)


def _crossing(dark: Flags, light: Flags, lower: NDArray[np.float64], edge: int) -> NDArray[np.float64]:
    """Return in which share of the paper's strips a line is dark, for each row; 0 where it ends within the page.

    `lower` tells how many pixels lower than in the middle of the page the line meets each strip. It is 0, too, in so
    many rows as `edge` says at the top and the bottom of the paper.
    """
    height = dark.shape[1]
    rows = np.clip(np.arange(height) + np.rint(lower).astype(np.intp)[:, None], 0, height - 1)
    paper = np.take_along_axis(light, rows, axis=1)
    line = np.take_along_axis(dark, rows, axis=1) & paper
    number, least = np.count_nonzero(paper, axis=0), _LIGHT_STRIPS * len(paper)
    share = np.count_nonzero(line, axis=0) / np.maximum(number, least)
    share[_near_ends(number >= least, edge)] = 0.0
    if share.max() < _LEAST_STRIPS:
        return np.zeros(height)
    outer = paper & (np.minimum(np.cumsum(paper, axis=0), np.cumsum(paper[::-1], axis=0)[::-1]) <= _OUTER)
    ends = np.count_nonzero(line & outer, axis=0) / np.maximum(np.count_nonzero(outer, axis=0), 1)
    return np.where(ends >= _ENDS, share, 0.0)


def _near_ends(paper: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Return which rows lie at most so far from the first or the last one of the paper, or outside of it."""
    rows, places = np.arange(len(paper)), np.flatnonzero(paper)
    if not places.size:
        return np.ones(len(paper), np.bool_)
    return np.asarray((rows < places[0] + reach) | (rows > places[-1] - reach), np.bool_)
