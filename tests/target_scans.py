"""Scans of the self-test's target sheet, as a scanner with a known fault would make them."""

from functools import cache

import cv2
import numpy as np

from scanpipe.flows.selftest import target_pdf
from scanpipe.raster import Raster
from scanpipe.raster.files import Reading, open_pages
from tests.grain import with_grain

DPI = 200


@cache
def printed_target() -> bytes:
    return target_pdf()


@cache
def _drawn(folder: str) -> Raster:
    from pathlib import Path

    path = Path(folder) / "target.pdf"
    path.write_bytes(printed_target())
    with open_pages(path, Reading(pdf_dpi=DPI)) as pages:
        return pages.frame(0).raster


def scanned_target(folder: str, *, turn_deg: float = 0.0, wide: float = 1.0, sheared: float = 0.0) -> Raster:
    """The sheet on a scanner's bed: turned, wider by a factor, its corners off the right angle by a slope."""
    drawn = _drawn(folder)
    width, height = drawn.width, drawn.height
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, 1)
    shape = np.array([[wide, sheared, 0], [0, 1, 0], [0, 0, 1]], np.float64)
    size = (round(width * wide), height)
    levels = cv2.warpAffine(drawn.pixels, (np.vstack([matrix, [0, 0, 1]]) @ shape)[:2], size, borderValue=(255,) * 3)
    soft = cv2.GaussianBlur(levels, (0, 0), 0.6).astype(np.float32) * 0.9 + 12
    return Raster(pixels=with_grain(soft, seed=4), dpi=DPI)
