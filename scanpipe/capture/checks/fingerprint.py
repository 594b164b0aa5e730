"""Where the ink of a page stands, small enough for the journal: a page scanned twice is recognised by it.

The ink's density in cells of 2 mm is kept, its lines level and without rules, in 16 levels.
"""

import base64
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels
from scanpipe.raster.averaging import averaged
from scanpipe.raster.lengths import mm_of, px_of

Values = NDArray[np.float32]

SIDE: Final = 180
"""Of the spectrum, in cells: more than the longest fingerprint has."""
_LONGEST = 170
_CELL_MM, _CELL_STEP_MM = 2.0, 0.5
_LEVELS = 15
_AROUND = 3.0  # cells: what is wider is paper, not writing
_LOW = 20  # frequencies that tell which pages may be alike


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InkCells:
    """A fingerprint ready to be compared.

    Attributes:
        cells: density of the ink less that around it (h, w).
        cell_mm: the side of a cell.
        spectrum: of the cells, for finding by how much two pages are shifted.
        profile: strengths of its low frequencies, of length 1, which a shift does not change.
    """

    cells: Values
    cell_mm: float
    spectrum: NDArray[np.complex64]
    profile: Values


def packed(written: Pixels, dpi: float) -> str:
    """Return the fingerprint of a page from its ink (0-255), its lines level; empty where there is none."""
    longest_mm = mm_of(max(written.shape), dpi)
    steps = max(0, int(np.ceil((longest_mm / _LONGEST - _CELL_MM) / _CELL_STEP_MM)))
    cell_mm = _CELL_MM + steps * _CELL_STEP_MM
    height, width = (max(1, round(side / px_of(cell_mm, dpi))) for side in written.shape)
    if not written.any():
        return ""
    fine = averaged(written, 2 * width, 2 * height).astype(np.float32) / 255
    density = averaged(np.asarray(cv2.GaussianBlur(fine, (0, 0), 0.8), np.float32), width, height)
    levels = np.rint(np.sqrt(np.clip(2 * density, 0, 1)) * _LEVELS).astype(np.uint8).ravel()
    if levels.size % 2:
        levels = np.append(levels, np.uint8(0))
    data = zlib.compress((levels[::2] << 4 | levels[1::2]).tobytes(), 6)
    return f"{cell_mm:g}:{height}x{width}:{base64.b85encode(data).decode('ascii')}"


@lru_cache(maxsize=700)
def unpacked(fingerprint: str) -> InkCells | None:
    """Return a fingerprint ready to be compared; None where there is none, or it is of another kind."""
    try:
        cell, size, text = fingerprint.split(":", 2)
        height, width = (int(part) for part in size.split("x"))
        pairs = np.frombuffer(zlib.decompress(base64.b85decode(text)), np.uint8)
        levels = np.stack([pairs >> 4, pairs & 15], axis=1).ravel()[: height * width].reshape(height, width)
    except (ValueError, zlib.error):
        return None
    density = (levels.astype(np.float32) / _LEVELS) ** 2 / 2
    cells = np.asarray(density - cv2.GaussianBlur(density, (0, 0), _AROUND), np.float32)
    spectrum = np.fft.rfft2(cells, (SIDE, SIDE)).astype(np.complex64)
    low = np.abs(np.concatenate([spectrum[:_LOW, :_LOW], spectrum[-_LOW:, :_LOW]])).astype(np.float32)
    low = np.sqrt(cv2.GaussianBlur(low, (0, 0), 1.0).ravel())
    length = max(float(np.linalg.norm(low)), 1e-9)
    return InkCells(cells=cells, cell_mm=float(cell), spectrum=spectrum, profile=np.asarray(low / length, np.float32))
