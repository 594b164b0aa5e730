"""Marks of writing wherever they stand, on paper in deep shadow and close to a frame too; told from texture and edges.

A mark is narrow, and stands out of the texture of the ground close to it: of a weave, of grained wood or of a film's
grain all is as deep as its neighbours. What runs straight on for longer than a stroke is a rule or an edge.
"""

from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.carried import MAP_DPI
from scanpipe.enhance.maps.connected_components import Numbers, parts_of
from scanpipe.enhance.maps.ground import Field, morphological_close
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import depth_below, grey_pixels
from scanpipe.raster.flags import dilated, square
from scanpipe.raster.lengths import mm_of, whole_px

_GROUND_DPI, _STROKE_MM = 47.0, 2.5
_RING_PX, _BRIGHT = 7, 0.85
_BLOCK_MM = 4.0
_LOW, _LOW_SIGMAS = 20, 0.84  # a fifth of what is normally distributed lies so far below its middle
_SIGMAS = 6.0
_LEAST_DEPTH = 50.0  # of 255
_LEAST_LEVELS = 20  # a film's grain is deep against black, but only a few levels
_RULE_MM = 8.0
_LETTER_MM, _WORD_MM = 1.0, 25.0
_PLACE_MM = 10.0
_LEAST_MM2, _WORD_MM2 = 1.5, 4.0  # of marks in a place: fewer are specks; one part may be a word
_LEFT = 25  # of 255: what is paler than half of the palest mark is gone
_MOVED_PX = 2  # by which a turn, a bend and a crop after it may round in all: one; and edges blur


def find_marks(scan: Raster) -> Flags:
    """Return where marks of writing are (h, w), on the scan's map (see `carried`)."""
    small = reduced(scan, MAP_DPI)
    ground = _ground(small)
    depth, levels = depth_below(small.pixels, ground), _levels_below(small.pixels, ground)
    marks = (depth > _standing_out(depth, small)) & (levels > _LEAST_LEVELS)
    marks &= ~_straight(marks, small)
    count, labels, stats = parts_of(marks)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    words = sides.max(axis=1) <= small.px(_WORD_MM)
    letters = words & (sides.min(axis=1) >= small.px(_LETTER_MM))
    letters &= _on_ground(labels, count, grey_pixels(small.pixels), levels)
    kept: Flags = marks & words[labels] & _near_words(labels, stats, letters, small.dpi)
    return kept


def _on_ground(labels: Numbers, count: int, grey: Pixels, levels: Pixels) -> NDArray[np.bool_]:
    """Tell of each part whether most around it is brighter than half way to its ground: at an edge one side is dark."""
    marked = labels > 0
    inner = labels[marked]
    size = np.maximum(np.bincount(inner, minlength=count), 1)
    dark, below = (np.bincount(inner, weights=plane[marked], minlength=count) / size for plane in (grey, levels))
    wide = cv2.dilate(labels.astype(np.float32), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_RING_PX, _RING_PX)))
    ring = ~marked & (wide > 0)
    owner = wide[ring].astype(np.int32)
    bright = grey[ring] > (dark + below / 2)[owner]
    share = np.bincount(owner, weights=bright, minlength=count) / np.maximum(np.bincount(owner, minlength=count), 1)
    return np.asarray(share >= _BRIGHT, np.bool_)


def _ground(small: Raster) -> Pixels:
    """Return the ground close to every point."""
    ground = morphological_close(reduced(small, _GROUND_DPI), _STROKE_MM)
    return np.asarray(cv2.resize(ground, (small.width, small.height)), np.uint8)


def _levels_below(pixels: Pixels, ground: Pixels) -> Pixels:
    """Return how many levels every point lies below its ground, in the channel where it is most."""
    return np.asarray(reduce(cv2.max, cv2.split(cv2.subtract(ground, pixels))), np.uint8)


def _standing_out(depth: Pixels, small: Raster) -> Field:
    """Return from what depth on something stands out of the texture around it."""
    middle, sigma = texture_of(depth, small)
    least = np.maximum(middle + _SIGMAS * sigma, _LEAST_DEPTH)
    return np.asarray(cv2.resize(least, (small.width, small.height), interpolation=cv2.INTER_LINEAR), np.float32)


def texture_of(depth: Pixels, small: Raster) -> tuple[Field, Field]:
    """Return the usual depth of the ground in blocks of 4 mm, and its standard deviation, whatever is written on it."""
    side = small.px(_BLOCK_MM)
    rows, columns = max(1, small.height // side), max(1, small.width // side)
    blocks = depth[: rows * side, : columns * side][::2, ::2]
    high, wide = blocks.shape[0] // rows, blocks.shape[1] // columns
    blocks = blocks[: rows * high, : columns * wide].reshape(rows, high, columns, wide).swapaxes(1, 2)
    low, middle = np.percentile(blocks.reshape(rows, columns, -1), (_LOW, 50), axis=2)
    sigma = np.maximum((middle - low) / _LOW_SIGMAS, 1.0)
    return middle.astype(np.float32), sigma.astype(np.float32)


def _straight(marks: Flags, small: Raster) -> Flags:
    """Return what runs straight on, across or down, for longer than a stroke, and on beyond its gaps."""
    length = small.px(_RULE_MM)
    straight = np.zeros(marks.shape, np.bool_)
    for run, beyond in (((1, length), (3, 2 * length + 1)), ((length, 1), (2 * length + 1, 3))):
        runs = cv2.morphologyEx(marks.view(np.uint8), cv2.MORPH_OPEN, np.ones(run, np.uint8))
        straight |= cv2.dilate(runs, np.ones(beyond, np.uint8)) > 0
    return straight


def _near_words(labels: Numbers, stats: Numbers, letters: NDArray[np.bool_], dpi: float) -> Flags:
    """Return what lies close to letters that are more than specks together: a word, or two signs."""
    ink = around_mm2(letters[labels], dpi)
    side = _place_px(dpi)
    centres = np.zeros(labels.shape, np.float32)
    left, top, width, height = stats[letters, :4].T
    centres[top + height // 2, left + width // 2] = 1
    several = cv2.boxFilter(centres, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT) > 1.5
    written = (ink >= _WORD_MM2) | ((ink >= _LEAST_MM2) & several)
    return dilated(written, side)


def _place_px(dpi: float) -> int:
    return whole_px(_PLACE_MM, dpi) | 1


def around_mm2(flags: Flags, dpi: float) -> Field:
    """Return how much of flags, in mm², lies in the square of 10 mm around each point."""
    side = _place_px(dpi)
    share = cv2.boxFilter(flags.view(np.uint8), cv2.CV_32F, (side, side), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(share, np.float32) * np.float32(mm_of(side, dpi) ** 2)


def most_mm2(flags: Flags, dpi: float) -> float:
    """Return how much of flags, in mm², lies in the square of 10 mm that has most."""
    return round(float(around_mm2(flags, dpi).max()), 2) if flags.any() else 0.0


def lost_mm2(marks: Flags, page: Raster) -> float:
    """Return how much of the marks is no longer to be seen, in mm², in the square of 10 mm that lost most.

    Args:
        marks: where they were found on the scan, moved along with the page; on its map.
        page: as it is.
    """
    if not marks.any():
        return 0.0
    small = reduced(page, MAP_DPI)
    depth = depth_below(small.pixels, _ground(small))
    seen = cv2.dilate(depth, square(2 * _MOVED_PX + 1)) >= _LEFT
    return most_mm2(marks & ~seen, small.dpi)
