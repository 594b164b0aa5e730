"""The pale writing of a negative is read; dark writing on a dark page stays what it is."""

import cv2
import numpy as np
import pytest

from scanpipe.enhance.maps.marks import find_marks
from scanpipe.enhance.maps.negative import positive_of
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.package.pages.encode import encode_page
from scanpipe.raster import Pixels, Raster

DPI, SIDE = 200, 1000
NO_STEPS = Recipe(name="none", steps=())
BLUE, PALE, BLACK = (38, 58, 110), (190, 205, 235), (8, 8, 12)


def draw_letters(lines: int) -> Pixels:
    letters = np.zeros((SIDE, SIDE), np.uint8)
    for row in range(lines):
        cv2.putText(letters, "Quyen so 01/2010", (60, 120 + 70 * row), cv2.FONT_HERSHEY_COMPLEX, 1.4, 1, 3)
    return letters


def draw_blueprint(letters: Pixels, ink: tuple[int, int, int]) -> Raster:
    """Draw letters on grained blue paper."""
    page = np.where(letters[..., None] > 0, np.array(ink), np.array(BLUE))
    grain = np.random.default_rng(6).normal(0, 3, (SIDE, SIDE, 1))
    return Raster(pixels=np.clip(page + grain, 0, 255).astype(np.uint8), dpi=DPI)


@pytest.fixture(scope="module")
def letters() -> Pixels:
    return draw_letters(11)


@pytest.fixture(scope="module")
def blueprint(letters: Pixels) -> Enhanced:
    return enhance(draw_blueprint(letters, PALE), NO_STEPS)


def test_the_mask_of_a_blueprint_is_its_pale_writing_and_nothing_else(blueprint: Enhanced, letters: Pixels) -> None:
    ink = blueprint.mask.pixels == 0
    near = cv2.dilate(letters, np.ones((5, 5), np.uint8)) > 0
    assert (ink & (letters > 0)).sum() > 0.97 * letters.sum()
    assert not (ink & ~near).any()


def test_the_picture_for_ocr_of_a_blueprint_is_dark_on_white_and_not_enlarged(
    blueprint: Enhanced, letters: Pixels
) -> None:
    reading = blueprint.reading.raster.pixels
    letters = cv2.resize(letters, reading.shape[::-1], interpolation=cv2.INTER_NEAREST)
    assert blueprint.reading.raster.dpi <= blueprint.image.dpi
    assert np.median(reading[letters > 0]) < 120
    assert np.median(reading[letters == 0]) == 255


def test_a_blueprint_keeps_its_colours(blueprint: Enhanced) -> None:
    assert np.median(blueprint.image.pixels, axis=(0, 1)) == pytest.approx(BLUE, abs=4)


def test_a_blueprint_is_delivered_as_one_picture(blueprint: Enhanced) -> None:
    assert encode_page(blueprint.image, blueprint.mask, budget_kb_per_a4=40).foreground is None


def test_dark_writing_on_a_dark_page_is_no_negative(letters: Pixels) -> None:
    page = draw_blueprint(letters, BLACK)
    assert positive_of(page, find_marks(page)) is None


def test_a_dark_page_with_a_dark_note_between_pale_writing_is_no_negative() -> None:
    letters = draw_letters(9)
    page = draw_blueprint(letters, PALE)
    note = draw_letters(12) - draw_letters(10)
    pixels = page.pixels.copy()
    pixels[note > 0] = BLACK
    page = page.replace(pixels)
    assert positive_of(page, find_marks(page)) is None


def test_a_label_on_dark_ground_is_no_negative(letters: Pixels) -> None:
    page = draw_blueprint(np.zeros_like(letters), PALE)
    pixels = page.pixels.copy()
    pixels[300:600] = PALE
    pixels[300:600][letters[300:600] > 0] = BLACK
    page = page.replace(pixels)
    assert positive_of(page, find_marks(page)) is None
