"""Deskew: turn the page so that its lines of writing and its rules lie level.

First the page as a whole: the angle at which the sum of the ink over slanted rows changes most from row to row
(Postl, US patent 4,723,297, 1988; evaluated by Papandreou et al., DISEC'13), from coarse to fine on a reduced ink map.
A few heavy rules, or two columns whose lines do not meet, can pull that angle aside; so then every baseline and rule is
fitted on its own, and the median over their length is joined with the first angle, each as far as it can be trusted.
The two pages of an open book may lie at angles of their own: the picture is turned by their mean, and each page is
levelled by what it lacks.
"""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.filters import halves, spread
from scanpipe.enhance.filters.edge_lines import paint_lines
from scanpipe.enhance.filters.halves import HalfAngles
from scanpipe.enhance.filters.outcome import Applied, Skipped, resampled
from scanpipe.enhance.filters.rotate import turned
from scanpipe.enhance.maps.background import Field, Flags
from scanpipe.enhance.maps.carried import Way, moved
from scanpipe.enhance.maps.ground import morphological_close
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.enhance.maps.text_lines import Writing, find_writing, fit_lines
from scanpipe.enhance.maps.weighted import weighted_quantile
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import DeskewParams, SpreadParams
from scanpipe.jit_cache import compiled
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import reduced

_COARSE_STEP_DEG = 0.5
_FINEST_STEP_DEG = 0.02
_SOFTENING_PX = 1.5  # so that a level sum, which no interpolation blurs, has no head start
_NEAR_STEPS = 6  # of the finer search, to either side
_WHOLE_ERROR_DEG = 0.15  # of the angle of the page as a whole, on real pages
_LINE_ERROR_DEG = 0.03  # of one line
_FEWEST_LINES = 3.0
_LEAST_APART_DEG, _MOST_APART_DEG = 0.15, 4.0  # the angles of two pages of one open book
_LONGEST_WAY_DEG = 1.5  # lines at another angle than the page's do not vote
_RIM_DPI, _RIM_MM = 37.5, 9.0  # of the picture of the rim; what is narrower is writing
_STRIPS = 128  # a strip of one column sum each: at the widest angle its ends differ by about a row


Curve = NDArray[np.float64]


class Skew(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="skew"):
    """The angle of the lines, positive where they run down to the right, and how sure it is (0-1).

    `halves` is what the two pages of an open book lack to be level after that turn, where these lie apart.
    """

    angle_deg: float
    confidence: float
    halves: HalfAngles | None = None


def measure(page: Page, params: DeskewParams) -> Skew:
    """Find the angle of the page's lines from its ink, and those of the two pages of an open book."""
    written = find_writing(page.ink)
    return _of_two_pages(page, written, params) or _skew(page.ink, written, params)


def _of_two_pages(page: Page, written: Writing, params: DeskewParams) -> Skew | None:
    """Return the mean angle of two pages that lie apart; None for one page, and where either angle is unsure."""
    asked = SpreadParams()
    if not spread.may_be(page.raster, asked):
        return None
    gutter = spread.measure(page, asked)
    if gutter.confidence < asked.confidence:
        return None
    share = (gutter.top_x + gutter.bottom_x + 1) / 2 / page.raster.width
    left, right = (_skew(page.ink, half, params) for half in _halved(written, share))
    sure, apart = min(left.confidence, right.confidence), abs(left.angle_deg - right.angle_deg)
    if sure < params.confidence or not _LEAST_APART_DEG <= apart <= _MOST_APART_DEG:
        return None
    mean = round((left.angle_deg + right.angle_deg) / 2, 3)
    left_deg, right_deg = (round(half.angle_deg - mean, 3) for half in (left, right))
    angles = HalfAngles(left_deg=left_deg, right_deg=right_deg, gutter=round(share, 5))
    return Skew(angle_deg=mean, confidence=sure, halves=angles)


def _halved(written: Writing, share: float) -> tuple[Writing, Writing]:
    """Return the writing left, and right, of a column; the lines of the other page do not count."""
    left, right = written.contrast.copy(), written.contrast.copy()
    column = round(share * left.shape[1])
    left[:, column:] = right[:, :column] = 0
    return replace(written, contrast=left), replace(written, contrast=right)


