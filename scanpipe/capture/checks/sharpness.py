"""How sharp a page is, by the steepest edges of its writing at full resolution."""

import cv2
import numpy as np

from scanpipe.capture.checks.page_map import PageMap, histogram, level_below
from scanpipe.raster import Pixels
from scanpipe.raster.averaging import averaged

_TILE, _TILES = 320, 6


def blur_px(page: PageMap) -> float:
    """Return the standard deviation, in pixels, of the blur of the sharpest edges in the tiles with most ink.

    A step of height A that a Gaussian of deviation s has blurred rises at most by A / (s * sqrt(2 pi)) a pixel.
    """
    across, down = max(1, page.full.width // _TILE), max(1, page.full.height // _TILE)
    written = (page.ink & ~page.surround).view(np.uint8) * np.uint8(255)
    share = averaged(written, across, down)
    share[share > 200] = 0  # a dark margin
    widths = []
    for place in np.argsort(share, axis=None)[::-1][:_TILES]:
        row, column = divmod(int(place), across)
        tile = page.full.pixels[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
        widths.append(_edge_width_px(tile))
    return float(np.median(widths))


def _edge_width_px(grey: Pixels) -> float:
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    across, down = cv2.Sobel(smooth, cv2.CV_16S, 1, 0), cv2.Sobel(smooth, cv2.CV_16S, 0, 1)
    # A quarter of Sobel's sum of eight weights: at most 255, in half levels.
    steep = cv2.max(cv2.convertScaleAbs(across, alpha=0.25), cv2.convertScaleAbs(down, alpha=0.25))
    levels = histogram(np.asarray(smooth, np.uint8))
    step = level_below(levels, 0.9) - level_below(levels, 0.005)
    steepest = level_below(np.asarray(steep, np.uint8), 0.998) / 2
    return step / (steepest * float(np.sqrt(2 * np.pi))) if steepest > 0 else 0.0
