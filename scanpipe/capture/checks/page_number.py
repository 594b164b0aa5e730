"""The number that is printed or stamped in a corner of a page, read by OCR: told, never trusted.

It takes some tenths of a second, so it is read off the way of the scan.
"""

import logging
import re
from collections.abc import Sequence
from typing import Final

import pytesseract

from scanpipe.raster import Raster
from scanpipe.raster.channels import to_grey

_log = logging.getLogger(__name__)

_CORNER_MM = (45.0, 22.0)
_LEAST_CONFIDENCE = 60.0
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_SETTINGS: Final = "--psm 11 -c tessedit_char_whitelist=0123456789"


def read_page_number(raster: Raster) -> int | None:
    """Return the only number that stands in an upper corner; None where there is none, or more than one.

    None, too, where Tesseract cannot read: no page is lost for want of its number.
    """
    grey = to_grey(raster)
    wide, high = (grey.px(length) for length in _CORNER_MM)
    corners = (grey.pixels[:high, :wide], grey.pixels[:high, -wide:])
    found = {number for corner in corners for number in _numbers(grey.replace(corner))}
    return found.pop() if len(found) == 1 else None


def follows(number: int, earlier: Sequence[int | None]) -> bool:
    """Whether a number follows the newest one that was read, as many pages on as were captured since."""
    for back, before in enumerate(reversed(earlier), start=1):
        if before is not None:
            return number in (before + back, before)  # both pages of a sheet may carry one number
    return True


def _numbers(corner: Raster) -> list[int]:
    try:
        read = pytesseract.image_to_data(
            corner.pixels, config=f"{_SETTINGS} --dpi {round(corner.dpi)}", output_type=pytesseract.Output.DICT
        )
    except (OSError, RuntimeError) as error:  # Tesseract is missing, or fails: pytesseract's errors are such
        _log.warning("page numbers cannot be read: %s", error)
        return []
    words = zip(read["text"], read["conf"], strict=True)
    return [int(text) for text, sure in words if _NUMBER.fullmatch(text.strip()) and float(sure) >= _LEAST_CONFIDENCE]
