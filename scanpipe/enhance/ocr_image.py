"""The picture that OCR reads: grey writing as dark everywhere, on white, its letters as high as Tesseract likes them.

Away from the strokes of the mask everything is blanked, and so is the ruling of forms: rules and leaders. Ink is
measured against the paper close to it, so that blotches and smudges under the writing go, and by the depth of the ink
around it, so that faint lines read like dark ones.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from scanpipe.enhance.maps.background import Field
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
_LETTER_PX = 22  # height of small letters: below 20 Tesseract's errors grow (its own advice: capitals of 20 to 30)
_SMALLEST_ENLARGING, _LARGEST_ENLARGING = 1.5, 3.0  # less enlarging does not pay
_MOST_PIXELS = 20_000_000  # of an enlarged picture: A4 at 450 dpi


def reading_picture(
    image: Raster, strokes: Strokes, mask: Raster, seals: Sequence[Seal], *, letter_mm: float
) -> Raster:
    """Return the page's grey around the strokes of its mask, evened, paper white.

    Args:
        image: the page.
        strokes: its marks, for the paper under them.
        mask: 0 = ink, same size.
        seals: what was found stamped on it; red ones are looked through.
        letter_mm: how high its letters are; low ones are enlarged, and the result has so many more pixels, and dpi.
    """
    below = _below_paper(image, strokes, seals)
    gain = pad_map(_gain(below, mask, strokes) * _UNIT)
    near = _near_writing(mask)
    for rows in row_bands(image):
        dark = cv2.multiply(below[rows], upsample_rows(gain, image, rows), scale=1 / _UNIT)
        below[rows] = cv2.max(cv2.bitwise_not(dark), near[rows])
    return _enlarged(image.replace(below), letter_mm)


def _near_writing(mask: Raster) -> Pixels:
    """Return 0 on and close around the strokes of the writing, 255 elsewhere and on the form's ruling."""
    ruling = ruling_of(mask)
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


def _enlarged(picture: Raster, letter_mm: float) -> Raster:
    letter_px = px_of(letter_mm, picture.dpi)
    most = min(_LARGEST_ENLARGING, (_MOST_PIXELS / picture.pixels.size) ** 0.5)
    factor = min(most, _LETTER_PX / letter_px) if letter_px else 1.0
    if factor < _SMALLEST_ENLARGING:
        return picture
    size = (round(picture.width * factor), round(picture.height * factor))
    pixels = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_CUBIC)
    return Raster(pixels=np.asarray(pixels, np.uint8), dpi=picture.dpi * factor)
