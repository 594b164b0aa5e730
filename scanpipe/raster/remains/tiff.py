"""Strips and tiles of a TIFF that are cut short, missing or broken are coded anew, as libtiff gives none of their page.

Of those that are coded by bytes (LZW, deflate, PackBits, LZMA) what comes before the damage is kept; of fax and JPEG
libtiff itself shows what comes, but not of a part of which nothing does. The rest is white, in JPEG grey.
"""

import io
import lzma
import math
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, cast

import imagecodecs
import tifffile
from PIL import Image

from scanpipe.raster.damage.coded import readable_inflated
from scanpipe.raster.tiff_parts import STRIP_LENGTHS, STRIP_OFFSETS, TILE_LENGTHS, TILE_OFFSETS, Part, parts

_BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _SAMPLES, _PLANES, _PREDICTOR = 258, 259, 262, 266, 277, 284, 317
_ROWS_PER_STRIP = 278
_RLE, _G3, _G4, _LZW, _JPEG, _DEFLATE, _PACKBITS, _LZMA = 2, 3, 4, 5, 7, 8, 32773, 34925
_FAX = {_RLE: "tiff_ccitt", _G3: "group3", _G4: "group4"}
_ZERO_IS_WHITE = (0, 3, 5)  # WhiteIsZero, CMYK; of a palette nobody knows
_SCAN, _END = b"\xff\xda", b"\xff\xd9"
_LEAST_BIT_FIRST = 2


def completed(stream: BinaryIO, page: int, tags: Any) -> BinaryIO:
    """Return the file with whole data for one of its pictures, counted from 0; as it is where it cannot be mended."""
    coding, order = tags.get(_COMPRESSION), tags.get(_FILL_ORDER)
    found = list(parts(tags)) if coding in _CODERS and order != _LEAST_BIT_FIRST else []
    if not found:
        return stream
    data = _all(stream)
    pieces = [data[part.offset : part.offset + part.length] for part in found]
    return _with_pieces(data, page, _CODERS[coding](tags, found, pieces), _DEFLATE if coding in _BYTES else coding)


def _all(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


def _with_pieces(data: bytes, page: int, pieces: list[bytes], coding: int) -> BinaryIO:
    """Return the file with other data for one of its pictures, put behind its end."""
    mended = io.BytesIO(data + b"".join(pieces))
    offsets = [len(data) + sum(map(len, pieces[:number])) for number in range(len(pieces))]
    with tifffile.TiffFile(mended) as file:
        tags = cast(tifffile.TiffPage, file.pages[page]).tags
        strips = STRIP_OFFSETS in tags
        tags[STRIP_OFFSETS if strips else TILE_OFFSETS].overwrite(offsets)
        tags[STRIP_LENGTHS if strips else TILE_LENGTHS].overwrite([len(piece) for piece in pieces])
        tags[_COMPRESSION].overwrite(coding)
        return io.BytesIO(mended.getvalue())


def _deflated(tags: Any, found: list[Part], pieces: list[bytes]) -> list[bytes]:
    """Return the parts of a page that is coded by bytes, all whole, and deflated."""
    read = _BYTES[tags[_COMPRESSION]]
    return [zlib.compress(read(piece, _blank(tags, part)), 1) for part, piece in zip(found, pieces, strict=True)]


def _blank(tags: Any, part: Part) -> bytearray:
    """Return the bytes of a part that shows white paper."""
    samples = int(tags.get(_SAMPLES, 1)) if tags.get(_PLANES, 1) == 1 else 1
    bits = int(tags.get(_BITS, (1,))[0])
    row = math.ceil(part.width * samples * bits / 8)
    white = 0 if tags.get(_PHOTOMETRIC) in _ZERO_IS_WHITE else 0xFF
    if tags.get(_PREDICTOR, 1) == 1:
        return bytearray((white,)) * (row * part.rows)
    pixel = samples * bits // 8  # what follows it in a row are differences
    return bytearray(bytes((white,)) * pixel + bytes(row - pixel)) * part.rows


def _laid_over(blank: bytearray, data: bytes) -> bytes:
    return data[: len(blank)] + blank[len(data) :]


def _by_imagecodecs(decode: Callable[..., Any]) -> Callable[[bytes, bytearray], bytes]:
    """Return a reader that keeps what the decoder wrote before it failed."""

    def read(data: bytes, blank: bytearray) -> bytes:
        try:
            return _laid_over(blank, bytes(decode(data, out=blank)))
        except RuntimeError:  # of the base of its errors, which has no public name
            return bytes(blank)

    return read


def _inflated(data: bytes, blank: bytearray) -> bytes:
    return _laid_over(blank, readable_inflated(data, zlib.decompressobj(), len(blank)))


def _unpacked_lzma(data: bytes, blank: bytearray) -> bytes:
    return _laid_over(blank, readable_inflated(data, lzma.LZMADecompressor(), len(blank)))


def _fax(tags: Any, found: list[Part], pieces: list[bytes]) -> list[bytes]:
    """Return the parts of a fax page, blank ones for those that begin with no code."""
    white = tags.get(_PHOTOMETRIC) not in _ZERO_IS_WHITE
    kind = _FAX[tags[_COMPRESSION]]
    return [
        piece if any(piece[:_FIRST_CODES]) else _blank_fax(part, kind, white=white)
        for part, piece in zip(found, pieces, strict=True)
    ]


def _blank_fax(part: Part, kind: str, *, white: bool) -> bytes:
    stream = io.BytesIO()
    image = Image.new("1", (part.width, part.rows), int(white))
    image.save(stream, "TIFF", compression=kind, tiffinfo={_ROWS_PER_STRIP: part.rows})
    (written,) = parts(Image.open(stream).tag_v2)  # type: ignore[attr-defined]  # a TIFF's
    return stream.getvalue()[written.offset : written.offset + written.length]


def _jpeg(_tags: Any, _found: list[Part], pieces: list[bytes]) -> list[bytes]:
    """Return the parts of a JPEG page; for those without a header that of another, and no data: grey."""
    header = next((piece[: _scan(piece)] for piece in pieces if _scan(piece)), b"")
    return [piece if _scan(piece) else header + _END for piece in pieces]


def _scan(piece: bytes) -> int:
    """Return where the first scan's data begin, 0 where there are none."""
    at = piece.find(_SCAN)
    return at + 2 + int.from_bytes(piece[at + 2 : at + 4], "big") if 0 <= at < len(piece) - 4 else 0


_FIRST_CODES = 2
_BYTES = {
    _LZW: _by_imagecodecs(imagecodecs.lzw_decode),
    _PACKBITS: _by_imagecodecs(imagecodecs.packbits_decode),
    _LZMA: _unpacked_lzma,
    **dict.fromkeys((_DEFLATE, 32946), _inflated),
}
_CODERS: dict[int, Callable[[Any, list[Part], list[bytes]], list[bytes]]] = {
    **dict.fromkeys(_BYTES, _deflated),
    **dict.fromkeys(_FAX, _fax),
    _JPEG: _jpeg,
}
