"""A page as mixed raster content (MRC, ITU-T T.44): taken apart into mask, background, foreground and seals.

Each is coded by itself.

The mask is the same whatever the quality; background, foreground and seals are coded at one quality or another.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import accumulate
from typing import NamedTuple

from scanpipe.package.pages.fidelity import FidelityReport, check_fidelity
from scanpipe.package.pages.jbig2 import encode_jbig2
from scanpipe.package.pages.layers import Layer, background_layer, foreground_layer
from scanpipe.package.pages.masked_foreground import ink_only
from scanpipe.package.pages.picture import EncodedPage, MaskedForeground, Picture, picture_at
from scanpipe.package.pages.reference import Reference
from scanpipe.raster import MM_PER_INCH, Box, Raster
from scanpipe.raster.averaging import averaged
from scanpipe.raster.codecs import encode_jpeg2000

_PATCH_MARGIN_MM = 1.0
_LARGEST_PATCHES = 0.5  # of the page: two large seals on a slip; what is more is the page itself
_USUAL_FOREGROUND_DPI = 37.5


class Quality(NamedTuple):
    """How true a layer is: its resolution, and the PSNR of its picture."""

    dpi: float
    psnr_db: float


class LayerQualities(NamedTuple):
    """How true each layer of a page is."""

    background: Quality
    foreground: Quality
    seals: Quality


class LayeredPage:
    """A page as mixed raster content (MRC): mask, background, foreground, and patches where its seals are.

    Each layer is made, each picture of it coded and each page of them checked when it is first asked for, and once.
    """

    def __init__(self, layers: "_Layers", reference: Reference, seals: Sequence[Box], boxes: Sequence[Box]) -> None:
        self._layers, self._reference, self._seals, self._boxes = layers, reference, seals, boxes
        self._patch_boxes = _patch_boxes(layers.image, boxes)
        self._patches = cache(self._cut_out)
        self._pages = cache(self._put_together)
        self._reports = cache(self._checked)

    def page(self, qualities: LayerQualities) -> EncodedPage:
        """Return the page put together, each layer at its quality."""
        return self._pages(qualities)

    def check(self, qualities: LayerQualities) -> FidelityReport:
        """Return what the fidelity check of that page found."""
        return self._reports(qualities)

    def with_patches(self, boxes: Sequence[Box]) -> "LayeredPage":
        """Return the same layers with more boxes, in pixels of the page, cut out as seals are."""
        more = _with_margin(self._layers.image, boxes)
        return LayeredPage(self._layers, self._reference, self._seals, (*self._boxes, *more))

    def _cut_out(self, quality: Quality) -> tuple[Picture, ...]:
        return tuple(_patch(self._layers.image, box, quality) for box in self._patch_boxes)

    def _put_together(self, qualities: LayerQualities) -> EncodedPage:
        return replace(self._layers.page(qualities), patches=self._patches(qualities.seals))

    def _checked(self, qualities: LayerQualities) -> FidelityReport:
        return check_fidelity(self.page(qualities), self._reference, self._seals)


def layered_page(image: Raster, mask: Raster, reference: Reference, seals: Sequence[Box]) -> LayeredPage:
    """Take a page apart.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
        reference: the page as the fidelity check sees it.
        seals: where its seals are, in pixels of the page.
    """
    boxes = _with_margin(image, seals)
    return LayeredPage(_Layers(image, mask, reference), reference, boxes, boxes)


class _Layers:
    """The layers that cover all of a page, whatever is cut out of it."""

    def __init__(self, image: Raster, mask: Raster, reference: Reference) -> None:
        self.image = image
        self._foreground_layers = cache(partial(foreground_layer, image, mask))
        dark = ink_only(image, mask, self._foreground_layers(_USUAL_FOREGROUND_DPI), reference)
        self._background_layers = cache(partial(background_layer, image, dark))
        self._mask = encode_jbig2(dark.pixels)
        self._background = cache(self._coded_background)
        self._foreground = cache(self._coded_foreground)

    def page(self, qualities: LayerQualities) -> EncodedPage:
        """Return the page without patches."""
        image = self.image
        # The mask lies where its colours lie: on the page exactly, for which the colours are stretched by a hair.
        foreground = replace(self._foreground(qualities.foreground), box_mm=(0, 0, *image.size_mm))
        return EncodedPage(
            size_mm=image.size_mm,
            encoding="layers",
            base=self._background(qualities.background),
            foreground=MaskedForeground(mask=self._mask, width=image.width, height=image.height, picture=foreground),
        )

    def _coded_background(self, quality: Quality) -> Picture:
        return _covering(self._background_layers(quality.dpi), self.image, quality)

    def _coded_foreground(self, quality: Quality) -> Picture:
        return _covering(self._foreground_layers(quality.dpi), self.image, quality)


def _covering(layer: Layer, image: Raster, quality: Quality) -> Picture:
    size = tuple(pixels * MM_PER_INCH / image.dpi for pixels in layer.covers_px)
    data = encode_jpeg2000(layer.raster, psnr_db=quality.psnr_db)
    return picture_at(data, layer.raster.pixels, (0.0, 0.0, size[0], size[1]))


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


def _patch_boxes(image: Raster, boxes: Sequence[Box]) -> tuple[Box, ...]:
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
    return picture_at(data, pixels, box_mm)
