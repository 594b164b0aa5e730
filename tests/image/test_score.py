"""The score ranks pages as people would: the more worn, the lower; each weakness alone lowers it."""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import cv2
import msgspec
import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import Kind
from samples.wear import LEVELS, wear_as
from scanpipe.enhance.filters import deskew
from scanpipe.enhance.maps.ink import InkMap, map_ink
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import DeskewParams, ScoreThresholds
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.enhance.score import Score, measure, weak
from scanpipe.raster import Raster
from tests.thorough import tried

Draw = Callable[..., Any]

DEFAULT = Path(__file__).parents[2] / "configs" / "recipes" / "default.toml"
DPI = 150
KINDS = [("form", 1), ("table", 2), ("lines", 3), ("notes", 4)]
LIMITS = ScoreThresholds()


@lru_cache(maxsize=1)
def worn(kind: str, seed: int) -> list[Raster]:
    """Return a page at every level of wear, best first."""
    page = draw_page(cast(Kind, kind), seed=seed, dpi=DPI)
    return [Raster(pixels=wear_as(page, LEVELS[level], seed=seed).pixels, dpi=DPI) for level in sorted(LEVELS)]


def score(page: Raster, skew_deg: float | None = None, *, ink: InkMap | None = None) -> Score:
    ink = ink or map_ink(page)
    seen = Page(raster=page, ink=ink, marks=np.zeros_like(ink.surround_mask))
    left = deskew.measure(seen, DeskewParams()).angle_deg if skew_deg is None else skew_deg
    return measure(page, ink, scan=ink, skew_deg=left, thresholds=LIMITS)


def falls(values: list[float]) -> bool:
    return all(one > other for one, other in pairwise(values))


@pytest.mark.parametrize(("kind", "seed"), KINDS)
def test_worn_scans_score_lower_level_by_level(kind: str, seed: int) -> None:
    pages = [(page, map_ink(page)) for page in worn(kind, seed)]
    assert falls([score(page, ink=ink).overall for page, ink in pages])
    assert falls([score(page, 0.0, ink=ink).overall for page, ink in pages]), "told apart by more than their skew"


@pytest.mark.parametrize(("kind", "seed"), KINDS[: tried(1, 4)])
def test_enhancing_raises_the_score_but_does_not_hide_the_wear(kind: str, seed: int) -> None:
    recipe = msgspec.toml.decode(DEFAULT.read_bytes(), type=Recipe)
    before = [score(page).overall for page in worn(kind, seed)]
    after = [enhance(page, recipe).report.score.overall for page in worn(kind, seed)]
    assert all(later >= earlier - 3 for earlier, later in zip(before, after, strict=True))
    assert after[-1] == min(after)
    assert after[0] > 70


def blurred(page: Raster, sigma: float) -> Raster:
    return page.replace(np.asarray(cv2.GaussianBlur(page.pixels, (0, 0), sigma), np.uint8)) if sigma else page


def noisy(page: Raster, spread: float) -> Raster:
    noise = np.random.default_rng(5).normal(0, 1, page.pixels.shape) * spread
    return page.replace(np.clip(page.pixels + noise, 0, 255).astype(np.uint8))


def cut(page: Raster, columns: float) -> Raster:
    return page.replace(page.pixels[:, int(columns) :])


WEAKER = {
    "soft": (blurred, (0, 1.0, 1.6, 2.4, 4.0)),
    "noisy": (noisy, (0, 10, 25, 45)),
    "clipped": (cut, (0, 135, 110)),
}


@pytest.mark.parametrize("flag", WEAKER)
def test_each_weakness_of_the_picture_lowers_the_score(draw: Draw, flag: str) -> None:
    change, amounts = WEAKER[flag]
    scores = [score(change(draw(shade=0.2).raster, amount), skew_deg=0.0) for amount in amounts]
    assert falls([each.overall for each in scores])
    assert not weak(scores[0], LIMITS)
    assert flag in weak(scores[-1], LIMITS)


def test_paler_ink_lowers_the_score(draw: Draw) -> None:
    scores = [score(draw(contrast=contrast).raster, skew_deg=0.0) for contrast in (1.0, 0.7, 0.5, 0.35, 0.22)]
    assert falls([each.overall for each in scores])
    assert {"faint", "hard_to_read"} <= set(weak(scores[-1], LIMITS))


def test_an_angle_that_is_left_lowers_the_score(draw: Draw) -> None:
    page = draw().raster
    scores = [score(page, skew_deg=angle) for angle in (0.0, 0.2, -0.5, 1.0, -3.0)]
    assert falls([each.overall for each in scores])
    assert "skewed" in weak(scores[-1], LIMITS)


def test_the_report_tells_the_angle_that_was_not_turned_away(draw: Draw) -> None:
    recipe = msgspec.toml.decode(DEFAULT.read_bytes(), type=Recipe)
    page = draw(angle=2.0).raster
    kept = enhance(page, recipe, keep_geometry=True).report
    assert abs(kept.score.skew_deg - 2.0) < 0.1
    assert "skewed" in kept.flags
    assert enhance(page, recipe).report.score.skew_deg == 0


def test_an_angle_that_is_not_sure_is_told_as_unsure_alone(draw: Draw) -> None:
    recipe = Recipe(name="never sure", steps=(DeskewParams(confidence=1.0),))
    report = enhance(draw(angle=2.0).raster, recipe).report
    assert [step.status for step in report.steps] == ["unsure"]
    assert "skew_unsure" in report.flags
    assert not {"skewed", "hard_to_read"} & set(report.flags)


def test_coarse_paper_is_not_taken_for_blur_or_sharpness(draw: Draw) -> None:
    smooth, coarse = draw().raster, noisy(draw().raster, 8)
    assert abs(score(smooth).blur_mm - score(coarse).blur_mm) < 0.2 * score(smooth).blur_mm


def test_rules_that_run_off_the_page_are_not_clipped_writing(draw: Draw) -> None:
    page = draw(kind="table").raster
    assert score(page.replace(page.pixels[:, 75:-75]), skew_deg=0.0).clipped == 0


def test_a_blank_page_is_not_called_weak(draw: Draw) -> None:
    blank = score(draw(kind="blank", seal=False).raster, skew_deg=0.0)
    assert blank.overall == 100
    assert not weak(blank, LIMITS)
