"""What cleaning does to stains, smudges and the other side's ink, and to all that must survive it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import SamplePage
from samples.wear import bleed_through, stain_with_water
from scanpipe.enhance.filters import flatten, stains
from scanpipe.enhance.maps.background import measure_paper
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import FlattenParams, StainsParams
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Pixels, Raster

Draw = Callable[..., Any]

DPI = 200
LEFT_OF_STAINS, LEFT_OF_THE_OTHER_SIDE, LEFT_OF_SMUDGES = 0.7, 0.6, 0.6
INK_KEPT, SEAL_KEPT = 0.995, 1.0
KEPT_CONTRAST = 0.8  # of its former distance from the paper around it: a stroke is kept
UNTOUCHED_LEVELS = 1.0
SEEN_LEVELS = 8.0


@pytest.fixture(scope="module")
def form() -> SamplePage:
    return draw_page("form", seed=3, dpi=DPI)


@pytest.fixture(scope="module")
def verso() -> SamplePage:
    return draw_page("lines", seed=91, dpi=DPI)


def level(pixels: Pixels) -> Pixels:
    """Level the light first, as recipes do."""
    raster = Raster(pixels=pixels, dpi=DPI)
    return flatten.flattened(raster, measure_paper(raster, map_dpi=flatten.MAP_DPI), FlattenParams()).pixels


def clean(pixels: Pixels, **settings: Any) -> Pixels:
    raster = Raster(pixels=pixels, dpi=DPI)
    return stains.cleaned(
        raster, stains.measure(replace(page_of(raster), known_seals=()), StainsParams(**settings))
    ).pixels


def bare(page: SamplePage, mm: float = 1.0) -> Any:
    drawn = ((page.ink > 0) | (page.seal > 0)).astype(np.uint8)
    reach = 2 * round(mm / 25.4 * DPI) + 1
    return cv2.dilate(drawn, np.ones((reach, reach), np.uint8)) == 0


def spoilt(page: SamplePage, *pictures: Pixels) -> list[float]:
    """Return how far pictures are from the unspoilt page, on the bare paper where the first of them shows it."""
    unspoilt = level(page.pixels)
    away = [np.maximum.reduce(cv2.split(cv2.absdiff(picture, unspoilt))) for picture in pictures]
    where = bare(page) & (away[0] >= SEEN_LEVELS)
    assert where.sum() >= 500
    return [float(distance[where].mean()) for distance in away]


def darkest(pixels: Pixels) -> Any:
    return np.minimum.reduce(cv2.split(pixels))


def paper_around(pixels: Pixels) -> Any:
    side = np.ones((2 * round(1.5 / 25.4 * DPI) + 1,) * 2, np.uint8)
    return cv2.morphologyEx(cv2.GaussianBlur(darkest(pixels), (0, 0), 1), cv2.MORPH_CLOSE, side).astype(np.float32)


def kept(truth: Any, before: Pixels, after: Pixels) -> float:
    """Return the share of the strokes that stand off the paper around them as they did."""
    old, new = (paper_around(picture) - darkest(picture) for picture in (before, after))
    strokes = (truth > 0) & (old > 25)
    return float((new[strokes] >= KEPT_CONTRAST * old[strokes]).mean())


def touched(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Leave the marks of dirty fingers: soft, grey, some millimetres wide."""
    ys, xs = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]].astype(np.float32)
    dirt = np.zeros(ys.shape, np.float32)
    for _mark in range(8):
        x, y = random.uniform((0.1, 0.1), (0.9, 0.9)) * pixels.shape[1::-1]
        wide, high = random.uniform((2.0, 1.5), (5.0, 2.5)) / 25.4 * DPI
        dirt = np.maximum(dirt, np.exp(-(((xs - x) / wide) ** 2) - ((ys - y) / high) ** 2))
    return np.asarray(np.rint(pixels * (1 - 0.3 * dirt[..., None])), np.uint8)


