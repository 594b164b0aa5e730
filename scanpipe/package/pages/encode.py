"""A page's picture made small enough for the budget of the convention, as true as that allows, and proven.

- The ways, from the truest: the pixels as they are; one JPEG; layers (mixed raster content, MRC). The first that fits
  is taken.
- What varies: of layers, the mask is always the same; paper, ink and seals are the truest that there is room for and
  that are proven (QUALITY_LADDER).
- What is doubted in all of these is made better, step by step, over the budget if need be (PAPER_LADDER and others).
- Pages that are always one picture: of letters of a few pixels, which live by their greys, of which a mask has none;
  where the mask misses writing, which would have the paper's resolution; of pale writing on dark ground.
- A page is one picture, too, where no layers can be proven, or only larger ones that are over the budget.
- What is over the budget, or not proven in any way, says so.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from scanpipe.package.pages.fidelity import prove
from scanpipe.package.pages.layered_page import LayeredPage, LayerQualities, Quality, area_of, layered_page
from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.reference import Original, original_of
from scanpipe.package.pages.single_image import in_greys, lossless, one_jpeg, sampled_size
from scanpipe.package.paper_area import A4_MM2, BYTES_PER_KB
from scanpipe.raster import Box, Raster
from scanpipe.raster.channels import to_grey
from scanpipe.raster.lengths import px_of

_AROUND_MM: Final = 0.5

LEAST_LETTER_PX: Final = 12
"""Lower letters lose their shape in one bit a pixel: of 11 pixels, half a page's characters that were read before."""

LEAST_IN_MASK: Final = 0.65
"""The least share of the ink of a page's letters that its mask must have to be of use."""

MISSED_MM2: Final = 30.0
"""What it misses of more than that is writing: a line of it has more ink."""

PAPER_LADDER: Final = (Quality(100, 46), Quality(150, 46), Quality(300, 46))
"""The paper of a page that is over the budget, and what is better."""

INK_LADDER: Final = (Quality(37.5, 42), Quality(75, 45), Quality(100, 45))
"""The colour of its ink likewise."""

SEAL_LADDER: Final = (Quality(200, 34), Quality(200, 37), Quality(300, 40))
"""Its seals."""

DEFAULT: Final = LayerQualities(PAPER_LADDER[0], INK_LADDER[0], SEAL_LADDER[0])

QUALITY_LADDER: Final = (
    (LayerQualities(Quality(100, 52), INK_LADDER[0], SEAL_LADDER[0]), 0.6),
    (LayerQualities(Quality(100, 49), INK_LADDER[0], SEAL_LADDER[0]), 0.6),
    (DEFAULT, 0.7),
    (LayerQualities(Quality(100, 40), INK_LADDER[0], SEAL_LADDER[0]), 1),
    (LayerQualities(Quality(100, 43), INK_LADDER[0], SEAL_LADDER[0]), 1),  # for what 40 dB wipe out
    (LayerQualities(Quality(100, 38), Quality(37.5, 40), SEAL_LADDER[0]), 1),
    (LayerQualities(Quality(150, 35.5), Quality(37.5, 35), SEAL_LADDER[0]), 1),
    (LayerQualities(Quality(100, 36), Quality(37.5, 35), SEAL_LADDER[0]), 1),
)
"""Qualities of the layers from the truest, and the share of the budget that a page may take with each.

A quality is asked of a whole layer, most of which is flat: at 35 dB a single red number among black ones turns black,
and at 46 dB pencil is a shade; above 40 dB, what more bytes show of an even page is mostly grain.
"""

LARGEST_SIGNS: Final = 0.05
"""The most of a page that signs in other inks may take to be cut out: a page written in colours has better ink."""

# Of its size: a page over the budget gives up some of its paper's truth for a fifth, not for a hundred bytes.
_WORTH = 0.8
_GROWTH = 0.2  # of its size, or more, that paper above 46 dB mostly grows by with each more: 6 dB took 0.8 to 7.4
_DEARER = 2  # times the layers' size


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
    exact = lossless(image, budget)
    if exact and not exact.over_budget:
        return exact
    page = one_jpeg(image, budget) or _in_layers(image, mask, budget, seals, letter_mm)
    return exact if exact and exact.size <= page.size else page


def _in_layers(image: Raster, mask: Raster, budget: int, seals: Sequence[Box], letter_mm: float) -> EncodedPage:
    """Return the page in layers, or as one picture that keeps its greys."""
    original = original_of(image, mask)
    if _is_pale(image, mask) or 0 < px_of(letter_mm, image.dpi) < LEAST_LETTER_PX or _misses_writing(original):
        return in_greys(image, original, budget)
    layers = layered_page(image, mask, original, seals)
    page = _fitting(layers, budget)
    if page is None or page.over_budget:
        with_signs = _with_sign_patches(layers, image, budget)
        page = min(filter(None, (page, with_signs)), key=lambda page: page.size, default=None)
    page = page or _improved(layers, budget)
    return _in_better_greys(image, original, page, budget) or page


