"""A picture turned by a small angle: by cubic interpolation along its rows, then along its columns.

(Catmull and Smith, SIGGRAPH 1980; the cubic kernel is Keys', IEEE ASSP 29, 1981.) A warp that interpolates along both
at once takes four times as long.
"""

import numpy as np
from numpy.typing import NDArray

from scanpipe.jit_cache import compiled
from scanpipe.raster import Pixels

_ROWS = 512  # of the canvas at a time, so that no third picture of full size is made
_SHARPNESS = np.float32(-0.75)  # of the kernel, as OpenCV has it
_ONE, _TWO, _THREE = np.float32(1), np.float32(2), np.float32(3)

Matrix = NDArray[np.float64]
Counts = NDArray[np.float32]


def turned(pixels: Pixels, turn: Matrix, size: tuple[int, int]) -> Pixels:
    """Return a picture on the canvas that an affine turn of less than 45° takes it to; beyond its edge it goes on.

    Args:
        pixels: (h, w[, 3]).
        turn: (2, 3) from places in the picture to places on the canvas.
        size: of the canvas, width and height.
    """
    (a, b, c), (d, e, f), _last = np.linalg.inv([*turn, (0, 0, 1)])
    slope, per_row, start = a - b * d / e - 1, b / e, c - b * f / e  # how far right of x a source row holds column x
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    source = np.ascontiguousarray(pixels).reshape(pixels.shape[0], -1)
    canvas = np.empty((size[1], size[0] * channels), np.uint8)
    counts = np.repeat(np.arange(size[0], dtype=np.float32), channels)
    for top in range(0, size[1], _ROWS):
        bottom = min(top + _ROWS, size[1])
        reach = [d * x + e * y + f for x in (0, size[0]) for y in (top, bottom)]
        first, last = (int(np.clip(row, 0, len(source) - 1)) for row in (np.floor(min(reach)) - 1, max(reach) + 2))
        shift = np.array([slope, per_row, start + per_row * first])
        level = _moved_along(source[first : last + 1], shift, counts, channels)
        _moved_down(level, np.array([d, e, e * top + f - first]), counts, channels, canvas[top:bottom])
    return canvas.reshape(size[1], size[0], *pixels.shape[2:])


@compiled()
def _moved_along(source: Pixels, shift: Matrix, counts: Counts, channels: int) -> Pixels:
    """Sample each row at `x + shift · (x, row, 1)` for every column x of the canvas."""
    width, columns = source.shape[1] // channels, counts.size // channels
    ends = [shift[0] * x + shift[1] * row for x in (0, columns) for row in (0, source.shape[0])]
    left = max(0, int(-np.floor(min(ends) + shift[2]))) + 2
    right = max(0, int(np.ceil(max(ends) + shift[2])) + columns - width) + 3
    wide = np.empty((left + width + right) * channels, np.uint8)
    moved = np.empty((source.shape[0], counts.size), np.uint8)
    for row in range(source.shape[0]):
        wide[left * channels : (left + width) * channels] = source[row]
        for channel in range(channels):
            wide[channel : left * channels : channels] = source[row, channel]
            wide[(left + width) * channels + channel :: channels] = source[row, (width - 1) * channels + channel]
        start, begin = shift[1] * row + shift[2], 0
        while begin < columns:
            whole, end = _stretch(begin, shift[0], start, columns)
            part = np.float32(shift[0] * begin + start - whole)
            near = (begin + int(whole) + left - 1) * channels
            span = slice(begin * channels, end * channels)
            length = (end - begin) * channels
            _mix(
                wide[near : near + length],
                wide[near + channels : near + channels + length],
                wide[near + 2 * channels : near + 2 * channels + length],
                wide[near + 3 * channels : near + 3 * channels + length],
                part, np.float32(shift[0]), counts[:length], moved[row, span],
            )  # fmt: skip
            begin = end
    return moved


@compiled()
def _moved_down(level: Pixels, place: Matrix, counts: Counts, channels: int, canvas: Pixels) -> None:
    """Sample each column x at `place · (x, row, 1)` for every row of the canvas."""
    last, columns = level.shape[0] - 1, counts.size // channels
    for row in range(canvas.shape[0]):
        start, begin = place[1] * row + place[2], 0
        while begin < columns:
            whole, end = _stretch(begin, place[0], start, columns)
            part = np.float32(place[0] * begin + start - whole)
            span = slice(begin * channels, end * channels)
            above, nearest, below, under = [min(max(int(whole) + step, 0), last) for step in (-1, 0, 1, 2)]
            _mix(
                level[above, span], level[nearest, span], level[below, span], level[under, span],
                part, np.float32(place[0]), counts[: (end - begin) * channels], canvas[row, span],
            )  # fmt: skip
            begin = end


@compiled()
def _stretch(begin: int, slope: float, start: float, columns: int) -> tuple[float, int]:
    """Return the whole part of `slope * x + start` at a column, and the column up to which it stays the same."""
    whole = np.floor(slope * begin + start)
    if slope == 0:
        return whole, columns
    leaves = np.ceil((whole + 1 - start) / slope) if slope > 0 else np.floor((whole - start) / slope) + 1
    return whole, int(min(max(leaves, begin + 1), columns))


@compiled(fastmath=True)
def _mix(
    first: Pixels, second: Pixels, third: Pixels, fourth: Pixels,
    part: np.float32, slope: np.float32, counts: Counts, mixed: Pixels,
) -> None:  # fmt: skip
    """Interpolate between four samples, `part` of the way from the second to the third and farther by `slope`."""
    for at in range(mixed.size):
        way = part + slope * counts[at]
        back = _ONE - way
        level = (
            _SHARPNESS * way * back * (back * first[at] + way * fourth[at])
            + (((_SHARPNESS + _TWO) * way - (_SHARPNESS + _THREE)) * way * way + _ONE) * second[at]
            + (((_SHARPNESS + _TWO) * back - (_SHARPNESS + _THREE)) * back * back + _ONE) * third[at]
        )
        mixed[at] = np.uint8(min(max(level, np.float32(0)), np.float32(255)) + np.float32(0.5))
