"""One still picture out of a file: decoded by Pillow or libjxl, upright, 8-bit, with what the file says of its dpi.

Pillow was chosen by measurement: of 85 odd but valid files OpenCV lost the TIFFs with G4 orientation 5-8, LZMA,
old-style JPEG, 12 and 4 bits, and tifffile gave arrays without pixels for damaged ones, where Pillow read the former
and refused the latter.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import numpy as np
from PIL import Image, UnidentifiedImageError

from scanpipe.messages import _
from scanpipe.raster import Pixels, jxl
from scanpipe.raster.colour import eight_bit
from scanpipe.raster.resolution import read_dpi, read_exif

MAX_PIXELS = 150_000_000
"""The largest page that is decoded: A0 at 300 dpi; below Pillow's own bound, so that the refusal reads the same."""

_FORMATS = ("TIFF", "PNG", "JPEG", "JPEG2000", "WEBP", "BMP", "DIB", "PPM")
_ORIENTATION_TAG, _SUBFILE_TAG, _COMPRESSION_TAG = 0x0112, 254, 259
_TIFF_EXTENTS = ((273, 279), (324, 325))  # offsets and lengths of strips, of tiles
_REDUCED_OR_MASK = 0b101
_UNCOMPRESSED, _OLD_JPEG = 1, 6


class Unreadable(Exception):
    """Why a page cannot be had, in words for the operator; whoever knows its name makes an error of it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """Decoded pixels and the resolution across and down, where it is known."""

    pixels: Pixels
    dpi: tuple[float, float] | None


class Pages(Protocol):
    """An opened file: how many pages it holds, and each of them, in any order."""

    @property
    def count(self) -> int:
        """How many pages there are."""

    def picture(self, index: int) -> Picture:
        """Decode one page, counted from 0."""


def check_size(width: int, height: int) -> None:
    """Refuse what would fill the memory.

    Raises:
        Unreadable: more than MAX_PIXELS, or nothing.
    """
    if width < 1 or height < 1:
        raise Unreadable(_("it has no pixels"))
    if width * height > MAX_PIXELS:
        message = _("{width} x {height} pixels are more than the {limit} million that are taken as one page")
        raise Unreadable(message.format(width=width, height=height, limit=MAX_PIXELS // 1_000_000))


@contextmanager
def open_images(stream: BinaryIO) -> Iterator[Pages]:
    """Give the pages of an image file while the block runs; nothing is decoded yet.

    Raises:
        Unreadable: with the reason.
        Exception: whatever Pillow and its decoders make of a damaged file; they keep to no list.
    """
    head = stream.read(12)
    stream.seek(0)
    if jxl.is_jxl(head):
        yield _JxlFile(stream.read())
        return
    try:
        image = Image.open(stream, formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise Unreadable(_("it is damaged at its beginning, or no image of a kind that is read")) from error
    except Image.DecompressionBombError as error:
        raise Unreadable(_("it claims to be larger than any page")) from error
    with image:
        yield _TiffFile(image, stream) if image.format == "TIFF" else _StillFile(image)


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """Return the picture as EXIF and TIFF orientation 1-8 mean it to be seen; anything else counts as 1."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    rows = slice(None, None, -1 if orientation in (3, 4, 7, 8) else 1)
    columns = slice(None, None, -1 if orientation in (2, 3, 6, 7) else 1)
    return np.ascontiguousarray(pixels[rows, columns])


class _JxlFile:
    count = 1

    def __init__(self, data: bytes) -> None:
        self._data = data

    def picture(self, index: int) -> Picture:
        check_size(*jxl.size_of(self._data))
        return Picture(pixels=jxl.decode(self._data), dpi=None)


class _StillFile:
    count = 1

    def __init__(self, image: Image.Image) -> None:
        self._image = image

    def picture(self, index: int) -> Picture:
        if self._image.format in ("PNG", "WEBP") and getattr(self._image, "n_frames", 1) > 1:
            raise Unreadable(_("it is an animation, not a page"))
        return _decoded(self._image)


class _TiffFile:
    def __init__(self, image: Image.Image, stream: BinaryIO) -> None:
        self._image, self._stream = image, stream
        total = int(getattr(image, "n_frames", 1))
        self._pages = [number for number in range(total) if total == 1 or self._is_page(number)]

    @property
    def count(self) -> int:
        return len(self._pages)

    def picture(self, index: int) -> Picture:
        self._image.seek(self._pages[index])
        _check_whole(self._tags, self._stream)
        return _decoded(self._image)

    @property
    def _tags(self) -> Any:
        return getattr(self._image, "tag_v2", {})

    def _is_page(self, number: int) -> bool:
        self._image.seek(number)
        return not int(self._tags.get(_SUBFILE_TAG, 0)) & _REDUCED_OR_MASK


def _check_whole(tags: Any, stream: BinaryIO) -> None:
    """Refuse a TIFF page whose data lie beyond the end of the file: fax decoders would pass half a page as whole.

    Left to Pillow: uncompressed data, which it counts itself, and old-style JPEG, whose lengths are often wrong.
    """
    if tags.get(_COMPRESSION_TAG, _UNCOMPRESSED) in (_UNCOMPRESSED, _OLD_JPEG):
        return
    end = os.fstat(stream.fileno()).st_size
    for offsets, lengths in _TIFF_EXTENTS:
        for offset, length in zip(tags.get(offsets, ()), tags.get(lengths, ()), strict=False):
            if offset + length > end:
                raise Unreadable(_("it is cut short"))


def _decoded(image: Image.Image) -> Picture:
    check_size(*image.size)
    stored = getattr(image, "tag_v2", {}).get(_ORIENTATION_TAG)
    image.load()  # before EXIF is asked: for a PNG that loads the picture too, and its failure must not be hidden there
    # Pillow turns some TIFFs by itself when it loads them, and then says that nothing is left to turn.
    left_to_turn = read_exif(image).get(_ORIENTATION_TAG, 1)
    dpi = read_dpi(image)
    if dpi and (stored or left_to_turn) in (5, 6, 7, 8):
        dpi = dpi[1], dpi[0]
    return Picture(pixels=upright(eight_bit(image), left_to_turn), dpi=dpi)
