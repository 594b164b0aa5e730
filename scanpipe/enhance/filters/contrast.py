"""Contrast: faint strokes carried to a legible distance from their paper, each as far as it needs; its colour kept.

What is a stroke is told at stroke width: what a closing of that width takes out of the paper. Stains and smudges are
wider and belong to the paper under the stroke, so they are not raised with it. Each stroke's own depth (that of its
core), and the depth of the writing around it, set the gain; grain, and the soft marks of the other side, lie below
both and stay as they are.
"""

from dataclasses import dataclass

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.maps.ground import Field, Flags
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.enhance.maps.strips import bands, edged, stretched
from scanpipe.enhance.maps.strokes import Strokes, find_strokes
from scanpipe.enhance.parameters import ContrastParams
from scanpipe.jit_cache import compiled
from scanpipe.raster import MM_PER_INCH, Pixels, Raster

LEAST_RAISED = 0.01  # of the strokes: a page with less faint ink is left alone

_STEP = 1 / 40  # gains are kept as whole steps above 1, so at most 7.4
_SOFT, _SHARP = 0.6, 0.8  # of the page's usual sharpness: the other side's ink, its own
_FAINT_SHARP = 0.5  # a sharp stroke is raised down to this share of the depth asked of a soft one
_COMPANY_MM, _LEAST_COMPANY_MM2 = 3.0, 2.0  # a stroke has so much ink around it (widened by 0.4 mm), a speck has not
_ROUND_CAP = 0.08


class Tone(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="tone"):
    """How dark the strokes stand against their paper (0-1; median and the faint quarter), and the gains they call for.

    `gain` is the median gain of the strokes that are raised, `raised` their share of all strokes.
    """

    ink: float
    faint_ink: float
    gain: float
    raised: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lift:
    """What is to be raised.

    Attributes:
        ground: (h, w[, 3]) levels of the paper under the strokes, stains and smudges included, at 75 dpi.
        gain: (h, w) float, 1 where nothing is raised.
        quiet: depth (0-255) below which a pixel next to a stroke is paper.
        tone: all of it in short.
    """

    ground: Pixels
    gain: Field
    quiet: float
    tone: Tone


def measure(raster: Raster, ink: InkMap, params: ContrastParams) -> Lift:
    """Find the strokes of a page, how deep each is, and the gain that it calls for."""
    strokes = find_strokes(raster, ink, stroke_mm=params.stroke_mm, around_mm=params.around_mm)
    gain, found = gains(strokes, params)
    quiet = strokes.bare + params.quiet * strokes.grain
    return Lift(ground=strokes.ground, gain=gain, quiet=quiet, tone=_tone(strokes.core[found], gain[found], params))


def gains(strokes: Strokes, params: ContrastParams) -> tuple[Field, Flags]:
    """Return by how much each stroke of a page is to grow in depth (h, w; 1: not at all), and where strokes are."""
    asleep = np.maximum(strokes.noise, params.show_through * _asked(strokes))
    side = max(1, round(_COMPANY_MM / MM_PER_INCH * strokes.dpi)) | 1
    least = _LEAST_COMPANY_MM2 / (side / strokes.dpi * MM_PER_INCH) ** 2
    company = cv2.blur((strokes.core > asleep).astype(np.float32), (side, side)) > least
    wanted, deepest = 255 * params.wanted, np.maximum(strokes.core, 1)
    called = np.maximum(wanted / strokes.around, (wanted / deepest) ** params.evenness)
    called = np.clip(np.minimum(called, wanted / deepest), 1, params.strongest_gain)
    awake = np.clip((strokes.core - asleep) / (0.5 * asleep), 0, 1) * company
    gain = cv2.blur(np.asarray(1 + (called - 1) * awake, np.float32), (3, 3))
    return np.asarray(gain, np.float32), np.asarray((strokes.core > asleep) & company, np.bool_)


def _asked(strokes: Strokes) -> Field:
    """Return the depth that marks are measured by, to tell ink from the other side's.

    Sharp marks by half the ink around them, soft ones by the deepest ink of the page.
    """
    sharp = np.clip((strokes.sharpness - _SOFT) / (_SHARP - _SOFT), 0, 1)
    return np.asarray(sharp * _FAINT_SHARP * strokes.around + (1 - sharp) * strokes.deep, np.float32)


def _tone(depths: Field, called: Field, params: ContrastParams) -> Tone:
    if not depths.size:
        return Tone(ink=0.0, faint_ink=0.0, gain=1.0)
    faint, median = (round(float(value) / 255, 3) for value in np.percentile(depths, (25, 50)))
    raised = called[called >= params.smallest_gain]
    gain = round(float(np.median(raised)), 3) if raised.size else 1.0
    return Tone(ink=median, faint_ink=faint, gain=gain, raised=round(raised.size / called.size, 3))


def apply(raster: Raster, lift: Lift, params: ContrastParams) -> Raster:
    """Carry the pixels of strokes away from their paper, all channels by one factor, so that their hue stays."""
    ground, gain = edged(lift.ground), edged((lift.gain - 1) / _STEP)
    factors = _factors(lift.quiet, params)
    result = np.empty_like(raster.pixels)
    for rows in bands(raster):
        band = raster.pixels[rows]
        paper, steps = stretched(ground, raster, rows), stretched(gain, raster, rows)
        result[rows] = _carried(band, paper, steps, factors)
    return raster.replace(result)


def _carried(band: Pixels, paper: Pixels, steps: Pixels, factors: Field) -> Pixels:
    """Return a band of rows with its faint ink carried, a small part of a page."""
    if not steps.any():
        return band
    channels = 1 if band.ndim == 2 else band.shape[2]
    carried = band.reshape(-1, channels).copy()
    _carry(carried, paper.reshape(-1, channels), steps.ravel(), factors)
    return carried.reshape(band.shape)


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


def _factors(quiet: float, params: ContrastParams) -> Field:
    """Return by what part a pixel's distance to its paper grows, for each step of gain and each depth 0-255.

    Nothing below `quiet` moves, and nothing is carried much beyond what is wanted.
    """
    gain, depth = np.arange(256, dtype=np.float32)[:, None] * _STEP, np.arange(256, dtype=np.float32)[None, :]
    wanted = 255 * min(1.0, params.wanted + _ROUND_CAP)
    raised = np.maximum(depth, np.minimum(depth + gain * np.maximum(depth - quiet, 0), wanted))
    return np.asarray(raised / np.maximum(depth, 1) - 1, np.float32)
