"""A page's picture made small enough for the budget of the convention, as true as that allows, and checked.

- The encodings, from the truest: the pixels as they are; one JPEG; layers (mixed raster content, MRC). The first
  that fits is taken.
- What varies: of layers, the mask is always the same; background, foreground and seals are the truest that there is
  room for and that pass the fidelity check (QUALITY_LADDER).
- What fails in all of these is made better, step by step, over the budget if need be (BACKGROUND_LADDER and others).
- Pages that are always one picture: of letters of a few pixels, which live by their greys, of which a mask has none;
  where the mask misses writing, which would have the paper's resolution; of pale writing on dark ground.
- A page is one picture, too, where no layers pass the check, or only larger ones that are over the budget.
- What is over the budget, or passes the check in no encoding, says so.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from scanpipe.package.pages.fidelity import check_fidelity
from scanpipe.package.pages.layered_page import LayeredPage, LayerQualities, Quality, area_of, layered_page
from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.reference import Reference, reference_of
from scanpipe.package.pages.single_image import as_continuous_tone, estimated_jpeg_size, lossless, one_jpeg
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

BACKGROUND_LADDER: Final = (Quality(100, 46), Quality(150, 46), Quality(300, 46))
"""The background of a page that is over the budget, and what is better."""

FOREGROUND_LADDER: Final = (Quality(37.5, 42), Quality(75, 45), Quality(100, 45))
"""Its foreground likewise."""

SEAL_LADDER: Final = (Quality(200, 34), Quality(200, 37), Quality(300, 40))
"""Its seals."""

DEFAULT: Final = LayerQualities(BACKGROUND_LADDER[0], FOREGROUND_LADDER[0], SEAL_LADDER[0])

QUALITY_LADDER: Final = (
    (LayerQualities(Quality(100, 52), FOREGROUND_LADDER[0], SEAL_LADDER[0]), 0.6),
    (LayerQualities(Quality(100, 49), FOREGROUND_LADDER[0], SEAL_LADDER[0]), 0.6),
    (DEFAULT, 0.7),
    (LayerQualities(Quality(100, 40), FOREGROUND_LADDER[0], SEAL_LADDER[0]), 1),
    (LayerQualities(Quality(100, 43), FOREGROUND_LADDER[0], SEAL_LADDER[0]), 1),  # for what 40 dB wipe out
    (LayerQualities(Quality(100, 38), Quality(37.5, 40), SEAL_LADDER[0]), 1),
    (LayerQualities(Quality(150, 35.5), Quality(37.5, 35), SEAL_LADDER[0]), 1),
    (LayerQualities(Quality(100, 36), Quality(37.5, 35), SEAL_LADDER[0]), 1),
)
"""Qualities of the layers from the truest, and the share of the budget that a page may take with each.

A quality is asked of a whole layer, most of which is flat: at 35 dB a single red number among black ones turns black,
and at 46 dB pencil is a shade; above 40 dB, what more bytes show of an even page is mostly grain.
"""

MAX_MARKS_SHARE: Final = 0.05
"""The most of a page that coloured marks may take to be cut out: a page written in colours has better ink."""

# Of its size: a page over the budget gives up some of its paper's truth for a fifth, not for a hundred bytes.
_WORTH = 0.8
_GROWTH = 0.2  # of its size, or more, that paper above 46 dB mostly grows by with each more: 6 dB took 0.8 to 7.4
_DEARER = 2  # times the layers' size


def encode_page(
    image: Raster, mask: Raster, *, budget_kb_per_a4: float, seals: Sequence[Box] = (), letter_mm: float = 0.0
) -> EncodedPage:
    """Return the page in the truest encoding that fits its share of the budget by area; grey stays grey.

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
    reference = reference_of(image, mask)
    if _is_pale(image, mask) or 0 < px_of(letter_mm, image.dpi) < LEAST_LETTER_PX or _misses_writing(reference):
        return as_continuous_tone(image, reference, budget)
    layers = layered_page(image, mask, reference, seals)
    page = _fitting_layers(layers, budget)
    if page is None or page.over_budget:
        with_marks = _with_mark_patches(layers, image, budget)
        page = min(filter(None, (page, with_marks)), key=lambda page: page.size, default=None)
    page = page or _improve_until_faithful(layers, budget)
    return _better_continuous_tone(image, reference, page, budget) or page


