"""Values measured on one page, or set by a person, that hold for others: the pages of a book that all lay the same."""

from collections.abc import Collection
from dataclasses import replace

import msgspec

from scanpipe.enhance.filters import crop, deskew, orientation, page_box
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import DeskewParams, Given, OrientationParams, PageBoxParams, Step
from scanpipe.enhance.report import Measured, Report
from scanpipe.enhance.steps import StepOutcome, take_step, try_step
from scanpipe.raster import Raster
from scanpipe.raster.lengths import mm_of, px_of

REUSABLE = ("orientation", "deskew", "page_box")
_MEASURED = ("applied", "not_needed", "given")


def given_by(report: Report, steps: Collection[str]) -> Given:
    """Take from a page's report what the named steps measured; what they were not sure of is not given."""
    given = Given()
    for step in report.steps:
        if step.step in steps and step.status in _MEASURED:
            given = _with(given, step.measured, step.status, report.dpi)
    return given


def _with(given: Given, measured: Measured, status: str, dpi: float) -> Given:
    if isinstance(measured, orientation.Orientation):
        return msgspec.structs.replace(given, turn_deg=measured.turn_deg)
    if isinstance(measured, deskew.Skew):
        return msgspec.structs.replace(given, angle_deg=measured.angle_deg)
    if isinstance(measured, page_box.PageBox) and status != "not_needed":
        left, top, right, bottom = (round(mm_of(side, dpi), 3) for side in measured.sides)
        return msgspec.structs.replace(given, box_mm=(left, top, right, bottom))
    return given


def try_given(step: Step, page: Page, given: Given) -> StepOutcome:
    """Apply what is given for a step; measure where nothing is."""
    if isinstance(step, OrientationParams) and given.turn_deg is not None:
        quarter = orientation.Orientation(turn_deg=given.turn_deg, confidence=1.0)
        return replace(take_step(step, page, quarter), status="given")
    if isinstance(step, DeskewParams) and given.angle_deg is not None:
        skew = deskew.Skew(angle_deg=given.angle_deg, confidence=1.0)
        return replace(take_step(step, page, skew), status="given")
    if isinstance(step, PageBoxParams) and given.box_mm is not None:
        return _cut_to(_box(given.box_mm, page.raster), page)
    return try_step(step, page)


def _cut_to(box: page_box.PageBox, page: Page) -> StepOutcome:
    if box.covers(page.raster):
        return StepOutcome(measured=box, status="given")
    applied = crop.apply_given(page, box)
    return StepOutcome(measured=box, page=applied.page, loss=applied.loss, status="given")


def _box(sides_mm: tuple[float, float, float, float], raster: Raster) -> page_box.PageBox:
    """Return the box in pixels of this picture, within it and with at least one pixel in it."""
    left, top, right, bottom = (round(px_of(side, raster.dpi)) for side in sides_mm)
    left, top = min(left, raster.width - 1), min(top, raster.height - 1)
    return page_box.PageBox(
        left=left, top=top, right=max(left + 1, min(right, raster.width)),
        bottom=max(top + 1, min(bottom, raster.height)), confidence=1.0,
    )  # fmt: skip
