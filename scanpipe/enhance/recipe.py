"""A recipe: ordered steps with their parameters; rules that choose one among several; and the ids of both.

Only values: what is done by them lies in `pipeline.py` and `auto_recipe.py`.
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from scanpipe.enhance.parameters import SEALS_VERSION, STEPS, Given, Guard, MaskParams, ScoreThresholds, Step

_CHOICE_VERSION = 1  # of what rules measure on a page

Quantity = Literal["contrast", "faint", "unevenness", "dirt", "frame", "colour"]
Bound = Annotated[float, msgspec.Meta(ge=0, le=1000)]


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done to a page, in order; the text mask is taken from the page before its tones are changed."""

    name: str
    steps: tuple[Step, ...]
    guard: Guard = Guard()
    given: Given = Given()
    mask: MaskParams = MaskParams()
    score: ScoreThresholds = ScoreThresholds()

    @property
    def id(self) -> str:
        """Hex sha256 of the recipe's canonical JSON with the version of every step that it uses.

        The name is left out: two recipes that do the same are the same.
        """
        versions = [step.VERSION for step in self.steps]
        others = [self.mask.VERSION, SEALS_VERSION, self.score.VERSION]
        plain = record_of(self)
        del plain["name"]
        return _digest({"recipe": plain, "versions": versions + others})


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measured quantity and the bound that it must be below, or at least reach."""

    measured: Quantity
    below: Bound | None = None
    least: Bound | None = None

    def holds(self, value: float) -> bool:
        """Whether what was measured is within the bounds."""
        return (self.below is None or value < self.below) and (self.least is None or value >= self.least)


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The recipe for pages that fulfil all conditions."""

    recipe: str
    when: tuple[Condition, ...]


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recipe file that names other recipes: the first rule that fits decides."""

    name: str
    choose: tuple[Rule, ...]
    otherwise: str

    @property
    def named(self) -> tuple[str, ...]:
        """The recipes that may be chosen."""
        return tuple(dict.fromkeys((*(rule.recipe for rule in self.choose), self.otherwise)))


class AutoRecipe(msgspec.Struct, frozen=True, kw_only=True):
    """Rules together with the recipes that they name."""

    rules: Rules
    recipes: dict[str, Recipe]

    @property
    def name(self) -> str:
        """The name of the rules."""
        return self.rules.name

    @property
    def id(self) -> str:
        """Hex sha256 over the rules and the ids of all their recipes: what any page may get is under this id."""
        plain = msgspec.to_builtins(self.rules)
        del plain["name"]
        ids = {name: recipe.id for name, recipe in self.recipes.items()}
        return _digest({"rules": plain, "recipes": ids, "version": _CHOICE_VERSION})


AnyRecipe = Recipe | AutoRecipe


def record_of(recipe: AnyRecipe) -> dict[str, Any]:
    """Return a recipe as ids and the journal have it: each key under the name that it had first.

    So a key may get a better name in recipe files, and no page is due again for it.
    """
    if isinstance(recipe, AutoRecipe):
        recipes = {name: record_of(part) for name, part in recipe.recipes.items()}
        return {"rules": msgspec.to_builtins(recipe.rules), "recipes": recipes}
    plain: dict[str, Any] = msgspec.to_builtins(recipe)
    steps = [_renamed(step, STEPS[step["step"]].RECORDED_AS) for step in plain["steps"]]
    return {**plain, "steps": steps, "mask": _renamed(plain["mask"], MaskParams.RECORDED_AS)}


def recipe_of_record(record: Mapping[str, Any]) -> AnyRecipe:
    """Return what `record_of` made a record of.

    Raises:
        msgspec.ValidationError: it is the record of no recipe.
    """
    if "rules" in record:
        recipes = {name: recipe_of_record(part) for name, part in record["recipes"].items()}
        return msgspec.convert({"rules": record["rules"], "recipes": recipes}, type=AutoRecipe)
    steps = [_renamed(step, _inverse(STEPS[step["step"]].RECORDED_AS)) for step in record["steps"]]
    mask = _renamed(record["mask"], _inverse(MaskParams.RECORDED_AS))
    return msgspec.convert({**record, "steps": steps, "mask": mask}, type=Recipe)


def _renamed(table: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(key, key): value for key, value in table.items()}


def _inverse(names: Mapping[str, str]) -> dict[str, str]:
    return {recorded: name for name, recorded in names.items()}


def _digest(content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()
