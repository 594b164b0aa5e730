"""Contrast: faint ink carried to a legible distance from its paper, its colour kept; paper and grain stay as they are.

One curve for the whole page, about the paper's colour: what stands off it less than its noise, or than half of
the faint ink (stains, the other side shining through), is not touched; from there the distance to the paper grows by
the gain, and it closes in on black without clipping what was dark already.
"""

from typing import Annotated

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.ink import InkMap
from scanpipe.enhance.paper import Field, Paper, grain_of
from scanpipe.raster import Pixels, Raster

VERSION = 1

_BAND_ROWS = 256
_KNEE = 0.7  # of the way to black: from here ink only nears it


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="step", tag="contrast"):
    """How far faint ink is brought back."""

    wanted: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.6
    strongest_gain: Annotated[float, msgspec.Meta(ge=1, le=8)] = 2.5
    quiet: Annotated[float, msgspec.Meta(ge=0, le=10)] = 3.0
    show_through: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    smallest_gain: Annotated[float, msgspec.Meta(ge=1, le=2)] = 1.05


class Tone(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="tone"):
    """How dark the ink stands against the paper (0-1; median and the faint quarter), and the gain it calls for."""

    ink: float
    faint_ink: float
    gain: float


def measure(ink: InkMap, params: Params) -> Tone:
    """Find how far the writing stands off its paper."""
    strokes = ink.contrast[ink.contrast > max(25.0, 6 * ink.grain)]
    if not strokes.size:
        return Tone(ink=0.0, faint_ink=0.0, gain=1.0)
    faint, median = (float(value) / 255 for value in np.percentile(strokes, (25, 50)))
    gain = min(params.strongest_gain, max(1.0, params.wanted / max(median, 1e-3)))
    return Tone(ink=round(median, 3), faint_ink=round(faint, 3), gain=round(gain, 3))


def apply(raster: Raster, tone: Tone, paper: Paper, params: Params) -> Raster:
    """Carry every pixel away from the paper by the gain that its deepest channel calls for, so that its hue stays."""
    noise = params.quiet * max(1.0, grain_of(raster)) / max(1.0, paper.level)
    gains = _gains(tone.gain, max(noise, params.show_through * tone.faint_ink))
    result = np.empty_like(raster.pixels)
    for top in range(0, raster.height, _BAND_ROWS):
        band = raster.pixels[top : top + _BAND_ROWS]
        result[top : top + _BAND_ROWS] = _carried(band, np.array(paper.colour, np.float32), gains)
    return raster.replace(result)


def _carried(band: Pixels, paper: Field, gains: Field) -> Pixels:
    """Carry those pixels away from the paper whose gain is more than 1: the ink, a small part of a page."""
    depths = np.clip(np.rint(255 - np.arange(256)[:, None] * (255 / np.maximum(paper, 1))), 0, 255).astype(np.uint8)
    depth = cv2.LUT(band, depths.reshape(1, 256, -1))
    if band.ndim == 3:
        first, second, third = cv2.split(depth)
        depth = cv2.max(cv2.max(first, second), third)
    carried = band.reshape(-1, paper.size).copy()
    ink = np.flatnonzero(cv2.LUT(depth, (gains > 1).astype(np.uint8)))
    gain = gains[np.asarray(depth).reshape(-1)[ink], None]
    moved = carried[ink] * gain + paper * (1 - gain)
    carried[ink] = np.clip(np.rint(moved), 0, 255).astype(np.uint8)
    return carried.reshape(band.shape)


def _gains(gain: float, asleep: float) -> Field:
    """Return the gain for each depth 0-255 below the paper: 1 up to `asleep`, bounded so that nothing passes black."""
    depth = np.arange(256, dtype=np.float32) / 255
    awake = np.clip((depth - asleep) / max(asleep, 0.01), 0, 1)
    raised = depth * (1 + (gain - 1) * awake)
    over = np.maximum(raised - _KNEE, 0)
    soft = np.where(raised > _KNEE, _KNEE + (1 - _KNEE) * (1 - np.exp(-over / (1 - _KNEE))), raised)
    return np.asarray(np.maximum(soft, depth) / np.maximum(depth, 1e-3), np.float32).clip(1, None)
