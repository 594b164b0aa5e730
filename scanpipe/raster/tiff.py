"""TIFF files: which of their pictures are pages, and whether each page's data are whole.

Pillow has libtiff decode them, which shows a fax page as far as it comes and ends deflated data before their checksum.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image

from scanpipe.messages import LazyText, lazy
from scanpipe.raster.codecs import DAMAGED_NOTE
from scanpipe.raster.damage.coded import has_hole, inflated_size
from scanpipe.raster.damage.fax import g3_is_damaged, g4_is_damaged
from scanpipe.raster.damage.jpeg import abbreviated_damage
from scanpipe.raster.damage.overheard import overheard
from scanpipe.raster.picture import Damaged, Picture, Unreadable, check_count, cut_ends_allowed, decoded, open_image
from scanpipe.raster.remains.tiff import completed
from scanpipe.raster.tiff_parts import Part, parts

_SUBFILE, _COMPRESSION, _FILL_ORDER, _JPEG_TABLES = 254, 259, 266, 347
_DESCRIPTION = 270
_REDUCED_OR_MASK = 0b101
_UNCOMPRESSED, _RLE, _G3, _G4, _OLD_JPEG, _JPEG = 1, 2, 3, 4, 6, 7
_ORDERS = {b"II*\0": "<I", b"MM\0*": ">I"}
_DEFLATE = (8, 32946)
_LEAST_BIT_FIRST = 2
_LONGEST_ZEROS = {_RLE: 4, 32773: 256}  # bytes: no code, and no PackBits run of black, reads as so many zeros


def check_directory(head: bytes, stream: BinaryIO) -> None:
    """Refuse a TIFF, by its first bytes, that ends before the place where it says what its pages are.

    Raises:
        Unreadable: no program can find a page in it.
    """
    order = _ORDERS.get(head[:4])
    if order and len(head) >= 8 and struct.unpack_from(order, head, 4)[0] >= os.fstat(stream.fileno()).st_size:
        raise Unreadable(
            lazy(
                "its end, with the list of its pages, is missing; copy the file again, or recover it from the card "
                "or disk"
            )
        )


class TiffFile:
    """An opened TIFF; reduced copies (thumbnails) and masks in it are no pages.

    One whose later pages cannot be found gives those before, each of them as damaged, where such are wanted.
    """

    def __init__(self, image: Image.Image, stream: BinaryIO, *, damaged: bool) -> None:
        self._image, self._stream = image, stream
        self._loss: LazyText | str = ""
        frames: list[bool] = []
        try:
            frames.extend(_frames(image))
        except (SyntaxError, OSError, ValueError, TypeError, KeyError, struct.error) as error:
            self._loss = lazy("some of its pages are lost")
            if not damaged:
                raise Damaged(self._loss) from error
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
        damage = self._loss or _damage(tags, self._stream)
        with overheard() as lines:
            picture = decoded(self._image, damage=damage)
        return Picture(pixels=picture.pixels, dpi=picture.dpi, damage=picture.damage or next(iter(lines), ""))

    def remains(self, index: int) -> Picture:
        """Decode what is left of a page."""
        number = self._pages[index]
        self._image.seek(number)
        left = completed(self._stream, number, getattr(self._image, "tag_v2", {}))
        with cut_ends_allowed(), overheard(), open_image(left) as again:
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


def _damage(tags: Any, stream: BinaryIO) -> LazyText | str:
    """Return how it shows that the page's data are damaged, if it does.

    Left to Pillow: uncompressed data, which it counts itself, and old-style JPEG, whose lengths are often wrong.
    """
    if str(tags.get(_DESCRIPTION, "")).startswith(DAMAGED_NOTE):
        return lazy("it is marked as made from a damaged file")
    if tags.get(_COMPRESSION, _UNCOMPRESSED) in (_UNCOMPRESSED, _OLD_JPEG):
        return ""
    at, end = stream.tell(), os.fstat(stream.fileno()).st_size
    try:
        for part in parts(tags):
            if part.offset + part.length > end or part.missing:
                raise Damaged(lazy("it is truncated"))
            stream.seek(part.offset)
            if part.length and (found := _part_damage(tags, part, stream.read(part.length))):
                return found
    finally:
        stream.seek(at)
    return ""


def _part_damage(tags: Any, part: Part, data: bytes) -> LazyText | str:
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
        return lazy("its fax data end before the end of the page")
    if compression in _LONGEST_ZEROS and has_hole(data, _LONGEST_ZEROS[compression]):
        return lazy("its data contain a gap of zeros")
    return ""


def _deflate_damage(data: bytes) -> str:
    try:
        inflated_size(data)
    except zlib.error as error:
        return str(error)
    return ""
