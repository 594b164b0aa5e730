"""JPEG 2000 that ends early (ISO/IEC 15444-1): the rest is filled with empty packets.

A zero where a packet begins is a packet without data (B.10.3), so the page becomes blurred or grey from there on, not
black. Only the packet in which the file ends may show noise.
"""

import math
import struct

_START, _END = b"\xff\x4f\xff\x51", b"\xff\xd9"
_TILE_PART, _DATA = b"\xff\x90", b"\xff\x93"
_SOT = struct.Struct(">2sHHIBB")  # mark, length, tile, bytes of the tile-part, its number, how many there are
_MOST_TILES = 65535
_CODESTREAM_BOX, _BOX_LENGTH = b"jp2c", 4


def completed(data: bytes) -> bytes:
    """Return the picture with all the tiles that it states; as it is where its main header is not whole."""
    start = data.find(_START)
    first = data.find(_TILE_PART, start)
    if start < 0 or first < 0 or first + _SOT.size > len(data):
        return data
    missing = set(range(_tiles(data[start:first])))
    parts, at = [data[start:first]], first
    while at + _SOT.size <= len(data) and data.startswith(_TILE_PART, at):
        _mark, _length, tile, size, _number, _count = _SOT.unpack_from(data, at)
        size = size or len(data) - at
        if data.find(_DATA, at, at + size) < 0:
            break
        parts.append(data[at : at + size].ljust(size, b"\0"))
        missing.discard(tile)
        at += size
    return _head(data[:start]) + b"".join((*parts, *map(_empty, sorted(missing)), _END))


def _empty(tile: int) -> bytes:
    """Return the only part of a tile, which holds one empty packet."""
    return _SOT.pack(_TILE_PART, _SOT.size - 2, tile, _SOT.size + len(_DATA) + 1, 0, 1) + _DATA + b"\0"


def _tiles(header: bytes) -> int:
    """Return how many tiles the picture has, by its SIZ segment."""
    x1, y1, _x0, _y0, width, height, tile_x, tile_y = struct.unpack_from(">8I", header, 8)
    return min(_MOST_TILES, int(math.ceil((x1 - tile_x) / width) * math.ceil((y1 - tile_y) / height)))


def _head(head: bytes) -> bytes:
    """Return what stands before the codestream, whose box is to reach to the end of the file."""
    if head[-_BOX_LENGTH:] != _CODESTREAM_BOX:
        return head
    return head[: -2 * _BOX_LENGTH] + bytes(_BOX_LENGTH) + _CODESTREAM_BOX
