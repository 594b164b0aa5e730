"""Open books that are kept whole: both pages level, the paper even across the gutter, no trace of what lay around."""

import msgspec
import numpy as np
import pytest

from scanpipe.enhance.filters import deskew
from scanpipe.enhance.maps.text_lines import find_writing
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import DeskewParams
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.placing import way_of
from scanpipe.enhance.recipe import Recipe
from scanpipe.enhance.report import Report
from tests.image.test_spreads import RECIPE
from tests.spread_drawings import BED, DrawnSpread, draw_open_sheet, px

LEVEL_DEG = 0.1
EVEN = 0.9  # of the paper's level


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return msgspec.toml.decode(RECIPE.read_bytes(), type=Recipe)


@pytest.fixture(scope="module", params=[("pages", (1.1, -0.5)), ("table", (-0.2, 1.3))], ids=["pages", "table"])
def drawn(request: pytest.FixtureRequest) -> DrawnSpread:
    kind, angles = request.param
    return draw_open_sheet(kind=kind, angles=angles, shadow=0.4)


@pytest.fixture(scope="module")
def kept(drawn: DrawnSpread, recipe: Recipe) -> Enhanced:
    return enhance(drawn.raster, recipe)


def angles_of(whole: Enhanced) -> list[float]:
    page = page_of(whole.image)
    halves = deskew._halved(find_writing(page.ink), 0.5)
    return [deskew._skew(page.ink, half, DeskewParams()).angle_deg for half in halves]


def skew_of(report: Report) -> deskew.Skew:
    found = next(step.measured for step in report.steps if step.step == "deskew")
    assert isinstance(found, deskew.Skew)
    return found


def test_both_pages_are_level_though_each_lies_at_an_angle_of_its_own(kept: Enhanced) -> None:
    assert skew_of(kept.report).halves is not None
    assert angles_of(kept) == pytest.approx([0, 0], abs=LEVEL_DEG)
    assert not {"ink_lost", "skew_unsure"} & set(kept.report.flags)


def test_the_report_tells_where_the_scan_came_to_lie(kept: Enhanced, drawn: DrawnSpread) -> None:
    assert way_of(kept.report, (drawn.raster.width, drawn.raster.height)) is not None
    again = msgspec.json.decode(msgspec.json.encode(kept.report), type=Report)
    assert skew_of(again) == skew_of(kept.report)


@pytest.mark.parametrize("angles", [(0.0, 0.0), (0.5, 0.45)])
def test_pages_that_lie_alike_are_turned_as_one(angles: tuple[float, float], recipe: Recipe) -> None:
    whole = enhance(draw_open_sheet(angles=angles).raster, recipe)
    assert skew_of(whole.report).halves is None
    assert "halves" not in msgspec.json.encode(whole.report).decode()


@pytest.mark.parametrize("shadow", [0.2, 0.4, 0.5])
def test_the_shadow_of_the_gutter_becomes_even_paper(shadow: float, recipe: Recipe) -> None:
    light = enhance(draw_open_sheet(shadow=shadow).raster, recipe).image.pixels.min(axis=2)
    rows, middle = slice(px(20), -px(20)), light.shape[1] // 2
    brightness = np.percentile(light[rows], 75, axis=0)  # of each column, written on or not
    paper = float(np.median(brightness))
    near = brightness[middle - px(25) : middle + px(25)]
    assert near.min() >= EVEN * paper
    assert near.max() <= paper / EVEN


def test_nothing_of_the_bed_is_left_along_the_edges(recipe: Recipe) -> None:
    drawn = draw_open_sheet(angles=(0.8, -0.6))
    assert max(BED) < 20
    levels = enhance(drawn.raster, recipe).image.pixels.min(axis=2)
    paper, margin = float(np.median(levels)), px(4)
    rows = np.r_[px(20) : px(150), px(170) : px(195)]  # beside the note, and the seal, at the edge nothing is painted
    edges = np.concatenate([levels[rows, :margin], levels[rows, -margin:]], axis=1)
    assert edges.min() >= EVEN * paper
    assert np.quantile(levels[-margin:], 0.001) >= EVEN * paper
