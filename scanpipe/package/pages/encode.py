"""A page's picture made small enough for the budget of the convention, as true as that allows, and proven.

The ways, from the truest: the pixels as they are; one JPEG; layers, at one of several settings. The first that fits is
taken. Of layers, the mask is the same at every setting, and paper and colours are the truest that there is room for and
that are proven; where none are, they are made again a step better in what is doubted, over the budget if need be.
Letters of a few pixels live by their greys, of which a mask has none: such a page is always one picture. What is over
the budget, or not proven at any setting, says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate
from typing import Final

import cv2
import numpy as np

from scanpipe.package.pages.jbig2 import encode_jbig2
from scanpipe.package.pages.layers import Layer, ink_layer, paper_layer
from scanpipe.package.pages.picture import A4_MM2, BYTES_PER_KB, EncodedPage, Picture, Stencil, Way
from scanpipe.package.pages.proof import prove
from scanpipe.raster import MM_PER_INCH, Box, Pixels, Raster
from scanpipe.raster.codecs import encode_jpeg, encode_jpeg2000, encode_png

JPEG_QUALITIES: Final = (90, 80, 70)
"""One JPEG of a register page shows no blocks in its strokes from 70 on."""

LEAST_LETTER_PX: Final = 12
"""Lower letters lose their shape in one bit a pixel: of 11 pixels, half a page's characters that were read before."""

LOW_LETTERS_DB: Final = (40, 38)
"""PSNR of a page of low letters as one JPEG 2000 picture; the last is as true as a JPEG of quality 70."""

_SAMPLED = 16  # one in so many rows of blocks tells whether a JPEG will fit
_BLOCK_ROWS = 16
_HOPELESS = 1.5  # times the budget
_LEAST_LOSSLESS = 0.25  # bytes a pixel: photographed paper never deflates to less
_WORTH = (
    0.8  # of its size: a page over the budget gives up some of its paper's truth for a fifth, not for a hundred bytes
)
_PATCH_MARGIN_MM = 1.0
_LARGEST_PATCHES = 0.5  # of the page: two large seals on a slip; what is more is the page itself

_Truth = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A page taken apart.

    Attributes:
        image: the page.
        stencil: its text mask as a JBIG2 stream.
        paper: its paper at a resolution of so many dpi and a truth of so many decibels.
        ink: the colour of its ink likewise.
        seals: the boxes of its seals, with some paper around, the small ones first.
        patches: those of them that are kept sharp.
    """

    image: Raster
    stencil: bytes
    paper: Callable[[_Truth], Picture]
    ink: Callable[[_Truth], Picture]
    seals: tuple[Box, ...]
    patches: tuple[Box, ...]


FITTING: Final = (
    ((100, 52), (37.5, 42), 0.6),
    ((100, 49), (37.5, 42), 0.6),
    ((100, 46), (37.5, 42), 0.7),
    ((100, 40), (37.5, 42), 1),
    ((100, 38), (37.5, 40), 1),
    ((150, 35.5), (37.5, 35), 1),
    ((100, 36), (37.5, 35), 1),
)
"""Resolution and truth, as PSNR in decibels, of the paper and of the ink's colour, from the truest.

