"""A page taken apart into mask, paper, ink and seals, and put together again at one setting or another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate
from typing import NamedTuple

import cv2
import numpy as np

from scanpipe.package.pages.ink import depth_below, pale_below
from scanpipe.package.pages.jbig2 import encode_jbig2
from scanpipe.package.pages.layers import Layer, ink_layer, paper_layer
from scanpipe.package.pages.picture import EncodedPage, Picture, Stencil, placed
from scanpipe.package.pages.proof import Doubt, Original, prove
from scanpipe.raster import MM_PER_INCH, Box, Raster
from scanpipe.raster.codecs import encode_jpeg2000

_PATCH_MARGIN_MM = 1.0
_LARGEST_PATCHES = 0.5  # of the page: two large seals on a slip; what is more is the page itself
_USUAL_INK_DPI = 37.5


class Truth(NamedTuple):
    """How true a layer is: its resolution, and the PSNR of its picture."""

    dpi: float
    psnr_db: float


class Setting(NamedTuple):
    """How true each layer of a page is."""

    paper: Truth
    ink: Truth
    seals: Truth


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TakenApart:
    """A page's parts.

    Attributes:
        page: the page put together at a setting; each picture is coded once.
        doubts: what the proof says of it.
    """

    page: Callable[[Setting], EncodedPage]
    doubts: Callable[[Setting], tuple[Doubt, ...]]


def take_apart(image: Raster, mask: Raster, original: Original, seals: Sequence[Box]) -> TakenApart:
    """Take a page apart.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
        original: the page as its proofs see it.
        seals: where its seals are, in pixels of the page.
    """
    boxes = _with_margin(image, seals)
    put_together = cache(_putter(image, mask, original, _patches(image, boxes)))
    return TakenApart(page=put_together, doubts=cache(lambda setting: prove(put_together(setting), original, boxes)))


def _putter(
    image: Raster, mask: Raster, original: Original, patches: Sequence[Box]
) -> Callable[[Setting], EncodedPage]:
    """Return what puts a page together at a setting; each layer is made, and each picture of it coded, once."""
    inks = cache(partial(ink_layer, image, mask))
    dark = ink_only(mask, inks(_USUAL_INK_DPI), original)
    papers = cache(partial(paper_layer, image, dark))
    stencil = encode_jbig2(dark.pixels)
    paper = cache(lambda truth: _covering(papers(truth.dpi), image, truth))
    ink = cache(lambda truth: _covering(inks(truth.dpi), image, truth))

    def put_together(setting: Setting) -> EncodedPage:
        # The stencil lies where its ink lies: on the page exactly, for which the colours are stretched by a hair.
        colours = replace(ink(setting.ink), box_mm=(0, 0, *image.size_mm))
        return EncodedPage(
            size_mm=image.size_mm,
            way="layers",
            base=paper(setting.paper),
            stencil=Stencil(mask=stencil, width=image.width, height=image.height, ink=colours),
            patches=tuple(_patch(image, box, setting.seals) for box in patches),
        )

    return put_together


def ink_only(mask: Raster, ink: Layer, original: Original) -> Raster:
    """Return a mask without what is far paler than the ink it would be drawn with: folds, stains, filled gaps.

    On a dark frame, which is no paper, all stays.
    """
    height, width = original.depth.shape
    across, down = (round(side * original.scale) for side in ink.covers_px)
    drawn = cv2.resize(ink.raster.pixels, (max(across, width), max(down, height)))[:height, :width]
    pale = pale_below(original.depth, depth_below(original.ground, np.asarray(drawn, np.uint8))) & original.on_paper
    wide = cv2.resize(pale.view(np.uint8), (mask.width, mask.height), interpolation=cv2.INTER_NEAREST)
    return mask.replace(np.asarray(cv2.max(mask.pixels, 255 * wide), np.uint8))


def _covering(layer: Layer, image: Raster, truth: Truth) -> Picture:
    size = tuple(pixels * MM_PER_INCH / image.dpi for pixels in layer.covers_px)
    data = encode_jpeg2000(layer.raster, psnr_db=truth.psnr_db)
    return placed(data, layer.raster.pixels, (0.0, 0.0, size[0], size[1]))


def _with_margin(image: Raster, seals: Sequence[Box]) -> tuple[Box, ...]:
    """Return the boxes of seals with some paper around, the small ones first."""
    margin = image.px(_PATCH_MARGIN_MM)
    boxes = [
        (
            max(0, left - margin),
            max(0, top - margin),
            min(image.width, right + margin),
            min(image.height, bottom + margin),
        )
        for left, top, right, bottom in seals
    ]
    return tuple(sorted(boxes, key=_area))


def _patches(image: Raster, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return those of the boxes, in order, that there is room for."""
    room, areas = _LARGEST_PATCHES * image.width * image.height, accumulate(map(_area, boxes))
    return tuple(box for box, taken in zip(boxes, areas, strict=True) if taken < room)


def _area(box: Box) -> int:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


def _patch(image: Raster, box: Box, truth: Truth) -> Picture:
    left, top, right, bottom = box
    scale = min(1.0, truth.dpi / image.dpi)
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    pixels = np.asarray(cv2.resize(image.pixels[top:bottom, left:right], size, interpolation=cv2.INTER_AREA), np.uint8)
    mm = MM_PER_INCH / image.dpi
    box_mm = left * mm, top * mm, (right - left) * mm, (bottom - top) * mm
    data = encode_jpeg2000(Raster(pixels=pixels, dpi=image.dpi * scale), psnr_db=truth.psnr_db)
    return placed(data, pixels, box_mm)
