"""Contrast: faint strokes boosted to a legible distance from their paper, each as far as it needs; its colour kept.

What is a stroke is told at stroke width: what a closing of that width takes out of the paper. Stains and smudges are
wider and belong to the paper under the stroke, so they are not raised with it. Each stroke's own depth (that of its
core), and the depth of the writing around it, set the gain; grain, and the soft marks of the other side, lie below
both and stay as they are.
"""

from dataclasses import dataclass

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.filters.outcome import Applied, Skipped, recoloured
from scanpipe.enhance.maps.ground import Field, Flags
from scanpipe.enhance.maps.row_bands import pad_map, row_bands, upsample_rows
from scanpipe.enhance.maps.strokes import Strokes, find_strokes
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import ContrastParams
from scanpipe.jit_cache import compiled
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.lengths import mm_of, whole_px

LEAST_RAISED = 0.01  # of the strokes: a page with less faint ink is left alone

_STEP = 1 / 40  # gains are kept as whole steps above 1, so at most 7.4
_SOFT, _SHARP = 0.6, 0.8  # of the page's usual sharpness: the other side's ink, its own
_FAINT_SHARP = 0.5  # a sharp stroke is raised down to this share of the depth asked of a soft one
_SUPPORT_MM, _LEAST_SUPPORT_MM2 = 3.0, 2.0  # a stroke has so much ink around it (widened by 0.4 mm), a speck has not
_ROUND_CAP = 0.08


class ContrastStats(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="tone"):
    """How dark the strokes stand against their paper (0-1; median and the faint quarter), and the gains they call for.

    `gain` is the median gain of the strokes that are raised, `raised` their share of all strokes.
    """

    ink: float
    faint_ink: float
    gain: float
    raised: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GainMap:
    """What is to be raised.

    Attributes:
        ground: (h, w[, 3]) levels of the paper under the strokes, stains and smudges included, at 75 dpi.
        gain: (h, w) float, 1 where nothing is raised.
        noise_floor: depth (0-255) below which a pixel next to a stroke is paper.
        stats: all of it in short.
    """

    ground: Pixels
    gain: Field
    noise_floor: float
    stats: ContrastStats


def measure(page: Page, params: ContrastParams) -> GainMap:
    """Find the strokes of a page, how deep each is, and the gain that it calls for."""
    strokes = find_strokes(page.raster, page.ink, stroke_mm=params.stroke_mm, neighbourhood_mm=params.neighbourhood_mm)
    gain, is_stroke = gains(strokes, params)
    noise_floor = strokes.paper_offset + params.noise_floor * strokes.grain
    return GainMap(
        ground=strokes.ground,
        gain=gain,
        noise_floor=noise_floor,
        stats=_stats(strokes.peak_depth[is_stroke], gain[is_stroke], params),
    )


def gains(strokes: Strokes, params: ContrastParams) -> tuple[Field, Flags]:
    """Return by how much each stroke of a page is to grow in depth (h, w; 1: not at all), and where strokes are."""
    noise_gate = np.maximum(strokes.noise, params.show_through * _asked(strokes))
    side = whole_px(_SUPPORT_MM, strokes.dpi) | 1
    least = _LEAST_SUPPORT_MM2 / mm_of(side, strokes.dpi) ** 2
    support = cv2.blur((strokes.peak_depth > noise_gate).astype(np.float32), (side, side)) > least
    target, deepest = 255 * params.target_contrast, np.maximum(strokes.peak_depth, 1)
    requested_gain = np.maximum(target / strokes.local_depth, (target / deepest) ** params.uniformity)
    requested_gain = np.clip(np.minimum(requested_gain, target / deepest), 1, params.strongest_gain)
    gate_weight = np.clip((strokes.peak_depth - noise_gate) / (0.5 * noise_gate), 0, 1) * support
    gain = cv2.blur(np.asarray(1 + (requested_gain - 1) * gate_weight, np.float32), (3, 3))
    return np.asarray(gain, np.float32), np.asarray((strokes.peak_depth > noise_gate) & support, np.bool_)


