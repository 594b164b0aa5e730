"""A small network that looks a text mask over: is a part of it ink, or the other side, a stain, the paper's texture?

It is a U-Net (Ronneberger, MICCAI 2015) of 210,000 weights, which `scripts/train_ink_network.py` trains on drawn
patches; docs/ink-network.md is its card. It sees the page in the light of its own paper together with the mask, at a
scale at which strokes are some four pixels broad, two by two pixels at a time. It never adds ink: a part of the mask
that it takes for background is dropped as a whole, so no stroke loses its edge to it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Field, Flags, Paper
from scanpipe.enhance.maps.connected_components import Numbers, parts_of
from scanpipe.enhance.maps.strokes import stroke_width_px
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.flags import square

WEIGHTS: Final = Path(__file__).with_name("ink_network.onnx")
"""The network."""

# On drawn patches that it was not trained on, 0.02 % of the ink is lost by it, at 0.2 eight times as much.
_LEAST_PROBABLE = 0.1
_PALE = 0.55  # of how dark the page's ink is
_SHOWN_SHARES = (0.02, 0.25)  # of the ink
_FAINTER, _REST = 0.4, 0.4  # outside of the mask: how dark, and how much of it, beside what is in the mask
_HALF = 127
_PAPER_LEVEL = 200  # what bare paper is to the network, whatever it is on the page
_STROKE_PX = 4.0
_LARGE_PX, _LARGE_DPI = 3_000_000, 150.0  # pages of more pixels are looked at in this resolution
_THINNEST_PX = 2.0
_BAND_PX, _CONTEXT = 500_000, 96  # of a picture at a time, and the rows around them that are looked at, too
_SIDES = 16  # the network takes sides that are multiples of so many pixels


def without_background(mask: Pixels, raster: Raster, paper: Paper) -> Pixels:
    """Return a mask without those parts that the network takes for background, in the mean over the part.

    It believes the mask that it sees. So where the other side shows through, it is asked once more about what is pale
    beside the page's ink, without that in the mask.

    Args:
        mask: (h, w), 1 where ink was found, else 0.
        raster: the page, same size.
        paper: its paper.
    """
    if not mask.any():
        return mask
    shown = network_input(mask, raster, paper)
    parts = _Parts.of(mask)
    kept = parts.means(parts.at(_levels(ink_probability(shown)))) >= 255 * _LEAST_PROBABLE
    kept &= ~_shown_through(shown, parts, kept)
    return parts.mask(kept)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Parts:
    """The parts of a mask (h, w) that hang together: how large each is, where ink is, and which part that is of."""

    shape: tuple[int, int]
    areas: Numbers
    places: NDArray[np.intp]
    part: Numbers

    @classmethod
    def of(cls, mask: Pixels) -> Self:
        _count, labels, stats = parts_of(mask)
        places = np.flatnonzero(mask)
        height, width = mask.shape
        areas = stats[:, cv2.CC_STAT_AREA]
        return cls(shape=(height, width), areas=areas, places=places, part=labels.ravel()[places])

    def at(self, small: Pixels) -> Pixels:
        """Return the levels (n,) of a reduced picture in each place."""
        return np.asarray(cv2.resize(small, self.shape[::-1]), np.uint8).ravel()[self.places]

    def means(self, levels: Pixels) -> NDArray[np.float64]:
        """Return the mean over each part of what is in each place (n,)."""
        sums = np.bincount(self.part, weights=levels, minlength=len(self.areas))
        return np.asarray(sums / np.maximum(self.areas, 1), np.float64)

    def mask(self, chosen: Flags) -> Pixels:
        """Return the mask (h, w) of some parts, 1 where they are."""
        left = np.zeros(self.shape, np.uint8)
        left.ravel()[self.places[chosen[self.part]]] = 1
        return left


def _shown_through(shown: Pixels, parts: _Parts, kept: Flags) -> Flags:
    """Tell which parts are the ink of the other side: pale, and no ink to who does not see them in the mask.

    A few such parts are the pen's own hairlines, many are a second ink, and both stay.
    """
    none = np.zeros_like(kept)
    if not kept.any():
        return none
    depth = _PAPER_LEVEL - np.minimum(shown[..., :3].min(2), _PAPER_LEVEL)
    depths = parts.at(depth)
    pale = kept & (parts.means(depths) < _PALE * float(np.percentile(depths[kept[parts.part]], 75)))
    least, most = (share * parts.areas[kept].sum() for share in _SHOWN_SHARES)
    if parts.areas[pale].sum() < least:
        return none
    without_pale = np.dstack([shown[..., :3], _covered(parts.mask(kept & ~pale), shown)])
    probable = ink_probability(without_pale, where=_covered(parts.mask(pale), shown))
    through = pale & (parts.means(parts.at(_levels(probable))) < 255 * _LEAST_PROBABLE)
    if not least <= parts.areas[through].sum() <= most:
        return none
    return through if _more_outside(depth, shown[..., 3], _covered(parts.mask(through), shown)) else none


def _more_outside(depth: Pixels, mask: Pixels, through: Pixels) -> bool:
    """Tell whether there is more like some parts outside of the mask: the other side shows through unevenly."""
    inside = through > _HALF
    if not inside.any():
        return False
    rest = (depth > _FAINTER * float(np.median(depth[inside]))).view(np.uint8) & (cv2.dilate(mask, square(5)) == 0)
    more = cv2.countNonZero(cv2.morphologyEx(rest, cv2.MORPH_OPEN, square(2)))
    return bool(more >= _REST * np.count_nonzero(inside))


def _levels(probable: Field) -> Pixels:
    """Return probabilities as levels, 0-255: in full size these take a quarter of the memory."""
    return np.asarray(probable * 255, np.uint8)


def _covered(mask: Pixels, shown: Pixels) -> Pixels:
    """Return how much of each pixel of what the network sees a mask covers, 0-255."""
    size = shown.shape[1::-1]
    return np.asarray(cv2.resize(mask * np.uint8(255), size, interpolation=cv2.INTER_AREA), np.uint8)


def network_input(mask: Pixels, raster: Raster, paper: Paper) -> Pixels:
    """Return what the network sees of a page (h, w, 4), reduced: its colours over its paper, and its mask, 0-255."""
    scale = _scale(mask, raster)
    size = max(1, round(raster.width * scale)), max(1, round(raster.height * scale))
    page = np.asarray(cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    levels = over_paper(Raster(pixels=page, dpi=raster.dpi * scale), paper)
    return np.dstack([levels, _covered(mask, levels)])


def over_paper(raster: Raster, paper: Paper) -> Pixels:
    """Return the colours of a page over those of its paper (h, w, 3), 0-255; of a grey page, its grey three times."""
    levels = np.asarray(cv2.divide(raster.pixels, paper.at(raster), scale=_PAPER_LEVEL), np.uint8)
    return levels if raster.colour else np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB), np.uint8)


def _scale(mask: Pixels, raster: Raster) -> float:
    """Return by how much a page is reduced so that its strokes are as broad as the network knows them."""
    stroke_px = max(1.0, stroke_width_px(mask))
    scale = min(1.0, _STROKE_PX / stroke_px)
    if mask.size > _LARGE_PX:
        scale = min(scale, max(_LARGE_DPI / raster.dpi, _THINNEST_PX / stroke_px))
    return scale


def ink_probability(shown: Pixels, where: Pixels | None = None) -> Field:
    """Return how probably each pixel of a `network_input` is ink (h, w), 0 to 1; 0 away from its mask.

    Args:
        shown: the `network_input` (h, w, 4).
        where: another mask (h, w), not 0 where it is asked; by default that of `shown`.
    """
    probable: Field = np.zeros(shown.shape[:2], np.float32)
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(shown[..., 3] if where is None else where))
    if not width:
        return probable
    columns = slice(max(0, left - _CONTEXT), left + width + _CONTEXT)
    rows = max(_SIDES, _BAND_PX // width)
    for first in range(top, top + height, rows):
        last = min(first + rows, top + height)
        above = min(first, _CONTEXT)
        band = _forward(shown[first - above : last + _CONTEXT, columns])
        probable[first:last, columns] = band[above : above + last - first]
    return probable


def _forward(shown: Pixels) -> Field:
    """Run the network on a picture (h, w, 4); return the probabilities (h, w)."""
    height, width = shown.shape[:2]
    whole = cv2.copyMakeBorder(shown, 0, -height % _SIDES, 0, -width % _SIDES, cv2.BORDER_REFLECT_101)
    network, lock = _network()
    with lock:
        network.setInput(_pixel_unshuffle(np.asarray(cv2.dnn.blobFromImage(whole, 1 / 255), np.float32)))
        logits = np.asarray(network.forward(), np.float32)
    fine = logits.reshape(2, 2, *logits.shape[2:]).transpose(2, 0, 3, 1).reshape(whole.shape[:2])
    return np.asarray(1 / (1 + np.exp(-fine[:height, :width])), np.float32)


def _pixel_unshuffle(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return planes (1, n, h, w) as (1, 4 n, h / 2, w / 2): of each, the pixels of even and odd rows and columns."""
    _one, count, height, width = planes.shape
    apart = planes.reshape(count, height // 2, 2, width // 2, 2).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(apart).reshape(1, 4 * count, height // 2, width // 2)


@cache
def _network() -> tuple[Any, Lock]:
    """Return the network, which one thread at a time may use."""
    return cv2.dnn.readNetFromONNX(str(WEIGHTS), cv2.dnn.ENGINE_NEW), Lock()
