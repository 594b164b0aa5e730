"""The picture that OCR reads: grey writing as dark everywhere, on white, its letters as high as Tesseract needs them.

Away from the strokes of the mask everything is blanked, and so is the ruling of forms: rules and leaders. Ink is
measured against the paper close to it, so that blotches and smudges under the writing go, and by the depth of the ink
around it, so that faint lines read like dark ones.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from scanpipe.enhance.maps.background import Field, Flags
from scanpipe.enhance.maps.ink import BLANK_MM2
from scanpipe.enhance.maps.row_bands import pad_map, row_bands, upsample_rows
from scanpipe.enhance.maps.ruling import ruling_of
from scanpipe.enhance.maps.seals import Seal
from scanpipe.enhance.maps.strokes import Strokes
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import grey_pixels
from scanpipe.raster.flags import dilated, square
from scanpipe.raster.lengths import pixel_mm2, px_of

_AROUND_MM = 0.3
_SEALS = ("round", "oval", "box")  # other red ink may be a pen's
_EVEN_MM = 1.5  # the ink around a point that says how dark it should be
_DARK = 170  # levels below white that writing has in the mean
_FAINTEST = 10.0
_LEAST_SHARE = 0.5  # of the page's mean depth: what is fainter is not raised as far, for it may be no writing
_UNIT = 8  # gains are kept in eighths
_LETTER_PX = 22  # height of the middle letter: below 20 Tesseract's errors grow, where the scan has no more
_SMALLEST_ENLARGING, _LARGEST_ENLARGING = 1.5, 3.0  # less enlarging does not pay
# Sharp letters are read as well at 16 pixels, and a quarter faster. Beside large writing by hand stands small print.
_HIGH_LETTER_PX, _PRINT_DPI = 16, 200
_LARGEST_REDUCING = 0.9
_MOST_PIXELS = 20_000_000  # of an enlarged picture: A4 at 450 dpi
_TABLE_RULES = 2.0  # heights of the page: the rules down a table add up to more, those of other pages to half of it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadingPicture:
    """What OCR reads: a grey picture of the page, and whether what stands on it is a ruled table."""

    raster: Raster
    is_table: bool


def reading_picture(
    image: Raster, strokes: Strokes, mask: Raster, seals: Sequence[Seal], *, letter_mm: float
) -> ReadingPicture:
    """Return the page's grey around the strokes of its mask, evened, paper white.

    Args:
        image: the page.
        strokes: its marks, for the paper under them.
        mask: 0 = ink, same size.
        seals: what was found stamped on it; red ones are looked through.
        letter_mm: how high its letters are; the result has as many more pixels, or less, and dpi, as they need.
    """
    ruling = ruling_of(mask)
    below = _below_paper(image, strokes, seals)
    gain = pad_map(_gain(below, mask, strokes) * _UNIT)
    near = _near_writing(mask, ruling.flags)
    for rows in row_bands(image):
        dark = cv2.multiply(below[rows], upsample_rows(gain, image, rows), scale=1 / _UNIT)
        below[rows] = cv2.max(cv2.bitwise_not(dark), near[rows])
    is_table = ruling.down_px > _TABLE_RULES * mask.height
    return ReadingPicture(raster=_resized(image.replace(below), letter_mm), is_table=is_table)


def _near_writing(mask: Raster, ruling: Flags) -> Pixels:
    """Return 0 on and close around the strokes of the writing, 255 elsewhere and on the form's ruling."""
    writing = np.where(ruling, np.uint8(255), mask.pixels)
    near = cv2.erode(writing, square(2 * mask.px(_AROUND_MM) + 1))
    near[dilated(ruling, 3) & (writing > 0)] = 255
    return np.asarray(near, np.uint8)


def _below_paper(image: Raster, strokes: Strokes, seals: Sequence[Seal]) -> Pixels:
    """Return how dark each pixel is against the paper close to it; red seals in red light, which hides them."""
    ground = pad_map(strokes.ground)
    red_seals = [seal.box_px for seal in seals if seal.colour == "red" and seal.kind in _SEALS and image.colour]
    below = np.empty((image.height, image.width), np.uint8)
    for rows in row_bands(image):
        paper, seen = upsample_rows(ground, image, rows), image.pixels[rows]
        level, grey = grey_pixels(paper), grey_pixels(seen)
        for left, top, right, bottom in red_seals:
            box = slice(max(0, top - rows.start), max(0, bottom - rows.start)), slice(left, right)
            level[box], grey[box] = paper[..., 0][box], seen[..., 0][box]
        below[rows] = cv2.bitwise_not(cv2.divide(grey, level, scale=255))
    return below


def _gain(below: Pixels, mask: Raster, strokes: Strokes) -> Field:
    """Return the factor, at the size of the map of strokes, that makes the ink around each point as dark as wanted."""
    is_ink = np.asarray(cv2.bitwise_not(mask.pixels), np.uint8)
    ink = np.asarray(cv2.bitwise_and(below, is_ink), np.uint8)
    small = [reduced(mask.replace(picture), strokes.dpi) for picture in (ink, is_ink)]
    layers = [picture.pixels.astype(np.float32) for picture in small]
    sigma = px_of(_EVEN_MM, strokes.dpi)
    depth, share = (cv2.GaussianBlur(layer, (0, 0), sigma) for layer in layers)
    if layers[1].sum() / 255 * pixel_mm2(strokes.dpi) < BLANK_MM2:
        return np.ones(strokes.peak_depth.shape, np.float32)
    typical = 255 * float(layers[0].sum()) / max(float(layers[1].sum()), 1.0)
    least = max(_FAINTEST, _LEAST_SHARE * typical)
    return np.asarray(_DARK / np.maximum(255 * depth / np.maximum(share, 1e-3), least), np.float32)


def _resized(picture: Raster, letter_mm: float) -> Raster:
    factor = _factor(px_of(letter_mm, picture.dpi), picture)
    if factor == 1:
        return picture
    size = (round(picture.width * factor), round(picture.height * factor))
    pixels = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
    return Raster(pixels=np.asarray(pixels, np.uint8), dpi=picture.dpi * factor)


def _factor(letter_px: float, picture: Raster) -> float:
    """Return how many times as large a picture with letters of that height is read."""
    if not letter_px:
        return 1.0
    larger = min(_LARGEST_ENLARGING, math.sqrt(_MOST_PIXELS / picture.pixels.size), _LETTER_PX / letter_px)
    if larger >= _SMALLEST_ENLARGING:
        return larger
    smaller = max(_HIGH_LETTER_PX / letter_px, _PRINT_DPI / picture.dpi)
    return smaller if smaller <= _LARGEST_REDUCING else 1.0
