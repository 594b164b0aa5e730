"""What carrying faint strokes back does to them, to dark ink, to paper, and to what is no ink of this page."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import SamplePage
from samples.wear import bleed_through, fade, stain_with_water, wear
from scanpipe.enhance.filters import contrast
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import ContrastParams
from scanpipe.raster import Pixels, Raster

Draw = Callable[..., Any]

DPI = 200
FAINT_STROKES_GAIN = 1.7  # of their distance from the paper
DARK_INK_LEVELS = 2.0
GRAIN_GROWTH = 1.1
SHOW_THROUGH_GROWTH = 1.15
HUE_DEGREES = 6.0
SATURATION_GROWTH = 1.25


def raise_faint(pixels: Pixels, dpi: float = DPI, **settings: Any) -> Pixels:
    raster, params = Raster(pixels=pixels, dpi=dpi), ContrastParams(**settings)
    return contrast.boosted(raster, contrast.measure(page_of(raster), params), params).pixels


def away(mask: Any, dpi: float = DPI, mm: float = 1.0) -> Any:
    reach = 2 * round(mm / 25.4 * dpi) + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((reach, reach), np.uint8)) == 0


def depth(pixels: Pixels, ink: Any, paper: Any) -> float:
    return float(np.median(pixels[paper].mean(axis=-1)) - np.median(pixels[ink].mean(axis=-1)))


@pytest.fixture(scope="module")
def form() -> SamplePage:
    return draw_page("form", seed=3, dpi=DPI)


def cores(page: SamplePage) -> Any:
    return cv2.erode((page.ink > 0).astype(np.uint8), np.ones((2, 2), np.uint8)) > 0


def test_faint_strokes_come_back_and_bare_paper_stays_as_it_is(form: SamplePage) -> None:
    faint = fade(form.pixels, 0.85, DPI, np.random.default_rng(4))
    faint = np.clip(faint + np.random.default_rng(5).normal(0, 3, faint.shape), 0, 255).astype(np.uint8)
    after, bare = raise_faint(faint), away((form.ink > 0) | (form.seal > 0))
    assert depth(after, cores(form), bare) >= FAINT_STROKES_GAIN * depth(faint, cores(form), bare)
    assert after[bare].astype(float).std() <= GRAIN_GROWTH * faint[bare].astype(float).std()


def test_strokes_have_no_halo(form: SamplePage) -> None:
    faint = fade(form.pixels, 0.85, DPI, np.random.default_rng(4))
    ink = (form.ink > 0) | (form.seal > 0)
    rim = away(ink, mm=0.15) & ~away(ink, mm=0.6)
    assert np.abs(raise_faint(faint)[rim].astype(int) - faint[rim]).mean() <= 1


def test_dark_ink_is_left_alone(draw: Draw) -> None:
    page = draw(kind="table")
    after = raise_faint(page.raster.pixels, page.raster.dpi)
    core = cv2.erode(page.ink.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
    assert np.abs(after[core].astype(int) - page.raster.pixels[core]).mean() <= DARK_INK_LEVELS


def test_only_the_faint_strokes_of_a_page_are_raised(draw: Draw) -> None:
    page = draw()
    pixels = page.raster.pixels.copy()
    lower = (slice(900, 1400), slice(0, 800))
    pixels[lower] = (0.25 * pixels[lower] + 0.75 * np.median(pixels[20:100], axis=(0, 1))).astype(np.uint8)
    after, ink = raise_faint(pixels, page.raster.dpi), page.ink
    low, high = np.zeros_like(ink), np.zeros_like(ink)
    low[lower], high[100:800] = ink[lower], ink[100:800]
    bare = away(page.ink | page.seal, page.raster.dpi)
    assert depth(after, low, bare) >= FAINT_STROKES_GAIN * depth(pixels, low, bare)
    assert abs(depth(after, high, bare) - depth(pixels, high, bare)) <= 4 * DARK_INK_LEVELS


def test_the_other_side_is_not_raised(form: SamplePage) -> None:
    verso = draw_page("form", seed=91, dpi=DPI)
    seen = bleed_through(form.pixels, verso.pixels, 0.7, DPI, np.random.default_rng(2))
    after, own = raise_faint(seen), away((form.ink > 0) | (form.seal > 0))
    through = (form.pixels.astype(int) - seen).max(axis=2) > 12
    assert (through & own).sum() > 5000
    before = (form.pixels.astype(float) - seen)[through & own].mean()
    assert (form.pixels.astype(float) - after)[through & own].mean() <= SHOW_THROUGH_GROWTH * before


def test_stains_are_not_raised(form: SamplePage) -> None:
    stained = stain_with_water(form.pixels, 0.6, DPI, np.random.default_rng(7))
    after, bare = raise_faint(stained), away((form.ink > 0) | (form.seal > 0))
    assert np.abs(after[bare].astype(int) - stained[bare]).mean() <= 1


@pytest.mark.parametrize("ink", [(70, 60, 150), (120, 60, 140), (190, 50, 50)], ids=["blue", "violet", "red"])
def test_faint_ink_keeps_its_colour(draw: Draw, ink: tuple[int, int, int]) -> None:
    page = draw(seal=False)
    paper = np.array([232.0, 224.0, 205.0])
    cover = np.clip(1 - page.raster.pixels.mean(axis=2, keepdims=True) / paper.mean(), 0, 1)
    faint = paper - 0.35 * cover * (paper - np.array(ink)) + np.random.default_rng(2).normal(0, 2, cover.shape)
    pixels = np.clip(faint, 0, 255).astype(np.uint8)
    core = cv2.erode(page.ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    before, after = (paper - np.median(picture[core], axis=0) for picture in (pixels, raise_faint(pixels, 150)))
    cosine = float(before @ after / np.linalg.norm(before) / np.linalg.norm(after))
    assert np.degrees(np.arccos(min(1.0, cosine))) <= HUE_DEGREES
    assert np.linalg.norm(after) >= FAINT_STROKES_GAIN * np.linalg.norm(before)
    chroma = [np.ptp(colour) / colour.max() for colour in (before, after)]
    assert chroma[1] <= SATURATION_GROWTH * chroma[0]


def test_grain_and_specks_of_blank_paper_are_no_strokes() -> None:
    random = np.random.default_rng(11)
    blank = np.clip(random.normal(225, 4, (1200, 900, 3)), 0, 255)
    for _speck in range(60):
        y, x = random.integers(20, (1180, 880))
        blank[y : y + 2, x : x + 2] -= 60
    pixels = blank.astype(np.uint8)
    assert np.abs(raise_faint(pixels).astype(int) - pixels).max() == 0


def test_worn_pages_keep_their_ink_through_it(form: SamplePage) -> None:
    worn = wear(form, seed=2, fading=0.7, smudge=0.6, stain=0.5, bleed=0.5)
    after = raise_faint(worn.pixels)
    lighter = after[worn.ink > 0].astype(int) - worn.pixels[worn.ink > 0]
    assert lighter.max() <= 0


def test_a_channel_that_is_brighter_than_its_paper_stays_as_it_is() -> None:
    paper = np.full((600, 600, 3), (220, 200, 200), np.uint8)
    page = paper.copy()
    for top in range(60, 560, 40):
        page[top : top + 4, 60:540] = (205, 160, 212)
    after = raise_faint(page)
    strokes = page[..., 1] == 160
    assert (after[strokes][:, 1] < 160).all()
    assert (after[strokes][:, 2] == 212).all()
