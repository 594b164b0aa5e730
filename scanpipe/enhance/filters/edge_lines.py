"""Dark lines along the picture's edge: glass, bed or lid, too thin for a frame. They are cut off, or painted over.

What goes on inwards for longer is none: a frame, or a gutter's shadow, in which there is writing.
"""

import cv2
import numpy as np

from scanpipe.raster import Box, Pixels, Raster
from scanpipe.raster.channels import grey_pixels

_MOST_MM = 1.5
_BEGINS, _ENDS = 0.6, 0.25  # of the edge is dark: where a line begins, and where it has ended
_DARK = 0.5  # of the paper's level
_SAMPLE_MM, _AROUND_MM = 2.0, 6.0


def cut_lines(raster: Raster, box: Box) -> Box:
    """Return a box whose sides lie within the lines along the picture's edge.

    Args:
        raster: the picture.
        box: left, top, right, bottom in its pixels.
    """
    left, top, right, bottom = box
    at_top, at_right, at_bottom, at_left = _thicknesses(raster)
    cut = (
        max(left, at_left),
        max(top, at_top),
        min(right, raster.width - at_right),
        min(bottom, raster.height - at_bottom),
    )
    return cut if cut[0] < cut[2] and cut[1] < cut[3] else box


def paint_lines(raster: Raster) -> Raster:
    """Return the picture with the paper next to the lines along its edge in their place."""
    thicknesses = _thicknesses(raster)
    if not any(thicknesses):
        return raster
    pixels = raster.pixels.copy()
    for turns, thickness in enumerate(thicknesses):
        side = np.rot90(pixels, turns)
        side[:thickness] = _paper_beside(side[thickness : thickness + raster.px(_SAMPLE_MM)], raster.px(_AROUND_MM))
    return raster.replace(pixels)


def _paper_beside(rows: Pixels, reach: int) -> Pixels:
    """Return one row of paper like those rows, without the writing in them."""
    paper = np.median(rows, axis=0).astype(np.uint8)[None]
    bright = cv2.morphologyEx(paper, cv2.MORPH_CLOSE, np.ones((1, 2 * reach + 1), np.uint8))
    return np.asarray(cv2.blur(bright, (2 * reach + 1, 1)), np.uint8).reshape(paper.shape)


def _thicknesses(raster: Raster) -> tuple[int, int, int, int]:
    """Return how many pixels are a line, with its rim, at the top, right, bottom and left; 0 for none."""
    top, right, bottom, left = (_thickness(np.rot90(raster.pixels, turns), raster) for turns in range(4))
    return top, right, bottom, left


def _thickness(pixels: Pixels, raster: Raster) -> int:
    """Return the same for the top of a picture (h, w[, 3]), which is `raster` turned."""
    most = raster.px(_MOST_MM)
    rows = grey_pixels(np.ascontiguousarray(pixels[: most + 2]))
    if len(rows) < most + 2:
        return 0
    dark = np.mean(rows < _DARK * np.median(rows[-1]), axis=1)
    ended = np.flatnonzero(dark < _ENDS)
    return int(ended[0]) + 1 if dark[0] >= _BEGINS and ended.size and ended[0] <= most else 0
