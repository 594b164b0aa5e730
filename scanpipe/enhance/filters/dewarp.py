"""Dewarp: make the lines of a page level that curls towards its gutter under an overhead camera.

Every baseline and long rule that is followed shows how far the page is displaced along it. One smooth field is fitted
to all of them at once by robust least squares: a polynomial along the lines, whose coefficients vary slowly down the
page, so that each line becomes level at a height of its own. (A page as one smooth sheet: Zucker, page_dewarp, 2016,
a cubic sheet; Fu, Wu, Li, Li, Xu and Yang, CBDAR 2007, a cylinder between top and bottom line; lines aligned by a
robust cost: Kim, Koo and Cho, Pattern Recognition 48, 2015.) As the curl of a page is unknown before its lines are
followed, and steep lines are followed only in pieces, both are done in turns.

Pixels move up and down only: letters close to the gutter stay as narrow as the camera saw them.
"""

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.filters.outcome import Applied, Skipped, resampled
from scanpipe.enhance.filters.warp_field import ALONG, DOWN, Displacement, remapped, room
from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.carried import block_px
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.enhance.maps.row_bands import row_bands
from scanpipe.enhance.maps.text_lines import Points, Values, Writing, find_writing, fitted, traced
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import DewarpParams
from scanpipe.raster import MM_PER_INCH, Pixels, Raster

_ROUNDS = 4
_REWEIGHTED = 6
_SHORTEST_MM, _LONG_MM = 6.0, 25.0  # of a run that counts, and of one that shows whether it is straight
_SURELY_OFF = 4.0  # times the usual distance from the line: no underside of that line
_FINEST_MM = 0.05
_STIFFNESS = 1e-4  # so that places without lines do not bend
_NEAR_MM = 15.0
_ENOUGH_LINES, _ENOUGH_INK = 12, 0.8
_LARGEST_STRETCH = 0.3  # of heights, anywhere: more is no page
_MOST_POINTS = 20000


class PageCurl(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="curl"):
    """How the lines of a page bend.

    Attributes:
        rms_bend_mm: root of the mean squared distance of the bent lines from straight ones.
        lines: long lines that were followed.
        area_mm: left, top, right and bottom of what they cover.
        coefficients_mm: how far down a place is displaced: coefficients of Legendre polynomials over the area, a row
            for each degree down the page, a column for each degree along the lines; () where nothing was found.
        confidence: 0-1.
    """

    rms_bend_mm: float = msgspec.field(name="bend_mm")
    lines: int
    area_mm: tuple[float, float, float, float]
    coefficients_mm: tuple[tuple[float, ...], ...] = msgspec.field(name="displaced_mm")
    confidence: float


NOTHING = PageCurl(rms_bend_mm=0.0, lines=0, area_mm=(0.0, 0.0, 0.0, 0.0), coefficients_mm=(), confidence=0.0)


def measure(page: Page, _params: DewarpParams) -> PageCurl:
    """Follow the page's lines and tell how they bend."""
    ink = page.ink
    written = find_writing(ink)
    points, field = follow(ink, written)
    if field is None:
        return NOTHING
    long = _long(points, _LONG_MM)
    bent = fitted(_moved_to(long, field.at(long.x, _heights(long, field))))[-1]
    return PageCurl(
        rms_bend_mm=round(_rms(bent), 3),
        lines=len(np.unique(long.line)),
        area_mm=field.area,
        coefficients_mm=tuple(tuple(round(float(factor), 5) for factor in row) for row in field.factors),
        confidence=_confidence(ink, long, field),
    )


def stats(curl: PageCurl) -> PageCurl:
    """Return what the report tells."""
    return curl


def judge(_page: Page, curl: PageCurl, params: DewarpParams) -> Skipped | None:
    """Leave a page alone whose lines do not surely bend, or too little to be worth it."""
    if curl.rms_bend_mm < params.smallest_mm:
        return Skipped(status="not_needed")
    return Skipped(status="unsure") if curl.confidence < params.confidence else None


def apply(page: Page, curl: PageCurl, _params: DewarpParams) -> Applied:
    """Make the lines of a page level."""
    surround_mask = unrolled_flags(page.ink.surround_mask, curl, page.ink.dpi)
    marks = unrolled_map(page.marks, curl, page.raster)
    return resampled(page, unrolled(page.raster, curl), surround_mask, marks)


def straightness_mm(ink: InkMap) -> tuple[float, int]:
    """Return how far the points of long lines lie from straight lines of their own (RMS), and how many lines."""
    points, _field = follow(ink, find_writing(ink))
    long = _long(points, _LONG_MM)
    return _rms(fitted(long)[-1]), len(np.unique(long.line))


