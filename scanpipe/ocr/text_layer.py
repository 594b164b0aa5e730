"""The invisible text of a page as a PDF of one page: whether one is whole, and one without text."""

import io

import pikepdf

from scanpipe.errors import OcrFailed
from scanpipe.messages import lazy
from scanpipe.raster import MM_PER_INCH, Raster

_POINTS_PER_INCH = 72


def require_whole(layer: bytes) -> None:
    """Make sure that `layer` is a whole PDF of one page.

    Raises:
        OcrFailed: it is cut short, damaged, or has another number of pages.
    """
    try:
        with pikepdf.open(io.BytesIO(layer), attempt_recovery=False) as document:
            pages = len(document.pages)
    except pikepdf.PdfError as error:
        raise OcrFailed(lazy("The text layer of the page is incomplete: {error}.", error=error)) from error
    if pages != 1:
        raise OcrFailed(lazy("The text layer of the page must have 1 page; it has {count}.", count=pages))


def empty_layer(page: Raster) -> bytes:
    """Return a text layer without text, as large as the page; the same size gives the same bytes."""
    document = pikepdf.new()
    width, height = (round(side / MM_PER_INCH * _POINTS_PER_INCH, 2) for side in page.size_mm)
    box = pikepdf.Array([0, 0, width, height])
    document.pages.append(pikepdf.Page(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=box)))
    stream = io.BytesIO()
    document.save(stream, deterministic_id=True)
    return stream.getvalue()
