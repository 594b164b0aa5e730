"""Texture told from writing: a weave or a grain is as often brighter than its middle as it is darker; writing is not.

In blocks of the page it is counted how many points lie as far above the middle of the surface as the marks lie below.
On paper with writing next to none do; on cloth, leather or dark paper a good part of as many as lie below. What stands
out of such a texture on all sides, as the ink of a label does, is no part of it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Field, Flags
from scanpipe.enhance.maps.connected_components import Numbers, parts_of
from scanpipe.enhance.maps.row_bands import pad_map, upsample_rows
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import grey_pixels
from scanpipe.raster.flags import dilated, fitted, square
from scanpipe.raster.lengths import px_of

_BLOCK_MM = 5.0
_LEAST_SIDE, _LEAST_BLOCKS, _LEAST_OF_PAGE = 3, 80, 0.1  # blocks: less is no surface, but an engraved stamp
_GROUND_DPI, _GROUND_MM = 50.0, 12.0  # wider than twice what large letters are thick: the middle is the surface's
_SOFTENING_MM, _LEAST_SOFTENING_PX = 0.12, 0.6
_EVERY = 2  # points of a block are enough
_FINE, _BINS = 2, 256  # deviations in halves of a level, up to 64 levels
_ZERO = _BINS // 2
_LEAST_SHARE = 0.005  # of a block that is marked
_DEEP = 0.3  # of the marks are still deeper: between dense strokes the paper is no farther above the middle than most
_MIRRORED = 0.25  # of as many as below lie as far above the middle; threads throw shadows, so not all
_BRIGHT, _TIMES_TEXTURE = 0.9, 4.0  # what has bare surface around it that is so much brighter stands out
_BRIGHTER, _MOST_LEVELS = 0.75, 20.0  # no quarter of a surface is brighter than its middle by more: that is paper
_AROUND_MM, _ALL_AROUND = 0.4, 0.8

Counts = NDArray[np.int64]


def without_texture(marked: Pixels, raster: Raster) -> Pixels:
    """Return the marks (h, w; 1 = marked) without those that are a texture's.

    Args:
        marked: what may be writing.
        raster: the page, of the same size, in greys or colours.
    """
    every, of_marks = _deviations(marked, raster)
    textured = _textured(every, of_marks)
    if not textured.any():
        return marked
    contrast = float(np.percentile(_above_middle(every, _BRIGHT)[textured], 25))
    where = fitted(dilated(textured, 5), marked.shape)
    count, labels, _stats = parts_of(marked)
    inside = np.bincount(labels.ravel(), where.ravel(), count) >= 0.5 * np.bincount(labels.ravel(), minlength=count)
    gone = inside & ~_standing_out(labels, count, raster, _TIMES_TEXTURE * contrast)
    gone[0] = True
    return np.asarray(~gone[labels], np.bool_).view(np.uint8)


def _soft(levels: Pixels, dpi: float) -> Pixels:
    sigma = max(_LEAST_SOFTENING_PX, px_of(_SOFTENING_MM, dpi))
    return np.asarray(cv2.GaussianBlur(levels, (0, 0), sigma), np.uint8)


def _deviations(marked: Pixels, raster: Raster) -> tuple[Counts, Counts]:
    """Count, in each block, the deviations of all points and of the marked ones from the middle of the surface.

    Returns:
        Two histograms (rows, columns, bins).
    """
    small = reduced(raster, _GROUND_DPI)
    middle = pad_map(np.asarray(cv2.medianBlur(grey_pixels(small.pixels), small.px(_GROUND_MM) | 1), np.uint8))
    side = raster.px(_BLOCK_MM)
    rows, columns = max(1, raster.height // side), max(1, raster.width // side)
    across = np.arange(0, raster.width, _EVERY) * columns // raster.width
    every, of_marks = (np.zeros((rows, columns, _BINS), np.int64) for _ in range(2))
    for row in range(rows):
        band = slice(row * raster.height // rows, (row + 1) * raster.height // rows)
        soft = _soft(grey_pixels(raster.pixels[band]), raster.dpi)[::_EVERY, ::_EVERY]
        above = soft.astype(np.int16) - upsample_rows(middle, raster, band)[::_EVERY, ::_EVERY]
        bins = across * _BINS + np.clip(above * _FINE + _ZERO, 0, _BINS - 1)
        chosen = bins[marked[band][::_EVERY, ::_EVERY] > 0]
        for counts, counted_bins in ((every, bins.ravel()), (of_marks, chosen)):
            counts[row] = np.bincount(counted_bins, minlength=columns * _BINS).reshape(columns, _BINS)
    return every, of_marks


def _around(counts: Counts) -> Counts:
    """Return the sums over the 3 x 3 blocks around each."""
    rows, columns = counts.shape[:2]
    wide = np.pad(counts, ((1, 1), (1, 1), (0, 0)))
    down = wide[:rows] + wide[1 : rows + 1] + wide[2:]
    return np.asarray(down[:, :columns] + down[:, 1 : columns + 1] + down[:, 2:], np.int64)


def _textured(every: Counts, of_marks: Counts) -> Flags:
    """Tell of each block whether its marks are mirrored above the middle, as they are all over a surface."""
    around, marked = _around(every), _around(of_marks)
    below, marks = np.cumsum(around, axis=2), marked.sum(axis=2)
    depth = (np.cumsum(marked, axis=2) >= _DEEP * marks[..., None]).argmax(axis=2)
    depth = np.minimum(depth, _ZERO - 1)[..., None]
    darker = np.take_along_axis(below, depth, 2)[..., 0]
    brighter = below[..., -1] - np.take_along_axis(below, 2 * _ZERO - 1 - depth, 2)[..., 0]
    mirrored = (marks >= _LEAST_SHARE * below[..., -1]) & (brighter >= _MIRRORED * darker)
    mirrored &= _above_middle(every, _BRIGHTER) < _MOST_LEVELS
    surface = square(_LEAST_SIDE)
    _count, labels, stats = parts_of(cv2.morphologyEx(mirrored.view(np.uint8), cv2.MORPH_OPEN, surface))
    large = stats[:, cv2.CC_STAT_AREA] >= max(_LEAST_BLOCKS, _LEAST_OF_PAGE * mirrored.size)
    return np.asarray(large[labels], np.bool_)


def _above_middle(every: Counts, share: float) -> Field:
    """Return how many levels above the middle the brightest lie of that share of each block."""
    below = np.cumsum(every, axis=2)
    bins = (below >= share * below[..., -1:]).argmax(axis=2) - _ZERO
    return np.asarray(bins / _FINE, np.float32)


def _standing_out(labels: Numbers, count: int, raster: Raster, levels: float) -> Flags:
    """Tell of each part whether nearly all around it is brighter than itself by more than so many levels."""
    soft = _soft(grey_pixels(raster.pixels), raster.dpi)
    inner = labels.ravel()
    mean = np.bincount(inner, soft.ravel(), count) / np.maximum(np.bincount(inner, minlength=count), 1)
    reach = 2 * raster.px(_AROUND_MM) + 1
    ring = cv2.dilate(labels.astype(np.float32), square(reach)).astype(np.int32)
    ring[labels > 0] = 0
    owner = ring[ring > 0]
    bright = soft[ring > 0] > mean[owner] + levels
    share: Field = np.asarray(np.bincount(owner, bright, count) / np.maximum(np.bincount(owner, minlength=count), 1))
    return np.asarray(share >= _ALL_AROUND, np.bool_)
