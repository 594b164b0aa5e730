"""What pages were made under stays what it is: an id that changes would make every page of every book due again."""

import pytest

from scanpipe.enhance.parameters import DewarpParams, Given, SpreadParams, StainsParams
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.recipes import load_recipe

SHIPPED = {
    "auto": "73c5e563a2c64b55a414737a6bf6404e9538fc03be5bd22ee6e920e98edaee0c",
    "default": "7473d693132bd31368c958ce075ff69cff234081e78cad3c2f5fb6c9797d9b9d",
    "faded": "3cf0d09dfb22774e20c5e9e6173f5b44052afac53da21882caea8e3f26764d23",
    "microfilm": "7f9a359840876bdd0212970b19353612dc0d7e6db259117db2c59289be80a9df",
    "plain": "cade6fca1ffd1eb0c991026fd7aa85e0c02cc5d1471f2bec61c041a4cb9e7887",
    "smudged": "b1e111321862df12f2c6368769af9134c539532584328cd2e21cb33b83c61ec4",
}
"""Only a step whose pages come out otherwise may change one of them, by its version."""


@pytest.mark.parametrize("name", SHIPPED)
def test_the_id_of_a_shipped_recipe_is_that_of_the_pages_made_by_it(name: str) -> None:
    assert load_recipe(name).id == SHIPPED[name]


def test_the_id_of_a_recipe_of_the_other_steps_and_of_given_values_stays() -> None:
    given = Given(turn_deg=90, box_mm=(1, 2, 3, 4))
    recipe = Recipe(name="x", steps=(DewarpParams(), StainsParams(), SpreadParams(mode="split")), given=given)
    assert recipe.id == "68fde62101e5cd9c3e9be790027dbc6476a892d3eaa0f8d9178b0957ec908266"
