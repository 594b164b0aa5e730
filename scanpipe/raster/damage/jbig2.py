"""JBIG2 streams of a PDF (ITU-T T.88, 7.2): readers show nothing of one whose segments are not all there."""

import struct
from collections.abc import Iterator

from scanpipe.raster.damage.coded import has_hole

_UNKNOWN = 0xFFFFFFFF  # length of a segment
_REGIONS = frozenset((4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43))  # of text, halftone, generic, refinement
_MANY_REFERRED = 7
_LONGEST_ZEROS = 128


def jbig2_is_damaged(data: bytes) -> bool:
    """Tell whether segments are cut short, no picture is among them, or a gap of zeros is in them."""
    try:
        segments = list(_segments(data))
    except (IndexError, struct.error):
        return True
    ends = [end for _kind, end in segments]
    shown = any(kind in _REGIONS for kind, _end in segments)
    return not shown or max(ends) > len(data) or has_hole(data, _LONGEST_ZEROS)


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the kind of each segment, and where it ends."""
    at = 0
    while at < len(data):
        number, flags, referred = *struct.unpack_from(">IB", data, at), data[at + 5] >> 5
        at += 6
        if referred == _MANY_REFERRED:
            referred = struct.unpack_from(">I", data, at - 1)[0] & 0x1FFFFFFF
            at += 3 + (referred + 8) // 8
        at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4) + (4 if flags & 0x40 else 1)
        length = struct.unpack_from(">I", data, at)[0]
        at = len(data) if length == _UNKNOWN else at + 4 + length
        yield flags & 0x3F, at
