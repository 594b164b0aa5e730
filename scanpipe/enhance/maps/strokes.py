"""Marks at stroke width, told from the paper under them: how deep each is, how sharp, and how deep ink is on this page.

What a closing of stroke width takes out of the paper is a stroke; stains and smudges are wider and stay in it.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from scanpipe.enhance.maps.background import grain_of
from scanpipe.enhance.maps.ground import Field, morphological_close
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.raster import MM_PER_INCH, Pixels, Raster
from scanpipe.raster.averaging import averaged, reduced
from scanpipe.raster.channels import depth_below, grey_pixels
from scanpipe.raster.flags import fitted, square

_MAP_DPI = 75.0
_QUANTILE = 25  # of the depth near every point: bare paper on any page that is not all ink
_ABOVE_NOISE = 2.0
_LEAST_DEPTH = 10.0
_TRUST = 0.002  # of the page's mean weight: where there is less writing, the page as a whole is asked


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strokes:
    """The marks of a page at 75 dpi. Depths are how far a level lies below its paper, of 255.

    Attributes:
        ground: (h, w[, 3]) levels of the paper under the marks, stains and smudges included.
        peak_depth: (h, w) depth of the deepest point near every point; 0 beside the page.
        sharpness: (h, w) how steep the marks are for their depth; 1 = as the deep ink of this page.
        local_depth: (h, w) depth of the ink around every point.
        page_depth: depth of the ink of the page as a whole.
        noise: depth below which nothing is a mark.
        paper_offset: usual depth of bare paper, for the ground lies as high as its brightest grains.
        grain: noise of the page, as depth.
        dpi: of the map.
    """

    ground: Pixels
    peak_depth: Field
    sharpness: Field
    local_depth: Field
    page_depth: float
    noise: float
    paper_offset: float
    grain: float
    dpi: float


def find_strokes(raster: Raster, ink: InkMap, *, stroke_mm: float = 2.5, neighbourhood_mm: float = 6.0) -> Strokes:
    """Find what is narrower than `stroke_mm`; `neighbourhood_mm` is how far the ink around a point reaches."""
    fine, small = ink.reduced, reduced(ink.reduced, _MAP_DPI)
    ground = morphological_close(small, stroke_mm)
    depth = depth_below(fine.pixels, np.asarray(cv2.resize(ground, (fine.width, fine.height)), np.uint8))
    page = ~fitted(ink.surround_mask, small.pixels.shape)
    peak_depth = np.asarray(_highest(depth, 5, small) * page, np.float32)
    noise = max(_LEAST_DEPTH, _ABOVE_NOISE * float(np.percentile(peak_depth[::3, ::3], _QUANTILE)))
    local_depth, page_depth = _local_depth(
        np.maximum(peak_depth - noise, 0), small.dpi / MM_PER_INCH * neighbourhood_mm
    )
    sharpness = _steepness(raster, small, ground) / np.maximum(peak_depth, 1)
    sure = peak_depth >= page_depth + noise
    usual = float(np.median(sharpness[sure])) if sure.any() else 1.0
    return Strokes(
        ground=ground,
        peak_depth=peak_depth,
        sharpness=np.asarray(sharpness / max(usual, 0.05), np.float32),
        local_depth=local_depth + np.float32(noise),
        page_depth=page_depth + noise,
        noise=noise,
        paper_offset=float(np.median(depth[::4, ::4])),
        grain=grain_of(raster) * 255 / max(1.0, ink.paper.level),
        dpi=small.dpi,
    )


def stroke_width_px(mask: Pixels) -> float:
    """Return how broad the strokes of a mask (h, w), 1 where ink is, are in the mean; 0 where there is none."""
    area = cv2.countNonZero(mask)
    outline = area - cv2.countNonZero(cv2.erode(mask, square(3)))
    return 2 * area / max(1, outline)


def _highest(levels: Pixels, side: int, small: Raster) -> Field:
    """Return the highest level near every point of the small map."""
    wide = cv2.dilate(levels, square(side))
    return np.asarray(cv2.resize(wide, (small.width, small.height), interpolation=cv2.INTER_NEAREST), np.float32)


def _steepness(raster: Raster, small: Raster, ground: Pixels) -> Field:
    """Return how much the page's grey falls, at most, from one pixel to the next near every point; as depth is told.

    What bare paper has of it is taken off.
    """
    fall = cv2.morphologyEx(grey_pixels(raster.pixels), cv2.MORPH_GRADIENT, square(2))
    side = 2 * (raster.height // small.height) + 1
    steep = _highest(np.asarray(fall, np.uint8), side, small) * (255 / np.maximum(grey_pixels(ground), 1))
    return np.asarray(np.maximum(steep - np.percentile(steep[::3, ::3], _QUANTILE), 0), np.float32)


def _local_depth(depth: Field, sigma: float) -> tuple[Field, float]:
    """Return how deep the writing around every point is: the mean of the depths, the deep ones weighing most.

    And that of the whole page.
    """
    factor = max(1, int(sigma / 4))
    size = (max(1, depth.shape[1] // factor), max(1, depth.shape[0] // factor))
    weight = depth * depth
    layers = [averaged(layer, *size) for layer in (weight, weight * depth)]
    mass, moment = (cv2.GaussianBlur(layer, (0, 0), sigma / factor) for layer in layers)
    page = float(layers[1].sum()) / max(1.0, float(layers[0].sum()))
    trust = _TRUST * float(layers[0].mean()) + 1e-3
    mean = (moment + trust * page) / (mass + trust)
    return np.asarray(cv2.resize(mean, depth.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32), page
