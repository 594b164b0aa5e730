"""Signatures: runs of loops in one piece, in black far taller than the writing around, in a pen's colour by themselves.

A frame is one piece, too, but what it encloses is as large as itself.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.connected_components import parts_of
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.enhance.maps.ink_colours import InkLayer, like_writing
from scanpipe.raster import Pixels
from scanpipe.raster.averaging import in_blocks
from scanpipe.raster.flags import square

_LEAST_LOOPS = 2
_SHORTEST_LOOP_PX = 6
_OF_ITS_INK = 0.7  # in one piece; the rest are dots and what the pen was lifted for
_FRAMED = 0.3  # of the hull: no loop of a signature encloses so much


def find_signatures(ink: InkMap, taken: NDArray[np.intp]) -> Iterator[tuple[InkLayer, NDArray[np.intp], float]]:
    """Yield the tall runs of loops of a page: their layer, their places in it, and how sure they are; no rules.

    Args:
        ink: the page's ink map.
        taken: places that belong to seals.
    """
    strength = in_blocks(ink.fine_contrast, 2)
    strokes = (strength > max(40.0, 5 * ink.grain)).astype(np.uint8)
    layer = InkLayer(colour="black", where=strokes.astype(np.bool_), strength=strength, dpi=ink.dpi / 2)
    long = layer.px(15)
    for shape in ((1, long), (long, 1)):
        rules = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        strokes = np.asarray(cv2.subtract(strokes, np.asarray(rules, np.uint8)), np.uint8)
    strokes.ravel()[taken] = 0
    count, labels, stats = parts_of(strokes)
    if count < 2:
        return
    width, height, area = (stats[:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    letters = (height[1:] > layer.px(1.2)) & (height[1:] < layer.px(30))
    usual = float(np.percentile(height[1:][letters], 90)) if letters.any() else 0.0
    tall = (height > max(1.6 * usual, layer.px(8))) & (height < layer.px(45))
    wide = (width > layer.px(12)) & (width < layer.px(90)) & (area < 0.3 * width * height)
    for number in np.flatnonzero(tall & wide):
        if number == 0:
            continue
        part = labels == number
        loops, _largest = _loops(part.view(np.uint8))
        if loops >= _LEAST_LOOPS:
            places = np.flatnonzero(part)
            yield layer, places, like_writing(layer, places) * _confidence(loops)


def signature_confidence(places: NDArray[np.intp], width: int) -> float:
    """Return how sure it is that ink of one colour is a signature: 0 if it is in pieces, framed or without loops.

    Args:
        places: of the ink, as indices into a picture.
        width: of that picture, in pixels.
    """
    rows, columns = np.divmod(places, width)
    part = np.zeros((np.ptp(rows) + 1, np.ptp(columns) + 1), np.uint8)
    part[rows - rows.min(), columns - columns.min()] = 1
    joined = np.asarray(cv2.morphologyEx(part, cv2.MORPH_CLOSE, square(3)), np.uint8)  # rules were taken out of it
    if int(parts_of(joined)[2][1:, cv2.CC_STAT_AREA].max()) < _OF_ITS_INK * cv2.countNonZero(joined):
        return 0.0
    apart, closed = _loops(part), _loops(joined)  # what joins a cut loop fills a small one
    loops, largest = max(apart[0], closed[0]), max(apart[1], closed[1])
    hull = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32))
    return 0.0 if loops < _LEAST_LOOPS or largest > _FRAMED * cv2.contourArea(hull) else _confidence(loops)


def _confidence(loops: int) -> float:
    return min(0.9, 0.3 + 0.1 * loops)


def _loops(part: Pixels) -> tuple[int, float]:
    """Return how many loops there are, and how many pixels the largest encloses."""
    contours, tree = cv2.findContours(part, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return 0, 0.0
    inner = [
        contour
        for contour, links in zip(contours, tree[0], strict=True)
        if links[3] >= 0 and len(contour) > _SHORTEST_LOOP_PX
    ]
    return len(inner), max((cv2.contourArea(contour) for contour in inner), default=0.0)
