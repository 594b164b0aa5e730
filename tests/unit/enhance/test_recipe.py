from pathlib import Path

import msgspec
import numpy as np
import pytest

from scanpipe.enhance.filters import contrast
from scanpipe.enhance.maps.ink import InkLoss
from scanpipe.enhance.parameters import (
    STEPS,
    ContrastParams,
    DeskewParams,
    FlattenParams,
    Guard,
    OrientationParams,
    PageBoxParams,
    SpreadParams,
)
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.enhance.report import Report
from scanpipe.enhance.steps import FILTERS
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Raster
from scripts.default_recipe import with_defaults
from tests.page_drawings import without_colour

DEFAULT = Path(__file__).parents[3] / "configs" / "recipes" / "default.toml"


@pytest.fixture
def default() -> Recipe:
    return msgspec.toml.decode(DEFAULT.read_bytes(), type=Recipe)


@pytest.fixture
def page() -> Raster:
    pixels = np.full((600, 400, 3), 230, np.uint8)
    for row in range(60, 540, 40):
        pixels[row : row + 5, 60:340] = (60, 55, 50)
    return Raster(pixels=pixels, dpi=100)


def test_the_shipped_recipe_states_every_default(default: Recipe) -> None:
    expected = (
        OrientationParams(), SpreadParams(), DeskewParams(), PageBoxParams(), FlattenParams(), ContrastParams(),
    )  # fmt: skip
    assert default == Recipe(name="default", steps=expected)
    text = DEFAULT.read_text()
    for settings in (*expected, default.guard, default.mask, default.score):
        assert all(f"{name} = " in text for name in settings.__struct_fields__)


def test_a_changed_default_goes_into_the_shipped_recipe_and_its_comments_stay() -> None:
    text = DEFAULT.read_text()
    assert with_defaults(text) == text
    changed = text.replace("target_contrast = 0.6 ", "target_contrast = 0.7 ").replace("ink = 0.005\n", "ink = 0.5\n")
    assert changed != text
    assert with_defaults(changed) == text


SHIPPED = sorted(path for path in DEFAULT.parent.glob("*.toml") if path.stem != "auto")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_recipe_is_named_as_its_file_and_can_be_read(path: Path) -> None:
    assert load_recipe(path.stem).name == path.stem


def test_an_id_does_not_depend_on_the_order_of_keys_or_on_the_name() -> None:
    one = 'name = "a"\n[[steps]]\nstep = "deskew"\nrange_deg = 5.0\nconfidence = 0.3\n'
    other = 'name = "b"\n[[steps]]\nconfidence = 0.3\nrange_deg = 5.0\nstep = "deskew"\n'
    first, second = (msgspec.toml.decode(text, type=Recipe) for text in (one, other))
    assert first.id == second.id
    assert len(first.id) == 64


def test_an_id_changes_with_a_parameter_the_order_of_steps_and_a_version(
    default: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = msgspec.structs.replace(default, guard=Guard(ink=0.5))
    turned = msgspec.structs.replace(default, steps=default.steps[::-1])
    ids = {default.id, guard.id, turned.id}
    monkeypatch.setattr(DeskewParams, "VERSION", DeskewParams.VERSION + 1)
    ids.add(default.id)
    assert len(ids) == 4


def test_an_unknown_step_key_or_value_out_of_range_is_refused() -> None:
    for text in ('step = "sharpen"', 'step = "deskew"\nspeed = 1', 'step = "deskew"\nrange_deg = 90.0'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.toml.decode(f'name = "x"\n[[steps]]\n{text}\n', type=Recipe)


def test_every_step_that_a_recipe_may_name_has_a_filter() -> None:
    assert set(FILTERS) == set(STEPS.values())


def test_a_step_that_loses_ink_is_undone_and_flagged(page: Raster, monkeypatch: pytest.MonkeyPatch) -> None:
    def wipe(raster: Raster, *_rest: object) -> Raster:
        pixels = raster.pixels.copy()
        pixels[:300] = 230
        return raster.replace(pixels)

    monkeypatch.setattr(contrast, "boosted", wipe)
    result = enhance(page, Recipe(name="x", steps=(ContrastParams(target_contrast=1.0),)))
    report = result.report.steps[0]
    assert not report.applied
    assert report.status == "ink_lost"
    assert isinstance(report.ink, InkLoss)
    assert report.ink.lost_share > 0.3
    assert "ink_lost" in result.report.flags
    assert np.array_equal(result.image.pixels, page.pixels)


def test_a_step_that_drops_colour_is_undone(page: Raster, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = page.pixels.copy()
    pixels[400:480, 100:104] = (200, 40, 40)
    monkeypatch.setattr(contrast, "boosted", without_colour)
    result = enhance(page.replace(pixels), Recipe(name="x", steps=(ContrastParams(target_contrast=1.0),)))
    assert result.report.steps[0].status == "ink_lost"
    assert result.report.steps[0].ink is not None
    assert result.report.steps[0].ink.colour_lost_share > 0.5


def test_the_guard_can_be_opened(page: Raster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contrast, "boosted", lambda raster, *_rest: raster.replace(np.full_like(raster.pixels, 230)))
    recipe = Recipe(
        name="x", steps=(ContrastParams(target_contrast=1.0),), guard=Guard(ink=1.0, colour=1.0, writing_mm2=100.0)
    )
    assert enhance(page, recipe).report.steps[0].applied


def test_a_report_goes_through_json(page: Raster, default: Recipe) -> None:
    report = enhance(page, default).report
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
    assert report.recipe_id == default.id


def test_a_recipe_without_steps_only_takes_the_mask(page: Raster) -> None:
    result = enhance(page, Recipe(name="x", steps=()))
    assert np.array_equal(result.image.pixels, page.pixels)
    assert (result.mask.pixels[62, 100:300] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (9, 400), (40, 30)])
def test_tiny_pictures_pass_through(default: Recipe, size: tuple[int, int]) -> None:
    result = enhance(Raster(pixels=np.full((*size, 3), 200, np.uint8), dpi=300), default)
    assert result.mask.pixels.shape == result.image.pixels.shape[:2]
