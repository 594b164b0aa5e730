"""How many pixels of a file make an inch, where the file knows it and can be believed."""

import math
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from PIL import Image

from scanpipe.raster import MM_PER_INCH, Pixels

LOWEST_DPI, HIGHEST_DPI = 50.0, 2400.0
_SCREEN_DPI = 72.0  # written by programs that know nothing of the paper; nobody scans a register so coarsely
_WINDOWS_DPI = (
    96.0  # written by Windows' programs that save a scan again; true of some pictures from cameras and screens
)
_WINDOWS_PAPER_MM = (440.0, 312.0)  # A3, somewhat cut: a larger sheet is a smaller one scanned finely and saved again
_HIGHEST_RATIO = 4.0  # fax "standard" is 204 x 98; beyond this the header is wrong
_LONGEST_PAPER_MM = 900.0  # an A1 sheet; a page of this work that claims more was stamped with a screen's dpi
_METRE_ROUNDING = 0.0254 / 2 * 1.1  # half a pixel per metre
_SAME_RATIO = 1.005  # rounding of metres and inches, not a pixel that is really oblong
_X_TAG, _Y_TAG, _UNIT_TAG = 282, 283, 296
_INCHES_PER_UNIT = {2: 1.0, 3: MM_PER_INCH / 10}  # EXIF and TIFF: 2 = inch, 3 = centimetre


def read_dpi(image: Image.Image) -> tuple[float, float] | None:
    """Return what the file says of its pixels per inch, across and down as stored, or None if that is no use.

    The format's own field (JFIF, pHYs, TIFF tags, ...) comes first; EXIF is asked where that is missing or absurd.
    """
    for x, y in _claims(image):
        if believable(x, y, image.size):
            return x, y
    return None


def believable(x_dpi: float, y_dpi: float, size: tuple[int, int]) -> bool:
    """Tell whether a page of `size` (width, height in pixels) can have been scanned at this resolution."""
    pair = (x_dpi, y_dpi)
    if not all(math.isfinite(dpi) and LOWEST_DPI <= dpi <= HIGHEST_DPI for dpi in pair):
        return False
    if all(abs(dpi - _SCREEN_DPI) < 0.1 for dpi in pair) or max(pair) > _HIGHEST_RATIO * min(pair):
        return False
    longer, shorter = sorted((size[0] / x_dpi * MM_PER_INCH, size[1] / y_dpi * MM_PER_INCH), reverse=True)
    if all(abs(dpi - _WINDOWS_DPI) < 0.1 for dpi in pair):
        return longer <= _WINDOWS_PAPER_MM[0] and shorter <= _WINDOWS_PAPER_MM[1]
    return longer <= _LONGEST_PAPER_MM


def _claims(image: Image.Image) -> Iterator[tuple[float, float]]:
    stated = image.info.get("dpi")
    if stated is not None:
        yield _number(stated[0]), _number(stated[1])
    exif = read_exif(image)
    inches = _INCHES_PER_UNIT.get(exif.get(_UNIT_TAG, 2))
    if inches is not None and _X_TAG in exif:
        x = _number(exif[_X_TAG])
        yield x * inches, _number(exif.get(_Y_TAG, x)) * inches


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return math.nan


def read_exif(image: Image.Image) -> dict[int, Any]:
    """Return the EXIF tags of the image; none where they are damaged, for the picture itself may still be whole."""
    try:
        return dict(image.getexif())
    except Exception:
        return {}


def squared(pixels: Pixels, x_dpi: float, y_dpi: float) -> tuple[Pixels, float]:
    """Return the pixels stretched along one axis so that both have the higher resolution, and that resolution."""
    dpi = max(x_dpi, y_dpi)
    if dpi < min(x_dpi, y_dpi) * _SAME_RATIO:
        return pixels, dpi
    size = round(pixels.shape[1] * dpi / x_dpi), round(pixels.shape[0] * dpi / y_dpi)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8), dpi


def tidy(dpi: float) -> float:
    """Return the whole number that formats which count pixels per metre have blurred (11811 / m is 300 dpi)."""
    return float(round(dpi)) if abs(dpi - round(dpi)) <= _METRE_ROUNDING else round(dpi, 2)
