"""The proof of a page: its PDF rendered back, and compared with the page that it was made from."""

import io
from collections.abc import Sequence
from functools import reduce
from typing import Final

import cv2
import numpy as np

from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.placing import place_pages
from scanpipe.raster import MM_PER_INCH, Box, Pixels, Raster

INK_RECALL: Final = 0.995
"""The least share of the page's ink that must be about as dark as it was."""

COLOUR_ERROR: Final = 10.0
"""The most that the colour of a seal may be off: the mean over its ink, in levels."""

_DPI = 100.0
_WINDOW_MM = 2.5
_SURE_DEPTH, _TIMES_GRAIN = 40.0, 6.0
_KEPT = 0.6  # of its former depth: ink that keeps so much still reads as it did
_COLOURED = 40
_SOFTENING_PX = 1.0  # so that half a pixel of shift is no error of colour


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
    if image.colour and any(colour_error(before, rendered, box) > COLOUR_ERROR for box in boxes):
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
    soft = (cv2.GaussianBlur(pixels[top:bottom, left:right], (0, 0), _SOFTENING_PX) for pixels in (before, after))
    old, new = (np.asarray(pixels, np.int16) for pixels in soft)
    coloured = np.ptp(old, axis=2) > _COLOURED + np.median(np.ptp(old, axis=2)) if old.size else np.zeros(0, np.bool_)
    return float(np.abs(np.mean(new[coloured] - old[coloured], axis=0)).max()) if coloured.any() else 0.0
