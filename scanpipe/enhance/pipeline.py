"""A recipe carried out: from a scanned page to a legible one, step by step, each measured, guarded and told."""

from dataclasses import dataclass, replace

import msgspec
import numpy as np

from scanpipe.enhance import score as scoring
from scanpipe.enhance.filters import orientation, page_box, spread, surroundings
from scanpipe.enhance.filters.deskew import Skew
from scanpipe.enhance.filters.spread import Half
from scanpipe.enhance.maps import carried
from scanpipe.enhance.maps.background import Flags, grain_of
from scanpipe.enhance.maps.ink import BLANK_MM2, InkLoss, InkMap, map_ink
from scanpipe.enhance.maps.marks import lost_mm2
from scanpipe.enhance.maps.negative import positive_of
from scanpipe.enhance.maps.strokes import Strokes, find_strokes
from scanpipe.enhance.mask import text_mask
from scanpipe.enhance.ocr_image import ReadingPicture, reading_picture
from scanpipe.enhance.overrides import try_given
from scanpipe.enhance.page import Page, page_of
from scanpipe.enhance.paper_size import Sheet, half_of, sheet_of
from scanpipe.enhance.parameters import Guard, PageBoxParams, SpreadParams, Step
from scanpipe.enhance.recipe import Recipe
from scanpipe.enhance.report import Metrics, Report, StepReport
from scanpipe.enhance.steps import StepOutcome, try_step
from scanpipe.raster import Raster

_BOX_FOUND = ("applied", "not_needed", "geometry_kept")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Enhanced:
    """A page made legible.

    Attributes:
        image: the page in its colours.
        mask: grey 0 and 255, black = ink, same size.
        report: what was measured and done.
        plain: the page before its tones were changed; of a negative, its positive, in grey.
        strokes: the marks on it.
        writing: grey 0 and 255, black = where writing was found on the scan, carried along (see `carried`).
    """

    image: Raster
    mask: Raster
    report: Report
    plain: Raster
    strokes: Strokes
    writing: Raster

    @property
    def reading(self) -> ReadingPicture:
        """The grey picture for OCR, made when it is asked for: writing on white, its letters as high as OCR needs."""
        letter_mm = self.report.metrics.mask.letter_mm
        return reading_picture(self.plain, self.strokes, self.mask, self.report.seals, letter_mm=letter_mm)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _PageRun:
    """A page on its way through a recipe.

    Attributes:
        page: as it is so far.
        plain: its last state before its tones were changed.
        scan: its ink before the first step.
        sheet: its paper, as it was scanned.
    """

    page: Page
    plain: Page
    scan: InkMap
    sheet: Sheet
    region: Half | None = None
    steps: tuple[StepReport, ...] = ()
    flags: tuple[str, ...] = ()

    def after(self, step: Step, outcome: StepOutcome) -> "_PageRun":
        """Return the run after an outcome."""
        page = outcome.page or self.page
        return replace(
            self,
            page=page,
            sheet=self._sheet(step, outcome),
            plain=self.plain if step.KIND == "photometric" else page,
            steps=(*self.steps, _step_report(step, outcome)),
            flags=(*self.flags, *([outcome.flag] if outcome.flag else [])),
        )

    def _sheet(self, step: Step, outcome: StepOutcome) -> Sheet:
        """Return the paper after an outcome: measured on the scan where the page's box was found, or given."""
        measured, raster = outcome.measured, self.page.raster
        if isinstance(measured, orientation.Orientation):
            return self.sheet.turned(measured.turn_deg if outcome.page else 0)
        if not isinstance(step, PageBoxParams) or not isinstance(measured, page_box.PageBox):
            return self.sheet
        if outcome.status == "given":
            size_mm = raster.mm(measured.right - measured.left), raster.mm(measured.bottom - measured.top)
            return replace(self.sheet, size_mm=size_mm[::-1] if self.sheet.upended else size_mm)
        return self.sheet.measured(step) if outcome.status in _BOX_FOUND else self.sheet


def enhance(raster: Raster, recipe: Recipe, *, keep_geometry: bool = False) -> Enhanced:
    """Make a page legible by a recipe; an open spread is kept whole, whatever the recipe says.

    A step that is not sure leaves the page alone; one that cost more ink than the recipe's guard allows is undone.
    Both raise a flag for attention.

    Args:
        raster: the page as it was scanned.
        recipe: what to do.
        keep_geometry: neither crop nor turn, so that the result covers the input pixel for pixel.
    """
    run = _started(raster)
    for step in recipe.steps:
        run = _advanced(run, step, recipe, keep=keep_geometry)
    return _finished(run, recipe)


