"""How the lines of a page slope, and which way up its writing stands: rough, but in a few milliseconds.

The angle is the one at which the sums of ink along lines change most from line to line (Postl 1986). Which way up is
told by `raster.line_signs`: each sign is a mean over many lines in units of its standard error.
"""

from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.checks.page_map import PageMap, histogram, level_below
from scanpipe.raster import Pixels
from scanpipe.raster.averaging import averaged, in_blocks
from scanpipe.raster.lengths import px_of, whole_px
from scanpipe.raster.line_signs import line_signs, mean_in_errors

Values = NDArray[np.float32]

LINES_DPI: Final = 50.0
_STRIPS = 16
_RANGE_DEG, _COARSE_DEG, _FINE_DEG = 12.0, 0.5, 0.125
_CLEAR = 1.15  # the sums at the best angle change so many times more than at the usual one
_RULE_MM = 9.0
_STRIP_MM = 60.0
_LINE_MM = (0.7, 7.0)  # height of the small letters of a line
_NEIGHBOUR_MM = 5.0
_FEWEST_LINES = 12
_SPREAD_AT_LEAST = 0.2


def skew_deg(page: PageMap) -> float | None:
    """Return how much the lines run down to the right, in degrees; None where no angle stands out."""
    depth = np.asarray(page.inner(page.depth), np.uint8).copy()
    depth[np.asarray(page.inner(page.surround), np.bool_)] = 0
    height, width = depth.shape
    # In a strip of paper the steepest lines run out at its long edges.
    if min(height, width) < 4 * _STRIPS or height < width * np.tan(np.radians(2 * _RANGE_DEG)) or not depth.any():
        return None
    strips = averaged(in_blocks(depth, 2).astype(np.float32), _STRIPS, max(1, height // 2))
    centres = (np.arange(_STRIPS) + 0.5) * width / _STRIPS / 2
    strips = np.ascontiguousarray(cv2.GaussianBlur(strips, (1, 5), 0, sigmaY=1.0).T)
    coarse = np.arange(-_RANGE_DEG, _RANGE_DEG + 0.01, _COARSE_DEG)
    scores = _changes(strips, centres, coarse)
    best = float(coarse[int(np.argmax(scores))])
    if scores.max() < _CLEAR * max(float(np.median(scores)), 1e-9):
        return None
    fine = best + np.arange(-_COARSE_DEG, _COARSE_DEG + 0.01, _FINE_DEG)
    return float(fine[int(np.argmax(_changes(strips, centres, fine)))])


def _changes(strips: Values, centres: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each angle how much the sums along lines of that slope change from line to line."""
    rows = np.arange(strips.shape[1], dtype=np.float32)
    scores = []
    for angle in angles:
        shifts = (centres - centres[-1] / 2) * np.tan(np.radians(angle))
        whole = np.rint(shifts).astype(int)
        total = np.zeros(len(rows), np.float32)
        for strip, shift in zip(strips, whole, strict=True):
            if shift >= 0:
                total[: len(rows) - shift] += strip[shift:]
            else:
                total[-shift:] += strip[:shift]
        steps = np.diff(total)
        scores.append(float(steps @ steps))
    return np.array(scores)


def upright(written: Pixels, dpi: float) -> float:
    """Return in standard errors how sure it is that the page stands upright; below 0 for upside down.

    Args:
        written: its ink as `straightened` returns it.
        dpi: the resolution of that.
    """
    lines = _line_signs(written, dpi)
    if len(lines) < _FEWEST_LINES:
        return 0.0
    edges, above = (mean_in_errors(lines[:, at], lines[:, 2], _SPREAD_AT_LEAST) for at in (0, 1))
    if edges * above >= 0:
        return round(edges + above, 1)
    weaker, stronger = sorted((edges, above), key=abs)
    return round(float(np.sign(stronger)) * max(0.0, abs(stronger) - 3 * abs(weaker)), 1)


def straightened(page: PageMap, angle_deg: float) -> Pixels:
    """Return the ink (0-255) with its lines level and without rules, as large as the page's map."""
    depth = page.depth.copy()
    depth[page.surround] = 0
    levels = histogram(depth)
    levels[0] = 0
    dark = max(1.0, level_below(levels, 0.8))
    depth = np.asarray(cv2.convertScaleAbs(depth, alpha=255 / dark), np.uint8)
    height, width = depth.shape
    slope = np.tan(np.radians(angle_deg))
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * (width - 1) / 2]], np.float64)
    level = cv2.warpAffine(depth, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    strokes = np.asarray(cv2.threshold(level, 50, 1, cv2.THRESH_BINARY)[1], np.uint8)
    length = page.px(_RULE_MM)
    rules = cv2.max(
        cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)),
        cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)),
    )
    wide = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.subtract(level, wide * 255), np.uint8)


def _line_signs(level: Pixels, dpi: float) -> NDArray[np.float64]:
    """Return for each line in each strip: its lower edge against its upper one, ink above against below, weight."""
    strips = max(1, round(level.shape[1] / px_of(_STRIP_MM, dpi)))
    cuts = np.linspace(0, level.shape[1], strips + 1).astype(int)
    sums = [cv2.reduce(level[:, a:b], 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F) for a, b in pairwise(cuts)]
    rows = cv2.GaussianBlur(cv2.hconcat(sums) / 255, (1, 3), 0, sigmaY=0.5).reshape(level.shape[0], strips)
    reach = whole_px(_NEIGHBOUR_MM, dpi) | 1
    peak = cv2.dilate(rows, np.ones((reach, 1), np.uint8)).reshape(rows.shape)
    core = (rows > 0.5 * peak) & (peak > max(0.01, 0.15 * float(np.percentile(rows, 98))))
    low, high = (round(px_of(length, dpi)) for length in _LINE_MM)
    values = rows.astype(np.float64)
    lines = [line for at in range(strips) for line in line_signs(values[:, at], core[:, at], low, high)]
    return np.array(lines, np.float64).reshape(-1, 3)
