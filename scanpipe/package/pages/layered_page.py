"""A page taken apart into mask, paper, ink and seals, and put together again at one setting or another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate
from typing import NamedTuple

from scanpipe.package.pages.fidelity import Proof, prove
from scanpipe.package.pages.jbig2 import encode_jbig2
from scanpipe.package.pages.layers import Layer, ink_layer, paper_layer
from scanpipe.package.pages.masked_foreground import ink_only
from scanpipe.package.pages.picture import EncodedPage, Picture, Stencil, placed
from scanpipe.package.pages.reference import Original
from scanpipe.raster import MM_PER_INCH, Box, Raster
from scanpipe.raster.averaging import averaged
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
        page: the page put together at a setting.
        proof: what the proof of that says.
        sharpened: the same parts with more boxes, in pixels of the page, cut out as seals are.
    """

    page: Callable[[Setting], EncodedPage]
    proof: Callable[[Setting], Proof]
    sharpened: Callable[[Sequence[Box]], "TakenApart"]


def take_apart(image: Raster, mask: Raster, original: Original, seals: Sequence[Box]) -> TakenApart:
    """Take a page apart.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
        original: the page as its proofs see it.
        seals: where its seals are, in pixels of the page.
    """
    layered = _layering(image, mask, original)
    seals = _with_margin(image, seals)

    def with_cut_out(boxes: Sequence[Box]) -> TakenApart:
        places = _fitting_in(image, boxes)
        patches = cache(lambda truth: tuple(_patch(image, box, truth) for box in places))
        page = cache(lambda setting: replace(layered(setting), patches=patches(setting.seals)))
        return TakenApart(
            page=page,
            proof=cache(lambda setting: prove(page(setting), original, seals)),
            sharpened=lambda more: with_cut_out((*boxes, *_with_margin(image, more))),
        )

    return with_cut_out(seals)


def _layering(image: Raster, mask: Raster, original: Original) -> Callable[[Setting], EncodedPage]:
    """Return what gives a page in layers at a setting; each layer is made, and each picture of it coded, once."""
    inks = cache(partial(ink_layer, image, mask))
    dark = ink_only(image, mask, inks(_USUAL_INK_DPI), original)
    papers = cache(partial(paper_layer, image, dark))
    stencil = encode_jbig2(dark.pixels)
    paper = cache(lambda truth: _covering(papers(truth.dpi), image, truth))
    ink = cache(lambda truth: _covering(inks(truth.dpi), image, truth))

    def layered(setting: Setting) -> EncodedPage:
        # The stencil lies where its ink lies: on the page exactly, for which the colours are stretched by a hair.
        colours = replace(ink(setting.ink), box_mm=(0, 0, *image.size_mm))
        return EncodedPage(
            size_mm=image.size_mm,
            way="layers",
            base=paper(setting.paper),
            stencil=Stencil(mask=stencil, width=image.width, height=image.height, ink=colours),
        )

    return layered


def _covering(layer: Layer, image: Raster, truth: Truth) -> Picture:
    size = tuple(pixels * MM_PER_INCH / image.dpi for pixels in layer.covers_px)
    data = encode_jpeg2000(layer.raster, psnr_db=truth.psnr_db)
    return placed(data, layer.raster.pixels, (0.0, 0.0, size[0], size[1]))


def _with_margin(image: Raster, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return boxes with some paper around."""
    margin = image.px(_PATCH_MARGIN_MM)
    return tuple(
        (
            max(0, left - margin),
            max(0, top - margin),
            min(image.width, right + margin),
            min(image.height, bottom + margin),
        )
        for left, top, right, bottom in boxes
    )


def _fitting_in(image: Raster, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return those of the boxes that there is room for, the small ones first; not what lies within another."""
    apart = [box for box in set(boxes) if not any(_within(box, other) for other in boxes)]
    apart.sort(key=lambda box: (area_of(box), box))
    room, areas = _LARGEST_PATCHES * image.width * image.height, accumulate(map(area_of, apart))
    return tuple(box for box, taken in zip(apart, areas, strict=True) if taken < room)


def _within(box: Box, other: Box) -> bool:
    (left, top, right, bottom), (x, y, u, v) = box, other
    return box != other and left >= x and top >= y and right <= u and bottom <= v


def area_of(box: Box) -> int:
    """Return the area of a box, in pixels."""
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


def _patch(image: Raster, box: Box, truth: Truth) -> Picture:
    left, top, right, bottom = box
    scale = min(1.0, truth.dpi / image.dpi)
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    pixels = averaged(image.pixels[top:bottom, left:right], *size)
    mm = MM_PER_INCH / image.dpi
    box_mm = left * mm, top * mm, (right - left) * mm, (bottom - top) * mm
    data = encode_jpeg2000(Raster(pixels=pixels, dpi=image.dpi * scale), psnr_db=truth.psnr_db)
    return placed(data, pixels, box_mm)
