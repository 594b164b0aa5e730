"""PDF pages as pictures: a page that is one scanned image gives that image untouched, any other is drawn.

Drawing a scan anew would resample it; so a page whose only visible mark is one image that covers it (invisible text of
an OCR layer, its own clip and links aside) is taken apart with pikepdf, and its resolution follows from the size at
which the image stands on the page. Whatever else there is (text, lines, stamps as annotations, several images, soft
masks) makes pdfium draw the page, at the resolution of its finest image.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, BinaryIO

import numpy as np
import pikepdf
import pypdfium2

from scanpipe.messages import LazyText, lazy
from scanpipe.pdf.layers import hides_layers
from scanpipe.pdf.page_box import POINTS_PER_INCH, user_unit, visible_box
from scanpipe.raster.colour import grey_if_neutral
from scanpipe.raster.damage.overheard import overheard
from scanpipe.raster.damage.pdf import streams_damage
from scanpipe.raster.pdf_content import PageContent, page_content
from scanpipe.raster.pdf_scan import placed_dpi, scanned
from scanpipe.raster.picture import (
    MAX_PIXELS,
    Damaged,
    Pages,
    Picture,
    Unreadable,
    check_count,
    check_size,
    cut_ends_allowed,
)
from scanpipe.raster.resolution import HIGHEST_DPI, LOWEST_DPI, tidy

_ROUNDING = 1 - 1e-6
_NOTICED = 0.01  # of the page's area: finer images that together cover less do not make the page finer


@contextmanager
def open_pdf(stream: BinaryIO, *, dpi: float, damaged: bool = False) -> Iterator[Pages]:
    """Give the pages of a PDF while the block runs.

    Args:
        stream: the file.
        dpi: for pages that must be drawn, where they hold no finer image.
        damaged: whether a damaged PDF is mended, so that some of its pages may be had.

    Raises:
        Unreadable: protected by a password, damaged, or of too many pages.
        Exception: whatever pikepdf and pdfium make of a damaged page.
    """
    document, damage = _document(stream, damaged=damaged)
    with document, _Drawing(stream) as drawing:
        check_count(len(document.pages))
        yield _PdfFile(document, drawing, dpi, damage)


def _document(stream: BinaryIO, *, damaged: bool) -> tuple[pikepdf.Pdf, LazyText | str]:
    """Return the PDF, and how it is damaged as a whole, if it is."""
    try:
        return pikepdf.open(stream, attempt_recovery=False), ""
    except pikepdf.PasswordError as error:
        raise Unreadable(lazy("it is protected by a password")) from error
    except pikepdf.PdfError as error:
        damage = lazy("it is a damaged PDF; an automatic repair could lose pages")
        if not damaged:
            raise Damaged(damage) from error
    return pikepdf.open(stream), damage


class _PdfFile:
    def __init__(self, document: pikepdf.Pdf, drawing: "_Drawing", dpi: float, damage: LazyText | str) -> None:
        self._pages, self._drawing, self._dpi, self._damage = document.pages, drawing, dpi, damage
        self._layers_hidden = hides_layers(document)
        self.count = len(document.pages)

    def picture(self, index: int) -> Picture:
        return self._picture(index, cut_ends=False)

    def remains(self, index: int) -> Picture:
        return self._picture(index, cut_ends=True)

    def _picture(self, index: int, *, cut_ends: bool) -> Picture:
        page = self._pages[index]
        content = page_content(page, layers_hidden=self._layers_hidden)
        lost = lazy("one of its images is missing") if content.lost else ""
        damage = self._damage or lost or streams_damage(content.streams)
        with overheard() as lines, cut_ends_allowed() if cut_ends else nullcontext():
            shown = scanned(page, content)
        if shown is None:
            dpi, unit = _drawing_dpi(page, content, self._dpi), user_unit(page)
            shown = self._drawing.picture(index, dpi=dpi, user_unit=unit)
        return Picture(pixels=shown.pixels, dpi=shown.dpi, damage=damage or next(iter(lines), ""))


class _Drawing:
    """The same file in pdfium, opened when a page has to be drawn."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._document: Any = None

    def __enter__(self) -> "_Drawing":
        return self

    def __exit__(self, *error: object) -> None:
        if self._document is not None:
            self._document.close()

    def picture(self, index: int, *, dpi: float, user_unit: float) -> Picture:
        if self._document is None:
            self._stream.seek(0)
            self._document = pypdfium2.PdfDocument(self._stream.read())
            self._document.init_forms()
        page = self._document[index]
        try:
            # Shrunk a little, or pdfium makes 3301 rows of eleven inches; it knows nothing of user units.
            scale = dpi * user_unit / POINTS_PER_INCH * _ROUNDING
            check_size(*(math.ceil(side * scale) for side in page.get_size()))
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            try:
                pixels = np.array(bitmap.to_numpy()[..., :3], np.uint8)
            finally:
                bitmap.close()
        finally:
            page.close()
        return Picture(pixels=grey_if_neutral(pixels), dpi=(dpi, dpi))


def _drawing_dpi(page: pikepdf.Page, content: PageContent, dpi: float) -> float:
    """Return the resolution of the page's finest image, at least `dpi` where more is seen than images."""
    x0, y0, x1, y1 = (float(edge) * user_unit(page) / POINTS_PER_INCH for edge in visible_box(page))
    area = max(0.0, x1 - x0) * max(0.0, y1 - y0)
    finest = _finest_dpi(content, user_unit(page), area)
    wanted = dpi if finest is None else max(finest, dpi) if content.more else finest
    fitting = math.sqrt(MAX_PIXELS / area) * _ROUNDING if area else dpi
    return min(wanted, max(dpi, math.floor(fitting)))


def _finest_dpi(content: PageContent, unit: float, area: float) -> float | None:
    """Return the highest resolution of images that cover something of the page (`area` in square inches)."""
    covered = 0.0
    found = sorted(((max(placed_dpi(image, unit)), image) for image in content.images), key=lambda pair: -pair[0])
    for image_dpi, image in found:
        if LOWEST_DPI <= image_dpi <= HIGHEST_DPI:
            x_dpi, y_dpi = placed_dpi(image, unit)
            covered += image.width / x_dpi * image.height / y_dpi
            if covered >= _NOTICED * area:
                return tidy(image_dpi)
    return None
