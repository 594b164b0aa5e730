"""Choosing a recipe for a page by what is measured on its scan: the first rule that fits, or none of them."""

import hashlib
import operator
from dataclasses import replace
from typing import Annotated, Literal

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.maps.background import reduced
from scanpipe.enhance.maps.ground import level_of
from scanpipe.enhance.maps.ink import InkMap, map_ink
from scanpipe.enhance.recipe import Enhanced, Recipe
from scanpipe.enhance.report import Choice, Look
from scanpipe.raster import Raster

VERSION = 1

_LOOK_DPI = 100.0
_FAINT = 64  # of 255
_TRACE = 20.0
_AROUND_MM = 0.7
_COLOURED = 24  # levels: less is what JPEG and the paper's grain make of grey

Quantity = Literal["contrast", "faint", "unevenness", "dirt", "frame", "colour"]


Bound = Annotated[float, msgspec.Meta(ge=0, le=1000)]


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measured quantity and the bound that it must be below, or at least reach."""

    measured: Quantity
    below: Bound | None = None
    least: Bound | None = None

    def holds(self, look: Look) -> bool:
        """Whether the page is within the bounds."""
        value = float(getattr(look, self.measured))
        bounds = ((operator.lt, self.below), (operator.ge, self.least))
        return all(compare(value, bound) for compare, bound in bounds if bound is not None)


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


class Auto(msgspec.Struct, frozen=True, kw_only=True):
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
        content = {"rules": plain, "recipes": ids, "version": VERSION}
        return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()

    def choose(self, raster: Raster) -> tuple[Recipe, Choice]:
        """Return the recipe for a page, and what decided."""
        look = look_at(raster)
        rules = self.rules.choose
        rule = next((rule for rule in rules if all(condition.holds(look) for condition in rule.when)), None)
        name = rule.recipe if rule else self.rules.otherwise
        decided = tuple(condition.measured for condition in rule.when) if rule else ()
        return self.recipes[name], Choice(by=self.name, recipe=name, decided=decided, look=look)


def decide(raster: Raster, recipe: Recipe | Auto) -> tuple[Recipe, Choice | None]:
    """Return the recipe for a page, and what decided where rules chose it."""
    return recipe.choose(raster) if isinstance(recipe, Auto) else (recipe, None)


def with_choice(enhanced: Enhanced, choice: Choice | None) -> Enhanced:
    """Return an enhanced page whose report tells why this recipe."""
    return replace(enhanced, report=msgspec.structs.replace(enhanced.report, choice=choice))


def look_at(raster: Raster) -> Look:
    """Measure, on a scan at 100 dpi, what recipes are chosen by."""
    ink = map_ink(reduced(raster, _LOOK_DPI))
    drawn = ink.contrast[ink.relief > max(_TRACE, 3 * ink.grain)]
    strokes = ink.contrast[ink.strokes]
    contrast = float(np.median(strokes)) / 255 if strokes.size else 0.0
    return Look(
        contrast=round(contrast, 3),
        faint=round(float(np.mean(drawn < _FAINT)), 3) if drawn.size else 0.0,
        unevenness=_unevenness(ink),
        dirt=_dirt(ink, contrast),
        frame=round(float(np.mean(ink.beside)), 3),
        colour=_colour(ink),
    )


def _unevenness(ink: InkMap) -> float:
    """Return how far the paper's light differs over the page (5 % to 95 %), as a share of its level."""
    luma = level_of(ink.paper.ground)[ink.paper.known]
    low, high = np.percentile(luma, (5, 95)) if luma.size else (1.0, 1.0)
    return round(float((high - low) / max(1.0, high)), 3)


def _dirt(ink: InkMap, contrast: float) -> float:
    """Return how far the dirtiest twentieth of the bare paper stands off the rest, by the ink's contrast."""
    side = 2 * ink.px(_AROUND_MM) + 1
    near = cv2.dilate((ink.strokes | ink.beside).astype(np.uint8), np.ones((side, side), np.uint8))
    bare = ink.contrast[near == 0]
    return round(float(np.percentile(bare, 95)) / 255 / max(contrast, 0.05), 3) if bare.size else 0.0


def _colour(ink: InkMap) -> float:
    """Return the share of the page, frame left out, that has any colour: paper or ink."""
    if not ink.small.colour:
        return 0.0
    red, green, blue = cv2.split(ink.small.pixels)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    return round(float(np.mean(np.asarray(spread)[~ink.beside] > _COLOURED)), 3)