def _is_pale(image: Raster, mask: Raster) -> bool:
    """Tell whether the ink of the mask is brighter than what lies around it, as a negative's is."""
    grey, reach = to_grey(image).pixels, 2 * image.px(_AROUND_MM) + 1
    ring = cv2.subtract(mask.pixels, cv2.erode(mask.pixels, np.ones((reach, reach), np.uint8)))
    ink, around = (
        cv2.mean(grey, mask=np.asarray(where, np.uint8))[0] for where in (cv2.bitwise_not(mask.pixels), ring)
    )
    return ink > around


def _misses_writing(reference: Reference) -> bool:
    """Tell whether much of the ink of letters lies outside of the mask, and not only next to it."""
    missed = reference.letters & ~reference.in_mask
    area_mm2 = np.count_nonzero(missed) * reference.reduced.pixel_mm2
    kept, all_ink = (float(reference.depth[where].sum()) for where in (reference.in_mask, reference.letters))
    return bool(area_mm2 > MISSED_MM2 and kept < LEAST_IN_MASK * all_ink)


def _fitting_layers(layers: LayeredPage, budget: int) -> EncodedPage | None:
    """Return the page in the truest layers that fit and pass the check, else in the smallest if that is worth it."""
    usual = layers.page(DEFAULT)
    too_large: list[LayerQualities] = []
    for qualities, share in QUALITY_LADDER:
        truer_db = max(0, qualities.background.psnr_db - DEFAULT.background.psnr_db)
        if truer_db and usual.size + _GROWTH * truer_db * len(usual.base.data) > share * budget:
            continue
        if any(
            qualities.background > lean.background and qualities.background.dpi == lean.background.dpi
            for lean in too_large
        ):
            continue  # truer than what was too large already
        if layers.page(qualities).size > share * budget:
            too_large.append(qualities)
        elif not layers.check(qualities).defects:
            return layers.page(qualities)
        elif share < 1:
            return None
    smallest = min(too_large, key=lambda qualities: layers.page(qualities).size, default=DEFAULT)
    if layers.page(smallest).size > _WORTH * usual.size or layers.check(smallest).defects:
        return None
    return replace(layers.page(smallest), over_budget=layers.page(smallest).size > budget)


def _with_mark_patches(layers: LayeredPage, image: Raster, budget: int) -> EncodedPage | None:
    """Return the same with the coloured marks cut out that lose their colour among other ink, if they are few."""
    marks = layers.check(QUALITY_LADDER[-1][0]).colour_shifts
    if not marks or sum(map(area_of, marks)) > MAX_MARKS_SHARE * image.width * image.height:
        return None
    return _fitting_layers(layers.with_patches(marks), budget)


def _improve_until_faithful(layers: LayeredPage, budget: int) -> EncodedPage:
    """Make a page better in what fails the check, until nothing fails or nothing is better; tell what is left."""
    background = foreground = seal = 0
    tried: list[EncodedPage] = []
    while True:
        qualities = LayerQualities(BACKGROUND_LADDER[background], FOREGROUND_LADDER[foreground], SEAL_LADDER[seal])
        defects = layers.check(qualities).defects
        tried.append(replace(layers.page(qualities), defects=defects))
        better = (
            min(background + ("lost_ink" in defects), len(BACKGROUND_LADDER) - 1),
            min(foreground + ("colour_shift" in defects), len(FOREGROUND_LADDER) - 1),
            min(seal + ("colour_shift" in defects), len(SEAL_LADDER) - 1),
        )
        if better == (background, foreground, seal):
            break
        background, foreground, seal = better
    page = min(tried, key=lambda page: (len(page.defects), page.size))
    return replace(page, over_budget=page.size > budget)


def _better_continuous_tone(image: Raster, reference: Reference, page: EncodedPage, budget: int) -> EncodedPage | None:
    """Return the page as one picture that passes, if the layers' ink fails or they are over the budget and larger.

    Where some ink is only paler, that picture must not be much dearer.
    """
    faulty = not {"lost_ink", "spurious_ink"}.isdisjoint(page.defects)
    if not faulty and (page.defects or not page.over_budget or estimated_jpeg_size(image) > _DEARER * page.size):
        return None
    greys = as_continuous_tone(image, reference, budget)
    most = {"spurious_ink": math.inf, "lost_ink": max(budget, _DEARER * page.size)}
    if greys.size > max((most.get(defect, 0) for defect in page.defects), default=page.size):
        return None
    return None if check_fidelity(greys, reference, ()).defects else greys
