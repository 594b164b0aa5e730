"""One step of a recipe tried on a page: measured, applied where it is sure, and its cost in ink told."""

from dataclasses import dataclass, replace
from functools import singledispatch

import msgspec
import numpy as np

from scanpipe.enhance.filters import (
    contrast,
    deskew,
    dewarp,
    flatten,
    orientation,
    page_box,
    spread,
    stains,
    surroundings,
)
from scanpipe.enhance.maps import carried
from scanpipe.enhance.maps.background import Flags, Paper
from scanpipe.enhance.maps.ink import InkLoss, InkMap, loss_by_mass, loss_in_place, loss_outside, map_ink
from scanpipe.enhance.maps.marks import most_mm2
from scanpipe.enhance.maps.seals import crop_seals, worst_cropped_share, worst_lost_share
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
from scanpipe.raster import Raster
from scanpipe.raster.flags import fitted_by_centres

_SPECK_MM2 = 3.0  # of colour beside the page: a fringe of the scanner's rim
_PAINTED_OVER = 0.002  # of the writing: more of what looks like it outside the outline, and nothing is painted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepOutcome:
    """What came of a step: the new page with the ink it cost, or none and why (`not_needed`, `unsure`, `found`)."""

    measured: Measured
    page: Page | None = None
    loss: InkLoss | None = None
    status: str = "applied"
    flag: str | None = None


def skipped(measured: Measured, status: str, flag: str | None = None) -> StepOutcome:
    """Return an outcome that changed nothing."""
    return StepOutcome(measured=measured, status=status, flag=flag)


@singledispatch
def try_step(step: Step, page: Page) -> StepOutcome:
    """Measure and apply one step.

    Raises:
        TypeError: no such kind of step.
    """
    raise TypeError(f"no step is made of {type(step).__name__}")


@try_step.register
def _orient(step: OrientationParams, page: Page) -> StepOutcome:
    found = orientation.measure(page)
    if found.confidence < step.confidence:
        doubtful = found.turn_deg != 0 and found.confidence >= step.doubt
        return skipped(found, "unsure", "orientation_unsure" if doubtful else None)
    if found.turn_deg == 0:
        return skipped(found, "not_needed")
    return orient(page, found)


def orient(page: Page, found: orientation.Orientation) -> StepOutcome:
    """Turn a page by quarters."""
    raster, ink = orientation.apply(page.raster, found), orientation.apply_to_ink(page.ink, found)
    marks = carried.moved(page.marks, orientation.way(page.raster, found), raster)
    return StepOutcome(measured=found, page=Page(raster=raster, ink=ink, marks=marks))


@try_step.register
def _find_gutter(step: SpreadParams, page: Page) -> StepOutcome:
    """Measure only: who may part a page into two is the recipe."""
    gutter = spread.measure(page, step)
    if gutter.confidence >= step.confidence:
        return skipped(gutter, "found")
    return skipped(gutter, "unsure" if gutter.confidence else "not_needed")


@try_step.register
def _crop(step: PageBoxParams, page: Page) -> StepOutcome:
    detected = page_box.measure(page, step)
    box = detected.box
    if box.covers(page.raster):
        return skipped(box, "not_needed")
    if not box.confidence:
        return skipped(box, "unsure", "page_box_unsure")
    ink = page.ink.without(detected.surround_mask)
    inside = _within(box, page)
    loss = loss_outside(ink, inside)
    if (
        box.outline
        and loss.lost_share > _PAINTED_OVER + loss_outside(ink, _within(bare := box.without_outline(), page)).lost_share
    ):
        box, inside = bare, _within(bare, page)
        loss = loss_outside(ink, inside)
    if box.covers(page.raster):
        return skipped(box, "not_needed")
    rows, columns = _on_map(box, page)
    raster, paper, marks = _cut(page, box)
    cut = map_ink(raster, surround_mask=(page.ink.surround_mask | ~inside)[rows, columns], paper=paper)
    seals = page.seals
    cut_seals = crop_seals(seals, box.sides, page.ink, cut)
    speck = ink.mm2(ink.coloured_ink & ~inside) < _SPECK_MM2
    colour = 0.0 if speck else loss.colour_lost_share
    loss = msgspec.structs.replace(
        loss,
        colour_lost_share=colour,
        seal_lost_share=worst_cropped_share(seals, inside),
        writing_lost_mm2=_writing_outside(box, page),
    )
    after = Page(raster=raster, ink=cut, marks=marks, known_seals=cut_seals)
    return StepOutcome(measured=box, page=after, loss=loss)


def cropped(page: Page, box: page_box.PageBox) -> StepOutcome:
    """Cut a page to a box that a person or another page gave; all ink outside counts as lost."""
    rows, columns = _on_map(box, page)
    inside = _within(box, page)
    raster, paper, marks = _cut(page, box)
    ink = map_ink(raster, surround_mask=page.ink.surround_mask[rows, columns], paper=paper)
    loss = msgspec.structs.replace(
        loss_outside(page.ink, inside),
        seal_lost_share=worst_cropped_share(page.seals, inside),
        writing_lost_mm2=_writing_outside(box, page),
    )
    return StepOutcome(measured=box, page=Page(raster=raster, ink=ink, marks=marks), loss=loss)


def _cut(page: Page, box: page_box.PageBox) -> tuple[Raster, Paper, Flags]:
    """Return what is within a box, its paper, and the marks on it."""
    within = page.raster.replace(page.raster.pixels[box.top : box.bottom, box.left : box.right])
    marks = carried.cut(page.marks, box.left, box.top, within)
    return *page_box.apply(page.raster, page.ink.paper, box, marks), marks


