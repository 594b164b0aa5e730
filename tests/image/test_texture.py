"""A weave or a grain is no writing; print, however small and dense, and writing on noisy paper are."""

import cv2
import numpy as np
import pytest

from scanpipe.enhance.maps.texture import without_texture
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Pixels, Raster
from tests.page_drawings import draw_page

DPI = 200
NO_STEPS = Recipe(name="none", steps=())
SIDE = 1000
THREAD_PX, GREEN = 5, (38, 66, 52)
LABEL = slice(400, 600), slice(250, 750)


def draw_cloth(seed: int) -> Pixels:
    """Draw a page of woven cloth."""
    down, across = np.mgrid[0:SIDE, 0:SIDE] * 2 * np.pi / THREAD_PX
    grain = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 12, (SIDE, SIDE)), (0, 0), 0.8)
    weave = 9 * np.sin(down) * np.sin(across) + grain
    return np.asarray(np.clip(np.array(GREEN) + weave[..., None], 0, 255), np.uint8)


@pytest.fixture(scope="module")
def cover() -> Enhanced:
    return enhance(Raster(pixels=draw_cloth(3), dpi=DPI), NO_STEPS)


def test_a_cloth_has_no_text_mask(cover: Enhanced) -> None:
    assert cover.mask.pixels.min() == 255
    assert cover.report.metrics.mask.share == 0
    assert cover.report.metrics.mask.letter_mm == 0


@pytest.mark.parametrize("seed", [3, 7])
def test_a_cloth_whose_threads_throw_shadows_has_no_text_mask(seed: int) -> None:
    down, across = np.mgrid[0:SIDE, 0:SIDE] * 2 * np.pi / THREAD_PX
    threads = np.sin(down) * np.sin(across)
    grain = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 6, (SIDE, SIDE)), (0, 0), 0.8)
    weave = 8 * threads - 8 * np.minimum(threads, 0) ** 2 + grain
    pixels = np.clip(np.array(GREEN) + weave[..., None], 0, 255).astype(np.uint8)
    assert enhance(Raster(pixels=pixels, dpi=DPI), NO_STEPS).mask.pixels.min() == 255


def test_the_picture_for_ocr_of_a_cloth_is_not_enlarged(cover: Enhanced) -> None:
    assert cover.reading.raster.pixels.shape == cover.mask.pixels.shape


def draw_labelled_cloth() -> tuple[Raster, Pixels]:
    """Return a cloth with a white label, and the mask of the label's letters."""
    cloth = draw_cloth(4)
    letters = np.zeros((SIDE, SIDE), np.uint8)
    cv2.putText(letters, "SO 01/2010", (290, 525), cv2.FONT_HERSHEY_COMPLEX, 2, 1, 4)
    cloth[LABEL] = (236, 226, 200)
    cloth[letters > 0] = (30, 25, 40)
    return Raster(pixels=cloth, dpi=DPI), letters


def test_a_label_on_cloth_keeps_its_letters_and_nothing_else_is_ink() -> None:
    page, letters = draw_labelled_cloth()
    made = enhance(page, NO_STEPS)
    ink = made.mask.pixels == 0
    assert (ink & (letters > 0)).sum() > 0.98 * letters.sum()
    near = cv2.dilate(letters, np.ones((7, 7), np.uint8)) > 0
    assert (ink & ~near).sum() < 0.01 * letters.sum()
    assert made.report.metrics.mask.letter_mm > 3


@pytest.mark.parametrize("noise", [0, 12, 40])
@pytest.mark.parametrize("size", [0.45, 0.9])
def test_dense_print_on_noisy_paper_is_all_kept(noise: float, size: float) -> None:
    letters = np.zeros((SIDE, SIDE), np.uint8)
    for top in range(20, SIDE, round(26 * size)):
        cv2.putText(letters, "m" + "enmuwar eni oucsz" * 9, (0, top), cv2.FONT_HERSHEY_COMPLEX, size, 1, 1)
    levels = np.where(letters > 0, 90.0, 210.0) + np.random.default_rng(5).normal(0, noise, letters.shape)
    page = Raster(pixels=np.clip(levels, 0, 255).astype(np.uint8), dpi=DPI)
    assert (without_texture(letters, page) == letters).all()


@pytest.mark.parametrize(("paper", "ink"), [(210, 170), (84, 68), (84, 36)], ids=["faint", "dark and faint", "dark"])
@pytest.mark.parametrize("size", [0.45, 0.7])
def test_dense_print_that_is_faint_or_on_dark_paper_is_all_kept(paper: int, ink: int, size: float) -> None:
    letters = np.zeros((SIDE, SIDE), np.uint8)
    for top in range(20, SIDE, round(26 * size)):
        cv2.putText(letters, "m" + "enmuwar eni oucsz" * 14, (0, top), cv2.FONT_HERSHEY_COMPLEX, size, 1, 1)
    page = Raster(pixels=np.where(letters > 0, ink, paper).astype(np.uint8), dpi=DPI)
    assert (without_texture(letters, page) == letters).all()


def test_black_letters_that_fill_the_page_are_all_kept() -> None:
    letters = np.zeros((SIDE, SIDE), np.uint8)
    for top in range(190, SIDE, 200):
        cv2.putText(letters, "MBWHNE", (0, top), cv2.FONT_HERSHEY_COMPLEX, 7, 1, 45)
    page = Raster(pixels=np.where(letters > 0, 40, 230).astype(np.uint8), dpi=DPI)
    assert (without_texture(letters, page) == letters).all()


def test_print_keeps_its_letters_on_grained_paper() -> None:
    drawn = draw_page(dpi=DPI, grain=40)
    marked = (drawn.mask.pixels == 0).view(np.uint8)
    assert (without_texture(marked, drawn.image) == marked).all()
