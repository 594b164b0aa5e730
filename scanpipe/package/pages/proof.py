"""The proof of a page: its PDF rendered back, and compared with the page that it was made from."""

import io
from collections.abc import Sequence
from functools import reduce
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.placing import place_pages
from scanpipe.raster import MM_PER_INCH, Box, Pixels, Raster

INK_RECALL: Final = 0.995
"""The least share of the page's ink that must be about as dark as it was."""

COLOUR_ERROR: Final = 10.0
"""The most that the colour of a seal may be off: the mean over its ink, in levels."""

INK_COLOUR_ERROR: Final = 25.0
"""The most that the colour of any piece of coloured ink may be off, likewise."""

PAPER_ERROR: Final = 4.0
"""The most that the paper may be off: the median over the page, in levels."""

_DPI = 100.0
_WINDOW_MM = 2.5
_SURE_DEPTH, _TIMES_GRAIN = 40.0, 6.0
_KEPT = 0.6  # of its former depth: ink that keeps so much still reads as it did
_COLOURED = 40
_SOFTENING_PX = 1.0  # so that half a pixel of shift is no error of colour
_APART = 3  # pixels: for a median, one in nine tells as much
_PIECE_PX, _LEAST_PIECE_PX = 5, 40  # strokes closer than this are one piece; smaller pieces are specks


def prove(page: EncodedPage, image: Raster, patches: Sequence[Box]) -> tuple[str, ...]:
    """Return what is not as it was: `ink`, `colour`, both, or nothing.

    Args:
        page: as it goes into the PDF.
        image: the page that it was made from.
        patches: where its seals are, in pixels of the page.
    """
    rendered = render(page, min(_DPI, image.dpi))
    size = rendered.shape[1], rendered.shape[0]
    before = np.asarray(cv2.resize(image.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    doubts = []
    if ink_recall(before, rendered, min(_DPI, image.dpi)) < INK_RECALL:
        doubts.append("ink")
    scale = size[0] / image.width
    boxes = [tuple(round(side * scale) for side in box) for box in patches]
    if image.colour and (
        any(colour_error(before, rendered, box) > COLOUR_ERROR for box in boxes)
        or ink_colour_error(before, rendered) > INK_COLOUR_ERROR
        or paper_error(before, rendered) > PAPER_ERROR
    ):
        doubts.append("colour")
    return tuple(doubts)


def render(page: EncodedPage, dpi: float) -> Pixels:
    """Return a page as a reader of PDFs shows it (h, w[, 3])."""
    import pypdfium2

    stream = io.BytesIO()
    with place_pages([page]) as document:
        document.save(stream)
    with pypdfium2.PdfDocument(stream.getvalue()) as reader:
        pixels = reader[0].render(scale=dpi / 72, grayscale=not page.base.colour, rev_byteorder=True).to_numpy()
        return np.array(pixels[..., :3] if page.base.colour else pixels.reshape(pixels.shape[:2]), np.uint8)


def ink_recall(before: Pixels, after: Pixels, dpi: float) -> float:
    """Return the share of one picture's ink, by darkness, that is nearly as dark, here or next to it, in another.

    Both are (h, w[, 3]) at `dpi`.
    """
    depths = [_depth(pixels, dpi) for pixels in (before, after)]
    sure = depths[0] > max(_SURE_DEPTH, _TIMES_GRAIN * (float(np.median(depths[0])) + 1))
    kept = cv2.dilate(depths[1], np.ones((3, 3), np.uint8)) >= cv2.convertScaleAbs(depths[0], alpha=_KEPT)
    return float(depths[0][sure & kept].sum()) / float(depths[0][sure].sum()) if sure.any() else 1.0


def _depth(pixels: Pixels, dpi: float) -> Pixels:
    """Return how much darker than the paper close by each pixel is, in its strongest channel."""
    side = max(3, round(_WINDOW_MM / MM_PER_INCH * dpi)) | 1
    ground = cv2.morphologyEx(cv2.GaussianBlur(pixels, (0, 0), 0.7), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return np.asarray(reduce(cv2.max, cv2.split(cv2.subtract(ground, pixels))), np.uint8)


def colour_error(before: Pixels, after: Pixels, box: Sequence[int]) -> float:
    """Return by how much the mean colour of the coloured ink in a box differs, in the channel where it differs most."""
    left, top, right, bottom = box
    old, new = (_soft(pixels[top:bottom, left:right]) for pixels in (before, after))
    coloured = _coloured(old)
    return float(np.abs(np.mean(new[coloured] - old[coloured], axis=0)).max()) if coloured.any() else 0.0


def ink_colour_error(before: Pixels, after: Pixels) -> float:
    """Return the same for every piece of coloured ink on the page, a word or a number: that of the worst."""
    old, new = (_soft(pixels) for pixels in (before, after))
    coloured = _coloured(old).astype(np.uint8)
    near = cv2.dilate(coloured, np.ones((_PIECE_PX, _PIECE_PX), np.uint8))
    count, pieces = cv2.connectedComponents(near)
    inside = coloured != 0
    labels, shifts = pieces[inside], (new - old)[inside]
    sizes = np.bincount(labels, minlength=count)
    sums = np.stack([np.bincount(labels, weights=shift, minlength=count) for shift in shifts.T])
    large = sizes >= _LEAST_PIECE_PX
    return float((np.abs(sums[:, large]) / sizes[large]).max(initial=0.0))


def paper_error(before: Pixels, after: Pixels) -> float:
    """Return by how much most of the page differs, in the channel where it differs most."""
    shift = np.asarray(after[::_APART, ::_APART], np.int16) - np.asarray(before[::_APART, ::_APART], np.int16)
    return float(np.abs(np.median(shift.reshape(-1, 3), axis=0)).max())


def _soft(pixels: Pixels) -> NDArray[np.int16]:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), _SOFTENING_PX) if pixels.size else pixels, np.int16)


def _coloured(pixels: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Tell which pixels (h, w, 3) are of coloured ink: more so than the paper."""
    if not pixels.size:
        return np.zeros(pixels.shape[:2], np.bool_)
    planes = cv2.split(pixels)
    chroma = cv2.subtract(reduce(cv2.max, planes), reduce(cv2.min, planes))
    return np.asarray(chroma > _COLOURED + np.median(chroma[::_APART, ::_APART]), np.bool_)
