"""How fine the detail is that a scanner resolves: MTF50 of slanted edges (ISO 12233, ISO 16067-1)."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_OVERSAMPLED = 4
_HALF_WIDTH_PX = 32


def mtf50(window: Values) -> float:
    """Return the frequency, in cycles a pixel, at which a near upright edge in the window has half of its contrast.

    Args:
        window: levels (h, w), with one edge from top to bottom, a few degrees off the upright.
    """
    steps = np.abs(np.diff(window, axis=1))
    steps = np.where(steps > 0.15 * steps.max(axis=1, keepdims=True), steps, 0)
    columns = np.arange(steps.shape[1]) + 0.5
    edge = (steps * columns).sum(axis=1) / np.maximum(steps.sum(axis=1), 1e-9)
    rows = np.arange(len(edge))
    slope, first = np.polyfit(rows, edge, 1)
    distance = (np.arange(window.shape[1])[None] - (first + slope * rows)[:, None]) * np.cos(np.arctan(slope))
    near = np.abs(distance) < min(_HALF_WIDTH_PX, window.shape[1] / 2 - 2)
    bins = np.floor(distance[near] * _OVERSAMPLED).astype(int)
    bins -= bins.min()
    counts = np.bincount(bins)
    profile = np.bincount(bins, window[near]) / np.maximum(counts, 1)
    profile = np.interp(np.arange(len(profile)), np.flatnonzero(counts), profile[counts > 0])
    line = np.diff(profile) * np.hamming(len(profile) - 1)
    strength = np.abs(np.fft.rfft(line))
    strength /= max(float(strength[0]), 1e-9)
    below = np.flatnonzero(strength < 0.5)
    if not below.size or below[0] == 0:
        return 0.5
    at = int(below[0])
    part = (strength[at - 1] - 0.5) / (strength[at - 1] - strength[at])
    return float((at - 1 + part) / len(line) * _OVERSAMPLED)
