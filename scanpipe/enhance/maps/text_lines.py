"""Lines on a page: the baselines of its writing and its long rules, each fitted by a straight line of its own.

A baseline is traced by the undersides of the strokes: ink with no ink below it within the height of a small letter.
Undersides that follow each other closely along the line join into a run; those of descenders lie lower and stay out.
(Baselines from the lowest points of characters: Baird, SPSE 1987; Okun, Pietikäinen, Sauvola, CVPR 1999.)
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.connected_components import parts_of
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.raster import Pixels
from scanpipe.raster.flags import dilated, near
from scanpipe.raster.lengths import MM_PER_INCH, px_of

Values = NDArray[np.float64]
Indices = NDArray[np.intp]

_EDGE_MM = 4.0
_SHOW_THROUGH = 0.4  # of the darkest writing: fainter marks, perhaps of the other side, are no lines
_SMALL_LETTER_MM = 1.0
_LETTER_MM = (0.9, 14.0, 40.0)  # lowest, highest and widest part that may be writing
_RULE_MM, _UPRIGHT_MM, _LONG_RULE_MM = 8.0, 10.0, 20.0
_GAP_MM, _WORD_MM, _LINE_MM = 6.0, 4.0, 12.0
_TOLERANCES_MM = (0.25, 0.15, 0.12)  # undersides farther than this from their own line are dropped, ever more strictly
_NEAREST_PX = 0.8
_FILLED = 0.15  # of a line's length has an underside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Writing:
    """The contrast of writing and rules (h, w), the level of the darkest of it, and the one from which it counts."""

    contrast: Pixels
    peak: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineFits:
    """Lines found on a page, one value a line.

    Attributes:
        slope_deg: angle, positive where the line runs down to the right.
        length_mm: from its first to its last stroke, the gaps at its ends left out.
        darkness: 0-1, of its strokes, where 1 is the darkest writing of the page.
    """

    slope_deg: Values
    length_mm: Values
    darkness: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Places on lines, in pixels of the map: the line that each belongs to, where it is, how dark the stroke is."""

    line: Indices
    x: Values
    y: Values
    darkness: Values

    def only(self, keep: Flags) -> "Points":
        """Return the points that are true."""
        return Points(line=self.line[keep], x=self.x[keep], y=self.y[keep], darkness=self.darkness[keep])


def find_writing(ink: InkMap) -> Writing:
    """Return the contrast of what may be lines: not of the edges of picture, frame and cover."""
    contrast = ink.contrast.copy()
    contrast[_margin(ink)] = 0
    strong = contrast[contrast > 6 * ink.grain]
    peak = float(np.percentile(strong, 90)) if strong.size else 255.0
    return Writing(contrast=contrast, peak=peak, threshold=max(3 * ink.grain, _SHOW_THROUGH * peak))


def _margin(ink: InkMap) -> Flags:
    """Return where edges of the picture, of a frame or of a cover would pass for lines of writing."""
    deep = ink.px(_EDGE_MM)
    margin = near(ink.surround_mask, deep)
    if min(margin.shape) > 6 * deep:
        margin[:deep] = margin[-deep:] = True
        margin[:, :deep] = margin[:, -deep:] = True
    return margin


def fit_lines(ink: InkMap, written: Writing, angle_deg: float) -> LineFits:
    """Find baselines and rules whose slope is near an angle.

    Args:
        ink: the page's ink.
        written: what of it may be lines.
        angle_deg: about how the lines slope; those within half a degree are followed, even long ones.
    """
    baselines, rules = traced(sheared(written.contrast, angle_deg), written, ink)
    fits = [_straight(baselines, ink, _LINE_MM), _straight(rules, ink, _LONG_RULE_MM)]
    slope, length, darkness = (np.concatenate(values) for values in zip(*fits, strict=True))
    return LineFits(
        slope_deg=_unsheared(slope, angle_deg), length_mm=length, darkness=np.minimum(darkness / written.peak, 1)
    )


def traced(level: Pixels, written: Writing, ink: InkMap) -> tuple[Points, Points]:
    """Return the points of baselines and those of level rules.

    Args:
        level: the contrast of the writing, moved so that its lines lie about level.
        written: what counts as writing.
        ink: the page's ink, for its resolution.
    """
    dark = np.asarray(level > written.threshold, np.uint8)
    rules, upright = _rules(dark, ink)
    dark[dilated(rules | upright, 3)] = 0
    return _baseline_points(dark, level, written.threshold, ink), _rule_points(rules, level)


def sheared(levels: Pixels, angle_deg: float) -> Pixels:
    """Return the map with its columns shifted so that lines of this slope lie level."""
    height, width = levels.shape
    slope = np.tan(np.radians(angle_deg))
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * (width - 1) / 2]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(levels, matrix, (width, height), flags=flags), np.uint8)


def _unsheared(slopes: Values, angle_deg: float) -> Values:
    return np.asarray(np.degrees(np.arctan(slopes + np.tan(np.radians(angle_deg)))), np.float64)


