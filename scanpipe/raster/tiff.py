"""TIFF files: which of their pictures are pages, and whether each page's data are whole.

Pillow has libtiff decode them, which shows a fax page as far as it comes and ends deflated data before their checksum.
"""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image

from scanpipe.messages import _
from scanpipe.raster.codecs import DAMAGED_NOTE
from scanpipe.raster.damage.coded import has_hole, inflated_size
from scanpipe.raster.damage.fax import g3_is_damaged, g4_is_damaged
from scanpipe.raster.damage.jpeg import abbreviated_damage
from scanpipe.raster.damage.overheard import overheard
from scanpipe.raster.picture import Damaged, Picture, check_count, cut_ends_allowed, decoded, open_image

_PLANES, _SUBFILE, _WIDTH, _HEIGHT, _COMPRESSION, _FILL_ORDER, _JPEG_TABLES = 284, 254, 256, 257, 259, 266, 347
_DESCRIPTION = 270
_STRIP_OFFSETS, _STRIP_LENGTHS, _STRIP_ROWS = 273, 279, 278
_TILE_OFFSETS, _TILE_LENGTHS, _TILE_WIDTH, _TILE_ROWS = 324, 325, 322, 323
_REDUCED_OR_MASK = 0b101
_UNCOMPRESSED, _RLE, _G3, _G4, _OLD_JPEG, _JPEG = 1, 2, 3, 4, 6, 7
_DEFLATE = (8, 32946)
_LEAST_BIT_FIRST = 2
_LONGEST_ZEROS = {_RLE: 4, 32773: 256}  # bytes: no code, and no PackBits run of black, reads as so many zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A strip or a tile: where its data lie, whether it has none though others have, and its size in pixels."""

    offset: int
    length: int
    width: int
    rows: int
    missing: bool


class TiffFile:
    """An opened TIFF; reduced copies (thumbnails) and masks in it are no pages."""

    def __init__(self, image: Image.Image, stream: BinaryIO) -> None:
        self._image, self._stream = image, stream
        frames = list(_frames(image))
        check_count(len(frames))
        self._pages = [number for number, page in enumerate(frames) if page or len(frames) == 1]

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def picture(self, index: int) -> Picture:
        """Decode one page."""
        self._image.seek(self._pages[index])
        tags = getattr(self._image, "tag_v2", {})
        damage = _damage(tags, self._stream)
        with overheard() as lines:
            picture = decoded(self._image, damage=damage)
        return Picture(pixels=picture.pixels, dpi=picture.dpi, damage=picture.damage or next(iter(lines), ""))

    def remains(self, index: int) -> Picture:
        """Decode what is left of a page."""
        with cut_ends_allowed(), overheard(), open_image(self._stream) as again:
            again.seek(self._pages[index])
            return decoded(again)


def _frames(image: Image.Image) -> Iterator[bool]:
    """Yield for each picture of the file whether it is a page; one after the other, for a file may claim any number."""
    number = 0
    while True:
        yield not int(getattr(image, "tag_v2", {}).get(_SUBFILE, 0)) & _REDUCED_OR_MASK
        number += 1
        check_count(number)
        try:
            image.seek(number)
        except EOFError:
            return


def _damage(tags: Any, stream: BinaryIO) -> str:
    """Return how it shows that the page's data are damaged, if it does.

    Left to Pillow: uncompressed data, which it counts itself, and old-style JPEG, whose lengths are often wrong.
    """
    if str(tags.get(_DESCRIPTION, "")).startswith(DAMAGED_NOTE):
        return _("it says that it comes from a damaged file")
    if tags.get(_COMPRESSION, _UNCOMPRESSED) in (_UNCOMPRESSED, _OLD_JPEG):
        return ""
    at, end = stream.tell(), os.fstat(stream.fileno()).st_size
    try:
        for part in _parts(tags):
            if part.offset + part.length > end or part.missing:
                raise Damaged(_("it is cut short"))
            stream.seek(part.offset)
            if part.length and (found := _part_damage(tags, part, stream.read(part.length))):
                return found
    finally:
        stream.seek(at)
    return ""


def _parts(tags: Any) -> Iterator[_Part]:
    """Yield the page's strips or tiles; libtiff finds where the only one ends that does not say it."""
    lengths = (*tags.get(_STRIP_LENGTHS, ()), *tags.get(_TILE_LENGTHS, ()))
    needed = len(lengths) > 1 and tags.get(_PLANES, 1) == 1  # planes may be left out that nobody sees
    width, height = int(tags[_WIDTH]), int(tags[_HEIGHT])
    rows = min(int(tags.get(_STRIP_ROWS, height)), height)
    strips = zip(tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_LENGTHS, ()), strict=False)
    for number, (offset, length) in enumerate(strips):
        left, missing = max(1, height - number * rows), needed and not length
        yield _Part(offset=offset, length=length, width=width, rows=min(rows, left), missing=missing)
    for offset, length in zip(tags.get(_TILE_OFFSETS, ()), tags.get(_TILE_LENGTHS, ()), strict=False):
        size = {"width": int(tags[_TILE_WIDTH]), "rows": int(tags[_TILE_ROWS])}
        yield _Part(offset=offset, length=length, missing=needed and not length, **size)


def _part_damage(tags: Any, part: _Part, data: bytes) -> str:
    """Return how it shows that a strip or a tile is damaged."""
    compression = tags[_COMPRESSION]
    if compression == _JPEG:
        return abbreviated_damage(bytes(tags.get(_JPEG_TABLES, b"")), data)
    if compression in _DEFLATE:
        return _deflate_damage(data)
    reversed_bits = tags.get(_FILL_ORDER) == _LEAST_BIT_FIRST
    if (compression == _G4 and g4_is_damaged(data, part.width, part.rows, reversed_bits=reversed_bits)) or (
        compression == _G3 and g3_is_damaged(data, part.rows, reversed_bits=reversed_bits)
    ):
        return _("its fax data end before the page does")
    if compression in _LONGEST_ZEROS and has_hole(data, _LONGEST_ZEROS[compression]):
        return _("its data have a gap of zeros")
    return ""


def _deflate_damage(data: bytes) -> str:
    try:
        inflated_size(data)
    except zlib.error as error:
        return str(error)
    return ""
