"""Seals, stamps and signatures are found, and no step may take one away."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from scanpipe.enhance.filters import contrast
from scanpipe.enhance.maps.ink import map_ink
from scanpipe.enhance.maps.seals import Seal, find_seals, worst_cropped_share
from scanpipe.enhance.parameters import ContrastParams, Guard
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Pixels, Raster
from tests.page_drawings import without_colour

Draw = Callable[..., Any]
Stamp = Callable[[Pixels], None]

RED, BLUE, VIOLET, BLACK = (205, 35, 45), (45, 65, 170), (120, 60, 170), (40, 38, 40)
MIDDLE = (870, 1500)
BOX_TOLERANCE_MM = 2.5


def ring(colour: tuple[int, int, int], centre: tuple[int, int] = MIDDLE, radius: int = 100) -> Stamp:
    def press(canvas: Pixels) -> None:
        cv2.circle(canvas, centre, radius, colour, 6, cv2.LINE_AA)
        cv2.circle(canvas, centre, round(0.6 * radius), colour, 3, cv2.LINE_AA)
        cv2.putText(canvas, "UBND XA", (centre[0] - 56, centre[1] + 10), cv2.FONT_HERSHEY_DUPLEX, 0.8, colour, 2)

    return press


def oval(colour: tuple[int, int, int]) -> Stamp:
    def press(canvas: Pixels) -> None:
        cv2.ellipse(canvas, MIDDLE, (110, 70), 0, 0, 360, colour, 5, cv2.LINE_AA)
        cv2.putText(canvas, "SAO Y", (MIDDLE[0] - 50, MIDDLE[1] + 10), cv2.FONT_HERSHEY_DUPLEX, 1, colour, 2)

    return press


def box(colour: tuple[int, int, int], half: tuple[int, int]) -> Stamp:
    def press(canvas: Pixels) -> None:
        low, high = (MIDDLE[0] - half[0], MIDDLE[1] - half[1]), (MIDDLE[0] + half[0], MIDDLE[1] + half[1])
        cv2.rectangle(canvas, low, high, colour, 5, cv2.LINE_AA)
        cv2.putText(canvas, "DA THU", (low[0] + 14, MIDDLE[1] + 12), cv2.FONT_HERSHEY_DUPLEX, 0.9, colour, 2)

    return press


def signature(canvas: Pixels) -> None:
    turn = np.linspace(0, 12 * np.pi, 500)
    x = MIDDLE[0] - 120 + 6.2 * turn + 18 * np.sin(turn)
    y = MIDDLE[1] - (30 + 25 * np.cos(turn / 7)) * np.cos(turn)
    cv2.polylines(canvas, [np.stack([x, y], axis=1).round().astype(np.int32)], False, BLACK, 3, cv2.LINE_AA)


def stamped(draw: Draw, stamp: Stamp, **wear: Any) -> Raster:
    page = draw(seal=False, **wear).raster
    canvas = np.full(page.pixels.shape, 255, np.uint8)
    stamp(canvas)
    strength = wear.get("contrast", 1.0)
    inked = page.pixels * (1 - strength * (1 - canvas / 255.0))
    return page.replace(np.clip(inked, 0, 255).astype(np.uint8))


def seals(page: Raster) -> list[Seal]:
    return [found.seal for found in find_seals(page, map_ink(page))]


def covers(seal: Seal, wanted: tuple[int, int, int, int]) -> bool:
    tolerance = BOX_TOLERANCE_MM / 25.4 * 150
    return all(abs(one - other) <= tolerance for one, other in zip(seal.box_px, wanted, strict=True))


@pytest.mark.parametrize("strength", [1.0, 0.45])
@pytest.mark.parametrize(
    ("name", "colour"), [("red", RED), ("blue", BLUE), ("violet", VIOLET), ("black", BLACK)], ids=lambda each: str(each)
)
def test_a_round_seal_is_found_in_every_colour(
    draw: Draw, name: str, colour: tuple[int, int, int], strength: float
) -> None:
    found = seals(stamped(draw, ring(colour), contrast=strength))
    wanted = (MIDDLE[0] - 103, MIDDLE[1] - 103, MIDDLE[0] + 103, MIDDLE[1] + 103)
    assert any(seal.kind == "round" and seal.colour == name and covers(seal, wanted) for seal in found)


@pytest.mark.parametrize(
    ("stamp", "kind", "half"),
    [
        (oval(RED), "oval", (112, 72)),
        (oval(BLUE), "oval", (112, 72)),
        (box(RED, (80, 80)), "box", (82, 82)),
        (box(VIOLET, (150, 55)), "box", (152, 57)),
        (box(BLUE, (150, 55)), "box", (152, 57)),
    ],
    ids=["red oval", "blue oval", "red square", "violet rectangle", "blue rectangle"],
)
def test_other_shapes_are_told_apart(draw: Draw, stamp: Stamp, kind: str, half: tuple[int, int]) -> None:
    wanted = (MIDDLE[0] - half[0], MIDDLE[1] - half[1], MIDDLE[0] + half[0], MIDDLE[1] + half[1])
    found = seals(stamped(draw, stamp))
    assert any(seal.kind == kind and covers(seal, wanted) for seal in found), found


def test_half_a_seal_across_the_edge_of_the_page_is_found(draw: Draw) -> None:
    found = seals(stamped(draw, ring(RED, centre=(1239, 700))))
    assert any(seal.colour == "red" and covers(seal, (1136, 597, 1240, 803)) for seal in found), found


def test_a_signature_is_found(draw: Draw) -> None:
    found = seals(stamped(draw, signature, kind="few lines"))
    assert [seal.kind for seal in found] == ["signature"]


@pytest.mark.parametrize("kind", ["form", "table", "few lines", "blank"])
def test_print_and_bare_paper_hold_no_seals(draw: Draw, kind: str) -> None:
    assert not seals(draw(kind=kind, seal=False, shade=0.3).raster)


def test_a_grey_page_is_searched_as_well(draw: Draw) -> None:
    colour = stamped(draw, ring(BLACK))
    grey = colour.replace(np.asarray(cv2.cvtColor(colour.pixels, cv2.COLOR_RGB2GRAY), np.uint8))
    assert any(seal.kind == "round" and seal.colour == "black" for seal in seals(grey))


def test_a_step_that_takes_one_seal_away_is_undone(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    def two(canvas: Pixels) -> None:
        ring(RED)(canvas)
        ring(RED, centre=(300, 1500))(canvas)

    def wipe(raster: Raster, *_rest: object) -> Raster:
        pixels = raster.pixels.copy()
        pixels[1390:1610, 760:980] = 230
        return raster.replace(pixels)

    monkeypatch.setattr(contrast, "boosted", wipe)
    open_else = Guard(ink=1.0, colour=1.0)
    page = stamped(draw, two)
    result = enhance(page, Recipe(name="x", steps=(ContrastParams(target_contrast=1.0),), guard=open_else))
    report = result.report.steps[0]
    assert (report.applied, report.status) == (False, "seal_lost")
    assert report.ink is not None
    assert report.ink.seal_lost_share > 0.8
    assert "seal_lost" in result.report.flags
    assert len(result.report.seals) == 2
    wide_open = Guard(ink=1.0, colour=1.0, seals=1.0, writing_mm2=100.0)
    assert (
        enhance(page, Recipe(name="x", steps=(ContrastParams(target_contrast=1.0),), guard=wide_open))
        .report.steps[0]
        .applied
    )


def test_a_seal_that_only_lost_its_colour_counts_as_lost(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    page = stamped(draw, ring(RED))
    monkeypatch.setattr(contrast, "boosted", without_colour)
    recipe = Recipe(name="x", steps=(ContrastParams(target_contrast=1.0),), guard=Guard(ink=1.0, colour=1.0))
    assert enhance(page, recipe).report.steps[0].status == "seal_lost"


def test_a_crop_through_a_seal_is_measured(draw: Draw) -> None:
    page = stamped(draw, ring(RED))
    ink = map_ink(page)
    inside = np.zeros(ink.surround_mask.shape, np.bool_)
    inside[:, : MIDDLE[0]] = True
    assert 0.4 < worst_cropped_share(find_seals(page, ink), inside) < 0.6
