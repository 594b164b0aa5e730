import msgspec
import numpy as np
import pytest

from scanpipe.enhance.filters import deskew
from scanpipe.enhance.overrides import given_by
from scanpipe.enhance.parameters import DeskewParams, Given, OrientationParams, PageBoxParams
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Raster

STEPS = (OrientationParams(), DeskewParams(), PageBoxParams())
ALL = ("orientation", "deskew", "page_box")


@pytest.fixture
def blank() -> Raster:
    """A page with nothing to measure on it, within a dark frame."""
    pixels = np.full((600, 400, 3), 20, np.uint8)
    pixels[40:560, 30:370] = 230
    return Raster(pixels=pixels, dpi=100)


def given(**values: object) -> Recipe:
    return Recipe(name="x", steps=STEPS, given=msgspec.convert(values, type=Given))


def test_a_blank_page_takes_the_angle_of_its_book(blank: Raster) -> None:
    told = enhance(blank, given(angle_deg=1.5)).report.steps[1]
    assert (told.applied, told.status) == (True, "given")
    assert isinstance(told.measured, deskew.Skew)
    assert told.measured.angle_deg == 1.5


def test_a_given_turn_and_box_are_applied(blank: Raster) -> None:
    result = enhance(blank, given(turn_deg=90, angle_deg=0.0, box_mm=(10.16, 7.62, 142.24, 93.98)))
    assert [step.status for step in result.report.steps] == ["given"] * 3
    assert (result.image.width, result.image.height) == (520, 340)
    assert result.image.pixels.min() > 200


def test_what_one_page_measured_is_given_to_another(blank: Raster) -> None:
    report = enhance(blank, given(turn_deg=180, angle_deg=0.7, box_mm=(2.0, 2.0, 90.0, 140.0))).report
    assert given_by(report, ALL) == Given(turn_deg=180, angle_deg=0.7, box_mm=given_by(report, ALL).box_mm)
    assert given_by(report, ("deskew",)) == Given(angle_deg=0.7)
    assert given_by(report, ALL).box_mm == pytest.approx((2.0, 2.0, 90.0, 140.0), abs=0.2)


def test_what_a_page_was_not_sure_of_is_not_given(blank: Raster) -> None:
    report = enhance(blank, Recipe(name="x", steps=(DeskewParams(), OrientationParams()))).report
    assert given_by(report, ALL) == Given()


def test_a_given_box_never_cuts_writing_off(blank: Raster) -> None:
    pixels = blank.pixels.copy()
    pixels[300:306, 60:340] = 40
    result = enhance(blank.replace(pixels), given(box_mm=(10.0, 10.0, 60.0, 140.0)))
    assert not result.report.steps[2].applied
    assert "page_box_unsure" in result.report.flags


def test_what_is_given_makes_another_recipe_and_stands_in_its_file() -> None:
    text = 'name = "book"\n[[steps]]\nstep = "deskew"\n[given]\nangle_deg = 0.8\n'
    recipe = msgspec.toml.decode(text, type=Recipe)
    assert recipe.given.angle_deg == 0.8
    assert recipe.id != msgspec.structs.replace(recipe, given=Given()).id
