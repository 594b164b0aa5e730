"""Separator sheets among pages: what one says, read from its codes at any rotation; bars tell one that is spoiled.

Real documents carry QR codes too, small ones of other programs. Those make no separator.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import zxingcpp

from scanpipe.capture.patch_codes import find_patch
from scanpipe.errors import UsageError
from scanpipe.raster import Raster
from scanpipe.raster.averaging import averaged, reduced
from scanpipe.raster.channels import to_grey
from scanpipe.raster.flags import square
from scanpipe.separator import MARK, PATCH_3, PATCH_T, Separator

_log = logging.getLogger(__name__)

_DPI = 150.0  # half of 300, which is averaged four times as fast as a third
_COARSE_DPI = 90.0  # a module of the smallest sheet's code is four pixels wide there
_LEAST_SIDE_MM = 45.0  # of a code that cannot be read: smaller ones are of other programs
_CREASES_MM = (0.9, 1.2)  # wider than creases and specks, narrower than a module
_QR: Final = zxingcpp.barcode_formats_from_str("QRCode")
_BINARIZERS: Final = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorSheet:
    """A sheet that is no page: what it says (None: nothing that can be read), and which kind it is.

    `patch` is a sheet of bars without data, `damaged` one of scanpipe whose data are torn or wrong.
    """

    separator: Separator | None = None
    patch: bool = False
    damaged: bool = False


def read_separator(raster: Raster) -> SeparatorSheet | None:
    """Return what a separator sheet says, None where the picture is no separator sheet (about 5 ms of CPU for A4)."""
    page = to_grey(reduced(raster, _DPI))
    found = _read_codes(page, _BINARIZERS[0])
    if found.separator:
        return found
    patch = find_patch(page)
    if patch == PATCH_3 or found.damaged:
        return next((again for again in _tried_harder(page) if again.separator), SeparatorSheet(damaged=True))
    return SeparatorSheet(patch=True) if patch == PATCH_T else None


def separator_of(raster: Raster) -> SeparatorSheet | None:
    """Return what `read_separator` finds; None, too, where a picture cannot be looked at: it stays a page."""
    try:
        return read_separator(raster)
    except Exception:  # the reading of codes lies in other hands, and no page is lost for it
        _log.exception("a picture could not be looked at for separators")
        return None


def _tried_harder(page: Raster) -> Iterator[SeparatorSheet]:
    """Read the codes of a worn print: coarser, with creases filled in, by one threshold for all of it."""
    grey = page.pixels
    size = (max(1, round(length * _COARSE_DPI / page.dpi)) for length in (page.width, page.height))
    forms = [averaged(grey, *size)]
    for crease_mm in _CREASES_MM:
        window = square(page.px(crease_mm) | 1)
        without_dark = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, window)
        forms.append(np.asarray(cv2.morphologyEx(without_dark, cv2.MORPH_OPEN, window), np.uint8))
    for pixels in forms:
        dpi = page.dpi * pixels.shape[1] / page.width
        for binarizer in _BINARIZERS:
            yield _read_codes(Raster(pixels=pixels, dpi=dpi), binarizer)


def _read_codes(page: Raster, binarizer: "zxingcpp.Binarizer") -> SeparatorSheet:
    """Return what the codes on a page say; neither read nor damaged where there is none of scanpipe's."""
    codes = zxingcpp.read_barcodes(page.pixels, formats=_QR, binarizer=binarizer, try_invert=False, return_errors=True)
    damaged = False
    for code in codes:
        if code.valid and code.text.startswith(MARK):
            try:
                return SeparatorSheet(separator=Separator.parse(code.text))
            except UsageError:
                damaged = True
        elif not code.valid and _side_mm(page, code.position) >= _LEAST_SIDE_MM:
            damaged = True
    return SeparatorSheet(damaged=damaged)


def _side_mm(page: Raster, at: "zxingcpp.Position") -> float:
    """Return how long the shortest side of a code is."""
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return min(
        page.mm(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5)
        for a, b in zip(corners, (*corners[1:], corners[0]), strict=True)
    )
