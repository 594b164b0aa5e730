"""Writing is neither painted over nor cropped at whatever distance from the edge; where a step does, it is flagged."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from scanpipe.enhance import steps
from scanpipe.enhance.filters import contrast, deskew, dewarp, flatten, orientation, page_box, spread, stains
from scanpipe.enhance.maps.ink import map_ink
from scanpipe.enhance.maps.marks import find_marks, lost_mm2
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import ContrastParams, DewarpParams, OrientationParams, PageBoxParams, StainsParams
from scanpipe.enhance.pipeline import enhance, enhance_half
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import MM_PER_INCH, Pixels, Raster

RECIPE = Path(__file__).parents[2] / "configs" / "recipes" / "default.toml"
DPI = 150.0
PAPER, INK = 205.0, 32.0
SIZE_MM, RIM_MM = (150.0, 190.0), 14.0
DATE = "le 27 Mai 1896"


def px(length_mm: float) -> int:
    return round(length_mm / MM_PER_INCH * DPI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A grey frame of film: what is there, where it is written, and where the date is."""

    raster: Raster
    ink: Any
    date: Any


def written(shape: tuple[int, int], date_at_mm: tuple[float, float]) -> tuple[Any, Any]:
    """Write lines over the middle of a page, and the date at a place; 1 = ink."""
    lines, date = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for row in range(16):
        cv2.putText(lines, "Nguyen Thi Hoa, ngay 05", (px(24), px(36 + 8.5 * row)), 4, 0.8, 1, 2)
    cv2.putText(date, DATE, (px(date_at_mm[0]), px(date_at_mm[1])), 4, 0.7, 1, 2)
    return lines > 0, date > 0


def draw_frame(
    *, date_at_mm: tuple[float, float] = (60, 7), dark_mm: float = 0.0, frame: float = 8.0, leaves: bool = False
) -> Frame:
    """Draw a page on a dark frame.

    Args:
        date_at_mm: where on the page the date begins, at its baseline.
        dark_mm: over how much of its upper edge the page falls off into the dark of the frame.
        frame: its level.
        leaves: whether a stack of leaves lies under the ragged left edge.
    """
    height, width = px(SIZE_MM[1]), px(SIZE_MM[0])
    lines, date = written((height, width), date_at_mm)
    light = np.ones((height, 1))
    if dark_mm:
        light = np.clip(np.arange(height)[:, None] / px(dark_mm), 0, 1) ** 1.5 * 0.8 + 0.2
    page = np.where(lines | date, INK, PAPER) * light
    rim = px(RIM_MM)
    scene = np.full((height + 2 * rim, width + 2 * rim), frame)
    if leaves:
        for leaf in range(12):
            left = rim - leaf * px(0.7)
            scene[rim:-rim, left : left + px(0.7)] = 150 - 6 * leaf
            scene[rim:-rim, left - 1 : left] = 60
    on_page = np.ones((height, width), bool)
    if leaves:
        wave = px(1) * (1 + np.sin(np.arange(height) / px(4)) * np.sin(np.arange(height) / px(1.7)))
        on_page = np.arange(width)[None, :] >= wave[:, None]
    scene[rim:-rim, rim:-rim][on_page] = page[on_page]
    pixels = cv2.GaussianBlur(scene, (0, 0), 0.7) + np.random.default_rng(3).normal(0, 2.5, scene.shape)
    where = np.pad(date & on_page, rim)
    return Frame(
        raster=Raster(pixels=np.clip(pixels, 0, 255).astype(np.uint8), dpi=DPI),
        ink=np.pad(lines, rim) | where,
        date=where,
    )


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return msgspec.toml.decode(RECIPE.read_bytes(), type=Recipe)


def boxed(frame: Frame) -> tuple[steps.StepOutcome, Pixels, Any]:
    """Return the trial of the page box, the page after it, and where the date is on that."""
    page = page_of(frame.raster)
    trial = steps.try_step(PageBoxParams(), page)
    after, box = trial.page or page, trial.measured
    assert isinstance(box, page_box.PageBox)
    sides = np.s_[box.top : box.bottom, box.left : box.right] if trial.page else np.s_[:, :]
    return trial, after.raster.pixels, frame.date[sides]


AT_EDGES = {
    "top": (50.0, 4.2), "bottom": (50.0, 188.5), "left": (1.0, 100.0), "right": (117.0, 100.0), "corner": (116.0, 5.0),
}  # fmt: skip


