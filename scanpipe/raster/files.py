"""The image files people bring, read as pages: upright, 8-bit grey or sRGB, pixels square.

What a file really is counts, not its suffix. A TIFF or PDF may hold many pages; reduced copies (thumbnails) and masks
in a TIFF are not pages. Pages are decoded one at a time, so a file of 500 pages needs the memory of one or two.

Decoders of hostile files can also hang or crash: `scanpipe.capture.folder` runs this in a process of its own.
"""

import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from scanpipe.errors import ImageRefused
from scanpipe.messages import LazyText, lazy
from scanpipe.raster import Raster
from scanpipe.raster.images import open_images
from scanpipe.raster.pdf import open_pdf
from scanpipe.raster.picture import Damaged, Pages, Picture, Unreadable, check_size
from scanpipe.raster.resolution import squared, tidy
from scanpipe.system.os_errors import describe
from scanpipe.system.plain_files import open_plain

_TIFF_PNG_JPEG = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jpe", ".jfif")
_JPEG_2000_AND_XL = (".jp2", ".j2k", ".j2c", ".jpf", ".jpx", ".jxl")
_OTHERS = (".webp", ".bmp", ".dib", ".pbm", ".pgm", ".ppm", ".pnm", ".pdf")
IMAGE_SUFFIXES = frozenset(_TIFF_PNG_JPEG + _JPEG_2000_AND_XL + _OTHERS)
_PDF_MARK, _PDF_MARK_WITHIN = b"%PDF-", 1024  # ISO 32000-1 annex H: readers accept leading bytes
_REASON_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A page out of a file: `scan.jpg`, or `scan.tif#2` where the file holds several.

    `dpi_assumed` says that the file did not tell its resolution, or none that can be believed; `damage` how it shows
    that the page is not whole, empty where nothing shows.
    """

    raster: Raster
    name: str
    dpi_assumed: bool
    damage: LazyText | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How files are read.

    Attributes:
        default_dpi: taken where a file does not say its resolution.
        stated_dpi: the true resolution of files that say a wrong one; 0 where theirs counts.
        pdf_dpi: at which PDF pages are drawn that hold no picture.
        damaged: whether damaged pages are given, as far as they can be had, instead of being refused.
    """

    default_dpi: float = 300
    stated_dpi: float = 0
    pdf_dpi: float = 300
    damaged: bool = False


class PageFile:
    """An opened file of pages, decoded one by one."""

    def __init__(self, name: str, pages: Pages, reading: Reading) -> None:
        self._name, self._pages, self._reading = name, pages, reading
        self.count = pages.count

    def frame(self, index: int) -> Frame:
        """Decode one page, counted from 0.

        Raises:
            Damaged: how that shows, where damaged pages are not wanted or nothing is left of this one.
            Unreadable: with the reason; other pages may still be good.
        """
        picture = self._picture(index)
        with _reasons():
            return _frame(picture, frame_name(self._name, index, self.count), self._reading)

    def _picture(self, index: int) -> Picture:
        try:
            with _reasons():
                picture = self._pages.picture(index)
            if not picture.damage or self._reading.damaged:
                return picture
            raise _damaged(picture.damage)
        except Damaged as damage:
            if not self._reading.damaged:
                raise
            with _reasons():
                return replace(self._pages.remains(index), damage=damage.text)


@contextmanager
def open_pages(path: Path, reading: Reading) -> Iterator[PageFile]:
    """Give the pages of an image file or PDF while the block runs.

    Raises:
        Unreadable: no page of it can be read, and why.
    """
    with ExitStack() as stack:
        with _reasons():
            pages = stack.enter_context(_opened(stack.enter_context(open_plain(path)), reading))
            if pages.count < 1:
                raise Unreadable(lazy("it contains no page"))
        yield PageFile(path.name, pages, reading)


def read_frames(path: Path, reading: Reading | None = None) -> Iterator[Frame]:
    """Yield the pages of a file that is expected to be good, in its order.

    Raises:
        ImageRefused: at the first page that cannot be read; the message names file, page and reason.
    """
    name = path.name
    try:
        with open_pages(path, reading or Reading()) as pages:
            for index in range(pages.count):
                name = frame_name(path.name, index, pages.count)
                yield pages.frame(index)
    except Unreadable as error:
        raise ImageRefused(
            lazy("{name} cannot be read: {reason}.", name=name, reason=error.text),
            remedy=lazy("Open the file in a viewer. Export it again, or scan the page again."),
        ) from error


def frame_name(file: str, index: int, count: int) -> str:
    """Return what a page is called: the file's name, with the page's number where there are several."""
    return file if count == 1 else f"{file}#{index + 1}"


def _opened(stream: BinaryIO, reading: Reading) -> AbstractContextManager[Pages]:
    head = stream.read(_PDF_MARK_WITHIN)
    stream.seek(0)
    if not head:
        raise Unreadable(lazy("it is empty"))
    if _PDF_MARK in head:
        return open_pdf(stream, dpi=reading.pdf_dpi, damaged=reading.damaged)
    return open_images(stream, damaged=reading.damaged)


def _frame(picture: Picture, name: str, reading: Reading) -> Frame:
    pixels, dpi = picture.pixels, reading.default_dpi
    if picture.dpi is not None:
        (x, y), (height, width) = picture.dpi, pixels.shape[:2]
        check_size(round(width * max(x, y) / x), round(height * max(x, y) / y))
        pixels, dpi = squared(pixels, x, y)
    return Frame(
        raster=Raster(pixels=pixels, dpi=reading.stated_dpi or tidy(dpi)),
        name=name,
        dpi_assumed=picture.dpi is None and not reading.stated_dpi,
        damage=picture.damage,
    )


def _damaged(how: LazyText | str) -> Damaged:
    """Return the error; what a decoder said, in its words, may be long."""
    return Damaged(lazy("it is damaged ({error})", error=how if isinstance(how, LazyText) else _shortened(how)))


def _shortened(words: str) -> str:
    return " ".join(words.split())[:_REASON_LENGTH]


@contextmanager
def _reasons() -> Iterator[None]:
    """Turn whatever a decoder throws at a damaged file into a reason.

    Decoders' warnings about damaged metadata are kept off the operator's screen: the picture is what counts.

    Raises:
        Damaged: in place of what a decoder threw.
        Unreadable: in place of any other exception.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable(lazy("reading it needs more memory than is allowed")) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:  # the system's; a decoder's has no number
            raise Unreadable(describe(error)) from error
        text = _shortened(str(error)) or type(error).__name__
        raise Damaged(lazy("it is damaged or its format is not supported ({error})", error=text)) from error