def _skew(ink: InkMap, written: Writing, params: DeskewParams) -> Skew:
    strips, centres = _strips(written)
    coarse = np.arange(-params.range_deg, params.range_deg + 1e-9, _COARSE_STEP_DEG)
    half = strips.reshape(strips.shape[0] // 2, 2, strips.shape[1] // 2, 2).sum(axis=(1, 3))
    half_centres = centres.reshape(-1, 2).mean(axis=1) / 2
    scores = np.array([sharpness(half, half_centres, angle) for angle in coarse])
    if not scores.max() > 0:
        return Skew(angle_deg=0.0, confidence=0.0)
    best = float(coarse[int(scores.argmax())])
    step = _COARSE_STEP_DEG
    while step > _FINEST_STEP_DEG:
        step /= 5
        near = np.asarray(best + step * np.arange(-_NEAR_STEPS, _NEAR_STEPS + 1), np.float64)
        best = _summit(near, np.array([sharpness(strips, centres, angle) for angle in near]))
    return Skew(angle_deg=round(_by_lines(ink, written, best), 3), confidence=_confidence(coarse, scores, best))


def _by_lines(ink: InkMap, written: Writing, angle_deg: float) -> float:
    """Join the angle of the page as a whole with the median of its lines, weighted by how sure each is.

    A line counts by its length and the square of its darkness: what shines through from the other side is fainter.
    """
    lines = fit_lines(ink, written, angle_deg)
    near = np.abs(lines.slope_deg - angle_deg) <= _LONGEST_WAY_DEG
    slope, weight = lines.slope_deg[near], (lines.length_mm * lines.darkness**2)[near]
    if not weight.size or weight.sum() ** 2 < _FEWEST_LINES * (weight**2).sum():
        return angle_deg
    middle = weighted_quantile(slope, weight, 0.5)
    spread = 1.4826 * weighted_quantile(np.abs(slope - middle), weight, 0.5) + _LINE_ERROR_DEG
    variance = np.pi / 2 * spread**2 * float((weight**2).sum()) / float(weight.sum()) ** 2
    share = _WHOLE_ERROR_DEG**2 / (_WHOLE_ERROR_DEG**2 + variance)
    return float(angle_deg + share * (middle - angle_deg))


def stats(skew: Skew) -> Skew:
    """Return what the report tells."""
    return skew


def judge(_page: Page, skew: Skew, params: DeskewParams) -> Skipped | None:
    """Leave a page alone whose angle is unsure or too small."""
    if skew.confidence < params.confidence:
        return Skipped(status="unsure", flag="skew_unsure")
    level = abs(skew.angle_deg) < params.smallest_deg and skew.halves is None
    return Skipped(status="not_needed") if level else None


def apply(page: Page, skew: Skew, _params: DeskewParams) -> Applied:
    """Turn a page by its angle, without the lines along its edge, which no box could cut off any more."""
    raster = levelled(paint_lines(page.raster), skew)
    return resampled(page, raster, levelled_flags(page.ink.surround_mask, skew), _levelled_marks(page, raster, skew))


def levelled(raster: Raster, skew: Skew) -> Raster:
    """Turn the page level on a canvas grown so that no corner is cut; new corners go on with what the rim shows there.

    That is paper, or the frame or bed around the page, which the page box can then tell from the page.
    """
    turn, size = _turn(raster.height, raster.width, skew.angle_deg)
    level = _with_corners(turned(raster.pixels, turn, size), raster, turn)
    if skew.halves:
        at, room = _gutter_x((raster.height, raster.width), skew), _room(skew, size[0])
        level = halves.levelled(level, skew.halves, at, room, border=cv2.BORDER_REPLICATE)
    return raster.replace(level)


def _gutter_x(shape: tuple[int, ...], skew: Skew) -> float:
    """Return the column of the gutter, of a picture of that shape after its turn."""
    height, width = shape
    at = (skew.halves.gutter if skew.halves else 0.5) * width - 0.5
    return float(_turn(height, width, skew.angle_deg)[0][0] @ (at, (height - 1) / 2, 1))


def _levelled_marks(page: Page, raster: Raster, skew: Skew) -> Flags:
    """Return the marks of a page moved along with it."""
    marks = moved(page.marks, way(page.raster, skew), raster)
    if skew.halves is None:
        return marks
    before = page.raster
    at = (_gutter_x((before.height, before.width), skew) + 0.5) / raster.width * marks.shape[1] - 0.5
    level = halves.levelled(marks.view(np.uint8), skew.halves, at, 0, way=cv2.INTER_NEAREST)
    return np.asarray(level, np.bool_)


def _with_corners(level: Pixels, raster: Raster, turn: Curve) -> Pixels:
    """Paint what lies beyond the turned picture like the nearest rim without its writing, in place."""
    small = reduced(raster, _RIM_DPI)
    rim, scale = morphological_close(small, _RIM_MM), small.dpi / raster.dpi
    to_small = np.array([[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2]]) @ np.linalg.inv([*turn, (0, 0, 1)])
    for rows, columns, beyond in _corners(raster, level.shape[:2], turn):
        to_small_there = to_small.copy()
        to_small_there[:, 2] += to_small[:, :2] @ (columns.start, rows.start)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        like_rim = cv2.warpAffine(rim, to_small_there, beyond.shape[::-1], flags=how, borderMode=cv2.BORDER_REPLICATE)
        cv2.copyTo(like_rim, beyond, level[rows, columns])
    return level


def _corners(raster: Raster, size: tuple[int, ...], turn: Curve) -> Iterator[tuple[slice, slice, Pixels]]:
    """Yield strips along the four edges of the canvas, and where in them the turned picture does not reach."""
    rectangle = np.array([(x, y, 1) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]) * (raster.width, raster.height, 1)
    outline = np.rint((rectangle - (0.5, 0.5, 0)) @ turn.T).astype(np.int32)
    beyond = np.ones(size, np.uint8)
    cv2.fillConvexPoly(beyond, outline, 0)
    across, down = (int(length * abs(turn[0, 1])) + 2 for length in (raster.height, raster.width))
    whole = slice(0, size[0]), slice(0, size[1])
    for columns in (slice(0, across), slice(max(0, size[1] - across), size[1])):
        yield whole[0], columns, beyond[:, columns]
    for rows in (slice(0, down), slice(max(0, size[0] - down), size[0])):
        yield rows, whole[1], beyond[rows]


def way(raster: Raster, skew: Skew) -> Way:
    """Return the way that the pixels of a page take, but for what moves the two pages of an open book."""
    turn, size = _turn(raster.height, raster.width, skew.angle_deg)
    turn[1, 2] += _room(skew, size[0])
    return turn


def size_after(raster: Raster, skew: Skew) -> tuple[int, int]:
    """Return the width and height of the canvas that holds every corner of the turned page."""
    width, height = _turn(raster.height, raster.width, skew.angle_deg)[1]
    return width, height + 2 * _room(skew, width)


def _room(skew: Skew, width: int) -> int:
    """Return the rows that two pages need above and below, to be levelled each for itself."""
    return halves.room_px(skew.halves, width) if skew.halves else 0


def levelled_flags(flags: Flags, skew: Skew) -> Flags:
    """Turn a map of places along with its page; the new corners count as true."""
    turn, size = _turn(flags.shape[0], flags.shape[1], skew.angle_deg)
    level = cv2.warpAffine(
        flags.astype(np.uint8), turn, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=1
    )
    if skew.halves:
        turned_flags, at = np.asarray(level, np.uint8), _gutter_x(flags.shape, skew)
        how = {"way": cv2.INTER_NEAREST, "border": cv2.BORDER_REPLICATE}
        level = halves.levelled(turned_flags, skew.halves, at, _room(skew, size[0]), **how)
    return np.asarray(level, np.bool_)


def _turn(height: int, width: int, angle_deg: float) -> tuple[Curve, tuple[int, int]]:
    """Return the affine matrix about the middle and the size of the canvas that holds every corner."""
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle_deg, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    across, down = int(np.ceil(width * cosine + height * sine)), int(np.ceil(width * sine + height * cosine))
    turn[0, 2] += (across - width) / 2
    turn[1, 2] += (down - height) / 2
    return np.asarray(turn, np.float64), (across, down)


def _strips(written: Writing) -> tuple[Field, Curve]:
    """Return column sums of the ink in vertical strips (strips, rows), and the strips' centres in pixels."""
    weight = np.clip(written.contrast.astype(np.float32) - np.float32(written.threshold), 0, None)
    height, width = weight.shape
    count = _STRIPS if width >= _STRIPS else 2
    edges = np.linspace(0, width, count + 1).astype(int)
    sums = np.add.reduceat(weight, edges[:-1], axis=1)
    sums = cv2.GaussianBlur(sums, (1, 9), 0, sigmaY=_SOFTENING_PX)
    centres = (edges[:-1] + edges[1:] - 1) / 2 - (width - 1) / 2
    return np.ascontiguousarray(np.pad(sums, ((0, height % 2), (0, 0))).T, np.float32), centres


def sharpness(strips: Field, centres: Curve, angle_deg: float) -> float:
    """Return the sum of squared steps of the profile along rows slanted by the angle.

    Args:
        strips: (strips, rows) sums of ink, C-contiguous.
        centres: of the strips, in columns.
        angle_deg: of the rows.
    """
    shifts = centres * np.tan(np.radians(angle_deg))
    profile = _profile(strips, shifts, int(np.abs(shifts).max()) + 2)
    steps = np.diff(profile)
    return float(np.dot(steps, steps))


@compiled()
def _profile(strips: Field, shifts: Curve, reach: int) -> Field:
    """Sum the strips, each moved up by its shift in rows."""
    count, height = strips.shape
    profile = np.zeros(height + 2 * reach, np.float32)
    for strip in range(count):
        whole = int(np.floor(-shifts[strip]))
        part = np.float32(-shifts[strip] - whole)
        start = reach + whole
        for row in range(height):  # in two loops, so that each runs over many rows at once
            profile[start + row] += (np.float32(1) - part) * strips[strip, row]
        for row in range(height):
            profile[start + 1 + row] += part * strips[strip, row]
    return profile


def _summit(angles: Curve, scores: Curve) -> float:
    """Return the best angle, refined by a parabola through it and its neighbours."""
    top = int(scores.argmax())
    if 0 < top < len(scores) - 1:
        left, middle, right = (float(score) for score in scores[top - 1 : top + 2])
        bend = left - 2 * middle + right
        if bend < 0:
            return float(angles[top] + (angles[1] - angles[0]) * 0.5 * (left - right) / bend)
    return float(angles[top])


def _confidence(angles: Curve, scores: Curve, best: float) -> float:
    """Return how far the summit stands above all angles more than 2° away; at the edge of the range nothing is sure."""
    away = np.abs(angles - best) > 2.0
    if not away.any() or abs(best) > float(angles.max()) - _COARSE_STEP_DEG:
        return 0.0
    return round(float(1 - np.percentile(scores[away], 95) / scores.max()), 3)
