"""What is written on a page is still there after enhancing: on sample pages of every kind, seed and wear."""

from functools import lru_cache
from typing import cast

import cv2
import numpy as np
import pytest

from samples import sheets
from samples.generate import draw_page
from samples.truth import Kind, SamplePage
from samples.wear import LEVELS, shade_gutter, stain_with_water, wear_as
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Raster
from tests.ink_metrics import Kept, enhanced, kept
from tests.thorough import ALL, tried

STROKES_KEPT, DIACRITICS_KEPT, SEAL_KEPT = 0.995, 0.99, 0.99
SEAL_IN_MASK = 0.7  # the rim of half a seal that lies across the page's edge is lost in that of the frame
DPI = 150
MASTER_DPI = 300  # the mask of hair-thin rules is judged at the resolution that registers are scanned in
GRAIN, WORD_IN_MASK = 6.0, 0.9  # levels; of its pixels
INVENTED = {"clean": 0.0, "shaded": 1e-5, "stained": 0.01}  # of the sheet; a tide line is a line

CASES: list[tuple[str, int, int]] = [
    ("form", 1, 0),
    ("form", 2, 2),
    ("form", 3, 3),
    ("table", 4, 1),
    ("table", 5, 2),
    ("table", 6, 3),
    ("lines", 7, 1),
    ("lines", 8, 3),
    ("notes", 9, 2),
    ("notes", 10, 3),
]
IN_FULL = [case for case in CASES[::-1] if case[1] in (3, 6, 8)[: tried(2, 3)]]  # last the page that more is done to
SHORT = (1, 3, 5, 6, 8, 9)  # every kind, every level of wear, seals at the edge


@lru_cache(maxsize=1)
def page_of(kind: str, seed: int, level: int, dpi: int) -> SamplePage:
    page = draw_page(cast(Kind, kind), seed=seed, dpi=dpi, edge_seal=seed % 3 == 0)
    return wear_as(page, LEVELS[level], seed=seed)


@lru_cache(maxsize=1)
def outcome(kind: str, seed: int, level: int, recipe: str, dpi: int = DPI) -> tuple[Enhanced, Kept]:
    chosen = load_recipe(recipe)
    page = page_of(kind, seed, level, dpi)
    result = enhanced(page, chosen)
    return result, kept(page, result)


def case_name(value: object) -> str:
    return str(value)


@pytest.mark.parametrize(("kind", "seed", "level"), [case for case in CASES if ALL or case[1] in SHORT], ids=case_name)
def test_the_picture_keeps_strokes_marks_and_seals_and_tells_every_seal(kind: str, seed: int, level: int) -> None:
    result, share = outcome(kind, seed, level, "default")
    assert share.strokes >= STROKES_KEPT
    assert share.diacritics >= DIACRITICS_KEPT
    assert min(share.seals) >= SEAL_KEPT
    round_red = [seal for seal in result.report.seals if (seal.kind, seal.colour) == ("round", "red")]
    assert len(round_red) == len(share.seals)
    assert not {"ink_lost", "seal_lost"} & set(result.report.flags)


@pytest.mark.parametrize(("kind", "seed", "level"), IN_FULL, ids=case_name)
def test_the_mask_keeps_strokes_marks_and_seals(kind: str, seed: int, level: int) -> None:
    _result, share = outcome(kind, seed, level, "default", MASTER_DPI)
    assert share.strokes_in_mask >= STROKES_KEPT
    assert share.diacritics_in_mask >= DIACRITICS_KEPT
    assert min(share.seals_in_mask) >= SEAL_IN_MASK


def test_other_recipes_keep_what_is_written_too() -> None:
    for recipe in ("faded", "smudged", "microfilm", "plain")[: tried(2, 4)]:
        _result, share = outcome("form", 3, 3, recipe, MASTER_DPI)
        assert min(share.strokes, share.strokes_in_mask) >= STROKES_KEPT, recipe
        assert min(share.diacritics, share.diacritics_in_mask) >= DIACRITICS_KEPT, recipe
        assert min(share.seals) >= SEAL_KEPT, recipe


def bare_sheet(wear: str, seed: int) -> Raster:
    rng = np.random.default_rng(seed)
    pixels = np.round(sheets.sheet((210, 297), DPI, sheets.YELLOWED, rng) * 255).astype(np.uint8)
    if wear == "shaded":
        pixels = shade_gutter(pixels, 0.8, DPI, 0.0)
    if wear == "stained":
        pixels = stain_with_water(pixels, 0.8, DPI, rng)
    return Raster(pixels=pixels, dpi=DPI)


@pytest.mark.parametrize(
    ("recipe", "wear"),
    [
        *((recipe, wear) for recipe in ("plain", "default", "faded") for wear in ("clean", "shaded", "stained")),
        ("smudged", "clean"),
    ],
)
def test_nothing_is_invented_on_bare_paper(wear: str, recipe: str) -> None:
    chosen = load_recipe(recipe)
    result = enhance(bare_sheet(wear, 3), chosen)
    assert float((result.mask.pixels == 0).mean()) <= INVENTED[wear]
    assert float((result.reading.raster.pixels < 200).mean()) <= INVENTED[wear]
    assert not result.report.seals
    assert "ink_lost" not in result.report.flags


@pytest.mark.parametrize("word_mm", [20, 150, 290])
def test_one_word_on_an_empty_sheet_is_told_from_the_grain_of_its_paper(word_mm: int) -> None:
    rng = np.random.default_rng(3)
    grain = cv2.GaussianBlur(rng.normal(0, GRAIN, (3508, 2480)).astype(np.float32), (0, 0), 0.7)
    sheet, top = np.full(grain.shape, 232, np.uint8), round(word_mm / 25.4 * MASTER_DPI)
    cv2.putText(sheet, "Hoang", (1000, top), cv2.FONT_HERSHEY_COMPLEX, 1.5, 60, 3, cv2.LINE_AA)
    page = Raster(pixels=np.clip(sheet + grain, 0, 255).astype(np.uint8), dpi=MASTER_DPI)
    mask = enhance(page, Recipe(name="nothing is done", steps=())).mask.pixels == 0
    word = slice(top - 60, top + 30), slice(960, 1260)
    assert mask[word].sum() >= WORD_IN_MASK * (sheet < 140).sum()
    assert mask.sum() - mask[word].sum() <= INVENTED["shaded"] * mask.size
