"""What lies outside the page's outline, painted as paper: frame, cover and facing page that no upright box cuts off.

An outline is straight and the edge of a page is not, so what goes on within it and looks like the surroundings is
painted as well; strokes that run out to the edge are too thin to be taken for surroundings.
"""

import cv2
import numpy as np

from scanpipe.enhance.maps.background import Field, Flags, Paper, measure_paper
from scanpipe.enhance.maps.ground import blurred, merged, planes_of
from scanpipe.raster import Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.flags import near, square, touched

Outline = tuple[tuple[float, float], ...]

_MAP_DPI, _PAPER_DPI = 75.0, 37.5
_FRACTION_BITS = 4  # of a pixel, in which OpenCV takes corners
_REACH_MM = 3.0  # how far within the outline the page's edge may lie
_SAMPLE_MM = 6.0
_AROUND_WRITING_MM = 1.0
_THINNEST_MM = 2.0  # surroundings are at least so wide; strokes are not
_RIM_PX = 1
_BETWEEN, _SOFTEST_PX = 0.25, 6.0  # from a quarter like the one to a quarter like the other, in so many pixels
_ALIKE = 0.65  # leaves of a stack, and what lies in between otherwise, are not much like either
_TRACE, _NO_LEVEL = 1e-3, 1e4


def inside(outline: Outline, height: int, width: int, *, scale: float = 1.0) -> Flags:
    """Return (height, width) where a convex outline's inside is true; its corners are multiplied by `scale` first.

    Corners count from the outer edge of the first pixel, OpenCV's from its middle.
    """
    points = np.rint((np.array(outline) * scale - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
    flags = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(flags, points, 1, lineType=cv2.LINE_8, shift=_FRACTION_BITS)
    return flags.view(np.bool_)


def paint_outside(raster: Raster, outline: Outline) -> Raster:
    """Return the picture with the nearest paper, unwritten, in place of all outside of an outline.

    Args:
        raster: the picture.
        outline: corners in its pixels, in order, of a convex polygon.
    """
    small = reduced(raster, _MAP_DPI)
    within = inside(outline, small.height, small.width, scale=small.dpi / raster.dpi)
    return _painted(raster, small, ~within, inside(outline, raster.height, raster.width))[0]


def paint_surroundings(raster: Raster, outline: Outline, marks: Flags) -> tuple[Raster, Paper]:
    """Return the picture with paper in place of the page's surroundings, along its real edge; and the paper.

    Args:
        raster: the picture.
        outline: corners in its pixels, in order, of a convex polygon around the page.
        marks: where writing was found, at any scale; nothing is painted there, nor close by.
    """
    small = reduced(raster, _MAP_DPI)
    beyond = _surroundings(small, inside(outline, small.height, small.width, scale=small.dpi / raster.dpi))
    beyond &= ~near(touched(marks, small.pixels.shape), small.px(_AROUND_WRITING_MM))
    soft = cv2.resize(np.where(beyond, np.uint8(0), np.uint8(255)), (raster.width, raster.height))
    return _painted(raster, small, beyond, inside(outline, raster.height, raster.width) & (soft > 127))


def _painted(raster: Raster, small: Raster, beyond: Flags, page: Flags) -> tuple[Raster, Paper]:
    blanked = small.pixels.copy()
    blanked[_in_pairs(beyond)] = 0
    paper = measure_paper(small.replace(blanked), map_dpi=_PAPER_DPI)
    pixels = cv2.copyTo(raster.pixels, page.view(np.uint8), paper.at(raster))
    return raster.replace(np.asarray(pixels, np.uint8)), paper


def _in_pairs(flags: Flags) -> Flags:
    """Return flags set for all of two by two points where any is: half of such a block would pass for dark paper."""
    height, width = flags.shape
    even = np.pad(flags, ((0, height % 2), (0, width % 2)))
    blocks = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).any(axis=(1, 3))
    return np.asarray(blocks.repeat(2, axis=0).repeat(2, axis=1)[:height, :width], np.bool_)


def _surroundings(small: Raster, within: Flags) -> Flags:
    """Return what lies outside, and what goes on from there and looks more like it than like the page close by.

    Nothing goes on where the one passes softly into the other: that is the page in shadow.
    """
    outer, inner = (near(flags, small.px(_REACH_MM)) for flags in (~within, within))
    around = _mean(small, inner & ~within)
    page = _mean(small, within & ~near(~within, small.px(_SAMPLE_MM)))
    to_page, to_around = _distance(small, page), _distance(small, around)
    likeness = to_page / np.maximum(to_page + to_around, 1)
    side = small.px(_THINNEST_MM) | 1  # by an even one OpenCV would open askew
    alike = ((likeness > _ALIKE) & outer & within) | ~within
    count, labels = cv2.connectedComponents((_broad(alike, side) | ~within).astype(np.uint8))
    reached = np.zeros(count, np.bool_)
    reached[labels[~within]] = True
    beyond = np.asarray(reached[labels], np.bool_)
    edge = near(beyond, 1) & ~beyond
    soft = near(edge, side) & (np.abs(likeness - 0.5) < _BETWEEN)
    sharp = np.count_nonzero(soft) <= _SOFTEST_PX * np.count_nonzero(edge)
    if not sharp or not (beyond & within).any():
        return ~within
    rim = near(beyond, _RIM_PX)
    unlike_page = (likeness > _BETWEEN) | ~within
    strokes = unlike_page & ~_broad(unlike_page, side) & ~rim  # those that run out to the edge keep all of their end
    return beyond | (rim & ~near(strokes, 2 * _RIM_PX))


def _broad(flags: Flags, side: int) -> Flags:
    """Return where flags fill a square of that many points, an odd number, a side; beyond the picture they go on."""
    wide = cv2.copyMakeBorder(flags.astype(np.uint8), side, side, side, side, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.morphologyEx(wide, cv2.MORPH_OPEN, square(side))[side:-side, side:-side], np.bool_)


def _mean(small: Raster, where: Flags) -> list[Field]:
    """Return, a plane a channel, the mean of what lies there close to every point; far beyond all levels if nothing."""
    weight = where.astype(np.float32)
    layers = merged([*(plane * weight for plane in _planes(small)), weight])
    *totals, share = planes_of(blurred(layers, small.px(_SAMPLE_MM)))
    return [
        np.where(share > _TRACE, total / np.maximum(share, _TRACE), _NO_LEVEL).astype(np.float32) for total in totals
    ]


def _distance(small: Raster, colour: list[Field]) -> Field:
    """Return the sum of the channels' differences."""
    apart = [np.abs(plane - mean) for plane, mean in zip(_planes(small), colour, strict=True)]
    return np.asarray(np.add.reduce(apart), np.float32)


def _planes(small: Raster) -> list[Field]:
    return planes_of(np.atleast_3d(small.pixels).astype(np.float32))
