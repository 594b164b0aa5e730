"""Blank paper: tone, yellowing towards the edges, fibres, grain."""

import cv2
import numpy as np

from samples.noise import Field, smooth_noise

Tone = tuple[float, float, float]

IVORY: Tone = (0.955, 0.930, 0.865)
WHITE: Tone = (0.955, 0.950, 0.925)
YELLOWED: Tone = (0.930, 0.885, 0.775)
CARD: Tone = (0.690, 0.790, 0.760)
_YELLOWING = (0.75, 1.0, 1.5)  # of red, green, blue, as paper is shaded


def sheet(size_mm: tuple[float, float], dpi: int, tone: Tone, rng: np.random.Generator) -> Field:
    """Return paper of `size_mm` (width, height) as reflectance (H, W, 3) in 0..1."""
    width, height = (round(side / 25.4 * dpi) for side in size_mm)
    shade = _clouds((height, width), dpi, rng) + _fibres((height, width), dpi, rng)
    shade -= 0.06 * _edges((height, width), dpi, rng)
    grain = rng.normal(0, 0.005, (height, width)).astype(np.float32)
    shade += cv2.GaussianBlur(grain, (0, 0), 0.8) * 1.8
    channels = [np.float32(level) * (1 + shade * yellows) for level, yellows in zip(tone, _YELLOWING, strict=True)]
    return np.asarray(np.clip(cv2.merge(channels), 0, 1), np.float32)


def _clouds(shape: tuple[int, int], dpi: int, rng: np.random.Generator) -> Field:
    per_mm = dpi / 25.4
    coarse, middle = smooth_noise(rng, shape, 60 * per_mm), smooth_noise(rng, shape, 7 * per_mm)
    return np.asarray(0.02 * coarse + 0.006 * middle + 0.004 * smooth_noise(rng, shape, 1.2 * per_mm), np.float32)


def _edges(shape: tuple[int, int], dpi: int, rng: np.random.Generator) -> Field:
    """Return how near the rim each pixel is, 1 at the rim, uneven, gone 25 mm inside."""
    height, width = shape
    ys, xs = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    rim = np.minimum(np.minimum(ys, height - 1 - ys), np.minimum(xs, width - 1 - xs)) / dpi * 25.4
    return np.asarray(np.exp(-rim / (6 + 3 * smooth_noise(rng, shape, dpi))), np.float32)


def _fibres(shape: tuple[int, int], dpi: int, rng: np.random.Generator) -> Field:
    """Return thin curved hairs, a little darker or lighter than the paper."""
    height, width = shape
    art = np.full(shape, 128, np.uint8)
    count = round(height * width / (dpi / 25.4) ** 2 / 45)
    starts = rng.uniform((0, 0), (width, height), (count, 2))
    headings, bends = rng.uniform(0, 2 * np.pi, count), rng.uniform(-0.5, 0.5, (count, 3))
    steps = rng.uniform(0.25, 0.9, count) * dpi / 25.4
    for start, heading, bend, step, tone in zip(
        starts, headings, bends, steps, rng.integers(95, 155, count), strict=True
    ):
        turns = heading + np.concatenate([[0], np.cumsum(bend)])
        path = start + np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1), axis=0) * step
        cv2.polylines(
            art,
            [np.round(path * 16).astype(np.int32)],
            isClosed=False,
            color=int(tone),
            thickness=1,
            lineType=cv2.LINE_AA,
            shift=4,
        )
    return np.asarray((art.astype(np.float32) - 128) / 128 * 0.10, np.float32)
