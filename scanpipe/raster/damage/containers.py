"""JPEG 2000, JPEG XL and WebP: their coders have no checksums, or only some; what was lost on a disk shows as zeros."""

import math
import struct
from collections.abc import Iterator

from scanpipe.raster.damage.coded import has_hole

_CODESTREAM_MARK, _CODING, _TILE_PART = b"\xff\x4f\xff\x51", b"\xff\x52", b"\xff\x90"
_LONGEST = 128  # of an arithmetic coder that codes nothing but blank paper
_LARGEST_PRECINCT = 15  # power of two


def jpeg2000_has_hole(data: bytes) -> bool:
    """Tell whether more zeros stand in a row than a codestream can have (ISO/IEC 15444-1: a byte for an empty packet).

    Raises:
        struct.error: the main header is not whole.
    """
    start = data.find(_CODESTREAM_MARK)
    body = data.find(_TILE_PART, start)
    return start >= 0 and body >= 0 and has_hole(data[body:], max(_LONGEST, _packets(data[start:body])))


def _packets(header: bytes) -> int:
    """Return how many packets a tile has at most."""
    x1, y1, x0, y0, tile_width, tile_height = struct.unpack_from(">IIIIII", header, 8)
    components = struct.unpack_from(">H", header, 40)[0]
    style, _order, layers, _transform, levels = struct.unpack_from(">BBHBB", header, header.index(_CODING) + 4)
    width, height = min(tile_width, x1 - x0), min(tile_height, y1 - y0)
    sizes = header[header.index(_CODING) + 14 :][: levels + 1] if style & 1 else b""
    precincts = 0
    for level in range(levels + 1):
        across, down = (sizes[level] & 15, sizes[level] >> 4) if level < len(sizes) else (_LARGEST_PRECINCT,) * 2
        reduction = levels - level
        precincts += (1 + math.ceil(width / 2 ** (reduction + across))) * (
            1 + math.ceil(height / 2 ** (reduction + down))
        )
    return int(precincts * components * layers)


def jxl_has_hole(data: bytes) -> bool:
    """Tell whether a JPEG XL file's codestream, in boxes or bare (ISO/IEC 18181-2), has a gap of zeros."""
    parts = [body for kind, body in _boxes(data) if kind in (b"jxlc", b"jxlp")] or [data]
    return any(has_hole(part, _LONGEST) for part in parts)


def webp_has_hole(data: bytes) -> bool:
    """Tell whether the coded pixels of a WebP file (RFC 9649) have a gap of zeros."""
    return any(has_hole(body, _LONGEST) for kind, body in _chunks(data) if kind in (b"VP8 ", b"VP8L", b"ALPH"))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while data[4:8] == b"JXL " and at + 16 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if length == 1:
            length, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        end = at + length if length else len(data)
        yield kind, data[at + header : end]
        at = max(end, at + 8)
