"""PDF pages as pictures: a page that is one scanned image gives that image untouched, any other is drawn.

Drawing a scan anew would resample it; so a page whose only visible mark is one image that covers it (invisible text of
an OCR layer, its own clip and links aside) is taken apart with pikepdf, and its resolution follows from the size at
which the image stands on the page. Whatever else there is (text, lines, stamps as annotations, several images, masks)
makes pdfium draw the page.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

import numpy as np
import pikepdf
import pypdfium2
from pikepdf.models.image import NotExtractableError, UnsupportedImageTypeError

from scanpipe.messages import _
from scanpipe.raster import Pixels
from scanpipe.raster.colour import eight_bit, grey_if_neutral
from scanpipe.raster.picture import Pages, Picture, Unreadable, check_size
from scanpipe.raster.resolution import HIGHEST_DPI, LOWEST_DPI, believable

_POINTS_PER_INCH = 72.0
_ROUNDING = 1 - 1e-6
_DEEPEST_FORM = 4
_FITS = 0.02  # of the page's side: how far an image may reach over the page's edge and still be "the page"
_COVERS = 0.85  # of the page's area
_STRAIGHT = 0.001  # sine of the largest turn that counts as none
_INVISIBLE_TEXT = 3
_SHOWS_TEXT = frozenset(("Tj", "TJ", "'", '"'))
_PAINTS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE"))
_QUIET_ANNOTATIONS = frozenset(("/Link", "/Popup"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """The one image of a page and the matrix that places its unit square there, in points."""

    image: pikepdf.Stream
    placed: pikepdf.Matrix
    user_unit: float


class _NotOneScan(Exception):
    """The page shows something else than one image."""


@contextmanager
def open_pdf(stream: BinaryIO, *, dpi: float) -> Iterator[Pages]:
    """Give the pages of a PDF while the block runs; `dpi` is for pages that must be drawn.

    Raises:
        Unreadable: protected by a password, or damaged.
        Exception: whatever pikepdf and pdfium make of a damaged page.
    """
    try:
        document = pikepdf.open(stream, attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise Unreadable(_("it is protected by a password")) from error
    except pikepdf.PdfError as error:
        raise Unreadable(_("it is a damaged PDF: mending it could lose pages without a word")) from error
    with document, _Drawing(stream) as drawing:
        yield _PdfFile(document, drawing, dpi)


class _PdfFile:
    def __init__(self, document: pikepdf.Pdf, drawing: "_Drawing", dpi: float) -> None:
        self._pages, self._drawing, self._dpi = document.pages, drawing, dpi
        self.count = len(document.pages)

    def picture(self, index: int) -> Picture:
        page = self._pages[index]
        return _scanned(page) or self._drawing.picture(index, dpi=_drawing_dpi(page, self._dpi))


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

    def picture(self, index: int, *, dpi: float) -> Picture:
        if self._document is None:
            self._stream.seek(0)
            self._document = pypdfium2.PdfDocument(self._stream.read())
            self._document.init_forms()
        page = self._document[index]
        try:
            scale = dpi / _POINTS_PER_INCH * _ROUNDING  # or pdfium makes 3301 rows of eleven inches
            check_size(*(math.ceil(side * scale) for side in page.get_size()))
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            try:
                pixels = np.array(bitmap.to_numpy()[..., :3], np.uint8)
            finally:
                bitmap.close()
        finally:
            page.close()
        return Picture(pixels=grey_if_neutral(pixels), dpi=(dpi, dpi))


def _drawing_dpi(page: pikepdf.Page, dpi: float) -> float:
    """Return the resolution of the page's one image, where it has one that only pdfium can decode; else `dpi`."""
    try:
        placed_dpi = _placed_dpi(_find_scan(page))
    except _NotOneScan:
        return dpi
    return max(placed_dpi) if LOWEST_DPI <= max(placed_dpi) <= HIGHEST_DPI else dpi


def _scanned(page: pikepdf.Page) -> Picture | None:
    """Return the page's one image, turned as the page shows it; None where the page must be drawn."""
    try:
        scan = _find_scan(page)
        pixels = _extracted(scan.image)
    except (_NotOneScan, NotExtractableError, UnsupportedImageTypeError, pikepdf.DependencyError):
        return None
    quarter_turns = _rotation(page)
    x_dpi, y_dpi = _placed_dpi(scan)
    if _sideways(scan.placed) != bool(quarter_turns % 2):
        x_dpi, y_dpi = y_dpi, x_dpi
    shown = np.ascontiguousarray(np.rot90(_as_placed(pixels, scan.placed), -quarter_turns))
    size = shown.shape[1], shown.shape[0]
    return Picture(pixels=shown, dpi=(x_dpi, y_dpi) if believable(x_dpi, y_dpi, size) else None)


def _rotation(page: pikepdf.Page) -> int:
    """Return by how many quarter turns clockwise the page is shown."""
    return int(page.rotation) // 90 % 4


def _sideways(placed: pikepdf.Matrix) -> bool:
    return abs(placed.b) > abs(placed.a)


def _placed_dpi(scan: _Scan) -> tuple[float, float]:
    """Return pixels per inch along the image's own rows and columns."""
    matrix = scan.placed
    inches = [
        math.hypot(*side) * scan.user_unit / _POINTS_PER_INCH for side in ((matrix.a, matrix.b), (matrix.c, matrix.d))
    ]
    return int(scan.image.Width) / inches[0], int(scan.image.Height) / inches[1]


