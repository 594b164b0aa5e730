"""A page taken apart: the colour of its ink, and its paper with the ink filled in, both at reduced resolution.

Drawn over the paper through the text mask, the ink is as sharp as it was; what the mask leaves out, faint strokes and
stains, stays in the paper. (Mixed raster content, ITU-T T.44; DjVu: Bottou et al., J. of Electronic Imaging 7, 1998.)
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import averaged, in_all_blocks
from scanpipe.raster.channels import brightest, to_grey
from scanpipe.raster.flags import square

_HALO_MM = 0.17  # around the ink the paper is darker, by blur
_LEAST_HALO_PX = 2
_NEARLY = 1.05  # 299 dpi are 300
_GRAIN_LEVELS = 8  # paper is evened where it differs from its surroundings by less than this in every channel
_GRAIN_WINDOW_MM = 1.4
_SURE = 0.2  # share of a place that must be seen, to be taken as it is
_TRACE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """A reduced picture and what of the page it covers from the top left corner, in pixels of the page.

    That may be a little more than the page, so that every pixel stands for a whole block of the page's.
    """

    raster: Raster
    covers_px: tuple[int, int]


def background_layer(image: Raster, mask: Raster, dpi: float) -> Layer:
    """Return the paper, with the nearest paper in place of the ink and of its blurred rim; fine grain is evened out.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
        dpi: about of the layer, of which the page's is a multiple.
    """
    side = 2 * max(_LEAST_HALO_PX, image.px(_HALO_MM)) + 1
    paper = cv2.erode(mask.pixels, square(side))
    bare = cv2.copyTo(image.pixels, paper, np.zeros_like(image.pixels))
    return _layer(image, np.asarray(bare, np.uint8), np.asarray(paper, np.uint8), dpi, even=True)


def foreground_layer(image: Raster, mask: Raster, dpi: float) -> Layer:
    """Return the colour of the ink, continued between the strokes; dark cores count more than rims."""
    weight = np.asarray(cv2.bitwise_not(cv2.max(to_grey(image).pixels, mask.pixels)), np.uint8)
    wide = cv2.merge([weight] * 3) if image.colour else weight
    weighted = cv2.multiply(image.pixels, wide, scale=1 / 255)
    return _layer(image, np.asarray(weighted, np.uint8), weight, dpi, even=False)


def _layer(image: Raster, weighted: Pixels, weight: Pixels, dpi: float, *, even: bool) -> Layer:
    factor = max(1, int(_NEARLY * image.dpi // dpi))
    sums, shares = (in_all_blocks(pixels, factor) for pixels in (weighted, weight))
    raster = Raster(pixels=_filled(sums, np.asarray(shares / 255, np.float32)), dpi=image.dpi / factor)
    if even:
        raster = _evened(raster)
    return Layer(raster=raster, covers_px=(raster.width * factor, raster.height * factor))


def _filled(sums: NDArray[np.float32], shares: NDArray[np.float32]) -> Pixels:
    """Divide sums (h, w[, 3]) by shares (h, w); where little was seen, what lies around is carried in.

    Averages over ever larger blocks fill what smaller ones leave open (pull-push: Gortler et al., SIGGRAPH 1996).
    """
    planes = _continued([np.asarray(plane, np.float32) for plane in cv2.split(sums)], shares)
    return np.asarray(cv2.merge([np.clip(np.rint(plane), 0, 255).astype(np.uint8) for plane in planes]), np.uint8)


def _continued(sums: list[NDArray[np.float32]], shares: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    height, width = shares.shape
    trust = np.clip(shares / _SURE, 0, 1)
    seen = [np.asarray(plane / np.maximum(shares, _TRACE), np.float32) for plane in sums]
    if float(trust.min()) == 1 or min(height, width) < 2:
        return seen
    half = (math.ceil(width / 2), math.ceil(height / 2))
    smaller = [averaged(plane, *half) for plane in (*sums, shares)]
    wide = [cv2.resize(plane, (width, height)) for plane in _continued(smaller[:-1], smaller[-1])]
    return [np.asarray(near * trust + far * (1 - trust), np.float32) for near, far in zip(seen, wide, strict=True)]


def _evened(paper: Raster) -> Raster:
    """Take the grain out of the paper, which costs bytes and shows nothing."""
    window = paper.px(_GRAIN_WINDOW_MM)
    smooth = cv2.blur(paper.pixels, (window, window))
    difference = brightest(np.asarray(cv2.absdiff(paper.pixels, smooth), np.uint8))
    grain = (difference < _GRAIN_LEVELS).astype(np.uint8)
    return paper.replace(np.asarray(cv2.copyTo(smooth, grain, paper.pixels.copy()), np.uint8))
