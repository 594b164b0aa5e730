"""Orientation: which way up a page lies, told by the shape of its lines; turned only where that is beyond doubt.

Along lines of writing the sum of the ink steps up and down from row to row, across them it does not. And writing is not
the same upside down: its baseline is the sharper edge of a line, and more stands above the small letters (capitals,
ascenders, figures, all Vietnamese marks but one) than hangs below. (Projection profiles of the wrong way up: Caprari,
Pattern Recognition Letters 21, 2000; ascenders against descenders: Bloomberg, Kopec, Dasari, SPIE 2422, 1995.)

Each sign is a mean over many lines or blocks in units of its own standard error, so that a page of little or
contradictory writing is left alone.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.filters.deskew import sharpness
from scanpipe.enhance.filters.outcome import Applied, Skipped
from scanpipe.enhance.maps.background import Field
from scanpipe.enhance.maps.carried import Way, moved
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.enhance.maps.text_lines import find_writing, sheared
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import OrientationParams
from scanpipe.raster import Raster
from scanpipe.raster.averaging import in_blocks
from scanpipe.raster.flags import dilated
from scanpipe.raster.lengths import px_of, whole_px
from scanpipe.raster.line_signs import line_signs, mean_in_errors

Degrees = Literal[0, 90, 180, 270]
Values = NDArray[np.float64]
Scalar = TypeVar("Scalar", bound=np.generic)

_MAP_DPI = 75.0
_STRIPS = 64
_RANGE_DEG, _STEP_DEG, _FINE_DEG = 10.0, 0.5, 0.1
_RULE_MM, _BLOCK_MM, _STRIP_MM = 9.0, 50.0, 45.0
_LINE_MM = (0.7, 7.0)  # height of the small letters of a line
_NEIGHBOUR_MM = 5.0
_FEWEST_LINES = 30
_SPREAD_AT_LEAST = (0.3, 0.2)  # so that few values that agree by chance are not sure
_AXIS_AT_MOST = 4.0
_EDGE_WEIGHT = 0.7
_EVEN = 7.9  # a third above the largest wrong lead that was seen, on real pages and on type of many forms


class Orientation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="orientation"):
    """By how much the page must be turned clockwise to stand upright, and how sure that is (0-1)."""

    turn_deg: Degrees
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signs:
    """What speaks for a direction of the lines, for its upright sense, and the number of lines looked at."""

    along: float
    upright: float
    lines: int


def measure(page: Page, _params: OrientationParams) -> Orientation:
    """Tell which way up a page lies from its ink."""
    level, dpi = _reduced(page.ink)
    as_is, turned = _signs(level, dpi), _signs(np.ascontiguousarray(np.rot90(level)), dpi)
    axis = float(np.clip((as_is.along - turned.along) / 2, -_AXIS_AT_MOST, _AXIS_AT_MOST))
    scores: dict[Degrees, float] = {
        0: as_is.upright + axis, 180: axis - as_is.upright, 270: turned.upright - axis, 90: -turned.upright - axis,
    }  # fmt: skip
    first, second = sorted(scores, key=lambda turn: -scores[turn])[:2]
    lines = as_is.lines if first in (0, 180) else turned.lines
    lead = scores[first] - scores[second] if lines >= _FEWEST_LINES else 0.0
    return Orientation(turn_deg=first, confidence=round(lead / (lead + _EVEN), 3))


def stats(orientation: Orientation) -> Orientation:
    """Return what the report tells."""
    return orientation


def judge(_page: Page, orientation: Orientation, params: OrientationParams) -> Skipped | None:
    """Leave a page alone that stands upright, or may."""
    if orientation.confidence < params.confidence:
        doubtful = orientation.turn_deg != 0 and orientation.confidence >= params.doubt
        return Skipped(status="unsure", flag="orientation_unsure" if doubtful else None)
    return None if orientation.turn_deg else Skipped(status="not_needed")


def apply(page: Page, orientation: Orientation, _params: OrientationParams) -> Applied:
    """Turn a page by quarters; no pixel changes."""
    raster, ink = turned(page.raster, orientation), turned_ink(page.ink, orientation)
    marks = moved(page.marks, way(page.raster, orientation), raster)
    return Applied(page=Page(raster=raster, ink=ink, marks=marks))


def turned(raster: Raster, orientation: Orientation) -> Raster:
    """Return the picture turned by quarters."""
    return raster.replace(np.ascontiguousarray(np.rot90(raster.pixels, -orientation.turn_deg // 90)))


def way(raster: Raster, orientation: Orientation) -> Way:
    """Return the way that the pixels of a page take."""
    right, bottom = raster.width - 1.0, raster.height - 1.0
    ways: dict[Degrees, list[list[float]]] = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, bottom], [1, 0, 0]],
        180: [[-1, 0, right], [0, -1, bottom]],
        270: [[0, 1, 0], [-1, 0, right]],
    }
    return np.array(ways[orientation.turn_deg], np.float64)


def turned_ink(ink: InkMap, orientation: Orientation) -> InkMap:
    """Return the page's ink, turned along with it."""

    def rotated(levels: NDArray[Scalar]) -> NDArray[Scalar]:
        return np.ascontiguousarray(np.rot90(levels, -orientation.turn_deg // 90))

    return replace(
        ink,
        contrast=rotated(ink.contrast),
        fine_contrast=rotated(ink.fine_contrast),
        colour=rotated(ink.colour),
        reduced=turned(ink.reduced, orientation),
        surround_mask=rotated(ink.surround_mask),
        paper=replace(ink.paper, ground=rotated(ink.paper.ground), known=rotated(ink.paper.known)),
    )


def _reduced(ink: InkMap) -> tuple[Field, float]:
    """Return the writing, 0 to 1, at half the ink map's resolution."""
    written = find_writing(ink)
    factor = max(1, int(ink.dpi // _MAP_DPI))
    above = cv2.subtract(written.contrast, np.full_like(written.contrast, min(255, int(written.threshold))))
    level = np.asarray(above, np.float32) / max(written.peak, 1.0)
    return in_blocks(np.minimum(level, 1), factor), ink.dpi / factor


def _signs(level: Field, dpi: float) -> _Signs:
    """Look at the page as if its lines ran along its rows."""
    straight = _without_rules(_sheared(level, _angle(level)), dpi)
    blocks, lines = _blocks(straight, dpi), _lines(straight, dpi)
    smallest_spread, of_lines = _SPREAD_AT_LEAST
    along, block_edges = (mean_in_errors(blocks[:, at], blocks[:, 2], smallest_spread) for at in (0, 1))
    edges, above = (mean_in_errors(lines[:, at], lines[:, 2], of_lines) for at in (0, 1))
    return _Signs(along=along, upright=_agreed(block_edges + _EDGE_WEIGHT * edges, above), lines=len(lines))


def _agreed(first: float, second: float) -> float:
    """Return the sum of two signs; where they contradict each other the weaker counts three times against the other."""
    if first * second >= 0:
        return first + second
    weaker, stronger = sorted((first, second), key=abs)
    return float(np.sign(stronger)) * max(0.0, abs(stronger) - 3 * abs(weaker))


def _sheared(level: Field, angle_deg: float) -> Field:
    levels = sheared(np.asarray(np.rint(level * 255), np.uint8), angle_deg)
    return np.asarray(levels.astype(np.float32) / 255, np.float32)


def _angle(level: Field) -> float:
    """Return the angle, to a tenth of a degree, at which the rows' sums change most."""
    width = level.shape[1]
    if width < 2 * _STRIPS:
        return 0.0
    edges = np.linspace(0, width, _STRIPS + 1).astype(int)
    sums = cv2.GaussianBlur(np.add.reduceat(level, edges[:-1], axis=1), (1, 5), 0, sigmaY=1.0)
    strips = np.ascontiguousarray(sums.T, np.float32)
    centres = (edges[:-1] + edges[1:] - width) / 2
    best = 0.0
    for step, count in ((_STEP_DEG, round(_RANGE_DEG / _STEP_DEG)), (_FINE_DEG, round(_STEP_DEG / _FINE_DEG))):
        angles = best + step * np.arange(-count, count + 1)
        scores = [sharpness(strips, centres, float(angle)) for angle in angles]
        best = float(angles[int(np.argmax(scores))])
    return best


def _without_rules(level: Field, dpi: float) -> Field:
    dark = (level > 0.15).astype(np.uint8)
    length = whole_px(_RULE_MM, dpi)
    rules = cv2.max(
        cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)),
        cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)),
    )
    level[dilated(np.asarray(rules, np.uint8), 3)] = 0
    return level