def follow(ink: InkMap, written: Writing) -> tuple[Points, Displacement | None]:
    """Return points on the page's lines, in mm, without outliers, and the field that makes them level."""
    field: Displacement | None = None
    points = Points(line=np.zeros(0, np.intp), x=np.zeros(0), y=np.zeros(0), darkness=np.zeros(0))
    for _round in range(_ROUNDS):
        points = _long(_points(ink, written, field), _SHORTEST_MM)
        if len(points.x) < 3 * ALONG * DOWN:
            return points, None
        field, weights = _fit(points, _area(points))
        points = points.only(weights > 0)
    return points, field


def _points(ink: InkMap, written: Writing, field: Displacement | None) -> Points:
    """Trace lines on the map as the field would have it level; return where they are on the page, in mm."""
    mm = MM_PER_INCH / ink.dpi
    level = (
        written.contrast
        if field is None
        else remapped(written.contrast, field, ink.dpi, slice(0, len(written.contrast)), 0, cv2.INTER_LINEAR, (0.0,))
    )
    baselines, rules = traced(level, written, ink)
    first = int(baselines.line.max(initial=0)) + 1
    x, y = (np.concatenate(pair) for pair in ((baselines.x, rules.x), (baselines.y, rules.y)))
    line = np.concatenate((baselines.line, rules.line + first))
    every = -(-len(x) // _MOST_POINTS) or 1
    x, y, line = (x[::every] + 0.5) * mm, (y[::every] + 0.5) * mm, line[::every]
    return Points(line=line, x=x, y=y if field is None else y + field.at(x, y), darkness=np.ones_like(x))


def _long(points: Points, shortest_mm: float) -> Points:
    """Return the points of runs of at least a length."""
    number, _slope, spread, _residual = fitted(points)
    length = np.sqrt(12 * spread / np.maximum(number, 1))
    return points.only((length >= shortest_mm)[points.line])


def _area(points: Points) -> tuple[float, float, float, float]:
    left, right = np.percentile(points.x, (0.5, 99.5))
    top, bottom = np.percentile(points.y, (0.5, 99.5))
    return round(float(left), 2), round(float(top), 2), round(float(right), 2), round(float(bottom), 2)


def _fit(points: Points, area: tuple[float, float, float, float]) -> tuple[Displacement, Values]:
    """Fit the field by least squares, reweighted after Tukey; return it and the weight of each point."""
    field = Displacement(area=area, factors=np.zeros((DOWN + 1, ALONG + 1)))
    across, weights = field.across(points.x)[:, 1:], np.ones_like(points.x)
    for _time in range(_REWEIGHTED):
        down = field.down(_heights(points, field))
        terms = (down[:, :, None] * across[:, None, :]).reshape(len(points.x), -1)
        free, wanted = _about_lines(terms, points.line, weights), _about_lines(points.y[:, None], points.line, weights)
        normal = (free * weights[:, None]).T @ free + _STIFFNESS * weights.sum() * np.eye(free.shape[1])
        solved = np.linalg.solve(normal, (free * weights[:, None]).T @ wanted)[:, 0]
        residual = wanted[:, 0] - free @ solved
        usual = max(_FINEST_MM, 1.4826 * float(np.median(np.abs(residual))))
        weights = np.clip(1 - (residual / (_SURELY_OFF * usual)) ** 2, 0, None) ** 2
        factors = np.column_stack([np.zeros(DOWN + 1), solved.reshape(DOWN + 1, ALONG)])
        field = _kept_at_height(Displacement(area=area, factors=factors), points)
    return field, weights


def _kept_at_height(field: Displacement, points: Points) -> Displacement:
    """Return the field with what is the same all along a line taken out: on the whole, lines stay where they are."""
    heights = _heights(points, field)
    moved = np.linalg.lstsq(field.down(heights), field.at(points.x, heights), rcond=None)[0]
    factors = field.factors.copy()
    factors[:, 0] -= moved
    return Displacement(area=field.area, factors=factors)


def _heights(points: Points, field: Displacement) -> Values:
    """Return for each point the height at which its line comes to lie."""
    height = points.y
    for _time in range(3):
        level = points.y - field.at(points.x, height)
        count = np.maximum(np.bincount(points.line), 1)
        height = (np.bincount(points.line, level) / count)[points.line]
    return np.asarray(height, np.float64)


def _about_lines(values: Values, line: NDArray[np.intp], weights: Values) -> Values:
    """Return values (n, k) less their weighted mean over each line."""
    total = np.maximum(np.bincount(line, weights), 1e-9)
    means = [np.bincount(line, weights * column) / total for column in values.T]
    return np.asarray(values - np.column_stack(means)[line], np.float64)


def _confidence(ink: InkMap, long: Points, field: Displacement) -> float:
    """Return how far lines that had no part in a fit come to lie level by it, less for few lines and uncovered ink."""
    lines = np.unique(long.line)
    if len(lines) < 2 or not _is_sheet(field, ink):
        return 0.0
    order = lines[np.argsort(_by_line(long, long.y)[lines])]
    after = np.zeros_like(long.x)
    second = np.arange(len(order)) // 2 % 2 == 1  # in pairs, as rules and writing often take turns
    for half in (order[second], order[~second]):
        seen = np.isin(long.line, half)
        other = _fit(long.only(seen), field.area)[0]
        rest = long.only(~seen)
        residual = rest.y - other.at(rest.x, _heights(rest, other))
        after[~seen] = residual - _by_line(rest, residual)[rest.line]
    gained = 1 - _rms(after) / max(_rms(fitted(long)[-1]), _FINEST_MM)
    share = min(1.0, len(lines) / _ENOUGH_LINES) * min(1.0, _covered(ink, field) / _ENOUGH_INK)
    return round(max(0.0, gained) * share, 3)


def _covered(ink: InkMap, field: Displacement) -> float:
    """Return the share of the page's writing that lies among the lines that were followed, or next to them."""
    near = _NEAR_MM * np.array([-1, -1, 1, 1])
    edges = np.rint((np.array(field.area) + near) / MM_PER_INCH * ink.dpi).astype(int).clip(0)
    strokes = ink.strokes
    inside = strokes[edges[1] : edges[3], edges[0] : edges[2]]
    return float(np.count_nonzero(inside)) / max(1, int(np.count_nonzero(strokes)))


def _is_sheet(field: Displacement, ink: InkMap) -> bool:
    """Tell whether heights are nowhere stretched or folded beyond what a page's curl does."""
    height, width = ink.contrast.shape
    x, y = (np.arange(0, length * MM_PER_INCH / ink.dpi, 2.0) for length in (width, height))
    stretch = np.diff(field.grid(x, y), axis=0) / 2.0
    return bool(stretch.size) and float(np.abs(stretch).max()) <= _LARGEST_STRETCH


def _moved_to(points: Points, y: Values) -> Points:
    return Points(line=points.line, x=points.x, y=y, darkness=points.darkness)


def _by_line(points: Points, values: Values) -> Values:
    """Return the mean of each line."""
    means = np.bincount(points.line, values) / np.maximum(np.bincount(points.line), 1)
    return np.asarray(means, np.float64)


def _rms(values: Values) -> float:
    return float(np.sqrt(np.mean(values**2))) if values.size else 0.0


def room_for(raster: Raster, curl: PageCurl) -> tuple[int, int]:
    """Return the rows that the page grows by above and below."""
    return room(raster.pixels, _field_of(curl), raster.dpi)


def _field_of(curl: PageCurl) -> Displacement:
    return Displacement(area=curl.area_mm, factors=np.array(curl.coefficients_mm))


def unrolled(raster: Raster, curl: PageCurl) -> Raster:
    """Make the lines level, on a canvas grown so that nothing is cut; new edges go on with what the rim shows."""
    field = _field_of(curl)
    above, below = room_for(raster, curl)
    size = (raster.height + above + below, *raster.pixels.shape[1:])
    level = raster.replace(np.empty(size, np.uint8))
    pixels = level.pixels.copy()
    colour = _rim_colour(raster.pixels)
    for rows in row_bands(level):
        pixels[rows] = remapped(raster.pixels, field, raster.dpi, rows, above, cv2.INTER_CUBIC, colour)
    return raster.replace(pixels)


def unrolled_flags(flags: Flags, curl: PageCurl, dpi: float) -> Flags:
    """Move a map of places along with its page; new edges count as true."""
    field = Displacement(area=curl.area_mm, factors=np.array(curl.coefficients_mm))
    levels = flags.astype(np.uint8)
    above, below = room(levels, field, dpi)
    rows = slice(0, len(flags) + above + below)
    return np.asarray(remapped(levels, field, dpi, rows, above, cv2.INTER_NEAREST, (1.0,)), np.bool_)


def unrolled_map(flags: Flags, curl: PageCurl, raster: Raster) -> Flags:
    """Carry the map of a page's places along with it (see `carried`); new edges hold none."""
    field, block = Displacement(area=curl.area_mm, factors=np.array(curl.coefficients_mm)), block_px(raster.dpi)
    above, below = room(raster.pixels, field, raster.dpi)
    rows = slice(0, (raster.height + above + below) // block)
    levels, dpi = flags.view(np.uint8), raster.dpi / block
    return np.asarray(remapped(levels, field, dpi, rows, above / block, cv2.INTER_NEAREST, (0.0,)), np.bool_)


def _rim_colour(pixels: Pixels) -> tuple[float, ...]:
    """Return the median colour of the outermost pixels."""
    sides = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    return tuple(np.atleast_1d(np.median(np.concatenate(sides), axis=0)).tolist())
