"""Which parts of a text mask the ink network takes for background: the other side, stains, the paper's texture.

Nothing is added. A part is dropped as a whole, so no stroke loses its edge.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Field, Flags, Paper
from scanpipe.enhance.maps.connected_components import Numbers, parts_of
from scanpipe.enhance.mask.ink_network import PAPER_LEVEL, covered, ink_probability, network_input
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.flags import square

# On drawn patches that the network was not trained on it loses 0.02 % of the ink, at 0.2 eight times as much.
_LEAST_PROBABLE = 0.1
_PALE = 0.55  # of how dark the page's ink is
_SHOWN_SHARES = (0.02, 0.25)  # of the ink
_FAINTER, _REST = 0.4, 0.4  # outside of the mask: how dark, and how much of it, beside what is in the mask
_HALF = 127


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
    depth = PAPER_LEVEL - np.minimum(shown[..., :3].min(2), PAPER_LEVEL)
    depths = parts.at(depth)
    pale = kept & (parts.means(depths) < _PALE * float(np.percentile(depths[kept[parts.part]], 75)))
    least, most = (share * parts.areas[kept].sum() for share in _SHOWN_SHARES)
    if parts.areas[pale].sum() < least:
        return none
    without_pale = np.dstack([shown[..., :3], covered(parts.mask(kept & ~pale), shown)])
    probable = ink_probability(without_pale, where=covered(parts.mask(pale), shown))
    through = pale & (parts.means(parts.at(_levels(probable))) < 255 * _LEAST_PROBABLE)
    if not least <= parts.areas[through].sum() <= most:
        return none
    return through if _more_outside(depth, shown[..., 3], covered(parts.mask(through), shown)) else none


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