def _is_pale(image: Raster, mask: Raster) -> bool:
    """Tell whether the ink of the mask is brighter than what lies around it, as a negative's is."""
    grey, reach = to_grey(image).pixels, 2 * image.px(_AROUND_MM) + 1
    ring = cv2.subtract(mask.pixels, cv2.erode(mask.pixels, np.ones((reach, reach), np.uint8)))
    ink, around = (
        cv2.mean(grey, mask=np.asarray(where, np.uint8))[0] for where in (cv2.bitwise_not(mask.pixels), ring)
    )
    return ink > around


def _misses_writing(original: Original) -> bool:
    """Tell whether much of the ink of letters lies outside of the mask, and not only next to it."""
    missed = original.letters & ~original.masked
    area_mm2 = np.count_nonzero(missed) * original.small.pixel_mm2
    kept, all_ink = (float(original.depth[where].sum()) for where in (original.masked, original.letters))
    return bool(area_mm2 > MISSED_MM2 and kept < LEAST_IN_MASK * all_ink)


def _fitting(layers: LayeredPage, budget: int) -> EncodedPage | None:
    """Return the page in the truest layers that fit and are proven, else in the smallest if that is worth it."""
    usual = layers.page(DEFAULT)
    larger: list[LayerQualities] = []
    for qualities, share in QUALITY_LADDER:
        truer_db = max(0, qualities.paper.psnr_db - DEFAULT.paper.psnr_db)
        if truer_db and usual.size + _GROWTH * truer_db * len(usual.base.data) > share * budget:
            continue
        if any(qualities.paper > lean.paper and qualities.paper.dpi == lean.paper.dpi for lean in larger):
            continue  # truer than what was too large already
        if layers.page(qualities).size > share * budget:
            larger.append(qualities)
        elif not layers.proof(qualities).doubts:
            return layers.page(qualities)
        elif share < 1:
            return None
    smallest = min(larger, key=lambda qualities: layers.page(qualities).size, default=DEFAULT)
    if layers.page(smallest).size > _WORTH * usual.size or layers.proof(smallest).doubts:
        return None
    return replace(layers.page(smallest), over_budget=layers.page(smallest).size > budget)


def _with_sign_patches(layers: LayeredPage, image: Raster, budget: int) -> EncodedPage | None:
    """Return the same with the signs cut out that lose their colour among other ink, if they are few."""
    off = layers.proof(QUALITY_LADDER[-1][0]).off
    if not off or sum(map(area_of, off)) > LARGEST_SIGNS * image.width * image.height:
        return None
    return _fitting(layers.with_patches(off), budget)


def _improved(layers: LayeredPage, budget: int) -> EncodedPage:
    """Make a page better in what the proof doubts, until nothing is doubted or nothing is better; tell what is left."""
    paper = ink = seal = 0
    tried: list[EncodedPage] = []
    while True:
        qualities = LayerQualities(PAPER_LADDER[paper], INK_LADDER[ink], SEAL_LADDER[seal])
        doubts = layers.proof(qualities).doubts
        tried.append(replace(layers.page(qualities), doubts=doubts))
        better = (
            min(paper + ("ink" in doubts), len(PAPER_LADDER) - 1),
            min(ink + ("colour" in doubts), len(INK_LADDER) - 1),
            min(seal + ("colour" in doubts), len(SEAL_LADDER) - 1),
        )
        if better == (paper, ink, seal):
            break
        paper, ink, seal = better
    page = min(tried, key=lambda page: (len(page.doubts), page.size))
    return replace(page, over_budget=page.size > budget)


def _in_better_greys(image: Raster, original: Original, page: EncodedPage, budget: int) -> EncodedPage | None:
    """Return the page as one proven picture, if the layers' ink is doubted or they are over the budget and larger.

    Where some ink is only paler, that picture must not be much dearer.
    """
    doubted = not {"ink", "smudge"}.isdisjoint(page.doubts)
    if not doubted and (page.doubts or not page.over_budget or sampled_size(image) > _DEARER * page.size):
        return None
    greys = in_greys(image, original, budget)
    most = {"smudge": math.inf, "ink": max(budget, _DEARER * page.size)}
    if greys.size > max((most.get(doubt, 0) for doubt in page.doubts), default=page.size):
        return None
    return None if prove(greys, original, ()).doubts else greys
