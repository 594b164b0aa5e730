"""Rules choose a recipe for each page by what is measured on it, and tell why; a person can force one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from samples.generate import draw_page
from samples.wear import wear
from scanpipe.enhance.auto_recipe import decide, measure_stats, with_choice
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import AutoRecipe, Condition
from scanpipe.enhance.report import Report
from scanpipe.errors import ConfigError
from scanpipe.flows.process.page_task import PageJob
from scanpipe.flows.processing_spec import ProcessingSpec
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Raster

Draw = Callable[..., Any]
RULES = 'name = "mine"\notherwise = "%s"\n[[choose]]\nrecipe = "faded"\nwhen = [{ measured = "faint", least = %s }]\n'


@pytest.fixture(scope="module")
def auto() -> AutoRecipe:
    found = load_recipe("auto")
    assert isinstance(found, AutoRecipe)
    return found


def sample(**worn: float) -> Raster:
    return Raster(pixels=wear(draw_page("form", seed=2, dpi=150), seed=2, **worn).pixels, dpi=150)


def microfilm(draw: Draw) -> Raster:
    page = draw(frame=110, seal=False).raster
    grey = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY))
    return page.replace(np.stack([grey] * 3, axis=2).astype(np.uint8))


def chosen(auto: AutoRecipe, page: Raster) -> str:
    return decide(page, auto)[0].name


def test_a_clean_page_is_left_plain(draw: Draw, auto: AutoRecipe) -> None:
    assert chosen(auto, draw(seal=False).raster) == "plain"


def test_a_faded_page_is_chosen_for(auto: AutoRecipe) -> None:
    assert chosen(auto, sample(fading=0.85)) == "faded"


@pytest.mark.parametrize("bleed", [0.7, 1.0])
def test_a_page_that_shows_its_other_side_is_chosen_for(auto: AutoRecipe, bleed: float) -> None:
    assert chosen(auto, sample(bleed=bleed, stain=0.5)) == "smudged"


def test_a_grey_page_in_a_black_frame_is_microfilm(draw: Draw, auto: AutoRecipe) -> None:
    assert chosen(auto, microfilm(draw)) == "microfilm"


def test_a_grey_page_without_a_frame_is_not(draw: Draw, auto: AutoRecipe) -> None:
    page = microfilm(draw)
    assert chosen(auto, page.replace(page.pixels[130:-130, 130:-130])) != "microfilm"


def test_everything_else_gets_the_default(auto: AutoRecipe) -> None:
    assert chosen(auto, sample(fading=0.3, shadow=0.6)) == "default"


def test_the_report_tells_what_decided(auto: AutoRecipe) -> None:
    page = sample(fading=0.85)
    recipe, choice = decide(page, auto)
    report = with_choice(enhance(page, recipe), choice).report
    assert report.choice is not None
    assert (report.choice.by, report.choice.recipe, report.recipe) == ("auto", "faded", "faded")
    assert report.choice.decided
    assert report.choice.stats == measure_stats(page)
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_a_forced_recipe_is_taken_as_it_is() -> None:
    plain = load_recipe("plain")
    assert not isinstance(plain, AutoRecipe)
    assert decide(sample(fading=0.85), plain) == (plain, None)


@pytest.mark.parametrize(("value", "holds"), [(0.39, False), (0.4, True), (0.59, True), (0.6, False)])
def test_a_condition_is_bounded_on_both_sides(value: float, holds: bool) -> None:
    assert Condition(measured="faint", least=0.4, below=0.6).holds(value) is holds


def test_the_id_covers_rules_and_recipes(tmp_path: Path) -> None:
    written = []
    for number, (otherwise, bound) in enumerate([("default", 0.5), ("default", 0.6), ("plain", 0.5), ("default", 0.5)]):
        path = tmp_path / f"{number}.toml"
        path.write_text(RULES % (otherwise, bound))
        written.append(load_recipe(str(path)).id)
    assert len(set(written)) == 3
    assert written[0] == written[3]


def test_a_rule_that_names_no_recipe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULES % ("no-such-recipe", 0.5))
    with pytest.raises(ConfigError, match="no-such-recipe"):
        load_recipe(str(path))


@pytest.mark.parametrize("name", ["auto", "default"])
def test_a_worker_gets_the_whole_of_it(name: str) -> None:
    recipe = load_recipe(name)
    body = msgspec.json.decode(ProcessingSpec(recipe=recipe, language="vie").body)
    job = msgspec.convert(
        {**body, **dict.fromkeys(("store", "spool", "screen", "digest"), "s"), "dpi": 300.0}, type=PageJob
    )
    assert job.made_by == recipe
