"""What OCR gets: writing as dark everywhere, on white, its letters high enough, red seals looked through."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import Kind, SamplePage
from samples.wear import fade
from scanpipe.enhance.maps.ruling import ruling_of
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.ocr.tesseract import read_page
from scanpipe.raster import Raster
from tests import page_drawings

DPI = 200
AS_DARK = 0.7  # what lines that faded to a quarter have of the darkness of the others
SEEN_THROUGH = 0.35  # of the darkness of writing: what is left of a red seal
IN_MASK = 0.97  # of the strokes of a page that faded to a quarter


@pytest.fixture(scope="module")
def form() -> SamplePage:
    return draw_page("form", seed=3, dpi=DPI)


@pytest.fixture(scope="module")
def result(form: SamplePage, recipe: Recipe) -> Enhanced:
    return enhance(Raster(pixels=form.pixels, dpi=DPI), recipe, keep_geometry=True)


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe(name="none", steps=())


def faded(page: SamplePage, *, from_row: int = 0) -> np.ndarray:
    paper = np.percentile(page.pixels, 97, axis=(0, 1))
    pixels = page.pixels.astype(np.float32)
    pixels[from_row:] = paper - (paper - pixels[from_row:]) * 0.25
    grain = np.random.default_rng(4).normal(0, 3, pixels.shape)
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def at_size_of_page(result: Enhanced) -> np.ndarray:
    size = (result.image.width, result.image.height)
    return np.asarray(cv2.resize(result.reading.raster.pixels, size, interpolation=cv2.INTER_AREA))


def test_small_letters_are_enlarged_and_the_paper_keeps_its_size(recipe: Recipe) -> None:
    result = enhance(page_drawings.draw_page(dpi=100, colour=False).image, recipe)
    assert result.reading.raster.dpi >= 150
    assert result.reading.raster.size_mm == pytest.approx(result.image.size_mm, abs=0.3)


def test_letters_that_are_high_enough_stay_as_they_are(result: Enhanced) -> None:
    assert result.reading.raster.pixels.shape == result.image.pixels.shape[:2]


def test_letters_higher_than_need_be_are_reduced_but_not_the_small_print_beside_them(recipe: Recipe) -> None:
    page = draw_page("lines", seed=2, dpi=300)
    result = enhance(Raster(pixels=page.pixels, dpi=300), recipe)
    assert result.reading.raster.dpi == pytest.approx(200)
    assert result.reading.raster.size_mm == pytest.approx(result.image.size_mm, abs=0.3)


@pytest.mark.parametrize(("kind", "is_table"), [("table", True), ("form", False), ("lines", False), ("notes", False)])
def test_a_table_is_known_by_the_rules_between_its_columns(kind: Kind, is_table: bool, recipe: Recipe) -> None:
    page = draw_page(kind, seed=5, dpi=150)
    assert enhance(Raster(pixels=page.pixels, dpi=150), recipe).reading.is_table == is_table


def test_the_cells_of_a_table_are_read_row_after_row(recipe: Recipe, tmp_path: Path) -> None:
    page = draw_page("table", seed=203, dpi=200)
    made = enhance(Raster(pixels=page.pixels, dpi=200), recipe)
    reading = read_page(made.reading.raster, language="vie", spool=tmp_path, is_table=made.reading.is_table)
    words = [word.text for word in reading.words]
    printed = [word for line in page.lines if not line.hand for word in line.text.split()]
    assert sum((Counter(words) & Counter(printed)).values()) >= 0.8 * len(printed)
    assert [word for word in words if word in ("Giới", "Quốc", "Quan")] == ["Giới", "Quốc", "Quan"]


def test_the_height_of_letters_is_not_that_of_the_dots_that_a_form_is_ruled_with(result: Enhanced) -> None:
    assert 2 < result.report.metrics.mask.letter_mm < 4


def test_lines_that_faded_are_raised_towards_the_others(form: SamplePage, recipe: Recipe) -> None:
    middle = form.pixels.shape[0] // 2
    result = enhance(Raster(pixels=faded(form, from_row=middle), dpi=DPI), recipe, keep_geometry=True)
    reading, ink = 255 - at_size_of_page(result).astype(float), form.ink & ~form.seal & (result.mask.pixels == 0)
    dark, faint = reading[:middle][ink[:middle]].mean(), reading[middle:][ink[middle:]].mean()
    assert faint >= AS_DARK * dark


def test_the_mask_finds_writing_that_faded_to_a_quarter(form: SamplePage, recipe: Recipe) -> None:
    result = enhance(Raster(pixels=faded(form), dpi=DPI), recipe, keep_geometry=True)
    near = cv2.dilate((result.mask.pixels == 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert near[form.ink & ~form.seal].mean() >= IN_MASK


def test_writing_faded_in_blotches_is_in_the_mask(form: SamplePage, recipe: Recipe) -> None:
    pixels = fade(form.pixels, 0.8, DPI, np.random.default_rng(4))
    result = enhance(Raster(pixels=pixels, dpi=DPI), recipe, keep_geometry=True)
    near = cv2.dilate((result.mask.pixels == 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert near[form.ink & ~form.seal].mean() >= IN_MASK


def test_red_seals_are_looked_through_and_the_writing_under_them_stays(form: SamplePage, result: Enhanced) -> None:
    assert any(seal.colour == "red" for seal in result.report.seals)
    reading = 255 - at_size_of_page(result).astype(float)
    seal_only, writing = form.seal & ~form.ink, form.ink & ~form.seal & ~ruling_of(result.mask).flags
    assert reading[seal_only].mean() <= SEEN_THROUGH * reading[writing].mean()


def test_everything_away_from_ink_is_white(form: SamplePage, result: Enhanced) -> None:
    away = cv2.dilate((form.ink | form.seal).astype(np.uint8), np.ones((25, 25), np.uint8)) == 0
    assert (at_size_of_page(result)[away] == 255).mean() >= 0.999