def _cuts(length: int, part_mm: float, dpi: float) -> NDArray[np.intp]:
    parts = max(1, round(length / px_of(part_mm, dpi)))
    return np.linspace(0, length, min(parts, length) + 1).astype(np.intp)


def _blocks(level: Field, dpi: float) -> Values:
    """Return for each block with writing: how much more its rows' sums change than its columns', which way, weight.

    "Which way" is 1 where all steps of the rows' sums fall, going down, and -1 where all rise, the steep ones counted
    most: a baseline is a steep fall, seen the right way up.
    """
    down, across = (_cuts(length, _BLOCK_MM, dpi) for length in level.shape)
    rows = np.add.reduceat(level, across[:-1], axis=1) / np.diff(across)
    columns = np.add.reduceat(level, down[:-1], axis=0) / np.diff(down)[:, None]
    blocks = []
    for block in np.ndindex(len(down) - 1, len(across) - 1):
        profile = rows[down[block[0]] : down[block[0] + 1], block[1]]
        fall = -np.diff(profile)
        other = np.diff(columns[block[0], across[block[1]] : across[block[1] + 1]])
        cubes = fall**3
        ratio = np.log((float(fall @ fall) + 1e-9) / (float(other @ other) + 1e-9))
        blocks.append((ratio, cubes.sum() / max(np.abs(cubes).sum(), 1e-12), float(profile.sum())))
    values = np.array(blocks, np.float64)
    return np.asarray(values[values[:, 2] > 0.02 * values[:, 2].max()], np.float64)


def _lines(level: Field, dpi: float) -> Values:
    """Return for each line in each strip: its lower edge against its upper one, ink above against below, weight."""
    across = _cuts(level.shape[1], _STRIP_MM, dpi)
    rows = np.add.reduceat(level, across[:-1], axis=1) / np.diff(across)
    shape = (level.shape[0], len(across) - 1)
    rows = np.asarray(cv2.GaussianBlur(rows.astype(np.float32), (1, 3), 0, sigmaY=0.5), np.float64).reshape(shape)
    reach = whole_px(_NEIGHBOUR_MM, dpi) | 1
    peak = cv2.dilate(rows, np.ones((reach, 1), np.uint8)).reshape(shape)
    core = (rows > 0.5 * peak) & (peak > max(0.01, 0.15 * float(np.percentile(rows, 98))))
    low, high = (round(px_of(length, dpi)) for length in _LINE_MM)
    lines = [line for strip in range(shape[1]) for line in line_signs(rows[:, strip], core[:, strip], low, high)]
    return np.array(lines, np.float64).reshape(-1, 3)
