"""The light on the paper that bends into a binding: a valley narrower than the window that writing is closed away by.

Along the gutter the light hardly changes. So the brighter part of each column beside it, over some length, is paper,
whatever is written there; what is narrower than a rule is none of the valley.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.ground import Field
from scanpipe.raster import Pixels
from scanpipe.raster.lengths import px_of, whole_px

_REACH_MM, _SURE_MM = 25.0, 15.0  # of the valley to either side; from here on it fades into the paper around
_LENGTH_MM = 40.0  # of the gutter at a time: several lines of writing
_BARE_PERCENT = 75  # of a column's points are darker than its bare paper, at most
_RULE_MM, _SOFTENING_MM = 2.5, 0.5
_DARKEST = 0.3  # of the paper around: what is darker is what shows between the pages

Columns = NDArray[np.float64]


def with_gutter(ground: Field, levels: Pixels, gutter_x: Columns, dpi: float) -> Field:
    """Return the paper's ground with the valley along a gutter.

    Args:
        ground: (h, w, channels) levels of the paper, without the valley.
        levels: (h, w[, channels]) the page.
        gutter_x: the column of the gutter in each row.
        dpi: of both.
    """
    reach, height = whole_px(_REACH_MM, dpi), ground.shape[0]
    from_x = (gutter_x[:, None] + np.arange(-reach, reach + 1)).astype(np.float32)
    from_y = np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], from_x.shape).copy()
    seen = cv2.remap(levels, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    strip = np.atleast_3d(np.asarray(seen, np.uint8))
    valley = np.maximum(_valley(strip, dpi), _bright(strip, dpi))
    around = np.atleast_3d(cv2.remap(ground, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    fading = np.clip((_REACH_MM - np.abs(np.linspace(-_REACH_MM, _REACH_MM, 2 * reach + 1))), 0, None)
    weight = np.minimum(fading / (_REACH_MM - _SURE_MM), 1)[None, :, None]
    lower = np.where(valley < _DARKEST * around, around, np.minimum(valley, around))
    mixed = np.asarray(around + weight * (lower - around), np.float32)
    return _put_back(ground, mixed, np.rint(gutter_x).astype(int) - reach)


def _valley(strip: Pixels, dpi: float) -> Field:
    """Return the light beside a straightened gutter (h, columns, channels)."""
    height = strip.shape[0]
    edges = np.linspace(0, height, max(1, round(height / whole_px(_LENGTH_MM, dpi))) + 1).astype(int)
    bands = [np.percentile(strip[top:bottom], _BARE_PERCENT, axis=0) for top, bottom in pairwise(edges)]
    profiles = np.asarray(bands, np.float32)  # (bands, columns, channels)
    rule, sigma = whole_px(_RULE_MM, dpi) | 1, px_of(_SOFTENING_MM, dpi)
    closed = cv2.morphologyEx(profiles, cv2.MORPH_CLOSE, np.ones((1, rule), np.uint8), borderType=cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(closed, (0, 0), sigmaX=sigma, sigmaY=0.01).reshape(profiles.shape)
    return _along(np.asarray(soft, np.float32), (edges[:-1] + edges[1:] - 1) / 2, height)


def _bright(strip: Pixels, dpi: float) -> Field:
    """Return the levels without what is narrow: where they are brighter than the valley, its shadow does not reach."""
    side = whole_px(_RULE_MM, dpi) | 1
    closed = cv2.morphologyEx(strip, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.atleast_3d(closed).astype(np.float32)


def _along(profiles: Field, centres: Columns, height: int) -> Field:
    """Return the profiles of bands for every row between their centres."""
    at = np.interp(np.arange(height), centres, np.arange(len(centres)))
    first = np.minimum(at.astype(int), max(0, len(centres) - 2))
    part = (at - first)[:, None, None]
    second = np.minimum(first + 1, len(centres) - 1)
    return np.asarray(profiles[first] * (1 - part) + profiles[second] * part, np.float32)


def _put_back(ground: Field, strip: Field, first: NDArray[np.intp]) -> Field:
    """Return the ground with a straightened strip whose rows begin at these columns."""
    columns = first[:, None] + np.arange(strip.shape[1])
    inside = (columns >= 0) & (columns < ground.shape[1])
    rows = np.broadcast_to(np.arange(len(first))[:, None], columns.shape)
    whole = ground.copy()
    whole[rows[inside], columns[inside]] = strip[inside]
    return whole
