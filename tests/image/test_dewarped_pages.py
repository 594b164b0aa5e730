"""Lines that bend near the gutter come out level; every tolerance has a name."""

import cv2
import numpy as np
import pytest

from samples.curl import curl
from scanpipe.enhance.filters import dewarp
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import DewarpParams
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.enhance.report import StepReport
from scanpipe.raster import Pixels, Raster
from tests.image.conftest import Draw

STRAIGHTER = 4.0
INK_KEPT = 0.98
MARKS = 9
RISE_MM = 25.0
RECIPE = Recipe(name="unrolled", steps=(DewarpParams(),))


def curled(raster: Raster, at: float, rise_mm: float = RISE_MM) -> Raster:
    return raster.replace(curl(raster.pixels, rise_mm, raster.dpi, at=at))


def told(done: Enhanced) -> StepReport:
    return done.report.steps[0]


def marks(flat: Raster) -> Raster:
    """Draw level lines where the page has its writing: what becomes of them needs no tracing of letters."""
    pixels: Pixels = np.full((flat.height, flat.width), 255, np.uint8)
    for top in range(140, flat.height - 130, 180):
        pixels[top : top + 3, 90:970] = 0
    return flat.replace(pixels)


def deviation_mm(marked: Raster) -> float:
    """Return how far the marks are from straight lines of their own, RMS."""
    count, labels = cv2.connectedComponents((marked.pixels < 128).astype(np.uint8))
    off = []
    for mark in range(1, count):
        rows, columns = np.nonzero(labels == mark)
        places, heights = np.unique(columns), np.bincount(columns, rows) / np.maximum(np.bincount(columns), 1)
        off.append(heights[places] - np.polyval(np.polyfit(places, heights[places], 1), places))
    assert count == MARKS + 1
    return float(np.sqrt(np.mean(np.concatenate(off) ** 2))) / marked.dpi * 25.4


@pytest.mark.parametrize(("kind", "at"), [("form", 0.0), ("table", 0.0), ("table", 1.0)])
def test_lines_of_a_curled_page_become_straight(draw: Draw, kind: str, at: float) -> None:
    flat = draw(kind=kind).raster
    page = page_of(curled(flat, at))
    bend = dewarp.measure(page, DewarpParams())
    assert dewarp.judge(page, bend, DewarpParams()) is None
    before = curled(marks(flat), at)
    assert deviation_mm(dewarp.unrolled(before, bend)) <= deviation_mm(before) / STRAIGHTER


def test_a_curled_page_keeps_its_ink_and_all_of_its_picture(draw: Draw) -> None:
    page = curled(draw(kind="form").raster, 0.0)
    done = enhance(page, RECIPE)
    step = told(done)
    assert step.applied
    assert step.ink is not None
    assert step.ink.after_mm2 >= INK_KEPT * step.ink.before_mm2
    assert done.image.width == page.width
    assert done.image.height >= page.height


def test_new_edges_go_on_with_what_the_rim_shows(draw: Draw) -> None:
    page = curled(draw(kind="form", seal=False).raster, 0.0)
    done = enhance(page, RECIPE).image.pixels
    rim = np.concatenate([done[0], done[-1]]).astype(int)
    assert np.abs(rim - np.median(page.pixels[0], axis=0)).max() <= 20


@pytest.mark.parametrize(("kind", "angle"), [("form", 0.0), ("table", 0.0), ("form", 2.0), ("few lines", 0.0)])
def test_a_flat_page_is_left_alone(draw: Draw, kind: str, angle: float) -> None:
    page = draw(kind=kind, angle=angle).raster
    done = enhance(page, RECIPE)
    assert not told(done).applied
    assert np.array_equal(done.image.pixels, page.pixels)


def test_a_page_with_hardly_a_line_is_not_bent(draw: Draw) -> None:
    done = enhance(curled(draw(kind="few lines").raster, 0.0), RECIPE)
    assert told(done).status in {"unsure", "not_needed"}


def test_a_blank_page_is_left_alone(draw: Draw) -> None:
    assert told(enhance(draw(kind="blank").raster, RECIPE)).status == "not_needed"


def test_a_page_that_must_keep_its_geometry_is_not_bent(draw: Draw) -> None:
    assert told(enhance(curled(draw(kind="form").raster, 0.0), RECIPE, keep_geometry=True)).status == "geometry_kept"