def _writing_outside(box: page_box.PageBox, page: Page) -> float:
    """Return how much writing a cut to the box, and the painting beyond its outline, take away."""
    block = carried.block_px(page.raster.dpi)
    rows, columns = np.ogrid[: len(page.marks), : len(page.marks[0])]
    middles = (rows + 0.5) * block, (columns + 0.5) * block
    within = (middles[0] >= box.top) & (middles[0] < box.bottom) & (middles[1] >= box.left) & (middles[1] < box.right)
    if box.outline:
        within = within & surroundings.inside(box.outline, *page.marks.shape, scale=1 / block)
    return most_mm2(page.marks & ~within, page.raster.dpi / block)


def _within(box: page_box.PageBox, page: Page) -> Flags:
    """Return where, on the page's ink map, the box and its outline are."""
    rows, columns = _on_map(box, page)
    flags = np.zeros(page.ink.surround_mask.shape, np.bool_)
    flags[rows, columns] = True
    if box.outline:
        flags &= surroundings.inside(box.outline, len(flags), len(flags[0]), scale=page.ink.dpi / page.raster.dpi)
    return flags


def _on_map(box: page_box.PageBox, page: Page) -> tuple[slice, slice]:
    """Return the box as rows and columns of the page's ink map."""
    height, width = page.ink.surround_mask.shape
    across, down = width / page.raster.width, height / page.raster.height
    rows = slice(int(box.top * down), min(height, int(np.ceil(box.bottom * down))))
    return rows, slice(int(box.left * across), min(width, int(np.ceil(box.right * across))))


@try_step.register
def _deskew(step: DeskewParams, page: Page) -> StepOutcome:
    skew = deskew.measure(page, step)
    if skew.confidence < step.confidence:
        return skipped(skew, "unsure", "skew_unsure")
    if abs(skew.angle_deg) < step.smallest_deg:
        return skipped(skew, "not_needed")
    return turned(page, skew)


def turned(page: Page, skew: deskew.Skew) -> StepOutcome:
    """Turn a page by its angle."""
    raster = deskew.apply(page.raster, skew)
    ink = map_ink(raster, surround_mask=deskew.apply_to_flags(page.ink.surround_mask, skew))
    marks = carried.moved(page.marks, deskew.way(page.raster, skew), raster)
    return StepOutcome(measured=skew, page=Page(raster=raster, ink=ink, marks=marks), loss=loss_by_mass(page.ink, ink))


@try_step.register
def _dewarp(step: DewarpParams, page: Page) -> StepOutcome:
    curl = dewarp.measure(page)
    if not dewarp.wanted(curl, step):
        return skipped(curl, "unsure" if curl.rms_bend_mm >= step.smallest_mm else "not_needed")
    raster = dewarp.apply(page.raster, curl)
    ink = map_ink(raster, surround_mask=dewarp.apply_to_flags(page.ink.surround_mask, curl, page.ink.dpi))
    marks = dewarp.apply_to_map(page.marks, curl, page.raster)
    return StepOutcome(measured=curl, page=Page(raster=raster, ink=ink, marks=marks), loss=loss_by_mass(page.ink, ink))


@try_step.register
def _flatten(step: FlattenParams, page: Page) -> StepOutcome:
    light = flatten.measure(page, step)
    even = step.paper == "natural" and light.illumination.unevenness < step.smallest_unevenness
    if even or page.raster.black_and_white:
        return skipped(light.illumination, "not_needed")
    return _in_place(light.illumination, flatten.apply(page.raster, light.paper, step), page)


@try_step.register
def _boost_contrast(step: ContrastParams, page: Page) -> StepOutcome:
    gain_map = contrast.measure(page, step)
    if gain_map.stats.raised < contrast.LEAST_RAISED or page.raster.black_and_white:
        return skipped(gain_map.stats, "not_needed")
    return _in_place(gain_map.stats, contrast.apply(page.raster, gain_map, step), page, paper=page.ink.paper)


@try_step.register
def _remove_stains(step: StainsParams, page: Page) -> StepOutcome:
    stain_map = stains.measure(page, step)
    if not stain_map.stats.worth_cleaning:
        return skipped(stain_map.stats, "not_needed")
    fine_contrast = page.ink.fine_contrast.copy()
    # What is taken away on purpose is no loss.
    fine_contrast[~fitted_by_centres(stain_map.own_ink, fine_contrast.shape)] = 0
    own = replace(page, marks=page.marks & fitted_by_centres(stain_map.own_ink, page.marks.shape))
    return _in_place(
        stain_map.stats, stains.apply(page.raster, stain_map), own, own=replace(page.ink, fine_contrast=fine_contrast)
    )


def _in_place(
    measured: Measured, raster: Raster, page: Page, *, own: InkMap | None = None, paper: Paper | None = None
) -> StepOutcome:
    """Weigh a step that moved nothing.

    Args:
        measured: what it found.
        raster: what it made.
        page: the page before.
        own: the ink that it must not cost, if that is not all there was.
        paper: the paper under the ink, if the step does not change it.
    """
    ink, seals = map_ink(raster, surround_mask=page.ink.surround_mask, paper=paper), page.seals
    loss = msgspec.structs.replace(
        loss_in_place(own or page.ink, ink), seal_lost_share=worst_lost_share(seals, page.ink, ink)
    )
    return StepOutcome(
        measured=measured, page=Page(raster=raster, ink=ink, marks=page.marks, known_seals=seals), loss=loss
    )
