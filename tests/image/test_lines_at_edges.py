"""A black line along the edge of a scan, of glass or bed, changes nothing of what is told of the page."""

import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import SamplePage
from samples.wear import wear
from scanpipe.enhance.filters.edge_lines import cut_lines
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Pixels, Raster

DPI = 150
SIDES = {"all": (1, 1, 1, 1), "right and bottom": (0, 1, 0, 1), "left": (1, 0, 0, 0)}  # left, right, top, bottom


@pytest.fixture(scope="module")
def faint() -> SamplePage:
    return wear(draw_page("lines", seed=5, dpi=DPI), seed=5, fading=0.85, skew=1.5)


def lined(pixels: Pixels, sides: tuple[int, int, int, int], px: int) -> Pixels:
    out = pixels.copy()
    left, right, top, bottom = (side * px for side in sides)
    out[:, :left], out[:top] = 0, 0
    out[:, out.shape[1] - right :], out[out.shape[0] - bottom :] = 0, 0
    return out


def enhanced(pixels: Pixels, *, keep_geometry: bool = False) -> Enhanced:
    recipe = load_recipe("default")
    assert isinstance(recipe, Recipe)
    return enhance(Raster(pixels=pixels, dpi=float(DPI)), recipe, keep_geometry=keep_geometry)


@pytest.mark.parametrize(("sides", "px"), [("all", 2), ("all", 5), ("right and bottom", 2), ("left", 4)])
def test_the_mask_of_a_faint_page_stays(faint: SamplePage, sides: str, px: int) -> None:
    mask = enhanced(lined(faint.pixels, SIDES[sides], px), keep_geometry=True).mask.pixels == 0
    assert np.count_nonzero(mask & faint.ink) > 0.98 * np.count_nonzero(faint.ink)
    assert not mask[:, :px].any() or not SIDES[sides][0], "the line is ink"


def test_the_page_is_made_straight(faint: SamplePage) -> None:
    report = enhanced(lined(faint.pixels, SIDES["all"], 3)).report
    assert [step.status for step in report.steps if step.step == "deskew"] == ["applied"]
    assert not {"ink_lost", "skewed"} & set(report.flags)


@pytest.mark.parametrize("px", [1, 3, 8])
def test_the_line_is_cut_off_and_hardly_more(px: int) -> None:
    pixels = draw_page("lines", seed=5, dpi=DPI).pixels
    image = enhanced(lined(pixels, SIDES["right and bottom"], px)).image
    assert (image.pixels[:, -1].min(axis=1) > 100).all()
    assert (image.pixels[-1].min(axis=1) > 100).all()
    assert pixels.shape[1] - image.width in (px, px + 1)
    assert pixels.shape[0] - image.height in (px, px + 1)


def test_the_line_of_a_skewed_page_is_gone_too(faint: SamplePage) -> None:
    clean, with_line = (enhanced(pixels) for pixels in (faint.pixels, lined(faint.pixels, SIDES["all"], 3)))
    assert clean.image.pixels.shape == with_line.image.pixels.shape
    rim = [
        np.concatenate([np.rot90(made.image.pixels, n)[:30].ravel() for n in range(4)]) for made in (clean, with_line)
    ]
    assert np.count_nonzero(rim[1] < 100) <= np.count_nonzero(rim[0] < 100)


def test_what_goes_on_inwards_is_no_line() -> None:
    pixels = np.full((600, 400, 3), 230, np.uint8)
    for row in range(30):  # a shadow
        pixels[row] = 60 + 5 * row
    page = Raster(pixels=pixels, dpi=float(DPI))
    assert cut_lines(page, (0, 0, 400, 600)) == (0, 0, 400, 600)


def test_writing_that_runs_off_the_page_is_no_line() -> None:
    pixels = np.full((600, 400, 3), 230, np.uint8)
    pixels[:6, 20:160] = 20
    page = Raster(pixels=pixels, dpi=float(DPI))
    assert cut_lines(page, (0, 0, 400, 600)) == (0, 0, 400, 600)
