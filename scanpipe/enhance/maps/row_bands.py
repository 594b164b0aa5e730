"""Reduced maps laid over a page a band of rows at a time, so that no second picture of full size is made."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels, Raster

_ROWS = 256


def row_bands(raster: Raster) -> Iterator[slice]:
    """Give the rows of a page, some hundred at a time."""
    for top in range(0, raster.height, _ROWS):
        yield slice(top, min(top + _ROWS, raster.height))


def pad_map(levels: NDArray[np.floating[Any]] | Pixels) -> Pixels:
    """Return a map as whole numbers 0-255, continued at its edges, as `upsample_rows` takes it."""
    wide = cv2.copyMakeBorder(levels, 1, 2, 1, 2, cv2.BORDER_REPLICATE)
    return wide if wide.dtype == np.uint8 else np.clip(np.rint(wide), 0, 255).astype(np.uint8)  # type: ignore[return-value]


def upsample_rows(padded_map: Pixels, raster: Raster, rows: slice) -> Pixels:
    """Return the full-size rows of a map that was made of this page by `averaging.reduced`, interpolated linearly."""
    factor = raster.height // (padded_map.shape[0] - 3)
    first, last = rows.start // factor, -(-rows.stop // factor)
    part = padded_map[first : last + 2]
    size = (part.shape[1] * factor, part.shape[0] * factor)
    wide = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
    down = rows.start - (first - 1) * factor
    return np.asarray(wide[down : down + rows.stop - rows.start, factor : factor + raster.width], np.uint8)
