"""The two pages of an open book that is kept whole: each lies at an angle of its own, and they meet at the gutter.

Columns of pixels move up and down, the farther from the gutter the more, so that the lines of both pages are level and
the paper stays in one piece. Upright strokes keep what they lean.
"""

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels

_ROWS = 512  # of the canvas at a time: the maps of a whole page would weigh eight times as much as its greys

Columns = NDArray[np.float64]


class HalfAngles(msgspec.Struct, frozen=True, kw_only=True):
    """Which way lines still slope, left and right of a gutter, after the page as a whole was turned.

    Attributes:
        left_deg: positive where they run down to the right.
        right_deg: the same, right of it.
        gutter: where it crosses the middle of the scan, as a share of its width.
    """

    left_deg: float
    right_deg: float
    gutter: float


def room_px(halves: HalfAngles, width: int) -> int:
    """Return the rows needed above and below a page of that width so that all of it stays."""
    return int(np.ceil(np.abs(_below(halves, width, halves.gutter * width)).max()))


def levelled(
    levels: Pixels,
    halves: HalfAngles,
    gutter_x: float,
    room: int,
    *,
    way: int = cv2.INTER_CUBIC,
    border: int = cv2.BORDER_CONSTANT,
) -> Pixels:
    """Move the columns of a picture (h, w[, 3]) so that lines on both sides of the gutter lie level.

    Args:
        levels: the picture, turned as a whole.
        halves: how its lines slope.
        gutter_x: the column of the gutter.
        room: rows that the result has more, above as below.
        way: of interpolation, as OpenCV counts.
        border: how it goes on beyond its edges, as OpenCV counts; by default with zeros.
    """
    height, width = levels.shape[0] + 2 * room, levels.shape[1]
    below = _below(halves, width, gutter_x).astype(np.float32)
    columns = np.arange(width, dtype=np.float32)
    moved = np.empty((height, *levels.shape[1:]), np.uint8)
    for top in range(0, height, _ROWS):
        rows = np.arange(top, min(top + _ROWS, height), dtype=np.float32)[:, None] - room
        from_y = rows + below
        from_x = np.broadcast_to(columns, from_y.shape).copy()
        moved[top : top + _ROWS] = cv2.remap(levels, from_x, from_y, way, borderMode=border)
    return moved


def _below(halves: HalfAngles, width: int, gutter_x: float) -> Columns:
    """Return how many rows lower a line lies at each column than at the gutter."""
    away = np.arange(width) - gutter_x
    left, right = (np.tan(np.radians(angle)) for angle in (halves.left_deg, halves.right_deg))
    return np.asarray(away * np.where(away < 0, left, right), np.float64)