def _as_placed(pixels: Pixels, placed: pikepdf.Matrix) -> Pixels:
    """Turn and mirror the image as its matrix does (PDF's y axis points up, an image's rows run down)."""
    if _sideways(placed):
        return pixels.swapaxes(0, 1)[:: -1 if placed.b > 0 else 1, :: -1 if placed.c > 0 else 1]
    return pixels[:: -1 if placed.d < 0 else 1, :: -1 if placed.a < 0 else 1]


def _extracted(image: pikepdf.Stream) -> Pixels:
    check_size(int(image.Width), int(image.Height))
    with pikepdf.PdfImage(image).as_pil_image() as opened:
        check_size(*opened.size)
        opened.load()
        opened.info["icc_profile"] = _profile(image)
        return eight_bit(opened)


def _profile(image: pikepdf.Stream) -> bytes | None:
    """Return the ICC profile that the PDF gives the image; one inside a JPEG does not count (ISO 32000-1, 7.4.8)."""
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and len(space) > 1 and space[0] == "/ICCBased":
        return bytes(space[1].read_bytes())
    return None


def _find_scan(page: pikepdf.Page) -> _Scan:
    """Return the image that the page consists of.

    Raises:
        _NotOneScan: something else is seen on it.
    """
    if any(note.get("/Subtype") not in _QUIET_ANNOTATIONS for note in page.obj.get("/Annots", ())):
        raise _NotOneScan
    seen = list(islice(_images(page, page.resources, pikepdf.Matrix(), depth=0), 2))
    if len(seen) != 1:
        raise _NotOneScan
    image, placed = seen[0]
    scan = _Scan(image=image, placed=placed, user_unit=float(page.obj.get("/UserUnit", 1)))
    if not (_plain(image) and _fills(placed, page.cropbox)):
        raise _NotOneScan
    return scan


def _images(
    content: Any, resources: Any, matrix: pikepdf.Matrix, *, depth: int
) -> Iterator[tuple[pikepdf.Stream, pikepdf.Matrix]]:
    """Yield the images that a content stream shows, with the matrix that places each.

    Raises:
        _NotOneScan: it shows anything but images and invisible text.
    """
    state, saved = (matrix, 0), []
    for instruction in pikepdf.parse_content_stream(content):
        name, operands = str(instruction.operator), instruction.operands
        if name == "q":
            saved.append(state)
        elif name == "Q":
            state = saved.pop() if saved else (matrix, 0)
        elif name == "cm":
            state = pikepdf.Matrix(*(float(number) for number in operands)) @ state[0], state[1]
        elif name == "Tr":
            state = state[0], int(operands[0])
        elif name == "Do":
            yield from _shown(resources.XObject[operands[0]], resources, state[0], depth=depth)
        elif name in _PAINTS or (name in _SHOWS_TEXT and state[1] != _INVISIBLE_TEXT):
            raise _NotOneScan


def _shown(
    shown: Any, resources: Any, matrix: pikepdf.Matrix, *, depth: int
) -> Iterator[tuple[pikepdf.Stream, pikepdf.Matrix]]:
    if shown.Subtype == "/Image":
        yield shown, matrix
    elif shown.Subtype != "/Form" or depth >= _DEEPEST_FORM:
        raise _NotOneScan
    else:
        own = pikepdf.Matrix(*(float(number) for number in shown.get("/Matrix", (1, 0, 0, 1, 0, 0))))
        yield from _images(shown, shown.get("/Resources", resources), own @ matrix, depth=depth + 1)


def _plain(image: pikepdf.Stream) -> bool:
    """Tell whether the image's samples are what is seen: no mask, no inverted range, a colour space that Pillow has."""
    if any(key in image for key in ("/SMask", "/Mask", "/Decode")) or bool(image.get("/ImageMask", False)):
        return False
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and space[0] == "/ICCBased":
        return bool(space[1].N in (1, 3))
    if isinstance(space, pikepdf.Array) and space[0] == "/Indexed":
        return bool(space[1] in ("/DeviceRGB", "/DeviceGray"))
    return bool(space is None or space in ("/DeviceRGB", "/DeviceGray"))


def _fills(placed: pikepdf.Matrix, box: Any) -> bool:
    """Tell whether the image stands straight, covers the page and does not reach over its edges."""
    across, up = (placed.b, placed.c) if _sideways(placed) else (placed.a, placed.d)
    skewed = (placed.a, placed.d) if _sideways(placed) else (placed.b, placed.c)
    if max(map(abs, skewed)) > _STRAIGHT * min(abs(across), abs(up)):
        return False
    corners = [placed.transform(corner) for corner in ((0, 0), (1, 1))]
    (left, right), (low, high) = (sorted(axis) for axis in zip(*corners, strict=True))
    x0, x1 = sorted((float(box[0]), float(box[2])))
    y0, y1 = sorted((float(box[1]), float(box[3])))
    width, height = x1 - x0, y1 - y0
    inside = min(left - x0, x1 - right) >= -_FITS * width and min(low - y0, y1 - high) >= -_FITS * height
    return bool(inside and (right - left) * (high - low) >= _COVERS * width * height)
