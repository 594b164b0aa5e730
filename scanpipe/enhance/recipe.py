"""A recipe: ordered steps with their parameters, made into one function from a scanned page to a legible one."""

import hashlib
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec
import numpy as np

from scanpipe.enhance import text_mask
from scanpipe.enhance.ink import InkLoss, map_ink
from scanpipe.enhance.page_box import PageBox
from scanpipe.enhance.paper import grain_of
from scanpipe.enhance.reading import reading_picture
from scanpipe.enhance.report import Metrics, Report, StepReport
from scanpipe.enhance.steps import GEOMETRIC, NAMES, TONAL, VERSIONS, Page, Step, Trial, try_step
from scanpipe.raster import Raster

_LOW_CONTRAST = 0.2
_BLANK_MM2 = 2.0


class Guard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The largest shares that one step may cost: of writing, of coloured ink, of any one seal; beyond, it is undone."""

    ink: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.005
    colour: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.01
    seals: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.02


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done to a page, in order; the text mask is taken from the levelled page before its tones are changed."""

    name: str
    steps: tuple[Step, ...]
    guard: Guard = Guard()
    mask: text_mask.Params = text_mask.Params()

    @property
    def id(self) -> str:
        """Hex sha256 of the recipe's canonical JSON with the version of every step that it uses.

        The name is left out: two recipes that do the same are the same.
        """
        versions = [VERSIONS[type(step)] for step in self.steps]
        content = {"recipe": self, "versions": [*versions, text_mask.VERSION]}
        plain = msgspec.to_builtins(content)
        del plain["recipe"]["name"]
        return hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Enhanced:
    """A page made legible.

    Attributes:
        image: the page in its colours.
        mask: grey 0 and 255, black = ink, same size.
        reading: grey picture for OCR, same size: the writing on white, all else blanked.
        report: what was measured and done.
    """

    image: Raster
    mask: Raster
    reading: Raster
    report: Report


def enhance(raster: Raster, recipe: Recipe, *, keep_geometry: bool = False) -> Enhanced:
    """Make a page legible by a recipe.

    A step that is not sure leaves the page alone; one that cost more ink than the recipe's guard allows is undone.
    Both raise a flag for attention.

    Args:
        raster: the page as it was scanned.
        recipe: what to do.
        keep_geometry: neither crop nor turn, so that the result covers the input pixel for pixel.
    """
    page = Page(raster=raster, ink=map_ink(raster))
    plain = page
    steps: list[StepReport] = []
    flags: list[str] = []
    for step in recipe.steps:
        trial = _guarded(try_step(step, page), recipe.guard, keep=keep_geometry and isinstance(step, GEOMETRIC))
        page = trial.page or page
        plain = plain if isinstance(step, TONAL) else page
        steps.append(_told(step, trial))
        flags += [trial.flag] if trial.flag else []
    mask, ink = text_mask.text_mask(plain.raster, plain.ink, recipe.mask)
    metrics = _metrics(page, ink)
    flags += _weak(metrics)
    return Enhanced(
        image=page.raster,
        mask=mask,
        reading=reading_picture(plain.raster, plain.ink.paper, mask),
        report=Report(
            recipe=recipe.name,
            recipe_id=recipe.id,
            size_px=(page.raster.width, page.raster.height),
            dpi=page.raster.dpi,
            steps=tuple(steps),
            flags=tuple(dict.fromkeys(flags)),
            metrics=metrics,
            seals=tuple(found.seal for found in page.seals),
        ),
    )


def _guarded(trial: Trial, guard: Guard, *, keep: bool) -> Trial:
    """Undo a trial that the guard or the caller does not allow."""
    if trial.page is None:
        return trial
    if keep:
        return replace(trial, page=None, why="geometry_kept")
    lost = _lost(trial.loss, guard) if trial.loss else ""
    if lost:
        flag = "page_box_unsure" if isinstance(trial.measured, PageBox) else lost
        return replace(trial, page=None, why=lost, flag=flag)
    return trial


def _lost(loss: InkLoss, guard: Guard) -> str:
    """Return what a step cost too much of: `ink_lost`, `seal_lost`, or "" where the guard allows it."""
    if loss.lost_share > guard.ink or loss.colour_lost_share > guard.colour:
        return "ink_lost"
    return "seal_lost" if loss.seal_lost_share > guard.seals else ""


def _told(step: Step, trial: Trial) -> StepReport:
    return StepReport(
        step=NAMES[type(step)], measured=trial.measured, applied=trial.page is not None, why=trial.why, ink=trial.loss
    )


def _metrics(page: Page, ink: text_mask.Ink) -> Metrics:
    strokes = page.ink.contrast[page.ink.strokes]
    return Metrics(
        paper_level=round(page.ink.paper.level, 1),
        grain=round(grain_of(page.raster), 2),
        ink_contrast=round(float(np.median(strokes)) / 255, 3) if strokes.size else 0.0,
        ink_mm2=round(page.ink.area_mm2, 1),
        mask=ink,
    )


def _weak(metrics: Metrics) -> list[str]:
    if metrics.ink_mm2 < _BLANK_MM2:
        return ["blank"]
    return ["low_contrast"] if metrics.ink_contrast < _LOW_CONTRAST else []
