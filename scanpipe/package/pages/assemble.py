"""Pictures placed on the pages of a PDF, true to the paper's size, embedded as they are (ISO 32000-1, 8.9)."""

import io
from collections.abc import Sequence
from typing import Final

import img2pdf
import pikepdf
from pikepdf import Array, Name

from scanpipe.package.pages.picture import EncodedPage, MaskedForeground, Picture
from scanpipe.raster import MM_PER_INCH

POINTS_PER_MM: Final = 72 / MM_PER_INCH

LEAST_MM: Final = 3 / POINTS_PER_MM
"""The shortest side of a page that readers show (ISO 32000-1, annex C)."""

MOST_MM: Final = 14_400 / POINTS_PER_MM
"""The longest."""


def place_pages(pages: Sequence[EncodedPage]) -> pikepdf.Pdf:
    """Return a document of the pages, at least one, in the order given."""
    document = pikepdf.open(io.BytesIO(_bases(pages)))
    for target, page in zip(document.pages, pages, strict=True):
        _trim(target, page)
        over = [(f"Seal{number}", patch, _picture(document, patch)) for number, patch in enumerate(page.patches, 1)]
        if page.foreground is not None:
            over.insert(0, ("Ink", page.foreground.picture, _masked_foreground(document, page.foreground)))
        for name, picture, stream in over:
            target.add_resource(document.make_indirect(stream), Name.XObject, Name(f"/{name}"))
            left, top, across, down = (mm * POINTS_PER_MM for mm in picture.box_mm)
            foot = page.size_mm[1] * POINTS_PER_MM - top - down
            drawn = f"q {across:.4f} 0 0 {down:.4f} {left:.4f} {foot:.4f} cm /{name} Do Q"
            target.contents_add(drawn.encode("ascii"))
    return document


def _bases(pages: Sequence[EncodedPage]) -> bytes:
    """Return a PDF of the pages' base pictures, each on a page of the picture's size."""
    sizes = iter([tuple(mm * POINTS_PER_MM for mm in page.base.box_mm[2:]) for page in pages])

    def layout(*_picture: object) -> tuple[float, float, float, float]:
        width, height = next(sizes)
        return width, height, width, height

    pictures = [page.base.data for page in pages]
    return bytes(img2pdf.convert(pictures, layout_fun=layout, engine=img2pdf.Engine.pikepdf, nodate=True))


def _trim(target: pikepdf.Page, page: EncodedPage) -> None:
    """Make a page as large as its paper: what its base picture has more, lies at the right and below."""
    width, height = (mm * POINTS_PER_MM for mm in page.size_mm)
    below = page.base.box_mm[3] * POINTS_PER_MM - height
    if below:
        target.contents_add(f"q 1 0 0 1 0 {-below:.4f} cm".encode("ascii"), prepend=True)
        target.contents_add(b"Q")
    target.mediabox = Array([0, 0, width, height])


def _picture(document: pikepdf.Pdf, picture: Picture) -> pikepdf.Stream:
    stream = pikepdf.Stream(document, picture.data)
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = picture.width, picture.height, 8
    stream.ColorSpace = Name.DeviceRGB if picture.colour else Name.DeviceGray
    stream.Filter = Name.JPXDecode
    return stream


def _masked_foreground(document: pikepdf.Pdf, foreground: MaskedForeground) -> pikepdf.Stream:
    """Return the ink's colour with the text mask as explicit mask, whose resolution is its own (8.9.6.3)."""
    mask = pikepdf.Stream(document, foreground.mask)
    mask.Type, mask.Subtype, mask.ImageMask = Name.XObject, Name.Image, True
    mask.Width, mask.Height, mask.BitsPerComponent = foreground.width, foreground.height, 1
    mask.Decode = Array([0, 1])
    mask.Filter = Name.JBIG2Decode
    stream = _picture(document, foreground.picture)
    stream.Mask = document.make_indirect(mask)
    return stream
