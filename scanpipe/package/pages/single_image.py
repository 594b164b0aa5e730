"""A page as one picture: the pixels as they are, a JPEG, or what keeps the greys that low letters live by."""

from dataclasses import replace
from typing import Final

import numpy as np

from scanpipe.package.pages.fidelity import check_fidelity
from scanpipe.package.pages.jbig2 import encode_jbig2_file
from scanpipe.package.pages.picture import EncodedPage, Encoding, picture_at
from scanpipe.package.pages.reference import Reference
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_jpeg, encode_jpeg2000, encode_png

JPEG_QUALITIES: Final = (90, 80, 70)
"""One JPEG of a register page shows no blocks in its strokes from 70 on."""

JPEG2000_PSNR_DB: Final = (40, 39)
"""PSNR of a page of greys as one JPEG 2000 picture; the last is truer than a JPEG of quality 70."""

_SAMPLED = 16  # one in so many rows of blocks tells whether a JPEG will fit
_BLOCK_ROWS = 16
_HOPELESS = 1.5  # times the budget
_GROWN = 1.2  # times a JPEG that is less true
_LEAST_LOSSLESS = 0.25  # bytes a pixel: photographed paper never deflates to less


def lossless(image: Raster, budget: int) -> EncodedPage | None:
    """Return the pixels as they are, if they fit: on blank or drawn pages, or where there is room enough.

    A page in black and white is returned even over the budget: it may still be the smallest encoding.
    """
    if image.black_and_white:
        page = _whole(image, encode_jbig2_file(image.pixels), "lossless")
        return replace(page, over_budget=page.size > budget)
    if budget < _LEAST_LOSSLESS * image.pixels.size:
        return None
    data = encode_png(image)
    if len(data) > budget:
        return None
    return _whole(image, data, "lossless")


def one_jpeg(image: Raster, budget: int) -> EncodedPage | None:
    """Return the page as one JPEG at full resolution, if a good one fits."""
    if estimated_jpeg_size(image) > _HOPELESS * budget:
        return None
    for quality in JPEG_QUALITIES:
        page = _as_jpeg(image, quality)
        if page.size <= budget:
            return page
    return None


def as_continuous_tone(image: Raster, reference: Reference, budget: int) -> EncodedPage:
    """Return the page as one picture that keeps every shade of its strokes: the truest that fits, else the smallest.

    Letters of few pixels are read better as JPEG 2000 than with a JPEG's blocks; but it blurs where it is short of
    bits, so it must be checked, and on grain it grows.
    """
    jpeg = _as_jpeg(image, JPEG_QUALITIES[-1])
    best = jpeg
    for psnr_db in JPEG2000_PSNR_DB:
        if best.size <= budget:
            break
        page = _whole(image, encode_jpeg2000(image, psnr_db=psnr_db), "jpeg2000")
        # What blurs is unlike what it was, but never runs together where each pixel is coded.
        if page.size < _GROWN * jpeg.size and set(check_fidelity(page, reference, ()).defects) <= {"spurious_ink"}:
            best = page
    return replace(best, over_budget=best.size > budget)


def _as_jpeg(image: Raster, quality: int) -> EncodedPage:
    return _whole(image, encode_jpeg(image, quality=quality), "jpeg")


def _whole(image: Raster, data: bytes, encoding: Encoding) -> EncodedPage:
    base = picture_at(data, image.pixels, (0.0, 0.0, *image.size_mm))
    return EncodedPage(size_mm=image.size_mm, encoding=encoding, base=base)


def estimated_jpeg_size(image: Raster) -> float:
    """Return about how many bytes the page's JPEG has at the lowest quality, from some of its rows of blocks."""
    step = _SAMPLED * _BLOCK_ROWS
    strips = [image.pixels[top : top + _BLOCK_ROWS] for top in range(0, image.height, step)]
    sample = np.concatenate(strips)
    data = encode_jpeg(image.replace(sample), quality=JPEG_QUALITIES[-1])
    return len(data) * image.height / len(sample)
