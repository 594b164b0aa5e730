"""What the events of a run change on the screen of a book. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from scanpipe.console.effects import Seen
from scanpipe.console.state import BookState, Doing, KeptPage, Notice, Question, Tally
from scanpipe.console.words import remedy_here
from scanpipe.errors import FeederEmpty, ScanpipeError
from scanpipe.flows.capture import events
from scanpipe.flows.capture.sheets import sheet_line
from scanpipe.flows.work.page_map import Cell, MappedPage
from scanpipe.messages import LazyText, lazy, lazy_counted
from scanpipe.model import Page, Part
from scanpipe.package.reports.numbers import page_range

STRIP = 60
"""How many captures the strip remembers: the pace is counted from them."""


def seen(state: BookState, happened: Seen) -> BookState:
    """Return the state after an event of the run."""
    event = happened.event
    match event:
        case events.Captured():
            return _captured(state, happened.kept)
        case events.SheetMoving():
            stopping = state.doing is Doing.STOPPING
            doing = Doing.STOPPING if stopping else Doing.MOVING
            return replace(state, doing=doing, moving=event.pages, sheet=event.sheet)
        case events.ReloadSheets():
            text = lazy("Put these sheets on top of the stack, in this order:")
            lines = [f"{number}. {sheet_line(sheet)}" for number, sheet in enumerate(event.sheets, 1)]
            lines += state.sent_back(*(page for sheet in event.sheets for page in sheet.wanted))
            return replace(state, question=Question(kind="reload", text=text, lines=tuple(lines)))
        case events.LostSheets():
            pages = ", ".join(event.pages)
            return _warned(state, lazy("A crash interrupted these pages. Scan them again: {pages}", pages=pages))
        case _:
            return _counted(state, event)


def _counted(state: BookState, event: events.CaptureEvent) -> BookState:
    match event:
        case events.CaptureHalted():
            remedy = lazy("All pages so far are kept. See what is wrong, then scan on.")
            return replace(state, notice=Notice(tone="error", text=event.reason, remedy=remedy))
        case events.SeparatorRead() if event.case and not _warns(state):
            return _told(state, lazy("Separator sheet: case {case} begins.", case=str(event.case)))
        case events.SeparatorMissing():
            return _warned(state, event.reason)
        case events.SurplusCase():
            return _warned(state, event.text)
        case events.FeedReconciled() if event.put_back:
            pages = page_range([page for sheet in event.put_back for page in sheet.wanted])
            text = lazy("The counts of sheets differ. Put the sheet of page {pages} back.", pages=pages)
            return replace(state, notice=Notice(tone="error", text=text, remedy=event.note))
        case events.FeedReconciled() if event.note:
            return _warned(state, event.note)
        case events.FeedEnded():
            return _over(state, event.missing)
    return state


def ended(state: BookState, error: ScanpipeError | None) -> BookState:
    """Return the state after a run; what it says of an error stays until the next key."""
    question = state.question if state.question and state.question.typed else None
    state = replace(state, doing=Doing.IDLE, moving=(), question=question, running=None)
    if error is None:
        return state
    if isinstance(error, FeederEmpty) and state.tally.pages:
        return state
    return replace(state, notice=Notice(tone="error", text=error.text, remedy=remedy_here(error)))


def _over(state: BookState, missing: int) -> BookState:
    if _warns(state):
        return state
    pages = lazy_counted("{n} page scanned.", "{n} pages scanned.", state.tally.pages)
    if not missing and state.book.pages is not None:
        text = lazy("{pages} The book has all its pages.", pages=pages)
    elif state.book.pages is None:
        text = lazy("{pages}", pages=pages)
    else:
        text = lazy("{pages} {missing} are missing.", pages=pages, missing=missing)
    return replace(state, notice=Notice(tone="good", text=text))


def _warns(state: BookState) -> bool:
    return state.notice is not None and state.notice.tone in ("error", "warning")


def _warned(state: BookState, text: LazyText | str) -> BookState:
    return replace(state, notice=Notice(tone="warning", text=text))


def _told(state: BookState, text: LazyText | str) -> BookState:
    return replace(state, notice=Notice(tone="plain", text=text))


def _captured(state: BookState, kept: KeptPage | None) -> BookState:
    if kept is None:
        return state
    cells = _extended(state.cells, kept.pages) if state.book.pages is None else state.cells
    cells = tuple(_filled(cell, kept) if cell.page in kept.pages else cell for cell in cells)
    kept = replace(kept, cases=tuple(case for cell in cells if cell.page in kept.pages for case in cell.cases))
    tally = Tally(pages=state.tally.pages + max(1, len(kept.pages)), warned=state.tally.warned + bool(kept.flags))
    state = replace(state, cells=cells, strip=(kept, *state.strip)[:STRIP], tally=tally)
    place = state.place(kept.pages[-1]) if kept.pages else None
    state = state if place is None else replace(state, selected=place)
    if not kept.pages:
        return _warned(state, lazy("The picture was kept, but the book has no free page for it."))
    return state


def shown_now(strip: Sequence[KeptPage], cells: Sequence[MappedPage]) -> tuple[KeptPage, ...]:
    """Return the strip with the pages that show each capture now: pages move, and captures are undone and replaced."""
    return tuple(_shown_on(kept, [cell for cell in cells if cell.capture == kept.capture]) for kept in strip)


def _shown_on(kept: KeptPage, cells: Sequence[MappedPage]) -> KeptPage:
    if not cells:
        return replace(kept, gone=bool(kept.pages))
    cases = tuple(dict.fromkeys(case for cell in cells for case in cell.cases))
    return replace(kept, pages=tuple(cell.page for cell in cells), cases=cases, gone=False)


def _filled(cell: MappedPage, kept: KeptPage) -> MappedPage:
    look = Cell.WARNED if kept.flags else Cell.CAPTURED
    return replace(cell, cell=look, free=False, capture=kept.capture, flags=kept.flags)


def _extended(cells: tuple[MappedPage, ...], pages: tuple[Page, ...]) -> tuple[MappedPage, ...]:
    """Return the map of a book that does not state its total with the pages that just came, before its back."""
    known = {cell.page for cell in cells}
    added = tuple(MappedPage(page=page, cell=Cell.EMPTY) for page in pages if page not in known)
    before = tuple(cell for cell in cells if cell.page.part is not Part.BACK)
    return (*before, *added, *cells[len(before) :])