The share of the budget comes last that the page may take with them. A truth is asked of a whole layer, most of which is
flat: at 35 dB a single red number among black ones turns black, and at 46 dB pencil is a shade; above 40 dB, what more
bytes show of an even page is mostly grain.
"""

PAPERS: Final = ((100, 46), (150, 46), (300, 46))
"""The paper of a page that is over the budget, and what is better."""

INKS: Final = ((37.5, 42), (75, 45), (100, 45))
"""The colour of its ink likewise."""

PATCHES: Final = ((200, 34), (200, 37), (300, 40))
"""Resolution and truth of seals."""


def encode_page(
    image: Raster, mask: Raster, *, budget_kb_per_a4: float, seals: Sequence[Box] = (), letter_mm: float = 0.0
) -> EncodedPage:
    """Return the page in the truest way that fits its share of the budget by area; grey stays grey.

    The same pixels give the same bytes.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
        budget_kb_per_a4: kilobytes of 1000 bytes for an A4 sheet's worth of paper.
        seals: where coloured seals and stamps lie, which are kept sharp.
        letter_mm: how high its letters are; 0 where that is not known.
    """
    width_mm, height_mm = image.size_mm
    budget = round(budget_kb_per_a4 * BYTES_PER_KB * width_mm * height_mm / A4_MM2)
    whole = _lossless(image, budget) or _one_jpeg(image, budget)
    if whole is not None:
        return whole
    if 0 < letter_mm / MM_PER_INCH * image.dpi < LEAST_LETTER_PX:
        return _in_greys(image, budget)
    source = _taken_apart(image, mask, seals)
    page = _layered(source, PAPERS[0], INKS[0], PATCHES[0])
    return _fitting(source, page, budget) or _proven(source, page, budget)


def _fitting(source: Source, page: EncodedPage, budget: int) -> EncodedPage | None:
    """Return the page in the truest layers that fit and are proven, else in the smallest if that is worth it."""
    larger = []
    for paper, ink, share in FITTING:
        if paper[1] > PAPERS[0][1] and page.size > share * budget:
            continue  # what is truer than this page is no smaller
        fitting = _layered(source, paper, ink, PATCHES[0])
        if fitting.size > share * budget:
            larger.append(fitting)
        elif not prove(fitting, source.image, source.seals):
            return fitting
        elif share < 1:
            return None
    smallest = min(larger, key=lambda page: page.size, default=page)
    if smallest.size > _WORTH * page.size or prove(smallest, source.image, source.seals):
        return None
    return replace(smallest, over_budget=smallest.size > budget)


def _proven(source: Source, page: EncodedPage, budget: int) -> EncodedPage:
    """Make a page better in what the proof doubts, until nothing is doubted or nothing is better; tell what is left."""
    paper = ink = patch = 0
    while doubts := prove(page, source.image, source.seals):
        better = (
            min(paper + ("ink" in doubts), len(PAPERS) - 1),
            min(ink + ("colour" in doubts), len(INKS) - 1),
            min(patch + ("colour" in doubts), len(PATCHES) - 1),
        )
        if better == (paper, ink, patch):
            break
        paper, ink, patch = better
        page = _layered(source, PAPERS[paper], INKS[ink], PATCHES[patch])
    return replace(page, over_budget=page.size > budget, doubts=doubts)


def _lossless(image: Raster, budget: int) -> EncodedPage | None:
    """Return the pixels as they are, if they fit: on blank or drawn pages, or where there is room enough."""
    if budget < _LEAST_LOSSLESS * image.pixels.size:
        return None
    data = encode_png(image)
    if len(data) > budget:
        return None
    return _whole(image, data, "lossless")


def _one_jpeg(image: Raster, budget: int) -> EncodedPage | None:
    """Return the page as one JPEG at full resolution, if a good one fits."""
    if _sampled_size(image) > _HOPELESS * budget:
        return None
    for quality in JPEG_QUALITIES:
        page = _as_jpeg(image, quality)
        if page.size <= budget:
            return page
    return None


def _as_jpeg(image: Raster, quality: int) -> EncodedPage:
    return _whole(image, encode_jpeg(image, quality=quality), "jpeg")


def _in_greys(image: Raster, budget: int) -> EncodedPage:
    """Return the page as one picture that keeps low letters: the truest that fits, or else the smallest.

    JPEG 2000 blurs where it is short of bits; it is taken where it is smaller than the JPEG, and proven.
    """
    best = _as_jpeg(image, JPEG_QUALITIES[-1])
    for psnr_db in LOW_LETTERS_DB:
        if best.size <= budget:
            break
        page = _whole(image, encode_jpeg2000(image, psnr_db=psnr_db), "jpeg2000")
        if page.size < best.size and not prove(page, image, ()):
            best = page
    return replace(best, over_budget=best.size > budget)


def _whole(image: Raster, data: bytes, way: Way) -> EncodedPage:
    base = _placed(data, image.pixels, (0.0, 0.0, *image.size_mm))
    return EncodedPage(size_mm=image.size_mm, way=way, base=base)


def _sampled_size(image: Raster) -> float:
    """Return about how many bytes the page's JPEG has at the lowest quality, from some of its rows of blocks."""
    step = _SAMPLED * _BLOCK_ROWS
    strips = [image.pixels[top : top + _BLOCK_ROWS] for top in range(0, image.height, step)]
    sample = np.concatenate(strips)
    data = encode_jpeg(image.replace(sample), quality=JPEG_QUALITIES[-1])
    return len(data) * image.height / len(sample)


def _layered(source: Source, paper: _Truth, ink: _Truth, patch: _Truth) -> EncodedPage:
    image = source.image
    return EncodedPage(
        size_mm=image.size_mm,
        way="layers",
        base=source.paper(paper),
        stencil=Stencil(mask=source.stencil, width=image.width, height=image.height, ink=source.ink(ink)),
        patches=tuple(_patch(image, box, *patch) for box in source.patches),
    )


def _taken_apart(image: Raster, mask: Raster, seals: Sequence[Box]) -> Source:
    """Return the page's parts; each layer is made, and each picture of it coded, once."""
    papers, inks = (cache(partial(layer, image, mask)) for layer in (paper_layer, ink_layer))

    def ink(truth: _Truth) -> Picture:
        # The stencil lies where its ink lies: on the page exactly, for which the colours are stretched by a hair.
        return replace(_covering(inks(truth[0]), image, truth[1]), box_mm=(0, 0, *image.size_mm))

    boxes = _with_margin(image, seals)
    return Source(
        image=image,
        stencil=encode_jbig2(mask.pixels),
        paper=cache(lambda truth: _covering(papers(truth[0]), image, truth[1])),
        ink=cache(ink),
        seals=boxes,
        patches=_patches(image, boxes),
    )


def _covering(layer: Layer, image: Raster, psnr_db: float) -> Picture:
    size = tuple(pixels * MM_PER_INCH / image.dpi for pixels in layer.covers_px)
    return _placed(encode_jpeg2000(layer.raster, psnr_db=psnr_db), layer.raster.pixels, (0.0, 0.0, size[0], size[1]))


def _with_margin(image: Raster, seals: Sequence[Box]) -> tuple[Box, ...]:
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


def _patch(image: Raster, box: Box, dpi: float, psnr_db: float) -> Picture:
    left, top, right, bottom = box
    scale = min(1.0, dpi / image.dpi)
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    pixels = np.asarray(cv2.resize(image.pixels[top:bottom, left:right], size, interpolation=cv2.INTER_AREA), np.uint8)
    mm = MM_PER_INCH / image.dpi
    box_mm = left * mm, top * mm, (right - left) * mm, (bottom - top) * mm
    data = encode_jpeg2000(Raster(pixels=pixels, dpi=image.dpi * scale), psnr_db=psnr_db)
    return _placed(data, pixels, box_mm)


def _placed(data: bytes, pixels: Pixels, box_mm: tuple[float, float, float, float]) -> Picture:
    height, width = pixels.shape[:2]
    return Picture(data=data, width=width, height=height, colour=pixels.ndim == 3, box_mm=box_mm)
