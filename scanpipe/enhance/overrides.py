"""Values measured on one page, or set by a person, that hold for others: the pages of a book that all lay the same."""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated

import msgspec

from scanpipe.enhance.filters import deskew, orientation, page_box
from scanpipe.enhance.report import Measured, Report
from scanpipe.enhance.steps import Page, Step, Trial, cropped, left_alone, set_upright, try_step, turned
from scanpipe.raster import MM_PER_INCH, Raster

REUSABLE = ("orientation", "deskew", "page_box")
_MEASURED = ("applied", "not_needed", "given")

Millimetres = Annotated[float, msgspec.Meta(ge=0, le=2000)]


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is not measured but given; nothing by default.

    Attributes:
        turn_deg: quarter turn clockwise, for the step `orientation`.
        angle_deg: angle of the lines, positive where they run down to the right, for the step `deskew`.
        box_mm: left, top, right, bottom of the page as it lies before the step `page_box`.
    """

    turn_deg: orientation.Degrees | None = None
    angle_deg: Annotated[float, msgspec.Meta(ge=-20, le=20)] | None = None
    box_mm: tuple[Millimetres, Millimetres, Millimetres, Millimetres] | None = None


def given_by(report: Report, steps: Collection[str]) -> Given:
    """Take from a page's report what the named steps measured; what they were not sure of is not given."""
    given = Given()
    for told in report.steps:
        if told.step in steps and told.why in _MEASURED:
            given = _with(given, told.measured, told.why, report.dpi)
    return given


def _with(given: Given, measured: Measured, why: str, dpi: float) -> Given:
    if isinstance(measured, orientation.Orientation):
        return msgspec.structs.replace(given, turn_deg=measured.turn_deg)
    if isinstance(measured, deskew.Skew):
        return msgspec.structs.replace(given, angle_deg=measured.angle_deg)
    if isinstance(measured, page_box.PageBox) and why != "not_needed":
        left, top, right, bottom = (round(side / dpi * MM_PER_INCH, 3) for side in measured.sides)
        return msgspec.structs.replace(given, box_mm=(left, top, right, bottom))
    return given


def try_given(step: Step, page: Page, given: Given) -> Trial:
    """Apply what is given for a step; measure where nothing is."""
    if isinstance(step, orientation.Params) and given.turn_deg is not None:
        found = orientation.Orientation(turn_deg=given.turn_deg, confidence=1.0)
        return _told(set_upright(page, found) if found.turn_deg else left_alone(found, "given"))
    if isinstance(step, deskew.Params) and given.angle_deg is not None:
        skew = deskew.Skew(angle_deg=given.angle_deg, confidence=1.0)
        return _told(turned(page, skew) if abs(skew.angle_deg) >= step.smallest_deg else left_alone(skew, "given"))
    if isinstance(step, page_box.Params) and given.box_mm is not None:
        box = _box(given.box_mm, page.raster)
        return _told(left_alone(box, "given") if box.covers(page.raster) else cropped(page, box))
    return try_step(step, page)


def _told(trial: Trial) -> Trial:
    return replace(trial, why="given")


def _box(sides_mm: tuple[float, float, float, float], raster: Raster) -> page_box.PageBox:
    """Return the box in pixels of this picture, within it and with at least one pixel in it."""
    left, top, right, bottom = (round(side / MM_PER_INCH * raster.dpi) for side in sides_mm)
    left, top = min(left, raster.width - 1), min(top, raster.height - 1)
    return page_box.PageBox(
        left=left, top=top, right=max(left + 1, min(right, raster.width)),
        bottom=max(top + 1, min(bottom, raster.height)), confidence=1.0,
    )  # fmt: skip
