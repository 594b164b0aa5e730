"""The ruling of forms: printed rules and dotted or dashed leaders, which OCR takes for letters.

A rule is thin and runs straight on for longer than a stroke of a letter does. Where writing crosses it, the writing
stays. A leader is a row of specks at one height and at one distance from each other.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.connected_components import Numbers, parts_of
from scanpipe.raster import Pixels, Raster

_RULE_MM = (8.0, 12.0)  # least length: across, and down, where stems of tall letters are longer
_THICK_MM = 0.8
_ASKEW_PX = 3  # rows that a rule may wander over within its least length
_SPECK_MM = (1.6, 0.7)  # a dash's length, and the height of a dot
_PITCH_MM = 2.4  # most from one speck to the next
_UNEVEN = 0.35  # of the middle pitch: how far most pitches differ from it at most
_FEWEST = 6  # specks in a leader: an ellipsis has three
_LINE_TOLERANCE_MM = 0.2  # from a leader's line: where writing has parted it, its other specks lie that close
_MOSTLY = 0.6  # share of the pitches
_LIKE = 2.0  # how many times larger or smaller they may be

Values = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ruling:
    """Where the ink of a text mask is ruling (h, w), and how long the rules are in all that run down the page."""

    flags: Flags
    down_px: int


def ruling_of(mask: Raster) -> Ruling:
    """Return the ruling of a text mask.

    Args:
        mask: grey (h, w), 0 = ink; the lines of the page lie level.
    """
    ink = np.asarray(mask.pixels == 0, np.uint8)
    across = _rules(ink, mask.px(_RULE_MM[0]), mask.px(_THICK_MM))
    on_side = _rules(np.asarray(cv2.transpose(ink), np.uint8), mask.px(_RULE_MM[1]), mask.px(_THICK_MM))
    rules = cv2.bitwise_or(across, np.asarray(cv2.transpose(on_side), np.uint8))
    leaders = _leaders(np.asarray(cv2.subtract(ink, rules), np.uint8), mask)
    began = cv2.countNonZero(cv2.subtract(on_side[1:], on_side[:-1]))
    return Ruling(flags=np.asarray(rules, np.uint8).view(np.bool_) | leaders, down_px=began)


def _rules(ink: Pixels, length: int, thick: int) -> Pixels:
    """Return level runs of at least `length` that are no thicker than `thick`, 1 where they are not crossed, else 0."""
    wide = cv2.dilate(ink, np.ones((_ASKEW_PX, 1), np.uint8))
    long = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    crossing = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick + 1, 1), np.uint8))
    return np.asarray(cv2.subtract(cv2.bitwise_and(ink, long), crossing), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Row:
    """Specks that follow each other at one height: their numbers, pitch, middle, slope and area in pixels."""

    specks: Indices
    pitch: float
    x: float
    y: float
    slope: float
    area: float

    def continues(self, leader: "_Row", tolerance_px: float) -> bool:
        """Tell whether the row is of the kind of a leader and lies on its line, as a stump beyond writing does."""
        alike = 1 / _LIKE <= self.area / leader.area <= _LIKE
        paced = abs(self.pitch - leader.pitch) <= _UNEVEN * leader.pitch
        line = leader.y + leader.slope * (self.x - leader.x)
        return alike and paced and abs(self.y - line) <= tolerance_px


def _leaders(ink: Pixels, mask: Raster) -> Flags:
    """Return the specks of leaders, also of the stumps that writing has parted from them.

    A stump has two specks at least: a single one on the line may be the dot below a letter.
    """
    count, labels, stats = parts_of(ink)
    wide, high = (mask.px(length) for length in _SPECK_MM)
    is_speck = (stats[:, cv2.CC_STAT_WIDTH] <= wide) & (stats[:, cv2.CC_STAT_HEIGHT] <= high)
    is_speck[0] = False
    specks = np.flatnonzero(is_speck)
    rows = _rows(np.take(is_speck, labels), stats[specks], mask) if len(specks) >= _FEWEST else []
    leaders = _of_leaders(rows, mask.px(_LINE_TOLERANCE_MM))
    if not leaders:
        return np.zeros(ink.shape, np.bool_)
    is_leader = np.zeros(count, np.bool_)
    for row in leaders:
        is_leader[specks[row.specks]] = True
    return np.take(is_leader, labels)


def _of_leaders(rows: list[_Row], tolerance_px: float) -> list[_Row]:
    leaders = [row for row in rows if len(row.specks) >= _FEWEST]
    return [row for row in rows if any(row.continues(leader, tolerance_px) for leader in leaders)]


def _rows(specks: Flags, stats: Numbers, mask: Raster) -> list[_Row]:
    """Return the rows of at least two specks at an even pitch.

    Args:
        specks: where they are (h, w).
        stats: box and area of each, as `parts_of` gives them.
        mask: for the resolution.
    """
    thick = cv2.dilate(specks.view(np.uint8), np.ones((3, 1), np.uint8))
    joined = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, mask.px(_PITCH_MM) | 1), np.uint8))
    _count, labels = cv2.connectedComponents(joined)
    x = stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2
    y = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT] / 2
    row = labels[y.astype(np.intp), x.astype(np.intp)]
    order = np.lexsort((x, row))
    groups = np.split(order, np.flatnonzero(np.diff(row[order])) + 1)
    return [_row(group, x[group], y[group], stats[group, cv2.CC_STAT_AREA]) for group in groups if _even(x[group])]


def _even(x: Values) -> bool:
    """Tell whether specks, from left to right, mostly follow each other at one pitch."""
    if len(x) < 2:
        return False
    pitches = np.diff(x)
    middle = float(np.median(pitches))
    return middle > 0 and float(np.mean(np.abs(pitches - middle) <= _UNEVEN * middle)) > _MOSTLY


def _row(specks: Indices, x: Values, y: Values, areas: Numbers) -> _Row:
    return _Row(
        specks=specks,
        pitch=float(np.median(np.diff(x))),
        x=float(np.mean(x)),
        y=float(np.mean(y)),
        slope=float((y[-1] - y[0]) / (x[-1] - x[0])),
        area=float(np.median(areas)),
    )