def _asked(strokes: Strokes) -> Field:
    """Return the depth that marks are measured by, to tell ink from the other side's.

    Sharp marks by half the ink around them, soft ones by the deepest ink of the page.
    """
    sharp = np.clip((strokes.sharpness - _SOFT) / (_SHARP - _SOFT), 0, 1)
    return np.asarray(sharp * _FAINT_SHARP * strokes.local_depth + (1 - sharp) * strokes.page_depth, np.float32)


def _stats(depths: Field, requested_gain: Field, params: ContrastParams) -> ContrastStats:
    if not depths.size:
        return ContrastStats(ink=0.0, faint_ink=0.0, gain=1.0)
    faint, median = (round(float(value) / 255, 3) for value in np.percentile(depths, (25, 50)))
    raised = requested_gain[requested_gain >= params.smallest_gain]
    gain = round(float(np.median(raised)), 3) if raised.size else 1.0
    return ContrastStats(ink=median, faint_ink=faint, gain=gain, raised=round(raised.size / requested_gain.size, 3))


def stats(gain_map: GainMap) -> ContrastStats:
    """Return what the report tells."""
    return gain_map.stats


def judge(page: Page, gain_map: GainMap, _params: ContrastParams) -> Skipped | None:
    """Leave a page alone whose ink is not faint, or that has no tones."""
    enough = gain_map.stats.raised < LEAST_RAISED or page.raster.black_and_white
    return Skipped(status="not_needed") if enough else None


def apply(page: Page, gain_map: GainMap, params: ContrastParams) -> Applied:
    """Boost the contrast of a page's faint strokes."""
    return recoloured(page, boosted(page.raster, gain_map, params), paper=page.ink.paper)


def boosted(raster: Raster, gain_map: GainMap, params: ContrastParams) -> Raster:
    """Carry the pixels of strokes away from their paper, all channels by one factor, so that their hue stays."""
    ground, gain = pad_map(gain_map.ground), pad_map((gain_map.gain - 1) / _STEP)
    factors = _factors(gain_map.noise_floor, params)
    result = np.empty_like(raster.pixels)
    for rows in row_bands(raster):
        band = raster.pixels[rows]
        paper, steps = upsample_rows(ground, raster, rows), upsample_rows(gain, raster, rows)
        result[rows] = _boosted_band(band, paper, steps, factors)
    return raster.replace(result)


def _boosted_band(band: Pixels, paper: Pixels, steps: Pixels, factors: Field) -> Pixels:
    """Return a band of rows with its faint ink boosted, a small part of a page."""
    if not steps.any():
        return band
    channels = 1 if band.ndim == 2 else band.shape[2]
    boosted = band.reshape(-1, channels).copy()
    _carry(boosted, paper.reshape(-1, channels), steps.ravel(), factors)
    return boosted.reshape(band.shape)


@compiled()
def _carry(levels: Pixels, paper: Pixels, steps: Pixels, factors: Field) -> None:
    """Carry each pixel (n, channels) by the factor for its step of gain and its depth, in place."""
    for pixel in range(steps.size):
        if steps[pixel] == 0:
            continue
        depth = 0
        for channel in range(levels.shape[1]):
            bare = float(paper[pixel, channel])  # unsigned levels would wrap around above it
            depth = max(depth, round(255 * (bare - float(levels[pixel, channel])) / max(1.0, bare)))
        factor = factors[steps[pixel], depth]
        if factor > 0:
            for channel in range(levels.shape[1]):
                level = float(levels[pixel, channel])
                far = factor * max(0.0, float(paper[pixel, channel]) - level)
                levels[pixel, channel] = max(0, round(level - far))


def _factors(noise_floor: float, params: ContrastParams) -> Field:
    """Return by what part a pixel's distance to its paper grows, for each step of gain and each depth 0-255.

    Nothing below `noise_floor` moves, and nothing is boosted much beyond the target.
    """
    gain, depth = np.arange(256, dtype=np.float32)[:, None] * _STEP, np.arange(256, dtype=np.float32)[None, :]
    target = 255 * min(1.0, params.target_contrast + _ROUND_CAP)
    raised = np.maximum(depth, np.minimum(depth + gain * np.maximum(depth - noise_floor, 0), target))
    return np.asarray(raised / np.maximum(depth, 1) - 1, np.float32)
