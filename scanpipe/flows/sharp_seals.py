"""Which of the seals and stamps that were found on a page are cut out of it sharply when it is packed."""

from collections import Counter

from scanpipe.enhance.maps.seals import BY_HUE, Seal
from scanpipe.enhance.report import Report
from scanpipe.raster import Box

_SMALLEST_MM = 12.0
_FEW_STAMPS = 6
_PENS = {"violet": "blue"}  # one ink may lie on both sides of where hues are parted


def sharp_seals(report: Report) -> tuple[Box, ...]:
    """Return where a page's coloured seals and stamps lie, by its report.

    Small ones are a pen's ticks, those known by their hue alone may be a second pen's, and many stamps in the colour of
    one pen are the words that it wrote.
    """
    seals = [seal for seal in report.seals if _may_be_stamped(seal)]
    stamps = Counter(_pen(seal) for seal in seals if seal.kind == "stamp")
    return tuple(seal.box_px for seal in seals if seal.kind != "stamp" or stamps[_pen(seal)] <= _FEW_STAMPS)


def _may_be_stamped(seal: Seal) -> bool:
    stamped = seal.colour != "black" and seal.kind != "signature" and seal.confidence > BY_HUE
    return stamped and max(seal.size_mm) >= _SMALLEST_MM


def _pen(seal: Seal) -> str:
    return _PENS.get(seal.colour, seal.colour)