def _rules(dark: Pixels, ink: InkMap) -> tuple[Pixels, Pixels]:
    """Return level and upright strokes that are longer than letters have."""
    level = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, ink.px(_RULE_MM)), np.uint8))
    upright = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((ink.px(_UPRIGHT_MM), 1), np.uint8))
    return np.asarray(level, np.uint8), np.asarray(upright, np.uint8)


def _letters(dark: Pixels, ink: InkMap) -> Flags:
    """Return the parts that have the size of writing."""
    _count, labels, stats = parts_of(dark)
    low, high, wide = (ink.px(length) for length in _LETTER_MM)
    height, width = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    letter = (height >= low) & (height <= high) & (width <= wide)
    letter &= stats[:, cv2.CC_STAT_AREA] >= ink.px(_SMALL_LETTER_MM / 2) ** 2
    letter[0] = False
    return np.asarray(letter[labels], np.bool_)


def baseline_pixels(dark: Pixels, ink: InkMap) -> Pixels:
    """Return the lowest ink of each stroke: with none below it within the height of a small letter."""
    below = np.ones((ink.px(_SMALL_LETTER_MM) + 1, 1), np.uint8)
    below[0] = 0
    covered = np.asarray(cv2.dilate(dark, below, anchor=(0, 0)), np.uint8)
    return dark & ~covered & _letters(dark, ink).astype(np.uint8)


def joined(under: Pixels, ink: InkMap) -> tuple[int, NDArray[np.int32]]:
    """Join undersides that follow each other along a level line: the number of runs with 0 for none, and their map."""
    thick = cv2.dilate(under, np.ones((3, 1), np.uint8))
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, ink.px(_GAP_MM) | 1), np.uint8))
    words = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, ink.px(_WORD_MM)), np.uint8))
    count, labels = cv2.connectedComponents(words)
    return count, np.asarray(labels, np.int32)


def _baseline_points(dark: Pixels, level: Pixels, threshold: float, ink: InkMap) -> Points:
    """Return the undersides of each run, to a part of a pixel, where the level passes what still counts as ink."""
    under = baseline_pixels(dark, ink)
    under[-1] = 0
    _count, labels = joined(under, ink)
    rows, columns = places(under & (labels > 0).astype(np.uint8))
    inside, outside = level[rows, columns].astype(float), level[rows + 1, columns].astype(float)
    part = np.clip((inside - threshold) / np.maximum(inside - outside, 1), 0, 1)
    reach = ink.px(_SMALL_LETTER_MM / 2)
    stroke = cv2.dilate(level, np.ones((reach + 1, 1), np.uint8), anchor=(0, reach))
    return Points(
        line=labels[rows, columns].astype(np.intp), x=columns.astype(float), y=rows + part,
        darkness=stroke[rows, columns].astype(float),
    )  # fmt: skip


def places(flags: Pixels) -> tuple[Indices, Indices]:
    """Return rows and columns of what is not 0."""
    nonzero = cv2.findNonZero(flags)
    pairs = np.zeros((0, 2), np.intp) if nonzero is None else np.asarray(nonzero, np.intp).reshape(-1, 2)
    return pairs[:, 1], pairs[:, 0]


def _rule_points(rules: Pixels, level: Pixels) -> Points:
    thick = cv2.dilate(rules, np.ones((3, 1), np.uint8))
    _count, labels = cv2.connectedComponents(thick, connectivity=8)
    rows, columns = places(rules)
    return Points(
        line=labels[rows, columns].astype(np.intp), x=columns.astype(float), y=rows.astype(float),
        darkness=level[rows, columns].astype(float),
    )  # fmt: skip


def _straight(points: Points, ink: InkMap, shortest_mm: float) -> tuple[Values, Values, Values]:
    """Fit each run by least squares without its outliers; return slopes, lengths in mm and levels of the long ones."""
    for tolerance in _TOLERANCES_MM:
        residual = fitted(points)[-1]
        points = points.only(np.abs(residual) <= max(_NEAREST_PX, px_of(tolerance, ink.dpi)))
    number, slope, spread, _residual = fitted(points)
    darkness = np.bincount(points.line, points.darkness, len(number)) / np.maximum(number, 1)
    length = np.sqrt(12 * spread / np.maximum(number, 1))
    kept = (length >= ink.px(shortest_mm)) & (number >= _FILLED * length)
    return slope[kept], length[kept] * MM_PER_INCH / ink.dpi, darkness[kept]


def fitted(points: Points) -> tuple[Values, Values, Values, Values]:
    """Return number of points, slope and spread along x of each line, and each point's distance from its line.

    A line is the one with the least squares; the distance is measured down the page, in the unit of the points.
    """
    count = int(points.line.max(initial=0)) + 1
    number = np.bincount(points.line, minlength=count).astype(np.float64)
    at_least_one = np.maximum(number, 1)
    across = points.x - (np.bincount(points.line, points.x, count) / at_least_one)[points.line]
    down = points.y - (np.bincount(points.line, points.y, count) / at_least_one)[points.line]
    spread = np.bincount(points.line, across * across, count)
    slope = np.bincount(points.line, across * down, count) / np.maximum(spread, 1e-9)
    residual = np.asarray(down - slope[points.line] * across, np.float64)
    return number, slope.astype(np.float64), spread.astype(np.float64), residual
