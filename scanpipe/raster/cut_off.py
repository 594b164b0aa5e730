"""Does a picture end before its frame does? Decoders fill what did not come with one colour, straight to the edge.

Paper that ends before the picture does looks otherwise: its bed and the blank foot of a page have noise, a film's
frame is slanted by some pixels, and blank paper in black and white goes on in the colour that is above it.
"""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels

_LEAST_SHARE, _LEAST_PX = 0.03, 8  # of the side
_EVEN = 3  # levels, for pictures that were saved once more as JPEG
_STEP_PX = 40  # a row of blocks, the last that came, may end anywhere within it: at most 32 pixels
_STRAIGHT_PX, _STRAIGHT_SHARE = 2, 0.85
_OTHER_SHARE = 0.5  # of what lies before the end must differ from it
_DEPTH_PX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """How many pixels deep, at each side, the picture has nothing but one colour that begins in a straight line."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @property
    def any(self) -> bool:
        """Whether the picture ends before one of its sides."""
        return any(astuple(self))


def ends_early(pixels: Pixels) -> Ends:
    """Find large parts of one colour (H, W) or (H, W, 3) that begin in a straight line and reach the picture's edge."""
    turned = pixels.swapaxes(0, 1)
    return Ends(
        left=_depth(turned[::-1]), top=_depth(pixels[::-1]), right=_depth(turned), bottom=_depth(pixels)
    )  # fmt: skip


def _depth(pixels: Pixels) -> int:
    """Return how many of the last rows are such a part."""
    height = len(pixels)
    least = max(_LEAST_PX, round(_LEAST_SHARE * height))
    if not _even(pixels[-1:]) or height <= least + _STEP_PX or not _even(pixels[-least:]):
        return 0
    colour = np.median(pixels[-1].reshape(-1, *pixels.shape[2:]), axis=0).astype(np.int16)
    depth = least
    while depth < height and _alike(pixels[height - depth - 1], colour).all():
        depth += 1
    begin = height - depth
    return depth if begin > _STEP_PX and _is_straight(pixels[:begin], colour) else 0


def _is_straight(before: Pixels, colour: NDArray[np.int16]) -> bool:
    """Tell whether other pixels stand before the part in a straight line, with one step at most."""
    alike = _alike(before[: -_STEP_PX - 1 : -1], colour)
    runs = np.where(alike.all(axis=0), _STEP_PX, np.argmin(alike, axis=0))
    counts = np.convolve(np.bincount(runs, minlength=_STEP_PX + 1), np.ones(2 * _STRAIGHT_PX + 1), mode="same")
    first = np.count_nonzero(runs <= _STRAIGHT_PX)
    step = counts[2 * _STRAIGHT_PX + 1 : _STEP_PX - _STRAIGHT_PX].max()
    other = _alike(before[-_DEPTH_PX - _STEP_PX : -_STEP_PX], colour)
    return bool(first + step >= _STRAIGHT_SHARE * runs.size and other.mean() < 1 - _OTHER_SHARE)


def _alike(pixels: Pixels, colour: NDArray[np.int16]) -> NDArray[np.bool_]:
    near = np.abs(pixels.astype(np.int16) - colour) <= _EVEN
    return np.asarray(near.all(axis=-1) if colour.ndim else near, np.bool_)


def _even(pixels: Pixels) -> bool:
    rows = pixels.reshape(-1, *pixels.shape[2:])
    return bool((rows.max(axis=0).astype(np.int16) - rows.min(axis=0) <= 2 * _EVEN).all())
