"""Recipe files by name: one recipe, or rules that choose among several."""

from functools import partial
from pathlib import Path

from scanpipe.enhance.recipe import AnyRecipe, AutoRecipe, Recipe, Rules
from scanpipe.enhance.recipe_files import RecipeFile, recipe_of, wrong_keys
from scanpipe.errors import ConfigError
from scanpipe.messages import lazy
from scanpipe.settings import toml_files


def load_recipe(name: str, station: Path | None = None) -> AnyRecipe:
    """Return what the recipe file `name` means, the station's own before the shipped ones.

    Raises:
        ConfigError: no such recipe, or it, or one that it is based on or that its rules name, is wrong.
    """
    path = toml_files.find("recipes", name, station)
    if "choose" not in toml_files.top(path):
        return _recipe(path, station, ())
    rules = toml_files.load(path, Rules)
    parts = {part: _recipe(toml_files.find("recipes", part, station), station, ()) for part in rules.named}
    return AutoRecipe(rules=rules, recipes=parts)


def _recipe(path: Path, station: Path | None, seen: tuple[Path, ...]) -> Recipe:
    if path in seen:
        text = lazy("{path}: the recipe is based on itself.")
        raise ConfigError(text.format(path=path), remedy=lazy("Correct 'based_on' in this file."))
    own = toml_files.top(path)
    if seen and "choose" in own:
        text = lazy("{path}: a recipe cannot be based on {base}, which only chooses among recipes.")
        raise ConfigError(text.format(path=seen[-1], base=path), remedy=lazy("Correct 'based_on' in this file."))
    named = own.get("based_on")
    found = toml_files.find("recipes", named, station) if isinstance(named, str) and named else None
    base = _recipe(found, station, (*seen, path)) if found else None
    toml_files.load(path, RecipeFile, refused=partial(wrong_keys, base=base))
    return recipe_of(own, base)
