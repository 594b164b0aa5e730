"""Upright lines from the top to the bottom of the picture: dust on the glass of a feeder draws them.

What is printed ends within the page. Such lines go on through its margins, from edge to edge.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.checks.page_map import PageMap
from scanpipe.raster import Pixels
from scanpipe.raster.averaging import averaged
from scanpipe.raster.flags import Flags, runs

_STRIPS, _MARGIN_MM = 40, 4.0
_WIDEST_MM, _LEAST_LEVELS = 1.8, 6
_LEAST_ROWS, _LEAST_STRIPS = 0.6, 0.85  # writing hides the line here and there
_LIGHT, _LIGHT_ROWS, _LIGHT_STRIPS = 80, 0.9, 0.75  # on a lid or film frame that is black no line shows
_NARROWEST_MM, _FROM_EDGE_MM = 20.0, 1.0


def dust_lines_mm(page: PageMap) -> tuple[float, ...]:
    """Return where dark or bright upright lines run from the top to the bottom of the picture, from its left edge."""
    height, width = page.grey.shape
    if height < 3 * page.px(_MARGIN_MM) or width < page.px(_NARROWEST_MM):
        return ()
    wide = np.ones((1, page.px(_WIDEST_MM) | 1), np.uint8)
    light = _row_share(cv2.dilate(page.grey, wide), _LIGHT, page) >= _LIGHT_ROWS
    places: list[float] = []
    for narrow in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT):
        line = _row_share(cv2.morphologyEx(page.grey, narrow, wide), _LEAST_LEVELS, page) >= _LEAST_ROWS
        places += [(start + end) / 2 for start, end in runs(_from_end_to_end(line & light, light))]
    edge = page.px(_FROM_EDGE_MM)
    return tuple(page.mm(place) for place in sorted(places) if edge <= place < width - edge)


def _row_share(levels: cv2.typing.MatLike, above: int, page: PageMap) -> NDArray[np.float64]:
    """Return which share of the rows of each strip lies above a level, in each column (strips, w).

    The first and the last strip are narrow ones at the picture's edges.
    """
    flags = np.asarray(cv2.threshold(levels, above, 255, cv2.THRESH_BINARY)[1], np.uint8)
    margin, width = page.px(_MARGIN_MM), flags.shape[1]
    parts: list[tuple[Pixels, int]] = [(flags[:margin], 1), (flags[margin:-margin], _STRIPS), (flags[-margin:], 1)]
    return np.concatenate([averaged(part, width, count) for part, count in parts]) / 255


def _from_end_to_end(line: Flags, light: Flags) -> Flags:
    """Return in which columns a line goes through nearly all light strips (strips, w), the outermost too."""
    columns, last = np.arange(line.shape[1]), len(light) - 1
    ends = line[light.argmax(axis=0), columns] & line[last - light[::-1].argmax(axis=0), columns]
    number = np.count_nonzero(light, axis=0)
    often = np.count_nonzero(line, axis=0) >= _LEAST_STRIPS * number
    return np.asarray(ends & often & (number >= _LIGHT_STRIPS * len(light)), np.bool_)
