"""The text mask: one bit a pixel, ink or paper, at full resolution.

The paper is divided out; then a pixel is ink when it is darker than the middle of the edges around it (threshold as the
mean grey weighted by squared gradient: White and Rohrer, IBM J. Res. Dev. 27, 1983; edges as the anchor: Su, Lu and
Tan, IEEE TIP 22, 2013), and when its stroke has sharp edges, which soft stains and show-through have not. Small parts
are kept by what they belong to, not by size: a dot or tone mark near a sure stroke stays.
"""

from typing import Annotated

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.ink import InkMap
from scanpipe.enhance.paper import Flags, Paper, grey_pixels
from scanpipe.raster import Pixels, Raster

VERSION = 1

_BAND_ROWS = 256
_SCALE = 2.0  # gradients are kept as uint8 in half levels a pixel
_FAINTEST_EDGE = 6.0  # levels a pixel; paper's own texture stays below
_EDGES_WANTED = 0.2  # of a window's weight if it were all edge


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How ink is told from paper."""

    window_mm: Annotated[float, msgspec.Meta(ge=0.5, le=20)] = 1.6
    lift: Annotated[float, msgspec.Meta(ge=0, le=0.9)] = 0.2
    trace: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
    edge: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    attached_edge: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.35
    attached_mm: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.8


class Ink(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="text_mask"):
    """The share of the page that is ink, and how sharp its edges are (levels a pixel)."""

    share: float
    edge: float


def text_mask(raster: Raster, ink: InkMap, params: Params) -> tuple[Raster, Ink]:
    """Take the mask of a page.

    Args:
        raster: the page.
        ink: its ink map, for the paper, and for frame and covers, where no ink is looked for.
        params: how ink is told from paper.

    Returns:
        The mask (grey, 0 = ink, 255 = paper, same size as the page) and what it holds.
    """
    grey = np.asarray(cv2.GaussianBlur(levelled(raster, ink.paper), (0, 0), 0.7), np.uint8)
    gradient = _gradient(grey)
    noise, edge = _edge_scale(gradient)
    threshold = _threshold(grey, gradient, noise, edge, window=raster.px(params.window_mm), params=params)
    dark = np.asarray(cv2.compare(grey, threshold, cv2.CMP_LT), np.uint8)
    dark[_enlarged(ink.beside, raster)] = 0
    mask = _rooted(dark, gradient, edge * _SCALE, raster.px(params.attached_mm), params)
    share = 1 - float(cv2.countNonZero(mask)) / mask.size
    return raster.replace(mask), Ink(share=round(share, 5), edge=round(edge, 1))


def levelled(raster: Raster, paper: Paper) -> Pixels:
    """Return the page's grey with its paper divided out: 255 = bare paper."""
    return np.asarray(cv2.divide(grey_pixels(raster.pixels), paper.grey_at(raster), scale=255), np.uint8)


def _gradient(grey: Pixels) -> Pixels:
    result = np.empty_like(grey)
    for top in range(0, grey.shape[0], _BAND_ROWS):
        first, last = max(0, top - 1), min(grey.shape[0], top + _BAND_ROWS + 1)
        band = grey[first:last]
        across, down = cv2.Scharr(band, cv2.CV_32F, 1, 0), cv2.Scharr(band, cv2.CV_32F, 0, 1)
        steep = cv2.convertScaleAbs(cv2.magnitude(across, down), alpha=_SCALE / 32)
        result[top : top + _BAND_ROWS] = steep[top - first : top - first + _BAND_ROWS]
    return result


def _edge_scale(gradient: Pixels) -> tuple[float, float]:
    """Return, in levels a pixel, the gradient of bare paper, and that of a sharp edge whatever the amount of paper."""
    sample = gradient[::3, ::3]
    noise = float(np.median(sample)) / _SCALE
    edges = sample[sample > _SCALE * max(_FAINTEST_EDGE, 5 * noise)]
    return noise, float(np.percentile(edges, 75)) / _SCALE if edges.size else 255.0


def _threshold(grey: Pixels, gradient: Pixels, noise: float, edge: float, *, window: int, params: Params) -> Pixels:
    """Return the level below which a pixel is ink, 0 where no edge is near; worked out at half size."""
    steps = np.arange(256, dtype=np.float32) / _SCALE
    table = np.maximum(steps - max(2 * noise, 1.0), 0) ** 2
    size = (max(1, grey.shape[1] // 2), max(1, grey.shape[0] // 2))
    weight, weighted = np.empty(size[::-1], np.float32), np.empty(size[::-1], np.float32)
    for top in range(0, size[1], _BAND_ROWS):
        rows = slice(2 * top, min(2 * (top + _BAND_ROWS), 2 * size[1])), slice(0, 2 * size[0])
        band = cv2.LUT(gradient[rows], table)
        to = (size[0], weight[top : top + _BAND_ROWS].shape[0])
        weight[top : top + _BAND_ROWS] = cv2.resize(band, to, interpolation=cv2.INTER_AREA)
        weighted[top : top + _BAND_ROWS] = cv2.resize(band * grey[rows], to, interpolation=cv2.INTER_AREA)
    side = (window // 2) | 1
    weight, weighted = cv2.blur(weight, (side, side)), cv2.blur(weighted, (side, side))
    middle = weighted / np.maximum(weight, 1e-3)
    middle += params.lift * (255 - middle)
    middle[weight <= _EDGES_WANTED * (params.trace * edge) ** 2] = 0
    return np.asarray(cv2.resize(middle.astype(np.uint8), grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _enlarged(flags: Flags, raster: Raster) -> Flags:
    size = (raster.width, raster.height)
    return np.asarray(cv2.resize(flags.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST), np.bool_)


def _rooted(dark: Pixels, gradient: Pixels, edge: float, reach: int, params: Params) -> Pixels:
    """Keep parts whose outline is sharp on average, and less sharp ones within reach of those; return the mask."""
    count, labels = cv2.connectedComponents(dark, connectivity=8)
    places = np.flatnonzero(dark)
    part = np.asarray(labels.ravel()[places], np.intp)
    outline = _outline_sharpness(dark, gradient, places, part, count)
    sure = outline >= params.edge * edge
    mask = np.full(dark.shape, 255, np.uint8)
    mask.ravel()[places[sure[part]]] = 0
    near = cv2.erode(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)).ravel()[places] == 0
    attached = np.zeros(count, np.bool_)
    attached[part[near]] = True
    kept = sure | (attached & (outline >= params.attached_edge * edge))
    mask.ravel()[places[kept[part]]] = 0
    return mask


def _outline_sharpness(
    dark: Pixels, gradient: Pixels, places: NDArray[np.intp], part: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Return for each part the mean, over its outline, of the steepest gradient beside it."""
    square = np.ones((3, 3), np.uint8)
    outer = cv2.erode(dark, square).ravel()[places] == 0
    steep = cv2.dilate(gradient, square).ravel()[places[outer]]
    sums = np.bincount(part[outer], weights=steep, minlength=count)
    return np.asarray(sums / np.maximum(np.bincount(part[outer], minlength=count), 1), np.float64)