@pytest.mark.parametrize("place", AT_EDGES)
@pytest.mark.parametrize("dark_mm", [0.0, 12.0, 25.0])
def test_a_date_at_any_edge_stays_as_it_was_scanned(place: str, dark_mm: float) -> None:
    frame = draw_frame(date_at_mm=AT_EDGES[place], dark_mm=dark_mm)
    _trial, after, date = boxed(frame)
    assert date.sum() == frame.date.sum()
    assert np.array_equal(after[date], frame.raster.pixels[frame.date])


@pytest.mark.parametrize(("place", "dark_mm"), [("top", 0.0), ("top", 25.0), ("corner", 12.0)])
def test_a_date_in_the_dark_is_in_the_mask(recipe: Recipe, place: str, dark_mm: float) -> None:
    frame = draw_frame(date_at_mm=AT_EDGES[place], dark_mm=dark_mm)
    geometry = msgspec.structs.replace(recipe, steps=recipe.steps[3:])
    made = enhance(frame.raster, geometry)
    box: Any = made.report.steps[0].measured
    date = frame.date[box.top : box.bottom, box.left : box.right]
    near = cv2.dilate(date.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert (made.mask.pixels[date] == 0).mean() >= 0.9
    assert (made.mask.pixels[near & ~date] == 0).mean() <= 0.5
    assert "ink_lost" not in made.report.flags


def test_a_stack_of_leaves_beside_a_ragged_edge_is_not_painted_over() -> None:
    frame = draw_frame(date_at_mm=(4.0, 100.0), leaves=True)
    trial, after, date = boxed(frame)
    assert np.array_equal(after[date], frame.raster.pixels[frame.date])
    box: Any = trial.measured
    inner = slice(px(RIM_MM - 5), px(RIM_MM))
    rows = slice(px(RIM_MM + 10), -px(RIM_MM + 10))
    leaves = frame.raster.pixels[rows, inner]
    assert np.array_equal(
        after[rows.start - box.top :][: len(leaves), inner.start - box.left : inner.stop - box.left], leaves
    )


def painted(raster: Raster, rows: slice, columns: slice) -> Raster:
    pixels = raster.pixels.copy()
    pixels[rows, columns] = int(PAPER)
    return raster.replace(pixels)


def faulty(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a step eat a line of writing in the middle of the page, without telling anybody."""
    where = slice(px(RIM_MM + 60), px(RIM_MM + 75)), slice(0, px(90))
    crop, turn, level, part = page_box.cut_and_painted, deskew.levelled, flatten.flattened, spread.half
    if step == "page_box":

        def paint(*given: Any) -> Any:
            after, paper = crop(*given)
            return painted(after, *where), paper

        monkeypatch.setattr(page_box, "cut_and_painted", paint)
    elif step == "crop":
        found = page_box.find_page

        def cut(*given: Any) -> Any:
            page = found(*given)
            box = msgspec.structs.replace(page.box, left=px(60), outline=())
            return page_box.DetectedPage(page=page.page, surround_mask=page.surround_mask, dpi=page.dpi, box=box)

        monkeypatch.setattr(page_box, "find_page", cut)
    elif step == "deskew":
        monkeypatch.setattr(deskew, "levelled", lambda *given: painted(turn(*given), *where))
    elif step == "flatten":
        monkeypatch.setattr(flatten, "flattened", lambda *given: painted(level(*given), *where))
    else:
        monkeypatch.setattr(spread, "half", lambda *given: painted(part(*given), *where))


@pytest.mark.parametrize(
    ("step", "flag"),
    [
        ("page_box", "page_box_unsure"),
        ("crop", "page_box_unsure"),
        ("deskew", "ink_lost"),
        ("flatten", "ink_lost"),
        ("spread", "ink_lost"),
    ],
)
def test_a_step_that_eats_writing_is_flagged(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch, step: str, flag: str
) -> None:
    frame = draw_frame(date_at_mm=(60, 20), dark_mm=25.0 if step == "flatten" else 0.0)
    raster = frame.raster
    if step == "deskew":
        raster = deskew.levelled(raster, deskew.Skew(angle_deg=-2.0, confidence=1.0))
    bare = msgspec.structs.replace(recipe, steps=recipe.steps[2:])
    loose = msgspec.structs.replace(bare, guard=msgspec.structs.replace(recipe.guard, ink=1.0, colour=1.0, seals=1.0))
    faulty(step, monkeypatch)
    made = enhance_half(raster, loose, "left") if step == "spread" else enhance(raster, loose)
    assert flag in made.report.flags


ALONE: dict[str, Any] = {
    "orientation": (orientation, OrientationParams()),
    "dewarp": (dewarp, DewarpParams()),
    "stains": (stains, StainsParams()),
    "contrast": (contrast, ContrastParams()),
}
DRAWN_BY = {"orientation": "turned", "dewarp": "unrolled", "stains": "cleaned", "contrast": "boosted"}
"""The function of each step that makes its pixels."""


def in_want(step: str, raster: Raster) -> Raster:
    """Return a page that the step finds something to do on."""
    levels = raster.pixels.astype(np.float32)
    if step == "stains":
        stain = np.zeros(levels.shape, np.float32)
        cv2.circle(stain, (px(RIM_MM + 40), px(RIM_MM + 110)), px(20), 0.2, -1)
        levels *= 1 - cv2.GaussianBlur(stain, (0, 0), px(1))
    elif step == "contrast":
        levels = np.where(levels > 100, PAPER - 0.3 * (PAPER - levels), levels)
        levels = np.where((raster.pixels <= 100) & (cv2.blur(levels, (25, 25)) > 100), 150, levels)
    elif step == "orientation":
        levels = levels[::-1, ::-1]
    return raster.replace(np.ascontiguousarray(np.clip(levels, 0, 255).astype(np.uint8)))


@pytest.mark.parametrize("eats", [True, False])
@pytest.mark.parametrize("step", ALONE)
def test_a_step_by_itself_is_flagged_where_it_eats_writing_and_only_there(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch, step: str, *, eats: bool
) -> None:
    room, params = ALONE[step]
    raster = in_want(step, draw_frame(date_at_mm=(60, 20)).raster)
    if step == "dewarp":
        monkeypatch.setattr(dewarp, "judge", lambda *_given: None)
    elif step == "orientation":
        upside_down = orientation.Orientation(turn_deg=180, confidence=1.0)
        monkeypatch.setattr(orientation, "measure", lambda *_given: upside_down)
    if eats:
        drawn = getattr(room, DRAWN_BY[step])
        where = slice(px(RIM_MM + 60), px(RIM_MM + 75)), slice(px(RIM_MM + 20), px(RIM_MM + 90))
        monkeypatch.setattr(room, DRAWN_BY[step], lambda *given: painted(drawn(*given), *where))
    guard = msgspec.structs.replace(recipe.guard, ink=1.0, colour=1.0, seals=1.0)
    made = enhance(raster, msgspec.structs.replace(recipe, steps=(params,), guard=guard))
    (told,) = made.report.steps
    assert (told.status, told.applied) == (("ink_lost", False) if eats else ("applied", True))
    assert ("ink_lost" in made.report.flags) == eats


@pytest.mark.parametrize("place", ["top", "corner"])
def test_writing_that_was_painted_over_in_the_dark_is_missed(place: str) -> None:
    frame = draw_frame(date_at_mm=AT_EDGES[place], dark_mm=25.0)
    marks = find_marks(frame.raster)
    rows, columns = np.nonzero(frame.date)
    over = slice(rows.min() - 4, rows.max() + 4), slice(columns.min() - 4, columns.max() + 4)
    assert lost_mm2(marks, frame.raster) == 0
    assert lost_mm2(marks, painted(frame.raster, *over)) > 1
    assert map_ink(frame.raster).strokes[frame.date].mean() < 0.5  # by contrast alone it is not seen


@pytest.mark.parametrize("kind", ["weave", "grain", "edges"])
def test_texture_and_edges_are_no_writing(kind: str) -> None:
    random, size = np.random.default_rng(5), (700, 600)
    if kind == "weave":
        rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
        levels = 55 + 9 * np.sin(columns * 1.3) * np.sin(rows * 1.3) + random.normal(0, 7, size)
    elif kind == "grain":
        levels = cv2.GaussianBlur(random.normal(0, 60, size), (0, 0), 1.2) + 120
    else:
        levels = np.full(size, 225.0)
        levels[:, 300:] = 40
        levels[:, 296:300] = 20
        levels[100:108, :300] = 60
        levels += random.normal(0, 3, size)
    assert not find_marks(Raster(pixels=np.clip(levels, 0, 255).astype(np.uint8), dpi=DPI)).any()
