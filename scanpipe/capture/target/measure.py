"""What a scan of the target sheet tells about the scanner."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.target.layout import BLANK, COLOURS, EDGE_SQUARE, EDGE_TURN_DEG, GREYS, MARK_CENTRES, Patch
from scanpipe.capture.target.places import TargetPlaces, find_target
from scanpipe.capture.target.sharpness import mtf50
from scanpipe.raster import MM_PER_INCH, Raster

Values = NDArray[np.float64]

_INNER = 0.6  # of a patch's side
_SAMPLES = 12
_GRID = (6, 5)
_STREAK_MM = 3.0
_EDGE_WINDOW_MM = (12.0, 7.0)  # along the edge and across it


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReport:
    """What was measured; across is along the scanner's line, down is along the way of the paper.

    Attributes:
        stated_dpi: the resolution that the scanner states.
        dpi_across: the resolution across.
        dpi_down: the resolution down.
        skew_deg: how much the sheet lies askew.
        square_deg: how much the corners differ from right angles.
        keystone_percent: how much opposite sides differ.
        mtf50_across: line pairs a millimetre of which half the contrast is left, across.
        mtf50_down: the same, down.
        greys: levels of the eleven grey steps, from paper to black.
        uneven_percent: how much the light on bare paper varies.
        streak_levels: how many levels the strongest line down the picture differs from its surroundings.
        streak_mm: where that is, from the left edge of the picture.
        band_levels: how many levels the strongest line across the picture differs.
        noise_levels: standard deviation of the noise on bare paper.
        colour_error: mean distance of the colour patches from their colours, beside the paper (CIE 1976); 0 in grey.
        colour_worst: the largest.
    """

    stated_dpi: float
    dpi_across: float
    dpi_down: float
    skew_deg: float
    square_deg: float
    keystone_percent: float
    mtf50_across: float
    mtf50_down: float
    greys: tuple[int, ...]
    uneven_percent: float
    streak_levels: float
    streak_mm: float
    band_levels: float
    noise_levels: float
    colour_error: float
    colour_worst: float


def measure_target(picture: Raster) -> TargetReport:
    """Measure a scan of the target sheet.

    Raises:
        ImageRefused: the sheet is not on it, or not all of it.
    """
    places = find_target(picture)
    across, down, skew, square, keystone = _geometry(places)
    blank = places.inside(BLANK)
    bare = places.grey.pixels[blank].astype(np.float64)
    streak, column = _strongest(bare.mean(axis=0), picture.px(_STREAK_MM))
    errors = _colour_errors(places)
    right, below = _edges(places)
    return TargetReport(
        stated_dpi=picture.dpi,
        dpi_across=round(across, 2),
        dpi_down=round(down, 2),
        skew_deg=round(skew, 3),
        square_deg=round(square, 3),
        keystone_percent=round(keystone, 3),
        mtf50_across=round(right * across / MM_PER_INCH, 2),
        mtf50_down=round(below * down / MM_PER_INCH, 2),
        greys=tuple(round(float(_sampled(places, patch).mean())) for patch in GREYS),
        uneven_percent=round(_unevenness(bare), 2),
        streak_levels=round(streak, 2),
        streak_mm=round((blank[1].start + column) / across * MM_PER_INCH, 1),
        band_levels=round(_strongest(bare.mean(axis=1), picture.px(_STREAK_MM))[0], 2),
        noise_levels=round(float(np.std(bare - cv2.blur(bare, (9, 9)))), 2),
        colour_error=round(float(np.mean(errors)), 2) if errors else 0.0,
        colour_worst=round(max(errors, default=0.0), 2),
    )


def _geometry(places: TargetPlaces) -> tuple[float, float, float, float, float]:
    """Return resolution across and down, skew and squareness in degrees, keystone in percent."""
    upper_left, upper_right, lower_right, lower_left = places.marks
    top, bottom = upper_right - upper_left, lower_right - lower_left
    left, right = lower_left - upper_left, lower_right - upper_right
    wide, high = (math.dist(MARK_CENTRES[0], MARK_CENTRES[at]) for at in (1, 3))
    along_top, along_left = (top + bottom) / 2, (left + right) / 2
    top_dpi = float(np.linalg.norm(along_top)) / wide * MM_PER_INCH
    left_dpi = float(np.linalg.norm(along_left)) / high * MM_PER_INCH
    angles = [math.degrees(math.atan2(side[1], side[0])) for side in (along_top, along_left)]
    lying = abs(along_top[0]) < abs(along_top[1])  # turned by a quarter
    lengths = [float(np.linalg.norm(side)) for side in (top, bottom, left, right)]
    keystone = max(abs(lengths[0] / lengths[1] - 1), abs(lengths[2] / lengths[3] - 1))
    across, down = (left_dpi, top_dpi) if lying else (top_dpi, left_dpi)
    skew = (angles[0] + 45) % 90 - 45
    return across, down, skew, (angles[1] - angles[0] + 180) % 360 - 180 - 90, 100 * keystone


def _sampled(places: TargetPlaces, patch: Patch) -> Values:
    """Return levels within a patch (n, channels or 1), each averaged over a few pixels."""
    (x, y), width, height = patch.box.centre, patch.box.width * _INNER, patch.box.height * _INNER
    steps = np.linspace(-0.5, 0.5, _SAMPLES)
    mm = np.array([[x + width * right, y + height * down] for right in steps for down in steps], np.float64)
    columns, rows = places.pixels_of(mm).astype(int).T
    limit = np.array(places.picture.pixels.shape[:2]) - 2
    rows, columns = rows.clip(1, limit[0]), columns.clip(1, limit[1])
    around = [places.picture.pixels[rows + down, columns + right] for down in (-1, 0, 1) for right in (-1, 0, 1)]
    mean = np.mean(np.array(around, np.float64), axis=0)
    return np.asarray(mean if mean.ndim == 2 else mean[:, None], np.float64)


def _colour_errors(places: TargetPlaces) -> list[float]:
    if not places.picture.colour:
        return []
    paper = np.median(_sampled(places, GREYS[0]), axis=0)
    found = np.array([np.median(_sampled(places, patch), axis=0) for patch in COLOURS]) / np.maximum(paper, 1) * 255
    meant = np.array([patch.rgb for patch in COLOURS], np.float64)
    distance = _lab(found) - _lab(meant)
    return [float(length) for length in np.linalg.norm(distance, axis=1)]


def _lab(rgb: Values) -> Values:
    levels = np.clip(rgb / 255, 0, 1).astype(np.float32)[None]
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_RGB2LAB)[0], np.float64)


def _unevenness(bare: Values) -> float:
    across, down = _GRID
    means = cv2.resize(bare, (across, down), interpolation=cv2.INTER_AREA)
    return 100 * float(means.max() - means.min()) / max(float(means.mean()), 1.0)


def _strongest(profile: Values, width: int) -> tuple[float, int]:
    """Return by how much the profile differs most from its surroundings, and where."""
    side = min(width | 1, (len(profile) - 1) | 1)
    padded = np.pad(profile, side // 2, mode="edge")
    around = np.median(np.lib.stride_tricks.sliding_window_view(padded, side), axis=1)
    apart = np.abs(profile - around[: len(profile)])
    return float(apart.max()), int(apart.argmax())


def _edges(places: TargetPlaces) -> tuple[float, float]:
    """Return MTF50 across and down, in cycles a pixel, at the edges of the turned square."""
    turn = math.radians(EDGE_TURN_DEG)
    (x, y), half = EDGE_SQUARE.centre, EDGE_SQUARE.width / 2
    ways = [(math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))]
    middles = np.array([[x + half * right, y + half * down] for right, down in ways], np.float64)
    found: dict[bool, float] = {}
    for place, centre in zip(
        places.pixels_of(middles), places.pixels_of(np.array([[x, y]] * 2, np.float64)), strict=True
    ):
        upright = abs(place[0] - centre[0]) > abs(place[1] - centre[1])
        found[upright] = mtf50(_window(places, place, upright=upright))
    return found.get(True, 0.0), found.get(False, 0.0)


def _window(places: TargetPlaces, middle: Values, *, upright: bool) -> Values:
    along, across = (places.picture.px(length / 2) for length in _EDGE_WINDOW_MM)
    high, wide = (along, across) if upright else (across, along)
    column, row = (int(value) for value in middle)
    window = places.grey.pixels[max(0, row - high) : row + high, max(0, column - wide) : column + wide]
    return np.asarray(window if upright else window.T, np.float64)
