"""A page as mixed raster content (MRC, ITU-T T.44): taken apart into mask, paper, ink and seals, each coded by itself.

The mask is the same whatever the quality; paper, ink and seals are coded at one quality or another.
"""

from collections.abc import Sequence
from dataclasses import replace
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


class Quality(NamedTuple):
    """How true a layer is: its resolution, and the PSNR of its picture."""

    dpi: float
    psnr_db: float


class LayerQualities(NamedTuple):
    """How true each layer of a page is."""

    paper: Quality
    ink: Quality
    seals: Quality


class LayeredPage:
    """A page as mixed raster content (MRC): mask, paper, ink, and patches where its seals are.

    Each layer is made, each picture of it coded and each page of them proven when it is first asked for, and once.
    """

    def __init__(self, layers: "_Layers", original: Original, seals: Sequence[Box], boxes: Sequence[Box]) -> None:
        self._layers, self._original, self._seals, self._boxes = layers, original, seals, boxes
        self._places = _fitting_in(layers.image, boxes)
        self._patches = cache(self._cut_out)
        self._pages = cache(self._put_together)
        self._proofs = cache(self._proven)

    def page(self, qualities: LayerQualities) -> EncodedPage:
        """Return the page put together, each layer at its quality."""
        return self._pages(qualities)

    def proof(self, qualities: LayerQualities) -> Proof:
        """Return what the proof of that page says."""
        return self._proofs(qualities)

    def with_patches(self, boxes: Sequence[Box]) -> "LayeredPage":
        """Return the same layers with more boxes, in pixels of the page, cut out as seals are."""
        more = _with_margin(self._layers.image, boxes)
        return LayeredPage(self._layers, self._original, self._seals, (*self._boxes, *more))

    def _cut_out(self, quality: Quality) -> tuple[Picture, ...]:
        return tuple(_patch(self._layers.image, box, quality) for box in self._places)

    def _put_together(self, qualities: LayerQualities) -> EncodedPage:
        return replace(self._layers.page(qualities), patches=self._patches(qualities.seals))

    def _proven(self, qualities: LayerQualities) -> Proof:
        return prove(self.page(qualities), self._original, self._seals)


def layered_page(image: Raster, mask: Raster, original: Original, seals: Sequence[Box]) -> LayeredPage:
    """Take a page apart.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
        original: the page as its proofs see it.
        seals: where its seals are, in pixels of the page.
    """
    boxes = _with_margin(image, seals)
    return LayeredPage(_Layers(image, mask, original), original, boxes, boxes)


class _Layers:
    """The layers that cover all of a page, whatever is cut out of it."""

    def __init__(self, image: Raster, mask: Raster, original: Original) -> None:
        self.image = image
        self._inks = cache(partial(ink_layer, image, mask))
        dark = ink_only(image, mask, self._inks(_USUAL_INK_DPI), original)
        self._papers = cache(partial(paper_layer, image, dark))
        self._mask = encode_jbig2(dark.pixels)
        self._paper = cache(self._coded_paper)
        self._ink = cache(self._coded_ink)

    def page(self, qualities: LayerQualities) -> EncodedPage:
        """Return the page without patches."""
        image = self.image
        # The stencil lies where its ink lies: on the page exactly, for which the colours are stretched by a hair.
        ink = replace(self._ink(qualities.ink), box_mm=(0, 0, *image.size_mm))
        return EncodedPage(
            size_mm=image.size_mm,
            way="layers",
            base=self._paper(qualities.paper),
            stencil=Stencil(mask=self._mask, width=image.width, height=image.height, ink=ink),
        )

    def _coded_paper(self, quality: Quality) -> Picture:
        return _covering(self._papers(quality.dpi), self.image, quality)

    def _coded_ink(self, quality: Quality) -> Picture:
        return _covering(self._inks(quality.dpi), self.image, quality)


def _covering(layer: Layer, image: Raster, quality: Quality) -> Picture:
    size = tuple(pixels * MM_PER_INCH / image.dpi for pixels in layer.covers_px)
    data = encode_jpeg2000(layer.raster, psnr_db=quality.psnr_db)
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


def _patch(image: Raster, box: Box, quality: Quality) -> Picture:
    left, top, right, bottom = box
    scale = min(1.0, quality.dpi / image.dpi)
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    pixels = averaged(image.pixels[top:bottom, left:right], *size)
    mm = MM_PER_INCH / image.dpi
    box_mm = left * mm, top * mm, (right - left) * mm, (bottom - top) * mm
    data = encode_jpeg2000(Raster(pixels=pixels, dpi=image.dpi * scale), psnr_db=quality.psnr_db)
    return placed(data, pixels, box_mm)
