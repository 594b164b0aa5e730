"""Recipe files by name: one recipe, or rules that choose among several."""

from pathlib import Path

from scanpipe import config
from scanpipe.enhance.choose import Auto, Rules
from scanpipe.enhance.recipe import Recipe

AnyRecipe = Recipe | Auto


def load_recipe(name: str, station: Path | None = None) -> AnyRecipe:
    """Return what the recipe file `name` means, the station's own before the shipped ones.

    Raises:
        ConfigError: no such recipe, or it, or one that its rules name, is wrong.
    """
    path = config.find("recipes", name, station)
    if "choose" not in config.top(path):
        return config.load(path, Recipe)
    rules = config.load(path, Rules)
    parts = {part: config.load(config.find("recipes", part, station), Recipe) for part in rules.named}
    return Auto(rules=rules, recipes=parts)