def geometry_of(recipe: Recipe) -> Recipe:
    """Return the recipe with only those steps that turn, cut or part the page, not those that change its tones."""
    steps = tuple(step for step in recipe.steps if step.KIND == "geometric")
    return msgspec.structs.replace(recipe, name=f"{recipe.name}, geometry", steps=steps)


def enhance_pages(raster: Raster, recipe: Recipe, *, keep_geometry: bool = False) -> tuple[Enhanced, ...]:
    """Make the pages of a picture legible: two where the recipe splits and a gutter is sure, else one.

    From the split on each half goes its own way: its own angle, page box and tones.
    """
    runs: tuple[_PageRun, ...] = (_started(raster),)
    for step in recipe.steps:
        runs = tuple(
            following
            for run in runs
            for following in _parted_or_advanced(run, step, recipe, keep=keep_geometry)
        )  # fmt: skip
    return tuple(_finished(run, recipe) for run in runs)


def enhance_half(raster: Raster, recipe: Recipe, region: Half) -> Enhanced:
    """Make one page of a picture legible that is known to be a spread, at the recipe's place for a split, else at once.

    Where no gutter is sure, the halves are cut at the middle with a wider overlap and flagged `gutter_unsure`.
    """
    steps = recipe.steps if any(isinstance(step, SpreadParams) for step in recipe.steps) else _with_spread(recipe)
    run = _started(raster)
    for step in steps:
        if isinstance(step, SpreadParams) and run.region is None:
            run = _half(run, step, try_step(step, run.page), region, recipe.guard)
        else:
            run = _advanced(run, step, recipe, keep=False)
    return _finished(run, recipe)


def _with_spread(recipe: Recipe) -> tuple[Step, ...]:
    """Return the recipe's steps with a split before the first one that a half takes for itself."""
    first = next((at for at, step in enumerate(recipe.steps) if step.PER_PAGE), len(recipe.steps))
    return (*recipe.steps[:first], SpreadParams(), *recipe.steps[first:])


def _started(raster: Raster) -> _PageRun:
    page = page_of(raster)
    return _PageRun(page=page, plain=page, scan=page.ink, sheet=sheet_of(page.ink.reduced))


def _advanced(run: _PageRun, step: Step, recipe: Recipe, *, keep: bool) -> _PageRun:
    outcome = try_given(step, run.page, recipe.given)
    return run.after(step, _guarded(outcome, recipe.guard, keep=keep and step.KIND == "geometric"))


def _parted_or_advanced(run: _PageRun, step: Step, recipe: Recipe, *, keep: bool) -> tuple[_PageRun, ...]:
    """Return the two halves of a spread that is sure and to be split, else the page after the step."""
    if isinstance(step, SpreadParams) and step.mode == "split" and not keep and run.region is None:
        outcome = try_step(step, run.page)
        if outcome.status == "found":
            return tuple(_half(run, step, outcome, region, recipe.guard) for region in spread.HALVES)
        return (run.after(step, outcome),)
    return (_advanced(run, step, recipe, keep=keep),)


def _half(run: _PageRun, step: SpreadParams, outcome: StepOutcome, region: Half, guard: Guard) -> _PageRun:
    """Return one half of a spread: at its gutter, or at the middle where none is sure."""
    gutter, flag = outcome.measured, None
    if not isinstance(gutter, spread.Spread) or outcome.status != "found":
        gutter, step, flag = spread.middle(run.page.raster), spread.unsure(step), "gutter_unsure"
    whole = run.page
    page = _parted(whole, gutter, region, step)
    if lost_mm2(page.marks, page.raster) > guard.writing_mm2:
        flag = "ink_lost"
    halved = run.after(step, replace(outcome, page=page, status="applied", flag=flag))
    sheet = half_of(whole.ink.reduced, gutter.scaled(whole.ink.dpi / whole.raster.dpi), region)
    return replace(halved, region=region, plain=page, scan=page.ink, sheet=sheet)


def _parted(whole: Page, gutter: spread.Spread, region: Half, step: SpreadParams) -> Page:
    """Return one half of a spread; what is painted over beyond its overlap is the other half's."""
    raster = spread.half(whole.raster, gutter, region, step)
    columns, corners = spread.part(whole.raster, gutter, region, step)
    marks = carried.cut(whole.marks, columns.start, 0, raster)
    marks &= surroundings.inside(corners, *marks.shape, scale=1 / carried.block_px(raster.dpi))
    return Page(raster=raster, ink=map_ink(raster), marks=marks)


