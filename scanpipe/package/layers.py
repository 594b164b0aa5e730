"""A page as it goes into a PDF: one JPEG within a budget of bytes, never worse than what can still be read.

Quality gives way first, down to a floor; then resolution, down to what the convention asks, and with it the grain of
the bare paper; a page that is still too big is handed over all the same and says so.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from scanpipe.raster import Pixels, Raster
from scanpipe.raster.codecs import encode_jpeg

A4_MM2: Final = 210 * 297
BYTES_PER_KB: Final = 1000

QUALITIES: Final = range(40, 90, 5)
"""Tried from the lowest. Below 40, accents and pen strokes of 300 dpi registers begin to drown in block edges."""

GRAIN_LEVELS: Final = 8
"""Paper is evened out only where it differs from its surroundings by less than this in every channel."""

_GRAIN_WINDOW_MM: Final = 1.4
_INK_MARGIN_MM: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPage:
    """A page's picture in the form a PDF embeds as it is.

    `width` and `height` are pixels of the picture; `size_mm` is the paper, which resampling leaves as it was.
    """

    data: bytes
    width: int
    height: int
    size_mm: tuple[float, float]
    dpi: float
    quality: int
    over_budget: bool


def encode_page(image: Raster, mask: Raster, *, budget_kb_per_a4: float, min_dpi: float) -> EncodedPage:
    """Return the page at the best quality that fits its share of the budget by area; grey stays grey.

    `mask` is grey, as large as the image, 0 where there is ink. The same pixels give the same bytes.
    `over_budget` is set where even the lowest quality at `min_dpi` is too big.
    """
    width_mm, height_mm = image.size_mm
    budget = round(budget_kb_per_a4 * BYTES_PER_KB * width_mm * height_mm / A4_MM2)
    raster = smallest = _reduced(image, mask, min_dpi)
    quality, data = QUALITIES[0], encode_jpeg(smallest, quality=QUALITIES[0])
    # Most pages are far beyond: what does not fit reduced needs no trial at full size.
    if len(data) <= budget:
        raster, (quality, data) = image, _best_fit(image, budget)
        if len(data) > budget:
            raster, (quality, data) = smallest, _best_fit(smallest, budget)
    return EncodedPage(
        data=data,
        width=raster.width,
        height=raster.height,
        size_mm=image.size_mm,
        dpi=raster.dpi,
        quality=quality,
        over_budget=len(data) > budget,
    )


def _reduced(image: Raster, mask: Raster, min_dpi: float) -> Raster:
    scale = min(1.0, min_dpi / image.dpi)
    # Pixels are rounded up: the page never falls below the resolution asked for.
    size = (math.ceil(image.width * scale), math.ceil(image.height * scale))
    return _evened(
        Raster(pixels=_resized(image.pixels, size, cv2.INTER_AREA), dpi=image.dpi * scale),
        _resized(_with_margin(mask), size, cv2.INTER_NEAREST),
    )


def _evened(image: Raster, mask: Pixels) -> Raster:
    """Take the grain out of the paper away from ink, which costs bytes and shows nothing."""
    window = image.px(_GRAIN_WINDOW_MM)
    paper = cv2.blur(image.pixels, (window, window))
    difference = cv2.absdiff(image.pixels, paper)
    if image.colour:
        difference = cv2.max(cv2.max(difference[..., 0], difference[..., 1]), difference[..., 2])
    grain = (difference < GRAIN_LEVELS) & (mask > 0)
    return image.replace(np.where(grain[..., None] if image.colour else grain, paper, image.pixels).astype(np.uint8))


def _resized(pixels: Pixels, size: tuple[int, int], interpolation: int) -> Pixels:
    return cv2.resize(pixels, size, interpolation=interpolation).astype(np.uint8, copy=False)


def _with_margin(mask: Raster) -> Pixels:
    side = mask.px(_INK_MARGIN_MM) * 2 + 1
    return cv2.erode(mask.pixels, np.ones((side, side), np.uint8)).astype(np.uint8, copy=False)


def _best_fit(raster: Raster, budget: int) -> tuple[int, bytes]:
    """Return the highest of `QUALITIES` that fits and its bytes; the lowest where none fits."""
    fits, beyond = 0, len(QUALITIES)
    best = encode_jpeg(raster, quality=QUALITIES[fits])
    if len(best) > budget:
        beyond = 1
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        data = encode_jpeg(raster, quality=QUALITIES[middle])
        if len(data) <= budget:
            fits, best = middle, data
        else:
            beyond = middle
    return QUALITIES[fits], best
