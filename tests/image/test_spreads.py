"""Open books whose gutter and angles are known: recognised, parted without a loss, each half level in itself."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from scanpipe.enhance.filters import deskew, spread
from scanpipe.enhance.page import Page, page_of
from scanpipe.enhance.parameters import DeskewParams, SpreadParams
from scanpipe.enhance.pipeline import Enhanced, enhance, enhance_half, enhance_pages
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.enhance import enhance_files
from scanpipe.raster import MM_PER_INCH, Raster
from scanpipe.raster.codecs import encode_png
from tests.spread_drawings import BED, DPI, DrawnSpread, draw_open_sheet

RECIPE = Path(__file__).parents[2] / "configs" / "recipes" / "default.toml"
GUTTER_MM, ANGLE_DEG = 1.0, 0.1
SPLIT = SpreadParams(mode="split")


@pytest.fixture(scope="module")
def splitting() -> Recipe:
    recipe = msgspec.toml.decode(RECIPE.read_bytes(), type=Recipe)
    steps = tuple(SPLIT if isinstance(step, SpreadParams) else step for step in recipe.steps)
    return msgspec.structs.replace(recipe, steps=steps)


@pytest.fixture(scope="module")
def opened() -> DrawnSpread:
    return draw_open_sheet(angles=(0.9, -0.6))


@pytest.fixture(scope="module")
def halves(opened: DrawnSpread, splitting: Recipe) -> tuple[Enhanced, ...]:
    return tuple(enhance_pages(opened.raster, splitting))


@pytest.fixture(scope="module")
def coarse(opened: DrawnSpread) -> Raster:
    """The open book at half its resolution, where its pixels do not count."""
    half = cv2.resize(opened.raster.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return Raster(pixels=np.asarray(half, np.uint8), dpi=DPI / 2)


@lru_cache(maxsize=1)
def blank() -> Page:
    return page_of(Raster(pixels=np.full((80, 120), 255, np.uint8), dpi=50))


def gutter_of(raster: Raster, params: SpreadParams | None = None) -> spread.Spread:
    """Look for the gutter, which nothing but the picture of a page tells: its ink is not mapped."""
    return spread.measure(replace(blank(), raster=raster), params or SpreadParams())


def gutter_errors_mm(drawn: DrawnSpread, found: spread.Spread) -> list[float]:
    height = drawn.raster.height
    rows = np.linspace(drawn.gutter[0][1], drawn.gutter[1][1], 5)
    return [abs(found.x_at(row, height) - drawn.gutter_at(row)) / DPI * MM_PER_INCH for row in rows]


def skew(done: Enhanced) -> Any:
    return next(step for step in done.report.steps if step.step == "deskew").measured


@pytest.mark.parametrize("kind", ["pages", "table"])
@pytest.mark.parametrize("shadow", [0.05, 0.4, 0.8])
@pytest.mark.parametrize("angles", [(0.0, 0.0), (0.8, -0.5), (-1.2, 1.1)])
def test_the_gutter_of_an_open_spread_is_found(kind: str, shadow: float, angles: tuple[float, float]) -> None:
    drawn = draw_open_sheet(kind=kind, shadow=shadow, angles=angles)
    found = gutter_of(drawn.raster)
    assert found.confidence >= SpreadParams().confidence
    assert max(gutter_errors_mm(drawn, found)) <= GUTTER_MM


@pytest.mark.parametrize("contrast", [1.0, 0.3])
def test_the_gutter_is_found_in_grey_and_without_a_frame(contrast: float) -> None:
    drawn = draw_open_sheet(shadow=0.3, bed=None, contrast=contrast)
    grey = Raster(pixels=np.ascontiguousarray(drawn.raster.pixels[..., 1]), dpi=DPI)
    found = gutter_of(grey)
    assert found.confidence >= SpreadParams().confidence
    assert max(gutter_errors_mm(drawn, found)) <= GUTTER_MM


@pytest.mark.parametrize("kind", ["pages", "table"])
@pytest.mark.parametrize("angle", [0.0, 0.9, -2.0])
@pytest.mark.parametrize("bed", [BED, (150, 165, 190)])
def test_a_single_sheet_lying_down_is_no_spread(kind: str, angle: float, bed: tuple[int, int, int]) -> None:
    drawn = draw_open_sheet(kind=kind, angles=(angle, angle), shadow=0.0, bed=bed)
    assert gutter_of(drawn.raster).confidence < SpreadParams().confidence


def test_light_that_falls_off_to_one_side_is_no_gutter() -> None:
    drawn = draw_open_sheet(kind="table", shadow=0.0, bed=None)
    light = 1 - 0.5 * np.linspace(0, 1, drawn.raster.width)[None, :, None] ** 2
    uneven = Raster(pixels=(drawn.raster.pixels * light).astype(np.uint8), dpi=DPI)
    assert gutter_of(uneven).confidence < SpreadParams().confidence


def test_an_upright_page_and_a_small_picture_are_no_spread(opened: DrawnSpread) -> None:
    upright = Raster(pixels=np.ascontiguousarray(np.rot90(opened.raster.pixels)), dpi=DPI)
    small = Raster(pixels=opened.raster.pixels, dpi=3 * DPI)
    assert gutter_of(upright).confidence == 0
    assert gutter_of(small).confidence == 0


@pytest.mark.parametrize("gutter", ["found", "guessed"])
@pytest.mark.parametrize("angles", [(0.9, -0.6), (2.2, 1.8)])
def test_no_pixel_of_the_spread_is_lost_between_its_halves(gutter: str, angles: tuple[float, float]) -> None:
    raster = draw_open_sheet(kind="table", angles=angles).raster
    line = gutter_of(raster, SPLIT) if gutter == "found" else spread.middle(raster)
    left, right = (spread.half(raster, line, region, SPLIT).pixels for region in spread.HALVES)
    kept = np.zeros(raster.pixels.shape[:2], bool)
    kept[:, : left.shape[1]] |= (left == raster.pixels[:, : left.shape[1]]).all(axis=2)
    kept[:, -right.shape[1] :] |= (right == raster.pixels[:, -right.shape[1] :]).all(axis=2)
    assert kept.all()
    assert left.shape[1] + right.shape[1] >= raster.width + 2 * raster.px(SPLIT.overlap_mm) - 2


def test_each_half_is_deskewed_by_its_own_angle(halves: tuple[Enhanced, ...]) -> None:
    left, right = halves
    assert (left.report.region, right.report.region) == ("left", "right")
    assert abs(skew(left).angle_deg - 0.9) <= ANGLE_DEG
    assert abs(skew(right).angle_deg + 0.6) <= ANGLE_DEG
    for half in (left, right):
        assert abs(deskew.measure(page_of(half.image), DeskewParams()).angle_deg) <= ANGLE_DEG
        assert half.image.width < half.image.height
        assert half.mask.pixels.shape == half.image.pixels.shape[:2]


def test_a_spread_is_kept_whole_unless_the_recipe_says_split(coarse: Raster, splitting: Recipe) -> None:
    steps = tuple(SpreadParams() if step == SPLIT else step for step in splitting.steps)
    keeping = msgspec.structs.replace(splitting, steps=steps)
    (whole,) = enhance_pages(coarse, keeping)
    assert whole.report.region == ""
    found = next(step for step in whole.report.steps if step.step == "spread")
    assert (found.status, found.applied) == ("found", False)
    assert whole.report == enhance(coarse, keeping).report


def test_kept_geometry_splits_nothing(coarse: Raster, splitting: Recipe) -> None:
    (whole,) = enhance_pages(coarse, splitting, keep_geometry=True)
    assert whole.image.pixels.shape == coarse.pixels.shape


def test_a_sheet_without_a_gutter_is_not_split_by_a_recipe(splitting: Recipe) -> None:
    (whole,) = enhance_pages(draw_open_sheet(kind="table", shadow=0.0).raster, splitting)
    assert whole.report.region == ""


def test_a_known_spread_without_a_visible_gutter_is_cut_at_the_middle_and_flagged(splitting: Recipe) -> None:
    raster = draw_open_sheet(shadow=0.0, bed=None).raster
    bare = msgspec.structs.replace(splitting, steps=())
    left, right = (enhance_half(raster, bare, region) for region in spread.HALVES)
    assert "gutter_unsure" in left.report.flags and "gutter_unsure" in right.report.flags
    assert left.image.width + right.image.width >= raster.width + 2 * raster.px(10) - 2


def test_one_half_alone_is_the_same_as_that_half_of_both(
    opened: DrawnSpread, splitting: Recipe, halves: tuple[Enhanced, ...]
) -> None:
    alone = enhance_half(opened.raster, splitting, "right")
    assert alone.report == halves[1].report
    assert np.array_equal(alone.image.pixels, halves[1].image.pixels)


def test_files_of_a_split_spread_are_named_left_and_right(coarse: Raster, tmp_path: Path) -> None:
    scan, recipe, out = tmp_path / "scan.png", tmp_path / "split.toml", tmp_path / "out"
    scan.write_bytes(encode_png(coarse))
    recipe.write_text('name = "split"\n[[steps]]\nstep = "spread"\nmode = "split"\n')
    settings = {"recipe": str(recipe), "kinds": ("image",), "default_dpi": 300}
    results = list(enhance_files([scan], out, keep_geometry=False, **settings))
    assert sorted(path.name for path in out.glob("*.png")) == ["scan-left.png", "scan-right.png"]
    assert [result.name for result in results] == ["scan.png (left)", "scan.png (right)"]