def _finished(run: _PageRun, recipe: Recipe) -> Enhanced:
    """Take mask, reading picture and report from a page that went through all steps."""
    page, plain = run.page, _read_as(run.plain)
    strokes = find_strokes(plain.raster, plain.ink)
    seals = tuple(match.seal for match in page.seals)
    mask, ink = text_mask.text_mask(plain.raster, plain.ink, strokes, recipe.mask, seals, marks=plain.marks)
    skew_deg = _remaining_skew(run.steps)
    score = scoring.measure(page.raster, page.ink, scan=run.scan, skew_deg=skew_deg, thresholds=recipe.score)
    metrics = _metrics(page, ink)
    weak = ["blank"] if metrics.ink_mm2 < BLANK_MM2 else []
    weak += scoring.weak(score, recipe.score)
    return Enhanced(
        image=page.raster,
        mask=mask,
        plain=plain.raster,
        strokes=strokes,
        writing=_drawn(page.marks, page.raster.dpi / carried.block_px(page.raster.dpi)),
        report=Report(
            recipe=recipe.name,
            recipe_id=recipe.id,
            region=run.region or "",
            size_px=(page.raster.width, page.raster.height),
            dpi=page.raster.dpi,
            paper_mm=run.sheet.upright_mm,
            steps=run.steps,
            flags=tuple(dict.fromkeys((*run.flags, *weak))),
            metrics=metrics,
            score=score,
            seals=seals,
        ),
    )


def _read_as(plain: Page) -> Page:
    """Return the page that is read: the positive of a negative, else the page itself."""
    positive = positive_of(plain.raster, plain.marks)
    return page_of(positive) if positive else plain


def _drawn(marks: Flags, dpi: float) -> Raster:
    return Raster(pixels=np.where(marks, np.uint8(0), np.uint8(255)), dpi=dpi)


def _guarded(outcome: StepOutcome, guard: Guard, *, keep: bool) -> StepOutcome:
    """Undo an outcome that the guard or the caller does not allow."""
    if outcome.page is None:
        return outcome
    if keep:
        return replace(outcome, page=None, status="geometry_kept")
    loss = outcome.loss or InkLoss(before_mm2=outcome.page.ink.area_mm2, after_mm2=outcome.page.ink.area_mm2)
    gone = max(loss.writing_lost_mm2, lost_mm2(outcome.page.marks, outcome.page.raster))
    loss = msgspec.structs.replace(loss, writing_lost_mm2=gone)
    outcome, lost = replace(outcome, loss=loss), _lost(loss, guard)
    if lost:
        flag = "page_box_unsure" if isinstance(outcome.measured, page_box.PageBox) else lost
        return replace(outcome, page=None, status=lost, flag=flag)
    return outcome


def _lost(loss: InkLoss, guard: Guard) -> str:
    """Return what a step cost too much of: `ink_lost`, `seal_lost`, or "" where the guard allows it."""
    if loss.lost_share > guard.ink or loss.colour_lost_share > guard.colour:
        return "ink_lost"
    if loss.seal_lost_share > guard.seals:
        return "seal_lost"
    return "ink_lost" if loss.writing_lost_mm2 > guard.writing_mm2 else ""


def _step_report(step: Step, outcome: StepOutcome) -> StepReport:
    return StepReport(
        step=step.name,
        measured=outcome.measured,
        applied=outcome.page is not None,
        status=outcome.status,
        ink=outcome.loss,
    )


def _metrics(page: Page, ink: text_mask.MaskStats) -> Metrics:
    strokes = page.ink.contrast[page.ink.strokes]
    return Metrics(
        paper_level=round(page.ink.paper.level, 1),
        grain=round(grain_of(page.raster), 2),
        ink_contrast=round(float(np.median(strokes)) / 255, 3) if strokes.size else 0.0,
        ink_mm2=round(page.ink.area_mm2, 1),
        mask=ink,
    )


def _remaining_skew(steps: tuple[StepReport, ...]) -> float:
    """Return the last angle that was measured and is sure, if the page was not turned by it."""
    measured = [
        (step.measured.angle_deg, step.applied)
        for step in steps
        if isinstance(step.measured, Skew) and step.status != "unsure"
    ]
    return 0.0 if not measured or measured[-1][1] else measured[-1][0]
