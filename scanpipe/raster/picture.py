"""One still picture out of a file: decoded by Pillow, upright, 8-bit, with what the file says of its dpi.

Pillow was chosen by measurement: of 85 odd but valid files OpenCV lost the TIFFs with G4 orientation 5-8, LZMA,
old-style JPEG, 12 and 4 bits, and tifffile gave arrays without pixels for damaged ones, where Pillow read the former
and refused the latter.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import numpy as np
from PIL import Image, ImageChops, ImageFile, UnidentifiedImageError

from scanpipe.messages import LazyText, lazy
from scanpipe.raster import Pixels
from scanpipe.raster.colour import eight_bit
from scanpipe.raster.resolution import read_dpi, read_exif

MAX_PIXELS = 150_000_000
"""The largest page that is decoded: A0 at 300 dpi; below Pillow's own bound, so that the refusal reads the same."""

MOST_PAGES = 2000
"""The most pages that are taken from one file: several times the thickest book's."""

_FORMATS = ("TIFF", "PNG", "JPEG", "JPEG2000", "WEBP", "BMP", "DIB", "PPM")
_ORIENTATION_TAG = 0x0112


class Unreadable(Exception):
    """Why a page cannot be had, in words for the operator; whoever knows its name makes an error of it."""

    def __init__(self, text: LazyText | str) -> None:
        super().__init__(text)
        self.text = text


class Damaged(Unreadable):
    """The page is not whole, and how that shows; what is left of it may still be had."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """Decoded pixels, the resolution across and down, where it is known, and how damage of the data shows, if any."""

    pixels: Pixels
    dpi: tuple[float, float] | None
    damage: LazyText | str = ""


class Pages(Protocol):
    """An opened file: how many pages it holds, and each of them, in any order."""

    @property
    def count(self) -> int:
        """How many pages there are."""

    def picture(self, index: int) -> Picture:
        """Decode one page, counted from 0."""

    def remains(self, index: int) -> Picture:
        """Decode what is left of a page that `picture` fails at."""


def check_size(width: int, height: int) -> None:
    """Refuse what would fill the memory.

    Raises:
        Unreadable: more than MAX_PIXELS, or nothing.
    """
    if width < 1 or height < 1:
        raise Unreadable(lazy("it has no pixels"))
    if width * height > MAX_PIXELS:
        text = lazy("{width} x {height} pixels exceed the limit of {limit} million for one page")
        raise Unreadable(text.format(width=width, height=height, limit=MAX_PIXELS // 1_000_000))


def check_count(pages: int) -> None:
    """Refuse a file of more pages than any book has.

    Raises:
        Unreadable: more than MOST_PAGES.
    """
    if pages > MOST_PAGES:
        raise Unreadable(
            lazy("it contains more than {limit} pages; if all are needed, split the file", limit=MOST_PAGES)
        )


def open_image(stream: BinaryIO) -> Image.Image:
    """Open a file of a kind that is read; nothing is decoded yet.

    Raises:
        Unreadable: it is none, or too large.
        Exception: whatever Pillow makes of a damaged header.
    """
    stream.seek(0)
    try:
        return Image.open(stream, formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise Unreadable(lazy("its beginning is damaged, or its format is not supported")) from error
    except Image.DecompressionBombError as error:
        raise Unreadable(lazy("its stated size is larger than any page")) from error


@contextmanager
def cut_ends_allowed() -> Iterator[None]:
    """Have Pillow give what it decoded before data end or break."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def decoded(image: Image.Image, *, damage: LazyText | str = "") -> Picture:
    """Load an opened image and return it as it is meant to be seen."""
    check_size(*image.size)
    stored = getattr(image, "tag_v2", {}).get(_ORIENTATION_TAG)
    image.load()  # before EXIF is asked: for a PNG that loads the picture too, and its failure must not be hidden there
    # Pillow turns some TIFFs by itself when it loads them, and then says that nothing is left to turn.
    left_to_turn = read_exif(image).get(_ORIENTATION_TAG, 1)
    dpi = read_dpi(image)
    if dpi and (stored or left_to_turn) in (5, 6, 7, 8):
        dpi = dpi[1], dpi[0]
    return Picture(pixels=upright(eight_bit(_true_cmyk(image)), left_to_turn), dpi=dpi, damage=damage)


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """Return the picture as EXIF and TIFF orientation 1-8 mean it to be seen; anything else counts as 1."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    rows = slice(None, None, -1 if orientation in (3, 4, 7, 8) else 1)
    columns = slice(None, None, -1 if orientation in (2, 3, 6, 7) else 1)
    return np.ascontiguousarray(pixels[rows, columns])


def _true_cmyk(image: Image.Image) -> Image.Image:
    """Undo Pillow's inversion of a CMYK JPEG that is not Adobe's: only Photoshop's kind stores ink as its reverse."""
    if (image.format, image.mode) != ("JPEG", "CMYK") or "adobe" in image.info:
        return image
    plain = ImageChops.invert(image)
    plain.info["icc_profile"] = image.info.get("icc_profile")
    return plain
