"""JPEG XL files: the size from the header, before anything is decoded (ISO/IEC 18181-1 D.2, 18181-2 boxes)."""

import struct
from contextlib import suppress
from itertools import islice, product
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from scanpipe.messages import lazy
from scanpipe.raster import Pixels
from scanpipe.raster.colour import on_white, scaled
from scanpipe.raster.picture import Unreadable

_CODESTREAM = b"\xff\x0a"
_CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_FIELD_BITS = (9, 13, 18, 30)
_LONGEST_HEADER = 16


def is_jxl(head: bytes) -> bool:
    """Tell whether a file that begins with `head` (12 bytes or more) is JPEG XL."""
    return head.startswith((_CODESTREAM, _CONTAINER))


def size_of(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels as the header states them.

    Raises:
        ValueError: there is no whole header.
    """
    stream = _codestream(data)
    if not stream.startswith(_CODESTREAM) or len(stream) < len(_CODESTREAM) + 9:
        raise ValueError("no JPEG XL header")
    bits = _Bits(stream[2:_LONGEST_HEADER])
    small = bits.take(1)
    height = _side(bits, small=small)
    ratio = bits.take(3)
    if ratio == 0:
        return _side(bits, small=small), height
    across, down = _RATIOS[ratio - 1]
    return height * across // down, height


def decode(data: bytes) -> Pixels:
    """Return a still picture as uint8 grey or RGB, upright (the decoder itself turns it as the header says).

    Raises:
        ValueError, RuntimeError: damaged, or an animation.
    """
    return _as_page(imagecodecs.jpegxl_decode(data, numthreads=1))


def readable_part(data: bytes) -> Pixels:
    """Return what was coded before the damage, the rest white: libjxl writes block by block into what it is given.

    Of lossless pictures nothing comes before their end: libjxl would have to be asked for it, which imagecodecs cannot.

    Raises:
        Unreadable: nothing comes.
    """
    width, height = size_of(data)
    for shape, most in product(((height, width), (width, height)), (np.uint8(0xFF), np.uint16(0xFFFF))):
        for channels in ((3,), (), (4,), (2,)):
            samples = np.full((*shape, *channels), most)
            with suppress(imagecodecs.JpegxlError, ValueError):
                imagecodecs.jpegxl_decode(data, numthreads=1, out=samples)
            if samples.min() < most:
                return _as_page(samples)
    raise Unreadable(lazy("no part of it can be decoded; try libjxl's program: djxl --allow_partial_files"))


def _as_page(samples: NDArray[Any]) -> Pixels:
    pixels = scaled(samples, full=1.0 if samples.dtype.kind == "f" else float(np.iinfo(samples.dtype).max))
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = on_white(pixels[..., :-1], pixels[..., -1])
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim not in (2, 3):
        raise ValueError("several frames")
    return pixels


class _Bits:
    """The header's fields, least significant bit first."""

    def __init__(self, data: bytes) -> None:
        self._stream = ((byte >> place) & 1 for byte in data for place in range(8))

    def take(self, count: int) -> int:
        return sum(bit << place for place, bit in enumerate(islice(self._stream, count)))


def _side(bits: _Bits, *, small: int) -> int:
    if small:
        return 8 * (bits.take(5) + 1)
    return bits.take(_FIELD_BITS[bits.take(2)]) + 1


def _codestream(data: bytes) -> bytes:
    """Return the beginning of the codestream, out of its container if it has one."""
    if not data.startswith(_CONTAINER):
        return data[:_LONGEST_HEADER]
    at = 0
    while at + 16 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if length == 1:
            length, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        if kind in (b"jxlc", b"jxlp"):
            start = at + header + (4 if kind == b"jxlp" else 0)
            return data[start : start + _LONGEST_HEADER]
        if length < header:
            break
        at += length
    return b""
