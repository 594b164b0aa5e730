"""What enhancing does to pages whose truth is known; every tolerance has a name."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from scanpipe.enhance.filters import deskew, page_box
from scanpipe.enhance.maps.ink import loss_by_mass, map_ink
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import DeskewParams, PageBoxParams
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Raster

Draw = Callable[..., Any]

RECIPE = Path(__file__).parents[2] / "configs" / "recipes" / "default.toml"
MEAN_ERROR_DEG, WORST_ERROR_DEG = 0.05, 0.3
BOX_TOLERANCE_MM = 3.5
INK_KEPT, SEAL_KEPT = 0.99, 0.995
NEAR_PX = 2
ANGLES = (-7.3, -3.1, -0.85, -0.2, 0.0, 0.35, 1.4, 4.9)


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return msgspec.toml.decode(RECIPE.read_bytes(), type=Recipe)


@pytest.fixture(scope="module")
def in_place(draw: Draw, recipe: Recipe) -> Callable[..., Enhanced]:
    """Enhance a drawn page where it lies, or give what was made of it before."""
    return lru_cache(maxsize=8)(lambda **traits: enhance(draw(**traits).raster, recipe, keep_geometry=True))


def skew_of(raster: Raster) -> deskew.Skew:
    return deskew.measure(page_of(raster), DeskewParams())


def step(result: Enhanced, name: str) -> Any:
    return next(report for report in result.report.steps if report.step == name)


def kept_share(mask: Raster, truth: Any) -> float:
    near = cv2.dilate((mask.pixels == 0).astype(np.uint8), np.ones((2 * NEAR_PX + 1, 2 * NEAR_PX + 1), np.uint8))
    return float((near[truth] > 0).mean())


@pytest.mark.parametrize("kind", ["form", "table", "few lines"])
def test_the_angle_of_a_page_is_measured(draw: Draw, kind: str) -> None:
    errors = [abs(skew_of(draw(kind=kind, angle=angle).raster).angle_deg - angle) for angle in ANGLES]
    assert np.mean(errors) <= MEAN_ERROR_DEG
    assert max(errors) <= WORST_ERROR_DEG


@pytest.mark.parametrize(("angle", "frame"), [(1.7, 0), (-2.6, 90), (0.4, 60)])
def test_an_enhanced_page_lies_level(draw: Draw, recipe: Recipe, angle: float, frame: int) -> None:
    result = enhance(draw(angle=angle, frame=frame, shade=0.3).raster, recipe)
    assert step(result, "deskew").applied
    assert abs(skew_of(result.image).angle_deg) <= MEAN_ERROR_DEG


@pytest.mark.parametrize("frame_colour", [(12, 12, 14), (120, 80, 60), (150, 165, 190)])
def test_the_frame_is_cut_and_the_page_kept(draw: Draw, frame_colour: tuple[int, int, int]) -> None:
    page = draw(angle=0.6, frame=110, frame_colour=frame_colour)
    box = page_box.find_page(page.raster, PageBoxParams()).box
    tolerance = page.raster.px(BOX_TOLERANCE_MM)
    low, high = page.corners.min(axis=0), page.corners.max(axis=0)
    assert 0 <= low[0] - box.left <= tolerance
    assert 0 <= low[1] - box.top <= tolerance
    assert 0 <= box.right - high[0] - 1 <= tolerance
    assert 0 <= box.bottom - high[1] - 1 <= tolerance


def test_a_page_that_fills_the_picture_is_not_cut(draw: Draw) -> None:
    page = draw(kind="table", shade=0.3)
    assert page_box.find_page(page.raster, PageBoxParams()).box.covers(page.raster)


@pytest.mark.parametrize(
    "wear",
    [
        {},
        {"shade": 0.45},
        {"contrast": 0.4},
        {"kind": "table", "frame": 70, "angle": 1.1},
        {"contrast": 0.3, "shade": 0.3},
    ],
    ids=["clean", "shadow", "faded", "framed", "faded in shadow"],
)
def test_the_mask_keeps_writing_and_seal(draw: Draw, in_place: Callable[..., Enhanced], wear: dict[str, Any]) -> None:
    page, result = draw(**wear), in_place(**wear)
    assert kept_share(result.mask, page.ink) >= INK_KEPT
    assert kept_share(result.mask, page.seal) >= SEAL_KEPT
    assert "ink_lost" not in result.report.flags


def test_dots_below_letters_survive(in_place: Callable[..., Enhanced]) -> None:
    mask = in_place().mask.pixels
    dots = [mask[140 + row * 58 + 5 : 140 + row * 58 + 12, 297:304] for row in range(26)]
    assert all((dot == 0).any() for dot in dots)


@pytest.mark.parametrize("contrast", [1.0, 0.3])
def test_the_seal_stays_red_and_the_paper_keeps_its_colour(
    draw: Draw, in_place: Callable[..., Enhanced], contrast: float
) -> None:
    page = draw(contrast=contrast, shade=0.3)
    before, after = page.raster.pixels[page.seal], in_place(contrast=contrast, shade=0.3).image.pixels
    redness = float((after[page.seal][:, 0].astype(int) - after[page.seal][:, 2]).mean())
    assert redness >= float((before[:, 0].astype(int) - before[:, 2]).mean())
    bare = after[20:100, 20:1200].reshape(-1, 3)
    wanted = np.median(page.raster.pixels[20:100, 20:600].reshape(-1, 3), axis=0)
    assert np.abs(np.median(bare, axis=0) - wanted).max() <= 15


def test_uneven_light_is_levelled(in_place: Callable[..., Enhanced]) -> None:
    bare = in_place(shade=0.45).image.pixels[20:100].mean(axis=(0, 2))
    assert float(np.percentile(bare, 95) - np.percentile(bare, 5)) <= 6


def test_faint_ink_becomes_darker_but_the_paper_no_noisier(draw: Draw, recipe: Recipe) -> None:
    page = draw(contrast=0.35)
    after = enhance(page.raster, recipe, keep_geometry=True).image.pixels.astype(int)
    assert after[page.ink].mean() <= page.raster.pixels[page.ink].mean() - 25
    assert after[20:100, 20:1200].std() <= 1.3 * page.raster.pixels[20:100, 20:1200].astype(int).std()


def test_nothing_is_invented_on_a_blank_page(draw: Draw, recipe: Recipe) -> None:
    page = draw(kind="blank", shade=0.2, seal=False)
    result = enhance(page.raster, recipe)
    assert (result.mask.pixels == 255).all()
    assert (result.reading.raster.pixels == 255).all()
    assert "blank" in result.report.flags
    assert not step(result, "deskew").applied


def test_geometry_is_kept_on_demand(draw: Draw, recipe: Recipe) -> None:
    page = draw(angle=2.0, frame=80)
    kept = enhance(page.raster, recipe, keep_geometry=True)
    assert kept.image.pixels.shape == page.raster.pixels.shape
    assert {step(kept, name).status for name in ("page_box", "deskew")} == {"geometry_kept"}
    free = enhance(page.raster, recipe)
    assert free.mask.pixels.shape == free.image.pixels.shape[:2]


def test_turning_cuts_nothing_off(draw: Draw) -> None:
    page = draw(kind="table", angle=5.0)
    turned = deskew.levelled(page.raster, skew_of(page.raster))
    assert turned.height > page.raster.height
    assert loss_by_mass(map_ink(page.raster), map_ink(turned)).lost_share <= 1 - INK_KEPT


def test_the_same_page_gives_the_same_result(draw: Draw, recipe: Recipe) -> None:
    page = draw(angle=1.0, frame=60, shade=0.3)
    one, other = enhance(page.raster, recipe), enhance(page.raster, recipe)
    assert one.report == other.report
    for name in ("image", "mask"):
        assert np.array_equal(getattr(one, name).pixels, getattr(other, name).pixels)
    assert np.array_equal(one.reading.raster.pixels, other.reading.raster.pixels)


def test_a_grey_page_is_enhanced_as_well(draw: Draw, recipe: Recipe) -> None:
    page = draw(angle=1.2, frame=60)
    grey = Raster(pixels=np.asarray(cv2.cvtColor(page.raster.pixels, cv2.COLOR_RGB2GRAY), np.uint8), dpi=150)
    result = enhance(grey, recipe)
    assert not result.image.colour
    assert abs(skew_of(result.image).angle_deg) <= MEAN_ERROR_DEG
    kept = enhance(grey, recipe, keep_geometry=True)
    assert kept_share(kept.mask, page.ink) >= INK_KEPT


def test_a_skewed_page_in_a_black_frame_comes_out_without_black_corners(draw: Draw, recipe: Recipe) -> None:
    page = draw(angle=3.0, frame=80)
    done = enhance(page.raster, recipe).image
    margin = done.px(2.5)
    inner = done.pixels[margin:-margin, margin:-margin]
    corners = [inner[:40, :40], inner[:40, -40:], inner[-40:, :40], inner[-40:, -40:]]
    assert min(float(corner.mean()) for corner in corners) > 150
