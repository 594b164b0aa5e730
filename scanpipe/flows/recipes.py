"""Recipe files by name: one recipe, or rules that choose among several."""

from pathlib import Path

from scanpipe.enhance.recipe import AnyRecipe, AutoRecipe, Recipe, Rules
from scanpipe.settings import toml_files


def load_recipe(name: str, station: Path | None = None) -> AnyRecipe:
    """Return what the recipe file `name` means, the station's own before the shipped ones.

    Raises:
        ConfigError: no such recipe, or it, or one that its rules name, is wrong.
    """
    path = toml_files.find("recipes", name, station)
    if "choose" not in toml_files.top(path):
        return toml_files.load(path, Recipe)
    rules = toml_files.load(path, Rules)
    parts = {part: toml_files.load(toml_files.find("recipes", part, station), Recipe) for part in rules.named}
    return AutoRecipe(rules=rules, recipes=parts)
