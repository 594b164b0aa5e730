"""One step of a recipe tried on a page: measured, applied where it is sure, and its cost in ink told."""

from dataclasses import dataclass
from typing import Any, Protocol

from scanpipe.enhance.filters import contrast, crop, deskew, dewarp, flatten, orientation, spread, stains
from scanpipe.enhance.filters.outcome import Applied, Skipped
from scanpipe.enhance.maps.ink import InkLoss
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import (
    ContrastParams,
    DeskewParams,
    DewarpParams,
    FlattenParams,
    OrientationParams,
    PageBoxParams,
    SpreadParams,
    StainsParams,
    Step,
)
from scanpipe.enhance.report import Measured


class Filter(Protocol):
    """What a module of `filters/` does as a step; `measured` is of a type of its own."""

    def measure(self, page: Page, params: Any, /) -> Any:
        """Return what there is to be done to a page."""

    def judge(self, page: Page, measured: Any, params: Any, /) -> Skipped | None:
        """Return why the page is left alone; None where the step is needed and sure."""

    def apply(self, page: Page, measured: Any, params: Any, /) -> Applied:
        """Return the page with the step done, and what it cost."""

    def stats(self, measured: Any, /) -> Measured:
        """Return what the report tells of what was measured."""


FILTERS: dict[type[Step], Filter] = {
    OrientationParams: orientation,
    SpreadParams: spread,
    PageBoxParams: crop,
    DeskewParams: deskew,
    DewarpParams: dewarp,
    FlattenParams: flatten,
    StainsParams: stains,
    ContrastParams: contrast,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepOutcome:
    """What came of a step: the new page with the ink it cost, or none and why (`not_needed`, `unsure`, `found`)."""

    measured: Measured
    page: Page | None = None
    loss: InkLoss | None = None
    status: str = "applied"
    flag: str | None = None


def try_step(step: Step, page: Page) -> StepOutcome:
    """Measure a step, and apply it where it is needed and sure."""
    return take_step(step, page, FILTERS[type(step)].measure(page, step))


def take_step(step: Step, page: Page, measured: Any) -> StepOutcome:
    """Apply a step by what was measured, or given, where it is needed and sure."""
    filter_ = FILTERS[type(step)]
    told, skipped = filter_.stats(measured), filter_.judge(page, measured, step)
    if skipped:
        return StepOutcome(measured=told, status=skipped.status, flag=skipped.flag)
    applied = filter_.apply(page, measured, step)
    return StepOutcome(measured=told, page=applied.page, loss=applied.loss)
