"""A page of a PDF as a reader shows it."""

from typing import Final

import numpy as np

from scanpipe.package.pages.assemble import POINTS_PER_MM
from scanpipe.raster import MM_PER_INCH, Pixels, Raster

ROUNDING_EPSILON: Final = 1 - 1e-5
"""Readers round sides up to whole pixels; what is a rounding error over one is to be that one."""


def rendered_page(pdf: bytes, number: int, *, dpi: float, colour: bool) -> Pixels:
    """Return a page of a PDF (h, w[, 3]), the first of which is number 1."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as reader:
        scale = ROUNDING_EPSILON * dpi / MM_PER_INCH / POINTS_PER_MM
        pixels = reader[number - 1].render(scale=scale, grayscale=not colour, rev_byteorder=True).to_numpy()
        return np.array(pixels[..., :3] if colour else pixels.reshape(pixels.shape[:2]), np.uint8)


def cropped_or_padded(page: Raster, height: int, width: int) -> Raster:
    """Return a page cut to that size from its upper left corner; what it lacks is white."""
    pixels = np.full((height, width, *page.pixels.shape[2:]), 255, np.uint8)
    visible = page.pixels[:height, :width]
    pixels[: len(visible), : len(visible[0])] = visible
    return page.replace(pixels)
