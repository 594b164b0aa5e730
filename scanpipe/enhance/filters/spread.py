"""The spread: tell an open book from a single sheet, find its gutter, and part it into its two pages.

Paper that bends into a binding darkens there along one straight line from top to bottom, between brighter paper on
both sides. Writing and rules do not: they are closed away first. The line is sought by summing the depth of that
valley along slanted lines, a Radon transform. (On parting double pages: Stamatopoulos, Gatos and Georgiou, "Page frame
detection for double page document images", DAS 2010, who look for blank runs; a table that runs across has none.)
The halves overlap, so that what crosses the gutter stands whole in one or the other.
"""

from itertools import pairwise
from typing import Literal

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.filters.outcome import Applied, Skipped
from scanpipe.enhance.filters.surroundings import Outline, paint_outside
from scanpipe.enhance.maps.background import Field
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import SpreadParams
from scanpipe.raster import Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import grey_pixels

Half = Literal["left", "right"]
HALVES: tuple[Half, Half] = ("left", "right")

_MAP_DPI = 50.0  # half a millimetre a pixel
_BANDS = 16
_CLOSE_MM = (6.0, 16.0)  # across and down: wider than strokes and rules, narrower than the shadow of a binding
_FLANK_MM = (6.0, 12.0)  # where, left and right of a valley, its brim is
_WIDEST_TILT_DEG = 3.0
_TILTS = 49
_MIDDLE = (0.35, 0.65)  # of the page's width: where a gutter may be
_DEEPEST = 0.05  # of the paper's level: a deeper valley is no surer one
_SHALLOWEST = 0.006
_SURE_DEPTH = 0.012
_PAPER = 0.55  # of the typical paper: darker ground is beside the page
_NEAR_MM = 5.0
_RIVAL_MM = 20.0
_SMALLEST_MM = (180.0, 110.0)  # two pages of A6 are 210 x 148
_WIDEST_ASPECT = 2.2

Curve = NDArray[np.float64]


class Spread(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="spread"):
    """The gutter: its place on the first and the last row, in pixels, and how sure it is (0-1) that there is one."""

    top_x: float
    bottom_x: float
    confidence: float

    def x_at(self, row: float, height: int) -> float:
        """Return where the gutter crosses a row of a picture of that height."""
        return self.top_x + (self.bottom_x - self.top_x) * row / max(1, height - 1)

    def scaled(self, factor: float) -> "Spread":
        """Return the gutter on a picture so many times as large."""
        return msgspec.structs.replace(self, top_x=self.top_x * factor, bottom_x=self.bottom_x * factor)


def measure(page: Page, params: SpreadParams) -> Spread:
    """Find the gutter of an open spread; a picture that stands upright, or shows no gutter, gets no confidence."""
    raster = page.raster
    if not may_be(raster, params):
        return middle(raster)
    small = reduced(raster, _MAP_DPI)
    ground, centres = _bands(small)
    span = _page_span(ground)
    depths = _valleys(ground, small)
    valleys = np.minimum(depths, _DEEPEST)
    scores, tilts = _line_scores(valleys, centres)
    low, high = (round(span[0] + share * (span[1] - span[0])) for share in _MIDDLE)
    if high - low < small.px(_NEAR_MM) or span[1] - span[0] < params.smallest_aspect * small.height:
        return middle(raster)
    best = int(scores[low:high].max(axis=1).argmax()) + low
    tilt = float(tilts[int(scores[best].argmax())])
    line = _fitted(depths, centres, _fitted(depths, centres, np.array([tilt, best]), small), small)
    rows = np.array([-(small.height - 1) / 2, (small.height - 1) / 2])
    ends = (np.polyval(line, rows) + 0.5) * raster.width / small.width - 0.5
    return Spread(
        top_x=round(float(ends[0]), 1),
        bottom_x=round(float(ends[1]), 1),
        confidence=_confidence(valleys, np.asarray(np.polyval(line, centres), np.float64), scores, small),
    )


def may_be(raster: Raster, params: SpreadParams) -> bool:
    """Return whether a picture is large and wide enough to show two pages side by side."""
    width_mm, height_mm = raster.size_mm
    large = width_mm >= _SMALLEST_MM[0] and height_mm >= _SMALLEST_MM[1]
    return large and params.smallest_aspect <= width_mm / height_mm <= _WIDEST_ASPECT


def middle(raster: Raster) -> Spread:
    """Return the picture's middle as a gutter that nothing speaks for."""
    at = (raster.width - 1) / 2
    return Spread(top_x=at, bottom_x=at, confidence=0.0)


def unsure(params: SpreadParams) -> SpreadParams:
    """Return the parameters for a cut that is only a guess: with twice the overlap, and at least 10 mm."""
    return msgspec.structs.replace(params, overlap_mm=max(10.0, 2 * params.overlap_mm))


def stats(spread: Spread) -> Spread:
    """Return what the report tells."""
    return spread


def judge(_page: Page, spread: Spread, params: SpreadParams) -> Skipped:
    """Leave the page whole: whether it is parted into two is the recipe's choice."""
    if spread.confidence >= params.confidence:
        return Skipped(status="found")
    return Skipped(status="unsure" if spread.confidence else "not_needed")


def apply(page: Page, _spread: Spread, _params: SpreadParams) -> Applied:
    """Keep the page whole; the pipeline makes two pages of it by `half`."""
    return Applied(page=page)


def half(raster: Raster, spread: Spread, region: Half, params: SpreadParams) -> Raster:
    """Return one page of the spread: all on its side of the gutter, and the overlap.

    What lies beyond the overlap of a slanted gutter is painted as paper; it stands in full on the other half.
    """
    columns, corners = part(raster, spread, region, params)
    whole = raster.replace(np.ascontiguousarray(raster.pixels[:, columns]))
    return paint_outside(whole, corners) if abs(spread.top_x - spread.bottom_x) >= 1 else whole


