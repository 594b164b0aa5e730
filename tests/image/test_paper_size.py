"""The paper's own size: neither margin, nor bed, nor what turning adds is paper."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from scanpipe.enhance.filters import spread
from scanpipe.enhance.parameters import Given, PageBoxParams
from scanpipe.enhance.pipeline import enhance, enhance_half
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Raster
from tests.spread_drawings import draw_open_sheet

Draw = Callable[..., Any]

RECIPE = Path(__file__).parents[2] / "configs" / "recipes" / "default.toml"
A4_MM, A3_MM = (210.0, 297.0), (420.0, 297.0)
WITHIN = 0.01


@pytest.fixture(scope="module")
def geometry() -> Recipe:
    recipe = msgspec.toml.decode(RECIPE.read_bytes(), type=Recipe)
    return msgspec.structs.replace(recipe, steps=recipe.steps[:4])


@pytest.mark.parametrize(
    ("angle", "frame", "colour"),
    [
        (0.0, 110, (12, 12, 14)),
        (2.3, 110, (12, 12, 14)),
        (-3.1, 60, (38, 92, 62)),
        (1.4, 90, (120, 80, 60)),
        (1.7, 0, ()),
    ],
)
def test_an_a4_sheet_askew_is_a4(
    draw: Draw, geometry: Recipe, angle: float, frame: int, colour: tuple[int, ...]
) -> None:
    page = draw(angle=angle, frame=frame, frame_colour=colour).raster
    told = enhance(page, geometry).report
    assert told.paper_mm == pytest.approx(A4_MM if frame else page.size_mm, rel=WITHIN)


def test_a_sheet_that_was_turned_by_a_quarter_is_measured_as_it_lies_then(draw: Draw, geometry: Recipe) -> None:
    page = draw(angle=1.2, frame=80).raster
    lying = page.replace(np.asarray(cv2.rotate(page.pixels, cv2.ROTATE_90_CLOCKWISE), np.uint8))
    turned = msgspec.structs.replace(geometry, given=Given(turn_deg=270))
    assert enhance(lying, turned).report.paper_mm == pytest.approx(A4_MM, rel=WITHIN)


def test_an_open_book_is_a3_and_each_of_its_halves_a4(geometry: Recipe) -> None:
    drawn = draw_open_sheet(angles=(0.9, -0.6)).raster
    half = cv2.resize(drawn.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    opened = Raster(pixels=np.asarray(half, np.uint8), dpi=drawn.dpi / 2)
    whole = enhance(opened, geometry).report
    left, right = (enhance_half(opened, geometry, region).report for region in spread.HALVES)
    assert whole.paper_mm == pytest.approx(A3_MM, rel=WITHIN)
    assert left.paper_mm == pytest.approx(A4_MM, rel=WITHIN)
    assert right.paper_mm == pytest.approx(A4_MM, rel=WITHIN)


def test_without_a_page_box_the_paper_is_the_scan(draw: Draw) -> None:
    page = draw(angle=1.2, frame=80).raster
    told = enhance(page, Recipe(name="none", steps=())).report
    assert told.paper_mm == pytest.approx(page.size_mm, abs=0.1)


def test_a_box_that_was_given_is_the_paper(draw: Draw) -> None:
    page = draw(frame=80).raster
    given = Given(box_mm=(10.0, 12.0, 220.0, 309.0))
    told = enhance(page, Recipe(name="given", steps=(PageBoxParams(),), given=given)).report
    assert told.paper_mm == pytest.approx(A4_MM, rel=WITHIN)
