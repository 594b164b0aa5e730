"""Files of one picture or more: JPEG XL by libjxl, all others by Pillow."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image

from scanpipe.messages import LazyText, lazy
from scanpipe.raster import jxl
from scanpipe.raster.damage.containers import jpeg2000_has_hole, jxl_has_hole, webp_has_hole
from scanpipe.raster.damage.jpeg import jpeg_damage
from scanpipe.raster.picture import Pages, Picture, Unreadable, check_size, cut_ends_allowed, decoded, open_image
from scanpipe.raster.remains import webp
from scanpipe.raster.remains.jpeg2000 import completed
from scanpipe.raster.tiff import TiffFile, check_directory


@contextmanager
def open_images(stream: BinaryIO, *, damaged: bool = False) -> Iterator[Pages]:
    """Give the pages of an image file while the block runs; nothing is decoded yet.

    Args:
        stream: the file.
        damaged: whether some of its pages are wanted where others are lost.

    Raises:
        Unreadable: with the reason.
        Exception: whatever Pillow and its decoders make of a damaged file; they keep to no list.
    """
    head = stream.read(12)
    stream.seek(0)
    if jxl.is_jxl(head):
        yield _JxlFile(stream.read())
        return
    if webp.is_webp(head):
        yield _WebpFile(stream)
        return
    check_directory(head, stream)
    with open_image(stream) as image:
        yield TiffFile(image, stream, damaged=damaged) if image.format == "TIFF" else _StillFile(image, stream)


def still_damage(kind: str | None, data: bytes) -> LazyText | str:
    """Return how it shows that the data of a file of this kind (as Pillow names it) are damaged, if it does."""
    if kind == "JPEG":
        return jpeg_damage(data)
    holes = {"JPEG2000": jpeg2000_has_hole, "WEBP": webp_has_hole, "JXL": jxl_has_hole}
    found = kind in holes and holes[kind](data)
    return lazy("its data contain a gap of zeros") if found else ""


class _JxlFile:
    count = 1

    def __init__(self, data: bytes) -> None:
        self._data = data

    def picture(self, index: int) -> Picture:
        check_size(*jxl.size_of(self._data))
        return Picture(pixels=jxl.decode(self._data), dpi=None, damage=still_damage("JXL", self._data))

    def remains(self, index: int) -> Picture:
        check_size(*jxl.size_of(self._data))
        try:
            return Picture(pixels=jxl.decode(self._data), dpi=None)
        except (RuntimeError, ValueError):
            return Picture(pixels=jxl.readable_part(self._data), dpi=None)


class _StillFile:
    count = 1

    def __init__(self, image: Image.Image, stream: BinaryIO) -> None:
        self._image, self._stream = image, stream

    def picture(self, index: int) -> Picture:
        if self._image.format in ("PNG", "WEBP") and getattr(self._image, "n_frames", 1) > 1:
            raise Unreadable(lazy("it is an animation, not a page"))
        return decoded(self._image, damage=self._damage())

    def remains(self, index: int) -> Picture:
        left = io.BytesIO(completed(_all(self._stream))) if self._image.format == "JPEG2000" else self._stream
        with cut_ends_allowed(), open_image(left) as again:
            return decoded(again)

    def _damage(self) -> LazyText | str:
        at = self._stream.tell()
        found = still_damage(self._image.format, _all(self._stream))
        self._stream.seek(at)
        return found


class _WebpFile:
    """Opened only when its picture is asked for: Pillow does not open one that ends early."""

    count = 1

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def picture(self, index: int) -> Picture:
        with open_image(self._stream) as image:
            return _StillFile(image, self._stream).picture(index)

    def remains(self, index: int) -> Picture:
        return decoded(webp.readable_part(_all(self._stream)))


def _all(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()