def part(raster: Raster, spread: Spread, region: Half, params: SpreadParams) -> tuple[slice, Outline]:
    """Return the columns of one page of the spread with its overlap, and its corners within them."""
    overlap = raster.px(params.overlap_mm) if params.overlap_mm else 0
    side = 1 if region == "left" else -1
    top, bottom = spread.top_x + side * overlap, spread.bottom_x + side * overlap
    height, width = raster.height, raster.width
    if region == "left":
        cut = slice(0, min(width, int(np.ceil(max(top, bottom))) + 1))
        return cut, ((0, 0), (top, 0), (bottom, height), (0, height))
    cut = slice(max(0, int(min(top, bottom))), width)
    return cut, ((top - cut.start, 0), (width, 0), (width, height), (bottom - cut.start, height))


def _bands(small: Raster) -> tuple[Field, Curve]:
    """Return the ground's level in horizontal bands (bands, columns), and the rows of their centres from the middle."""
    across, down = (small.px(length) | 1 for length in _CLOSE_MM)
    kernel = np.ones((down, across), np.uint8)
    closed = cv2.morphologyEx(grey_pixels(small.pixels), cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    edges = np.linspace(0, small.height, _BANDS + 1).astype(int)
    rows = [np.median(closed[low:high], axis=0) for low, high in pairwise(edges)]
    ground = cv2.GaussianBlur(np.asarray(rows, np.float32), (0, 0), sigmaX=0.5 * small.px(2.0), sigmaY=0.01)
    return np.asarray(ground, np.float32), (edges[:-1] + edges[1:] - 1) / 2 - (small.height - 1) / 2


def _page_span(ground: Field) -> tuple[int, int]:
    """Return the first and the last column that is paper in most bands."""
    typical = float(np.percentile(ground, 75))
    columns = np.flatnonzero((ground > _PAPER * typical).mean(axis=0) > 0.5)
    return (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, ground.shape[1])


def _valleys(ground: Field, small: Raster) -> Field:
    """Return how deep each place lies below the lower of its two brims, as a share of them."""
    near, far = (small.px(length) for length in _FLANK_MM)
    brim = cv2.blur(ground, (far - near + 1, 1), borderType=cv2.BORDER_REPLICATE)
    shift = (near + far) // 2
    wide = np.pad(brim, ((0, 0), (shift, shift)), mode="edge")
    lower = np.minimum(wide[:, : ground.shape[1]], wide[:, 2 * shift :])
    return np.asarray(np.maximum(1 - ground / np.maximum(lower, 1), 0), np.float32)


def _line_scores(valleys: Field, centres: Curve) -> tuple[Field, Curve]:
    """Return the mean depth along the line through every column of the middle row, at every tilt (columns, tilts)."""
    slope = np.tan(np.radians(_WIDEST_TILT_DEG))
    tilts = np.linspace(-slope, slope, _TILTS)
    columns = np.arange(valleys.shape[1])
    scores = np.zeros((valleys.shape[1], _TILTS), np.float32)
    for band, centre in zip(valleys, centres, strict=True):
        places = np.clip(np.rint(columns[:, None] + tilts * centre), 0, len(columns) - 1).astype(int)
        scores += band[places]
    return np.asarray(scores / len(centres), np.float32), tilts


def _fitted(depths: Field, centres: Curve, line: Curve, small: Raster) -> Curve:
    """Return slope and place of the line through the valley's middle, near a first one, in the bands that show it."""
    reach = small.px(_NEAR_MM)
    columns, rows = [], []
    for band, centre in zip(depths, centres, strict=True):
        first = max(0, round(float(np.polyval(line, centre))) - reach)
        depth = band[first : first + 2 * reach + 1].astype(np.float64)
        if depth.size and depth.max() >= _SHALLOWEST:
            weight = np.where(depth >= 0.5 * depth.max(), depth, 0)
            columns.append(first + float(weight @ np.arange(depth.size)) / float(weight.sum()))
            rows.append(centre)
    if len(columns) < 3:
        return line
    places, at_rows = np.array(columns), np.array(rows)
    fit = np.polyfit(at_rows, places, 1)
    off = np.abs(places - np.polyval(fit, at_rows))
    kept = off <= max(1.0, 2 * float(np.median(off)))
    return np.polyfit(at_rows[kept], places[kept], 1) if kept.sum() >= 3 else fit


def _confidence(valleys: Field, line: Curve, scores: Field, small: Raster) -> float:
    """Return the share of bands that show the valley, less where it is shallow or another line is nearly as deep."""
    reach = small.px(1.0)
    places = np.clip(np.rint(line).astype(int), reach, valleys.shape[1] - reach - 1)
    depths = np.array([band[at - reach : at + reach + 1].max() for band, at in zip(valleys, places, strict=True)])
    shown = float((depths >= _SHALLOWEST).mean())
    depth = float(np.median(depths))
    columns = np.arange(len(scores))
    middle_at, away = float(np.mean(line)), small.px(_RIVAL_MM)
    inner = (columns > 0.2 * len(scores)) & (columns < 0.8 * len(scores)) & (np.abs(columns - middle_at) > away)
    rival = float(scores[inner].max()) if inner.any() else 0.0
    alone = min(1.0, max(0.0, 1.5 * (1 - rival / max(float(depths.mean()), 1e-6))))
    return round(max(0.0, shown * min(1.0, depth / _SURE_DEPTH) * alone), 3)
