"""What pages were made under stays what it is: an id that changes would make every page of every book due again.

A step whose pages come out otherwise changes ids on purpose, by its version; so here every version is held at 1.
"""

import hashlib

import msgspec
import pytest

from scanpipe.enhance import recipe as recipes
from scanpipe.enhance.parameters import (
    STEPS,
    DewarpParams,
    Given,
    MaskParams,
    ScoreThresholds,
    SpreadParams,
    StainsParams,
)
from scanpipe.enhance.recipe import Recipe, recipe_of_record, record_of
from scanpipe.flows.processing_spec import ProcessingSpec
from scanpipe.flows.recipes import load_recipe

SHIPPED = {
    "auto": "7979fe91519100b449c191a5ba5acaaf4cc7c769a7a2b0f436bf12be0c2863c7",
    "default": "0535146718fa0aa2b4cac34a20796ffd7849b36c7711385b37d02bf3710973d0",
    "faded": "109656347ae21e74866e6d3e8d20446d9617e75333a790df0608a1e00409331b",
    "microfilm": "d8eced733824c20a3e5aa13c5656d0533bee0799169d45d85fa1a854350c5b5c",
    "plain": "e6da0918c72c11fc603b69c765469942e0fd84c29ba0c84355e84757dc71f110",
    "smudged": "556371c8539c42547f2392eede8cf84a3a93e68353166b41ae7009e9bf375a93",
}
BODIES = {
    "auto": "0b891bd6b6af2c2cdd7bf73a8c11aa285f5f4a0bfecadc88c8f7084683357b9f",
    "default": "0efb8a12adbcb284a68ebd36985739c2e58558e3ab4ca12fe5b38a4e87d7e744",
    "smudged": "30a98866bbbe86ef8abb20683d7b09078b19b83cac3877227df34426ef0c0833",
}


@pytest.fixture(autouse=True)
def first_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "SEALS_VERSION", 1)
    for kind in (*STEPS.values(), MaskParams, ScoreThresholds):
        monkeypatch.setattr(kind, "VERSION", 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_id_of_a_shipped_recipe_is_that_of_the_pages_made_by_it(name: str) -> None:
    assert load_recipe(name).id == SHIPPED[name]


def test_the_id_of_a_recipe_of_the_other_steps_and_of_given_values_stays() -> None:
    given = Given(turn_deg=90, box_mm=(1, 2, 3, 4))
    recipe = Recipe(name="x", steps=(DewarpParams(), StainsParams(), SpreadParams(mode="split")), given=given)
    assert recipe.id == "44a9ee7aaf9aaf7fc580650ccc3a1e11f904a2b4b12463f2744134a85b8670fc"


@pytest.mark.parametrize("name", BODIES)
def test_the_journal_gets_the_recipe_as_it_always_did(name: str) -> None:
    body = ProcessingSpec(recipe=load_recipe(name), language="vie").body
    assert hashlib.sha256(body.encode()).hexdigest() == BODIES[name]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_record_is_read_as_the_recipe_that_it_is_of(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe_of_record(msgspec.json.decode(msgspec.json.encode(record_of(recipe)))) == recipe
