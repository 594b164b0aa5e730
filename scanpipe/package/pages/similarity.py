"""Whether letters look as they looked: strokes and the gaps between them, place by place."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.package.pages.ink import Flags
from scanpipe.raster import Raster
from scanpipe.raster.averaging import averaged
from scanpipe.raster.channels import to_grey
from scanpipe.raster.lengths import px_of

READABLE_CORRELATION: Final = 0.7
"""The least correlation of a place's strokes with what they were, for letters to be read as before.

Small print thickened by 0.17 mm is at 0.75, lines run together to bars are at 0.5, most places of pages as layers
above 0.9.
"""

UNREADABLE_CORRELATION: Final = 0.6
"""Below that they are not read at all."""

_STROKES_MM = 0.5  # what is broader is shade, not stroke
_GRAIN_PX = 0.6
_STEP_MM, _PLACE_STEPS = 1.0, 5
_LEAST_PLACES = 2000  # on a slip with less writing, a few places are no share
_WRITTEN = 0.03  # of a place: where there is less ink, grain decides


@dataclass(frozen=True, slots=True, kw_only=True)
class StrokeMismatch:
    """How many strokes of letters are not like what they were.

    Attributes:
        share: the share of everything written that is not like it was.
        worst_share: the share of the worst 10 mm square whose letters are lost.
    """

    share: float
    worst_share: float


def stroke_mismatch(before: Raster, after: Raster, letters: Flags) -> StrokeMismatch:
    """Compare the strokes of two small pictures of a page, of equal size.

    Args:
        before: the page.
        after: the page as it became.
        letters: where the ink of the letters is that were drawn through a mask.
    """
    old, new = (_strokes(raster) for raster in (before, after))
    step = before.px(_STEP_MM)
    both, of_old, of_new, ink = (
        _in_places(product, step) for product in (old * new, old * old, new * new, letters.astype(np.float32))
    )
    written = ink > _WRITTEN
    correlation = both / np.sqrt(of_old * of_new + 1)
    places = max(_LEAST_PLACES, int(np.count_nonzero(written)))
    lost = (written & (correlation < UNREADABLE_CORRELATION)).astype(np.float32)
    return StrokeMismatch(
        share=float(np.count_nonzero(correlation[written] < READABLE_CORRELATION)) / places,
        worst_share=float(cv2.blur(lost, (2 * _PLACE_STEPS, 2 * _PLACE_STEPS)).max()),
    )


def _in_places(values: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return the means of places, whose centres lie a step apart."""
    size = max(1, values.shape[1] // step), max(1, values.shape[0] // step)
    means = cv2.blur(averaged(values, *size), (_PLACE_STEPS, _PLACE_STEPS))
    return np.asarray(means, np.float32)


def _strokes(raster: Raster) -> NDArray[np.float32]:
    grey = to_grey(raster).pixels
    wide = px_of(_STROKES_MM, raster.dpi)
    fine, shade = (cv2.GaussianBlur(grey, (0, 0), reach) for reach in (_GRAIN_PX, wide))
    return np.asarray(cv2.subtract(fine, shade, dtype=cv2.CV_32F), np.float32)
