"""Choosing a recipe for a page by what is measured on its scan: the first rule that fits, or none of them."""

from dataclasses import replace

import msgspec
import numpy as np

from scanpipe.enhance.maps.ground import level_of
from scanpipe.enhance.maps.ink import InkMap, map_ink
from scanpipe.enhance.pipeline import Enhanced
from scanpipe.enhance.recipe import AnyRecipe, AutoRecipe, Condition, Recipe
from scanpipe.enhance.report import Choice, PageStats
from scanpipe.enhance.score import faint_share, near_marks
from scanpipe.raster import Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import saturation

_STATS_DPI = 100.0
_COLOURED = 24  # levels: less is what JPEG and the paper's grain make of grey


def choose(auto: AutoRecipe, raster: Raster) -> tuple[Recipe, Choice]:
    """Return the recipe for a page, and what decided."""
    stats = measure_stats(raster)
    rules = auto.rules.choose
    rule = next((rule for rule in rules if all(_holds(condition, stats) for condition in rule.when)), None)
    name = rule.recipe if rule else auto.rules.otherwise
    decided = tuple(condition.measured for condition in rule.when) if rule else ()
    return auto.recipes[name], Choice(by=auto.name, recipe=name, decided=decided, stats=stats)


def _holds(condition: Condition, stats: PageStats) -> bool:
    return condition.holds(float(getattr(stats, condition.measured)))


def decide(raster: Raster, recipe: AnyRecipe) -> tuple[Recipe, Choice | None]:
    """Return the recipe for a page, and what decided where rules chose it."""
    return choose(recipe, raster) if isinstance(recipe, AutoRecipe) else (recipe, None)


def with_choice(enhanced: Enhanced, choice: Choice | None) -> Enhanced:
    """Return an enhanced page whose report tells why this recipe."""
    return replace(enhanced, report=msgspec.structs.replace(enhanced.report, choice=choice))


def measure_stats(raster: Raster) -> PageStats:
    """Measure, on a scan at 100 dpi, what recipes are chosen by."""
    ink = map_ink(reduced(raster, _STATS_DPI))
    strokes = ink.contrast[ink.strokes]
    contrast = float(np.median(strokes)) / 255 if strokes.size else 0.0
    return PageStats(
        contrast=round(contrast, 3),
        faint=round(faint_share(ink), 3),
        unevenness=_unevenness(ink),
        dirt=_dirt(ink, contrast),
        frame=round(float(np.mean(ink.surround_mask)), 3),
        colour=_colour(ink),
    )


def _unevenness(ink: InkMap) -> float:
    """Return how far the paper's light differs over the page (5 % to 95 %), as a share of its level."""
    luma = level_of(ink.paper.ground)[ink.paper.known]
    low, high = np.percentile(luma, (5, 95)) if luma.size else (1.0, 1.0)
    return round(float((high - low) / max(1.0, high)), 3)


def _dirt(ink: InkMap, contrast: float) -> float:
    """Return how far the dirtiest twentieth of the bare paper stands off the rest, by the ink's contrast."""
    bare = ink.contrast[~near_marks(ink)]
    return round(float(np.percentile(bare, 95)) / 255 / max(contrast, 0.05), 3) if bare.size else 0.0


def _colour(ink: InkMap) -> float:
    """Return the share of the page, frame left out, that has any colour: paper or ink."""
    if not ink.reduced.colour:
        return 0.0
    return round(float(np.mean(saturation(ink.reduced.pixels)[~ink.surround_mask] > _COLOURED)), 3)
