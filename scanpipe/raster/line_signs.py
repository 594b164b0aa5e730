"""What the lines of a page of writing say of its way up, taken from sums of ink along them.

Writing is not the same upside down: the baseline is the sharper edge of a line, and more stands above the small letters
than hangs below (Bloomberg, Kopec, Dasari, SPIE 2422, 1995).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scanpipe.raster.flags import Flags, runs

Values = NDArray[np.float64]
LineSigns = tuple[float, float, float]
"""Of one line: its lower edge against its upper one (-1 to 1), ink above against below (-1 to 1), its ink as weight."""

_NEAR, _FAR = 0.18, 0.9  # of a line's height, from its edge: where marks, ascenders and descenders are


def line_signs(profile: Values, core: Flags, low: int, high: int) -> Iterator[LineSigns]:
    """Measure the lines of one strip of a page, upright as it is.

    Args:
        profile: the ink of each row (h).
        core: true (h) between baseline and top of the small letters.
        low: the least height of small letters in rows.
        high: their greatest height.
    """
    total = np.concatenate([[0.0], np.cumsum(profile)])
    for top, bottom in runs(core):
        height = bottom - top
        reach = max(2, round(0.8 * height))
        if not max(2, low) <= height <= high or top <= reach or bottom + reach >= len(profile):
            continue
        above, below = _ink_above_and_below(profile, total, top, bottom)
        steps = np.diff(profile[top - reach : bottom + reach])
        middle = reach + height // 2
        rise, fall = float(steps[:middle].max()), -float(steps[middle - 1 :].min())
        mean = float(profile[top:bottom].mean())
        sharper, higher = (fall - rise) / (fall + rise + 1e-9), (above - below) / (above + below + 0.2 * mean)
        yield sharper, higher, mean * float(height)


def mean_in_errors(values: Values, weights: Values, smallest_spread: float) -> float:
    """Return the mean (n), weighted by the roots of the weights (n), in units of its standard error; 0 of nothing."""
    if not values.size or not weights.sum() > 0:
        return 0.0
    weights = np.sqrt(weights)
    mean = float(np.average(values, weights=weights))
    spread = float(np.average((values - mean) ** 2, weights=weights)) + smallest_spread**2
    number = float(weights.sum()) ** 2 / float((weights**2).sum())
    return mean / float(np.sqrt(spread / number))


def _ink_above_and_below(profile: Values, total: Values, top: int, bottom: int) -> tuple[float, float]:
    """Return the ink above and below a line's small letters, whose edges are taken to a part of a pixel.

    A line a pixel high or low in the raster would else lend its blurred edge to one side on every line of the page.
    """
    half = float(profile[top:bottom].mean()) / 2
    first = top - (profile[top] - half) / max(profile[top] - profile[top - 1], 1e-9) + 0.5
    last = bottom + (profile[bottom - 1] - half) / max(profile[bottom - 1] - profile[bottom], 1e-9) - 0.5
    height = max(1.0, last - first)
    places = np.array([first - _FAR * height, first - _NEAR * height, last + _NEAR * height, last + _FAR * height])
    outer, inner, under, far = np.interp(places, np.arange(len(total)), total)
    return float(inner - outer), float(far - under)
