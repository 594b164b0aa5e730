"""How sharp the writing's edges are on a page, and from what strength on an edge is one of them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels
from scanpipe.raster.flags import square

Gradient = NDArray[np.int16]

FINE = 16  # gradients are told in sixteenths of Sobel's sum, so that small blurs are not rounded away
_SOFTENING_PX = 0.5
_STRIP_ROWS = 32
_LARGE_PX = 2_000_000  # from here on a sample is enough
_EVERY = 12
_WRITTEN = 0.01  # of what the strip with most writing has
_SHARP_PERCENT = 99.5
_TIMES_TEXTURE = 3.0  # most edges of a page, by number, are its texture
_MOST_TEXTURE = 0.3  # of the typical edge: on clean paper most edges are the writing's
_FAINTEST = 24.0  # Sobel's sum of an edge of six levels: paper's own texture stays below
_STRONGEST = 0.7  # of the typical edge: more is never asked of one
_WEAKEST = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The edges of a page's writing.

    Attributes:
        least: the strength (of `gradients`) from which an edge is taken for one of the writing's.
        typical: that of its sharp edges.
        depth: how dark the writing is at them, in levels below the paper.
    """

    least: float
    typical: float
    depth: float


def gradients(depth: Pixels) -> tuple[Gradient, Gradient]:
    """Return Sobel's gradients of a picture downwards and to the right, in `FINE` parts of a level."""
    soft = cv2.GaussianBlur(depth.astype(np.int16) * FINE, (0, 0), _SOFTENING_PX)
    down = cv2.Sobel(soft, cv2.CV_16S, 0, 1, ksize=3, borderType=cv2.BORDER_REPLICATE)
    right = cv2.Sobel(soft, cv2.CV_16S, 1, 0, ksize=3, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(down, np.int16), np.asarray(right, np.int16)


def measure_edges(depth: Pixels, fine_contrast: Pixels, factor: float) -> Edges:
    """Find what sharp edges there are in a picture of darkness below paper (h, w).

    `fine_contrast` shows, at any scale, where ink is.

    The edges fall into two classes, of the paper's texture and of the writing; Otsu's threshold (IEEE SMC 9, 1979)
    parts them. Where it lies high in the scale of the sharp edges the page has strong marks that are no writing (the
    other side showing through), and the least edge is asked to be stronger still: its square, times `factor`.
    """
    strengths, depths = _sampled(depth, fine_contrast)
    if not strengths.size:
        return Edges(least=32767.0, typical=32767.0, depth=255.0)
    typical = float(np.percentile(strengths, _SHARP_PERCENT))
    share = _otsu(np.minimum(strengths / typical, 1.2))
    least = typical * float(np.clip(factor * share**2, _WEAKEST, _STRONGEST))
    return Edges(
        least=max(least, _FAINTEST * FINE, min(_TIMES_TEXTURE * float(np.median(strengths)), _MOST_TEXTURE * typical)),
        typical=typical,
        depth=2 * float(np.median(depths[strengths > 0.5 * typical])),
    )


def _sampled(depth: Pixels, fine_contrast: Pixels) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return the strengths, and the darkness, at the thin edges of the page that stand out from its noise."""
    strengths, depths = [], []
    for rows in _written_strips(depth, fine_contrast):
        strip = depth[rows]
        down, right = gradients(strip)
        thin = cv2.Canny(right, down, 1, 1, L2gradient=True) > 0
        strengths.append(np.hypot(right[thin], down[thin], dtype=np.float32))
        depths.append(_halfway(strip)[thin])
    return np.concatenate(strengths), np.concatenate(depths)


def _halfway(depth: Pixels) -> Pixels:
    """Return what lies between the darkest and the palest next to each pixel.

    At a soft edge that is about what its pixel has; of a scan in black and white, each has all or nothing.
    """
    window = square(3)
    return np.asarray(cv2.addWeighted(cv2.dilate(depth, window), 0.5, cv2.erode(depth, window), 0.5, 0), np.uint8)


def _written_strips(depth: Pixels, fine_contrast: Pixels) -> list[slice]:
    """Return the whole of a small picture; of a large one, every twelfth strip, or as many, from where the writing is.

    The few lines of an almost empty page must not drown among the edges of its paper.
    """
    if depth.size < _LARGE_PX:
        return [slice(0, depth.shape[0])]
    tops = np.arange(0, depth.shape[0], _STRIP_ROWS)
    weights = cv2.resize(
        cv2.reduce(fine_contrast, 1, cv2.REDUCE_SUM2, dtype=cv2.CV_32F), (1, len(tops)), interpolation=cv2.INTER_AREA
    )[:, 0]
    written = tops[weights >= _WRITTEN * weights.max()]
    sample = written[:: max(1, len(written) * _EVERY // len(tops))]
    return [slice(top, top + _STRIP_ROWS) for top in sample]


def _otsu(values: NDArray[np.float32]) -> float:
    counts, bounds = np.histogram(values, 128, (0.0, 1.2))
    share = counts / counts.sum()
    centres = (bounds[:-1] + bounds[1:]) / 2
    weight, mean = np.cumsum(share), np.cumsum(share * centres)
    between = (mean[-1] * weight - mean) ** 2 / np.maximum(weight * (1 - weight), 1e-9)
    return float(centres[int(between.argmax())])