def stained(form: SamplePage, verso: SamplePage, kind: str) -> Pixels:
    random = np.random.default_rng(7)
    if kind == "stain":
        return stain_with_water(form.pixels, 0.7, DPI, random)
    if kind == "smudge":
        return touched(form.pixels, random)
    return bleed_through(form.pixels, verso.pixels, 0.7, DPI, random)


@pytest.mark.parametrize(
    ("kind", "left"),
    [("stain", LEFT_OF_STAINS), ("smudge", LEFT_OF_SMUDGES), ("bleed", LEFT_OF_THE_OTHER_SIDE)],
)
def test_what_spoils_the_paper_is_attenuated_and_no_stroke_lost(
    form: SamplePage, verso: SamplePage, kind: str, left: float
) -> None:
    before = level(stained(form, verso, kind))
    after = clean(before)
    was, remains = spoilt(form, before, after)
    assert remains <= left * was
    assert kept(form.ink, before, after) >= INK_KEPT
    assert kept(form.diacritics, before, after) >= INK_KEPT
    assert kept(form.seal, before, after) >= SEAL_KEPT


def test_a_clean_page_is_left_alone(form: SamplePage) -> None:
    page = level(form.pixels)
    assert np.abs(clean(page).astype(int) - page).mean() <= 0.1 * UNTOUCHED_LEVELS


def test_grain_is_not_raised(form: SamplePage, verso: SamplePage) -> None:
    noisy = np.clip(level(form.pixels) + np.random.default_rng(5).normal(0, 4, form.pixels.shape), 0, 255).astype(
        np.uint8
    )
    paper = bare(form)
    assert clean(noisy)[paper].astype(float).std() <= 1.02 * noisy[paper].astype(float).std()


def test_a_soft_pencil_note_is_not_taken_for_the_other_side(form: SamplePage) -> None:
    note = np.zeros(form.ink.shape, np.uint8)
    cv2.putText(note, "xem so 12", (700, 150), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2.0, 255, 3, cv2.LINE_AA)
    soft = cv2.GaussianBlur(note, (0, 0), 1.6)[..., None] / 255.0
    pencilled = np.rint(form.pixels * (1 - 0.3 * soft)).astype(np.uint8)
    after, core = clean(pencilled), note == 255
    before = (form.pixels.astype(float) - pencilled)[core].mean()
    assert (form.pixels.astype(float) - after)[core].mean() >= 0.95 * before


@pytest.mark.parametrize("colour", [(170, 30, 40), (40, 60, 150), (110, 50, 130)], ids=["red", "blue", "violet"])
def test_solid_coloured_stamps_survive(form: SamplePage, colour: tuple[int, int, int]) -> None:
    stamped = form.pixels.copy()
    cv2.rectangle(stamped, (200, 1900), (420, 1990), colour, -1)
    faint = (stamped * 0.5 + form.pixels * 0.5).astype(np.uint8)
    inside = (slice(1905, 1985), slice(205, 415))
    assert np.abs(clean(faint)[inside].astype(int) - faint[inside]).mean() <= UNTOUCHED_LEVELS


def test_a_recipe_reports_what_was_cleaned(form: SamplePage, verso: SamplePage) -> None:
    page = Raster(pixels=level(stained(form, verso, "bleed")), dpi=DPI)
    result = enhance(page, Recipe(name="x", steps=(StainsParams(),)))
    (report,) = result.report.steps
    assert (report.step, report.applied, report.status) == ("stains", True, "applied")
    assert isinstance(report.measured, stains.StainStats)
    assert report.measured.show_through_mm2 > 500


def test_a_grey_page_is_cleaned_as_well(form: SamplePage, verso: SamplePage) -> None:
    grey = np.asarray(cv2.cvtColor(stained(form, verso, "stain"), cv2.COLOR_RGB2GRAY), np.uint8)
    assert clean(grey).shape == grey.shape
