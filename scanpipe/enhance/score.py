"""The score of a page: how well its writing can be read, so that weak pages go to a person.

Six things are measured, each with a unit and a threshold. A value v with the threshold t counts 1 / (1 + (v/t)⁴):
nearly 1 on a good page, a half at the threshold. The score is 100 times the product of all: one bad thing is enough.
"""

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.maps.background import Field
from scanpipe.enhance.maps.connected_components import parts_of
from scanpipe.enhance.maps.ink import BLANK_MM2, InkMap
from scanpipe.enhance.parameters import ScoreThresholds
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.channels import grey_pixels
from scanpipe.raster.flags import Flags, near, square

_NOISY = 60.0  # levels of contrast: where nothing paler is sure to be ink, a page without ink may be written on
_FLOOR = 0.02  # so that weak pages can still be told apart
_SHARPEST_PX = 2.5  # the edge of a sharp stroke between two pixels
_BAND_MM, _BAND_EVERY_MM = 4.0, 24.0  # blur is looked at in bands across the page, a sixth of it
_EDGE_WINDOW_MM = 0.7
_HALF = 0.5  # of the ink's contrast: lower edges are not those of strokes
_FAINT = 64  # of 255
_TRACE = 20.0
_RIM_MM = 0.4
_SMALLEST_LETTER_MM, _LARGEST_LETTER_MM = 1.2, 15.0
_RULE_MM = 12.0
_AROUND_MM = 0.7


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How well a page can be read.

    Attributes:
        overall: 0 (not at all) to 100.
        blur_mm: the width of the edges of strokes.
        finest_mm: the width that no edge can go below at this resolution; up to it nothing is soft.
        contrast: how far the ink stands off its paper (0-1), median.
        faint: the share of the ink (0-1) that stood off its paper by less than a quarter when it was scanned.
        noise: stains, show-through and grain of the paper, as a share of the ink's contrast.
        clipped: how many strokes run into the edge of the picture.
        skew_deg: the angle of the lines that was measured and not turned away.
    """

    overall: float
    blur_mm: float
    contrast: float
    faint: float
    noise: float
    clipped: int
    skew_deg: float
    finest_mm: float = 0.0


def measure(raster: Raster, ink: InkMap, *, scan: InkMap, skew_deg: float, thresholds: ScoreThresholds) -> Score:
    """Score a page.

    Args:
        raster: the page.
        ink: its ink map.
        scan: the ink map of the page as it was scanned: ink that faded stays faded, however much it was carried.
        skew_deg: the angle that is left, as far as it is known.
        thresholds: where each thing is weak.
    """
    blank = Score(overall=100.0, blur_mm=0, contrast=0, faint=0, noise=0, clipped=0, skew_deg=round(abs(skew_deg), 3))
    if ink.area_mm2 < BLANK_MM2:
        drowned = ink.ink_threshold > _NOISY
        return msgspec.structs.replace(blank, overall=0.0, noise=1.0) if drowned else blank
    contrast = float(np.median(ink.contrast[ink.strokes])) / 255
    measured = msgspec.structs.replace(
        blank,
        blur_mm=round(raster.mm(_edge_width(raster, ink)), 4),
        finest_mm=round(raster.mm(_SHARPEST_PX), 4),
        contrast=round(contrast, 3),
        faint=round(faint_share(scan), 4),
        noise=round(_noise(ink) / max(contrast, 0.01), 4),
        clipped=_clipped(ink),
    )
    return msgspec.structs.replace(measured, overall=_overall(measured, thresholds))


def weak(score: Score, thresholds: ScoreThresholds) -> list[str]:
    """Return the flags of all that is beyond its threshold."""
    parts = _parts(score, thresholds)
    flags = [flag for flag, part in parts.items() if part > 1]
    return [*flags, "hard_to_read"] if score.overall < thresholds.score else flags


def _parts(score: Score, thresholds: ScoreThresholds) -> dict[str, float]:
    """Return each measured thing as a multiple of its threshold, under the name of its flag."""
    return {
        "soft": score.blur_mm / max(thresholds.blur_mm, score.finest_mm),
        "low_contrast": thresholds.contrast / max(score.contrast, 1e-3) if score.contrast else 0.0,
        "faint": score.faint / thresholds.faint,
        "noisy": score.noise / thresholds.noise,
        "clipped": score.clipped / thresholds.clipped,
        "skewed": score.skew_deg / thresholds.skew_deg,
    }


def _overall(score: Score, thresholds: ScoreThresholds) -> float:
    good = [_FLOOR + (1 - _FLOOR) / (1 + part**4) for part in _parts(score, thresholds).values()]
    return round(100 * float(np.prod(good)), 2)


def _edge_width(raster: Raster, ink: InkMap) -> float:
    """Return how many pixels the edges of strokes take from paper to ink: their height by their steepest slope.

    Measured at the steepest points beside strokes only, so the paper's texture has no say (edge width as blur:
    Marziliano et al., ICIP 2002).
    """
    least = _HALF * float(np.median(ink.contrast[ink.strokes])) / 255 * ink.paper.level
    every, high = raster.px(_BAND_EVERY_MM), raster.px(_BAND_MM)
    widths = [_widths(raster, top, top + high, least) for top in range(0, raster.height, every)]
    widths_px = np.concatenate(widths)
    return float(np.median(widths_px)) if widths_px.size else 0.0


def _widths(raster: Raster, top: int, bottom: int, least: float) -> Field:
    """Return the width in pixels of each edge in a band of rows that rises by at least so many levels."""
    grey = grey_pixels(raster.pixels[top:bottom])
    across, down = cv2.Scharr(grey, cv2.CV_32F, 1, 0, scale=1 / 32), cv2.Scharr(grey, cv2.CV_32F, 0, 1, scale=1 / 32)
    # Not cv2.magnitude, whose last digits depend on where the picture lies in memory.
    slope = np.sqrt(np.square(across) + np.square(down))
    side = raster.px(_EDGE_WINDOW_MM) | 1
    window = square(side)
    height = cv2.subtract(cv2.dilate(grey, window), cv2.erode(grey, window))
    # What rises by that height within the window has such a slope somewhere; flat paper beside the edge has not.
    steepest = (slope >= cv2.dilate(slope, square(3))) & (height > least) & (slope > height / (2 * side))
    return np.asarray(height[steepest] / slope[steepest], np.float32)


def faint_share(scan: InkMap) -> float:
    """Return the share of all that is drawn, however faintly, that is faint."""
    drawn = scan.contrast[scan.fine_contrast > max(_TRACE, 3 * scan.grain)]
    return float(np.mean(drawn < _FAINT)) if drawn.size else 0.0


def near_marks(ink: InkMap) -> Flags:
    """Tell where paper is not bare, or writing or what lies beside the page is close by."""
    return near(ink.strokes | ink.surround_mask, ink.px(_AROUND_MM))


def _noise(ink: InkMap) -> float:
    """Return how far the paper between the writing stands off itself (0-1): nine tenths of it are cleaner."""
    bare = ink.contrast[::3, ::3][~near_marks(ink)[::3, ::3]]
    return float(np.percentile(bare, 90)) / 255 if bare.size else 0.0


def _clipped(ink: InkMap) -> int:
    """Return how many strokes run into the edge of the picture: neither rules, which may do so, nor edges of paper."""
    strokes, long = ink.strokes.astype(np.uint8), ink.px(_RULE_MM)
    for shape in ((long, 1), (1, long)):
        rules = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones(shape, np.uint8), borderType=cv2.BORDER_REPLICATE)
        strokes = np.asarray(cv2.subtract(strokes, np.asarray(rules, np.uint8)), np.uint8)
    return sum(_clipped_above(np.rot90(strokes, turned), ink) for turned in range(4))


def _clipped_above(strokes: Pixels, ink: InkMap) -> int:
    """Count the parts that reach the first rows and have the size of writing."""
    rim = np.ascontiguousarray(strokes[: 2 * ink.px(_LARGEST_LETTER_MM)])
    count, labels, stats = parts_of(rim)
    across, down = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    like_letters = (down >= ink.px(_SMALLEST_LETTER_MM)) & (down <= ink.px(_LARGEST_LETTER_MM))
    like_letters &= across <= np.minimum(ink.px(_LARGEST_LETTER_MM), 3 * down)  # edges of paper lie along the rim
    reached = np.zeros(count, np.bool_)
    reached[labels[: ink.px(_RIM_MM)]] = True
    reached[0] = False
    return int(np.count_nonzero(reached & like_letters))
