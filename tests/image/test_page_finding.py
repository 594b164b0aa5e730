"""Frame, table, bed and covers off the page; nothing that is written on it, not even at its very edge."""

from typing import Any

import cv2
import numpy as np
import pytest

from scanpipe.enhance.filters import page_box, surroundings
from scanpipe.enhance.filters.page_box import PageBox
from scanpipe.enhance.maps.background import measure_paper
from scanpipe.enhance.maps.marks import find_marks
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import Guard, PageBoxParams
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.enhance.steps import try_step
from scanpipe.raster import Raster
from tests.spread_drawings import BED, BLACK, RED, DrawnSpread, draw_open_sheet, px

GREEN, LAVENDER, WOOD = (38, 92, 62), (214, 212, 220), (120, 80, 60)
BOX_MM, FRINGE_MM = 4.0, 2.2


def box_of(raster: Raster) -> PageBox:
    return page_box.find_page(raster, PageBoxParams()).box


def boxed(raster: Raster, box: PageBox) -> Raster:
    marks = find_marks(raster)[box.top : box.bottom, box.left : box.right]
    return page_box.cut_and_painted(raster, measure_paper(raster), box, marks)[0]


def inside_box(box: PageBox, raster: Raster) -> Any:
    inside = np.zeros(raster.pixels.shape[:2], bool)
    inside[box.top : box.bottom, box.left : box.right] = True
    return inside & surroundings.inside(box.outline, *inside.shape) if box.outline else inside


def in_covers(drawn: DrawnSpread, *, bed_mm: float = 14.0) -> tuple[Raster, Any]:
    """Lay a spread in green covers on a light bed whose light falls off; return the picture and its ink."""
    room, rim = px(bed_mm), px(12)
    pixels = drawn.raster.pixels
    height, width = pixels.shape[:2]
    on_bed = np.full((height + 2 * room, width + 2 * room, 3), LAVENDER, np.uint8)
    shade = 1 - 0.35 * np.exp(-((np.linspace(-1, 1, on_bed.shape[1]) / 0.25) ** 2))
    on_bed = (on_bed * shade[None, :, None]).astype(np.uint8)
    page = pixels.copy()
    dark = cv2.morphologyEx((pixels.max(axis=2) < 30).astype(np.uint8), cv2.MORPH_OPEN, np.ones((rim // 4,) * 2)) > 0
    page[dark] = GREEN
    on_bed[room : room + height, room : room + width] = page
    ink = np.zeros(on_bed.shape[:2], bool)
    ink[room : room + height, room : room + width] = drawn.ink
    noise = np.random.default_rng(5).normal(0, 2, on_bed.shape)
    return Raster(pixels=np.clip(on_bed + noise, 0, 255).astype(np.uint8), dpi=drawn.raster.dpi), ink


@pytest.mark.parametrize("angles", [(0.0, 0.0), (0.9, -0.7)])
def test_covers_and_a_shaded_bed_are_cut_off(angles: tuple[float, float]) -> None:
    raster, ink = in_covers(draw_open_sheet(angles=angles, shadow=0.3))
    box = box_of(raster)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert min(box.left, raster.width - box.right, box.top, raster.height - box.bottom) >= px(14 + 12 - 6 - BOX_MM)
    assert box.left <= columns[0] and box.right > columns[-1] and box.top <= rows[0] and box.bottom > rows[-1]


@pytest.mark.parametrize("bed", [BED, WOOD, (150, 165, 190)])
@pytest.mark.parametrize("angles", [(0.0, 0.0), (1.8, 1.8), (-0.9, 0.8)])
def test_no_pixel_of_notes_numbers_and_seals_at_the_edge_is_lost(
    angles: tuple[float, float], bed: tuple[int, int, int]
) -> None:
    drawn = draw_open_sheet(angles=angles, bed=bed, shadow=0.3)
    box = box_of(drawn.raster)
    assert box.outline
    assert not (drawn.ink & ~inside_box(box, drawn.raster)).any()
    done = boxed(drawn.raster, box).pixels
    cut = np.s_[box.top : box.bottom, box.left : box.right]
    assert np.array_equal(done[drawn.ink[cut]], drawn.raster.pixels[cut][drawn.ink[cut]])


def test_a_wedge_of_frame_beside_a_slanted_page_becomes_paper() -> None:
    drawn = draw_open_sheet(angles=(1.8, 1.8), shadow=0.0)
    box = box_of(drawn.raster)
    done = boxed(drawn.raster, box)
    dark = cv2.erode((done.pixels.max(axis=2) < 60).astype(np.uint8), np.ones((px(FRINGE_MM), px(FRINGE_MM)), np.uint8))
    assert not dark.any()
    bare = page_box.find_page(drawn.raster, PageBoxParams(wedges="keep")).box
    kept = boxed(drawn.raster, bare)
    assert (kept.pixels.max(axis=2) < 60).mean() > 0.01


def test_a_seal_across_the_edge_of_the_picture_stays() -> None:
    drawn = draw_open_sheet(bed=None, shadow=0.0)
    pixels = drawn.raster.pixels.copy()
    cv2.circle(pixels, (px(180), 0), px(17), RED, -1)
    cv2.circle(pixels, (pixels.shape[1] - 1, pixels.shape[0] - 1), px(17), RED, -1)
    assert box_of(Raster(pixels=pixels, dpi=drawn.raster.dpi)).covers(drawn.raster)


def test_a_stained_corner_and_side_stay() -> None:
    drawn = draw_open_sheet(shadow=0.0)
    pixels = drawn.raster.pixels.copy()
    stain = np.zeros(pixels.shape[:2], np.uint8)
    cv2.circle(stain, (px(14), px(14)), px(45), 1, -1)
    cv2.circle(stain, (px(20), px(160)), px(30), 1, -1)
    paper = (stain > 0) & (pixels.max(axis=2) > 100)
    pixels[paper] = (pixels[paper] * (0.82, 0.74, 0.6)).astype(np.uint8)
    raster = Raster(pixels=pixels, dpi=drawn.raster.dpi)
    assert inside_box(box_of(raster), raster)[paper].mean() >= 0.999


def test_nothing_is_painted_over_what_looks_like_writing() -> None:
    drawn = draw_open_sheet(angles=(2.0, 2.0), shadow=0.0, bed=WOOD)
    pixels = drawn.raster.pixels.copy()
    for row in range(6):
        cv2.putText(pixels, "HOA LOC", (px(3), px(6 + 4 * row)), 0, 0.7, (245, 240, 225), 8)
        cv2.putText(pixels, "HOA LOC", (px(3), px(6 + 4 * row)), 0, 0.7, BLACK, 2)
    raster = Raster(pixels=pixels, dpi=drawn.raster.dpi)
    trial = try_step(PageBoxParams(), page_of(raster))
    assert trial.loss is None or trial.loss.lost_share <= Guard().ink


def test_a_page_on_a_bed_comes_out_in_paper_from_edge_to_edge() -> None:
    drawn = draw_open_sheet(angles=(1.2, 1.2), shadow=0.0)
    done = enhance(drawn.raster, Recipe(name="box", steps=(PageBoxParams(),))).image
    rim = np.concatenate(
        [done.pixels[:3].reshape(-1, 3), done.pixels[-3:].reshape(-1, 3), done.pixels[:, :3].reshape(-1, 3)]
    )
    assert np.percentile(rim.max(axis=1), 5) > 150
