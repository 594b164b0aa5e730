"""What levelling the light does to paper, shadows, pictures and colour."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from samples.wear import shade_gutter
from scanpipe.enhance.filters import flatten
from scanpipe.enhance.maps.background import measure_paper
from scanpipe.enhance.parameters import FlattenParams
from scanpipe.raster import Raster

Draw = Callable[..., Any]

EVEN_LEVELS = 8.0  # between the darkest and the brightest twentieth of bare paper
TONE_KEPT = 0.1
HUE_KEPT = 0.04
GRAIN_GROWTH = 1.1
WHITE_LEVELS = 6.0
BARE = (slice(20, 100), slice(20, 1220))
MARKER = np.array([1.0, 0.92, 0.78], np.float32)  # pale orange: share of the light each channel keeps


def level(raster: Raster, params: FlattenParams | None = None) -> Raster:
    params = params or FlattenParams()
    paper = measure_paper(
        raster, window_mm=params.window_mm, smooth_mm=params.smooth_mm, map_dpi=flatten.MAP_DPI
    )  # fmt: skip
    return flatten.flattened(raster, paper, params)


def shaded_by_hand(raster: Raster, depth: float, penumbra_mm: float) -> Raster:
    """Cast a slanting shadow over the lower left of the page."""
    height, width = raster.height, raster.width
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    inside = (ys - 0.25 * height - 0.8 * xs) / 1.28
    dark = 1 / (1 + np.exp(-np.clip(inside / raster.px(penumbra_mm) * 4, -30, 30)))
    return raster.replace(np.asarray(np.rint(raster.pixels * (1 - depth * dark[..., None])), np.uint8))


def spread(levels: NDArray[np.floating]) -> float:
    return float(np.percentile(levels, 95) - np.percentile(levels, 5))


def blocks(raster: Raster, away_from: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean level of every 2 mm square of bare paper."""
    side = raster.px(2)
    ink = cv2.dilate(away_from.astype(np.uint8), np.ones((side, side), np.uint8))
    size = (raster.width // side, raster.height // side)
    clean = cv2.resize(ink, size, interpolation=cv2.INTER_AREA) == 0
    return cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA).mean(axis=2)[clean]


@pytest.mark.parametrize("penumbra_mm", [2.0, 6.0])
def test_a_cast_shadow_is_levelled_up_to_its_rim(draw: Draw, penumbra_mm: float) -> None:
    page = draw(kind="few lines")
    shaded = shaded_by_hand(page.raster, 0.45, penumbra_mm)
    drawn = page.ink | page.seal
    assert spread(blocks(shaded, drawn)) >= 60
    assert spread(blocks(level(shaded), drawn)) <= EVEN_LEVELS


def test_the_shadow_of_the_gutter_is_levelled(draw: Draw) -> None:
    page = draw(kind="table")
    shaded = page.raster.replace(shade_gutter(page.raster.pixels, 0.6, int(page.raster.dpi), 0))
    before, after = (picture.pixels[20:100, 6:240].mean(axis=(0, 2)) for picture in (shaded, level(shaded)))
    assert spread(before) >= 60
    assert spread(after) <= EVEN_LEVELS


def test_a_printed_grey_box_keeps_its_tone(draw: Draw) -> None:
    page = draw(kind="few lines")
    pixels = page.raster.pixels.copy()
    box = (slice(700, 1000), slice(300, 800))
    pixels[box] = (pixels[box] * 0.6).astype(np.uint8)
    after = level(shaded_by_hand(page.raster.replace(pixels), 0.3, 4.0)).pixels
    ratio = float(after[800:900, 400:700].mean()) / float(after[550:650, 400:700].mean())
    assert ratio == pytest.approx(0.6, abs=TONE_KEPT)


@pytest.mark.parametrize("paper", ["natural", "white"])
def test_colour_noise_of_yellowed_paper_does_not_grow(draw: Draw, paper: Any) -> None:
    page = draw(kind="few lines")
    yellow = page.raster.pixels * np.array([0.98, 0.9, 0.66], np.float32)
    noisy = np.clip(yellow + np.random.default_rng(3).normal(0, 4, yellow.shape), 0, 255).astype(np.uint8)
    before, after = noisy[BARE], level(page.raster.replace(noisy), FlattenParams(paper=paper)).pixels[BARE]
    brighter = float(after.mean()) / float(before.mean())
    colour = [
        np.ptp(picture.astype(np.float32) - picture.mean(axis=(0, 1)), axis=2).std() for picture in (before, after)
    ]
    assert colour[1] <= GRAIN_GROWTH * brighter * colour[0]


def test_paper_becomes_white_on_demand_only(draw: Draw) -> None:
    page = draw(shade=0.3)
    natural, white = (level(page.raster, FlattenParams(paper=paper)).pixels[BARE] for paper in ("natural", "white"))  # type: ignore[arg-type]
    assert np.abs(np.median(white, axis=(0, 1)) - 250).max() <= WHITE_LEVELS
    assert float(np.median(natural[..., 0])) - float(np.median(natural[..., 2])) >= 15


@pytest.mark.parametrize("size", [(40, 30), (300, 9), (1000, 1000)])
@pytest.mark.parametrize("colour", [True, False])
def test_pictures_of_any_size_are_levelled(size: tuple[int, int], colour: bool) -> None:
    shape = (*size, 3) if colour else size
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    assert level(Raster(pixels=pixels, dpi=300)).pixels.shape == shape


@pytest.mark.parametrize("place", [(slice(1200, 1300), slice(300, 700)), (slice(900, 1100), slice(0, 500))])
def test_text_marker_keeps_its_colour_and_tints_no_paper(draw: Draw, place: tuple[slice, slice]) -> None:
    page = draw(kind="few lines")
    pixels = page.raster.pixels.copy()
    pixels[place] = (pixels[place] * MARKER).astype(np.uint8)
    shaded = shaded_by_hand(page.raster.replace(pixels), 0.3, 4.0)
    after = level(shaded).pixels.astype(np.float32)
    rows, columns = place
    middle = slice(columns.start + 150, columns.stop - 150)
    marked, below = (np.median(after[y, middle], axis=(0, 1)) for y in (rows, slice(rows.stop + 15, rows.stop + 45)))
    bare = np.median(after[BARE], axis=(0, 1))
    assert marked / bare == pytest.approx(MARKER, abs=HUE_KEPT)
    assert below == pytest.approx(bare, abs=EVEN_LEVELS)
