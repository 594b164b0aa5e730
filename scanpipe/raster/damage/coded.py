"""Data that a coder wrote, read for what no coder writes: broken checksums, runs of zeros."""

import lzma
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

_CHUNK = 1 << 20
_MOST_INFLATED = 1 << 29
_MOUTHFUL = 64  # a decoder keeps back what it read along with what is broken


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


class Inflater(Protocol):
    """A decoder of the standard library that gives so many bytes at a time."""

    @property
    def eof(self) -> bool:
        """Whether the data have ended."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return the next bytes."""


def readable_inflated(data: bytes, inflater: Inflater, size: int) -> bytes:
    """Return what packed data hold before they break or end, about `size` bytes at most."""
    read = bytearray()
    with suppress(zlib.error, lzma.LZMAError, EOFError):
        for at in range(0, len(data), _MOUTHFUL):
            if inflater.eof or len(read) >= size:
                break
            read += inflater.decompress(data[at : at + _MOUTHFUL], size)
    return bytes(read)


def _pieces(data: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    while data and not inflater.eof:
        yield inflater.decompress(data, _CHUNK)
        data = inflater.unconsumed_tail
