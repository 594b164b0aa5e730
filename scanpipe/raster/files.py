"""The image files people bring, read as pages: upright, 8-bit grey or sRGB, pixels square.

What a file really is counts, not its suffix. A TIFF or PDF may hold many pages; reduced copies (thumbnails) and masks
in a TIFF are not pages. Pages are decoded one at a time, so a file of 500 pages needs the memory of one or two.

Decoders of hostile files can also hang or crash: `scanpipe.capture.folder` runs this in a process of its own.
"""

import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scanpipe.errors import ImageRefused
from scanpipe.file_errors import reason_of
from scanpipe.messages import _
from scanpipe.plain_files import open_plain
from scanpipe.raster import Raster
from scanpipe.raster.pdf import open_pdf
from scanpipe.raster.picture import Pages, Picture, Unreadable, check_size, open_images
from scanpipe.raster.resolution import squared, tidy

_TIFF_PNG_JPEG = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jpe", ".jfif")
_JPEG_2000_AND_XL = (".jp2", ".j2k", ".j2c", ".jpf", ".jpx", ".jxl")
_OTHERS = (".webp", ".bmp", ".dib", ".pbm", ".pgm", ".ppm", ".pnm", ".pdf")
IMAGE_SUFFIXES = frozenset(_TIFF_PNG_JPEG + _JPEG_2000_AND_XL + _OTHERS)
_PDF_MARK, _PDF_MARK_WITHIN = b"%PDF-", 1024  # ISO 32000-1 annex H: readers accept leading bytes
_REASON_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A page out of a file: `scan.jpg`, or `scan.tif#2` where the file holds several.

    `dpi_assumed` says that the file did not tell its resolution, or none that can be believed.
    """

    raster: Raster
    name: str
    dpi_assumed: bool


class PageFile:
    """An opened file of pages, decoded one by one."""

    def __init__(self, name: str, pages: Pages, default_dpi: float) -> None:
        self._name, self._pages, self._default_dpi = name, pages, default_dpi
        self.count = pages.count

    def frame(self, index: int) -> Frame:
        """Decode one page, counted from 0.

        Raises:
            Unreadable: with the reason; other pages may still be good.
        """
        with _reasons():
            return _frame(self._pages.picture(index), frame_name(self._name, index, self.count), self._default_dpi)


@contextmanager
def open_pages(path: Path, *, pdf_dpi: float, default_dpi: float) -> Iterator[PageFile]:
    """Give the pages of an image file or PDF while the block runs.

    Args:
        path: the file.
        pdf_dpi: at which PDF pages are drawn that are more than one scanned image.
        default_dpi: taken where a file does not say.

    Raises:
        Unreadable: no page of it can be read, and why.
    """
    with ExitStack() as stack:
        with _reasons():
            pages = stack.enter_context(_opened(stack.enter_context(open_plain(path)), pdf_dpi))
            if pages.count < 1:
                raise Unreadable(_("it holds no page"))
        yield PageFile(path.name, pages, default_dpi)


def read_frames(path: Path, *, pdf_dpi: float = 300, default_dpi: float = 300) -> Iterator[Frame]:
    """Yield the pages of a file that is expected to be good, in its order.

    Raises:
        ImageRefused: at the first page that cannot be read; the message names file, page and reason.
    """
    name = path.name
    try:
        with open_pages(path, pdf_dpi=pdf_dpi, default_dpi=default_dpi) as pages:
            for index in range(pages.count):
                name = frame_name(path.name, index, pages.count)
                yield pages.frame(index)
    except Unreadable as error:
        raise ImageRefused(
            _("{name} cannot be read: {reason}.").format(name=name, reason=error),
            remedy=_("Open it in a viewer; export it again or scan the page again."),
        ) from error


def frame_name(file: str, index: int, count: int) -> str:
    """Return what a page is called: the file's name, with the page's number where there are several."""
    return file if count == 1 else f"{file}#{index + 1}"


def _opened(stream: BinaryIO, pdf_dpi: float) -> AbstractContextManager[Pages]:
    head = stream.read(_PDF_MARK_WITHIN)
    stream.seek(0)
    if not head:
        raise Unreadable(_("it is empty"))
    return open_pdf(stream, dpi=pdf_dpi) if _PDF_MARK in head else open_images(stream)


def _frame(picture: Picture, name: str, default_dpi: float) -> Frame:
    if picture.dpi is None:
        raster = Raster(pixels=picture.pixels, dpi=default_dpi)
    else:
        (x, y), (height, width) = picture.dpi, picture.pixels.shape[:2]
        check_size(round(width * max(x, y) / x), round(height * max(x, y) / y))
        pixels, dpi = squared(picture.pixels, x, y)
        raster = Raster(pixels=pixels, dpi=tidy(dpi))
    return Frame(raster=raster, name=name, dpi_assumed=picture.dpi is None)


@contextmanager
def _reasons() -> Iterator[None]:
    """Turn whatever a decoder throws at a damaged file into a reason.

    Decoders' warnings about damaged metadata are kept off the operator's screen: the picture is what counts.

    Raises:
        Unreadable: in place of any exception.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable(_("reading it takes more memory than is allowed")) from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise Unreadable(reason_of(error)) from error
    except Exception as error:
        text = " ".join(str(error).split())[:_REASON_LENGTH] or type(error).__name__
        raise Unreadable(_("it is damaged or of a kind too unusual ({error})").format(error=text)) from error
