"""A PDF page that consists of one scanned image: the image as the page shows it, not resampled."""

import math

import numpy as np
import pikepdf
from pikepdf.models.image import NotExtractableError, UnsupportedImageTypeError

from scanpipe.pdf.colour_spaces import channels, family
from scanpipe.pdf.events import ImagePlaced
from scanpipe.pdf.page_box import POINTS_PER_INCH, PageBox, user_unit, visible_box
from scanpipe.raster import Pixels
from scanpipe.raster.colour import eight_bit
from scanpipe.raster.pdf_content import PageContent
from scanpipe.raster.picture import Picture, check_size
from scanpipe.raster.resolution import believable

_FITS = 0.02  # of the page's side: how far an image may reach over the page's edge before it is cut there
_COVERS = 0.85  # of the page's area
_STRAIGHT = 0.001  # sine of the largest turn that counts as none
_ORDERS = ((0.0, 1.0), (1.0, 0.0))  # of grey samples; pikepdf reverses them

_Window = tuple[float, float, float, float]
"""Left, top, right, bottom of what the page shows of an image, as parts of its width and height (0-1)."""


def scanned(page: pikepdf.Page, content: PageContent) -> Picture | None:
    """Return the page's one image, cut and turned as the page shows it; None where the page must be drawn."""
    image = content.images[0] if len(content.images) == 1 and not content.more else None
    window = _window(image.matrix, visible_box(page)) if image else None
    if image is None or image.stream is None or window is None or not _plain(image.stream, black=image.black):
        return None
    try:
        pixels = _extracted(image.stream)
    except (NotExtractableError, UnsupportedImageTypeError, pikepdf.DependencyError):
        return None
    quarter_turns = int(page.rotation) // 90 % 4
    x_dpi, y_dpi = placed_dpi(image, user_unit(page))
    if _sideways(image.matrix) != bool(quarter_turns % 2):
        x_dpi, y_dpi = y_dpi, x_dpi
    seen = _cut(_as_placed(pixels, image.matrix), window)
    shown = np.ascontiguousarray(np.rot90(seen, -quarter_turns))
    size = shown.shape[1], shown.shape[0]
    return Picture(pixels=shown, dpi=(x_dpi, y_dpi) if believable(x_dpi, y_dpi, size) else None)


def placed_dpi(image: ImagePlaced, unit: float) -> tuple[float, float]:
    """Return pixels per inch along the image's own rows and columns; `unit` is the page's user unit."""
    matrix = image.matrix
    sides = (matrix.a, matrix.b), (matrix.c, matrix.d)
    inches = [max(math.hypot(*side) * unit / POINTS_PER_INCH, 1e-9) for side in sides]
    return image.width / inches[0], image.height / inches[1]


def _sideways(placed: pikepdf.Matrix) -> bool:
    return abs(placed.b) > abs(placed.a)


def _as_placed(pixels: Pixels, placed: pikepdf.Matrix) -> Pixels:
    """Turn and mirror the image as its matrix does (PDF's y axis points up, an image's rows run down)."""
    if _sideways(placed):
        return pixels.swapaxes(0, 1)[:: -1 if placed.b > 0 else 1, :: -1 if placed.c > 0 else 1]
    return pixels[:: -1 if placed.d < 0 else 1, :: -1 if placed.a < 0 else 1]


def _cut(pixels: Pixels, window: _Window) -> Pixels:
    height, width = pixels.shape[:2]
    left, top, right, bottom = window
    rows, columns = (round(top * height), round(bottom * height)), (round(left * width), round(right * width))
    return pixels[rows[0] : max(rows[1], rows[0] + 1), columns[0] : max(columns[1], columns[0] + 1)]


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
    return bytes(space[1].read_bytes()) if space is not None and family(space) == "/ICCBased" else None


def _plain(image: pikepdf.Stream, *, black: bool) -> bool:
    """Tell whether the image's samples are what is seen: no mask of its own, a colour space that Pillow has.

    Samples of grey may be reversed; an image mask shows grey where it is painted in black on the page's white.
    """
    if "/SMask" in image or "/Mask" in image:
        return False
    space, decode = image.get("/ColorSpace"), tuple(float(bound) for bound in image.get("/Decode", ()))
    mask = bool(image.get("/ImageMask", False))
    if decode and (decode not in _ORDERS or not (mask or space == "/DeviceGray")):
        return False
    if mask:
        return black
    if family(space) == "/ICCBased":
        return channels(space) in (1, 3)
    base = space[1] if space is not None and family(space) == "/Indexed" else space
    return bool(base is None or base in ("/DeviceRGB", "/DeviceGray"))


def _window(placed: pikepdf.Matrix, box: PageBox) -> _Window | None:
    """Return what of the image the page's box shows, if the image stands straight and covers the page."""
    across, up = (placed.b, placed.c) if _sideways(placed) else (placed.a, placed.d)
    skewed = (placed.a, placed.d) if _sideways(placed) else (placed.b, placed.c)
    if max(map(abs, skewed)) > _STRAIGHT * min(abs(across), abs(up)):
        return None
    corners = [placed.transform(corner) for corner in ((0, 0), (1, 1))]
    (left, right), (low, high) = (sorted(axis) for axis in zip(*corners, strict=True))
    x0, y0, x1, y1 = box
    shown = max(0.0, min(right, x1) - max(left, x0)) * max(0.0, min(high, y1) - max(low, y0))
    if not shown or shown < _COVERS * (x1 - x0) * (y1 - y0):
        return None
    before, after = _seen(left, right, x0, x1)
    under, over = _seen(low, high, y0, y1)
    return before, 1 - over, after, 1 - under


def _seen(start: float, end: float, first: float, last: float) -> tuple[float, float]:
    """Return which part (0-1) of start to end lies within first to last; all that reaches but a little beyond."""
    little, length = _FITS * (last - first), end - start
    return (
        (first - start) / length if first - start > little else 0.0,
        (last - start) / length if end - last > little else 1.0,
    )
