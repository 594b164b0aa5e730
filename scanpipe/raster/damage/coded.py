"""Data that a coder wrote, read for what no coder writes: broken checksums, runs of zeros, an end before the end."""

import zlib
from collections.abc import Iterator

import numpy as np

_CHUNK = 1 << 20
_MOST_INFLATED = 1 << 29
_FAX_ZEROS, _FAX_REST = 11, 64 * 8
_END_OF_LINE = bytes(_FAX_ZEROS) + b"\1"
_LONGEST_FILL = 64  # bytes: a line of a slow fax machine is filled up to 40 ms
_LONGEST_PADDING = 32


def has_hole(data: bytes, longest: int) -> bool:
    """Tell whether more than `longest` bytes in a row are zero, as on a disk or card with bad sectors."""
    return data.find(bytes(longest + 1)) >= 0


def inflated_size(data: bytes) -> int:
    """Return how many bytes deflated data hold (RFC 1950), as far as they reach.

    Raises:
        zlib.error: they are damaged, or not those that the checksum at their end was made of.
    """
    return sum(map(len, _pieces(data)))


def inflated(data: bytes) -> bytes:
    """Return what deflated data hold.

    Raises:
        zlib.error: as `inflated_size` does, and where it is more than any page.
    """
    whole = bytearray()
    for piece in _pieces(data):
        whole += piece
        if len(whole) > _MOST_INFLATED:
            raise zlib.error("too much data")
    return bytes(whole)


def _pieces(data: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    while data and not inflater.eof:
        yield inflater.decompress(data, _CHUNK)
        data = inflater.unconsumed_tail


def g4_is_damaged(data: bytes, *, reversed_bits: bool = False) -> bool:
    """Tell whether a G4 page (ITU-T T.6) ends before its data do, or does not end at all.

    No codes in a row have eleven zeros but those of its end, which stands twice; decoders stop there, and show the rows
    that did not come as white or black.
    """
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little" if reversed_bits else "big").tobytes()
    zeros = bits.find(bytes(_FAX_ZEROS))
    if zeros < 0:
        return False
    one = bits.find(b"\1", zeros)
    if one < 0:
        return len(bits) - zeros > _LONGEST_PADDING * 8
    if not bits.startswith(_END_OF_LINE * 2, one - _FAX_ZEROS):
        return True
    return bits.rfind(b"\1") > one + len(_END_OF_LINE) + _FAX_REST


def g3_is_damaged(data: bytes) -> bool:
    """Tell whether a G3 page (ITU-T T.4) has a gap; between its lines stand zeros to fill time."""
    return has_hole(data, _LONGEST_FILL)
