"""From paper to masters: the intent is written first, then the page is kept, then the fact is written."""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from scanpipe.capture.checks import check_capture
from scanpipe.capture.interrupts import interrupts_held
from scanpipe.capture.master import Master
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import Scanned, ScanSession, ScanSettings
from scanpipe.errors import FeederEmpty, Interrupted, ScanpipeError, UsageError
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.plan import position
from scanpipe.flows.capture.events import (
    Captured,
    CaptureEvent,
    FeedEnded,
    KeptAside,
    ReloadSheets,
    free_slots,
    missing_pages,
)
from scanpipe.flows.capture.keep import NewCapture, keep_capture
from scanpipe.flows.capture.scanners import refuse_grey, refuse_low_dpi, scanner_setup
from scanpipe.flows.capture.sheets import Sheet, SheetQueue, Side, sheet_line, sheet_queue
from scanpipe.flows.locking import with_book_held
from scanpipe.flows.station import Station
from scanpipe.messages import lazy, lazy_counted, text_to_json
from scanpipe.model import Page
from scanpipe.package.naming.limits import Limits
from scanpipe.raster.codecs import encode_master
from scanpipe.state import views

Ready = Callable[[Page], bool]
Confirm = Callable[[], bool]


@with_book_held
def capture_scanner(
    station: Station,
    name: str,
    *,
    device: str = "",
    source: str | None = None,
    dpi: int | None = None,
    pages: int | None = None,
    ready: Ready | None = None,
    confirm: Confirm | None = None,
) -> Iterator[CaptureEvent]:
    """Scan into the free places of a book, in order, until the stack ends, the book is full, or `pages` are done.

    Args:
        station: where to keep the pages.
        name: the book.
        device: by default the one of station.toml, else the only one there is.
        source: paper source, by default the profile's.
        dpi: resolution, by default the profile's.
        pages: stop after so many; with a two-sided source after the sheet that they end on.
        ready: asked before each page that a person must lay on the glass; without it one page is scanned from there.
        confirm: asked whether the sheets that were just told lie on top of the stack.

    Raises:
        UsageError: the convention asks for finer scans, or for colour; or sheets are to be put on top or on the glass,
            and there is nobody to be asked.
        DeviceError: one of its kinds, naming the page; every page told before is kept.
        Interrupted: an operator's Ctrl-C; the sheet under way was finished and is kept.
        StationLocked: another process works on the book.
    """
    facts = book_facts(station, name)
    convention = convention_of(station, facts.book)
    scanner = SaneScanner(spool=station.spool)
    setup = scanner_setup(station, scanner, device=device, source=source, dpi=dpi)
    settings = setup.settings
    refuse_low_dpi(facts.book, convention, setup)
    queue = _sheet_queue(station, facts, two_sided=settings.two_sided)
    limit = _limit(facts, settings, pages=pages, ready=ready)
    # A device that serves files finds each page's file by itself; at the glass each page is asked for by its name.
    asked = not settings.feed and (settings.stack or ready is None)
    if not asked or (yield from _reload_sheets(facts, queue.sheets_to_reload(limit), confirm)):
        with scanner.open(settings) as session:
            refuse_grey(facts.book, convention, setup, session)
            run = _Run(station=station, facts=facts, session=session, settings=settings, limits=convention.limits)
            yield from _scan_stack(run, queue, limit=limit, ready=ready)
    yield FeedEnded(missing=missing_pages(book_facts(station, name)))


def _limit(facts: BookFacts, settings: ScanSettings, *, pages: int | None, ready: Ready | None) -> float:
    """Return after how many pages to stop: at the glass after the one that lies there, if nobody can lay the next."""
    if settings.stack or ready:
        return pages or math.inf
    if pages and pages > 1:
        raise UsageError(
            lazy(
                "{book}: the glass takes one page at a time, and the next page can only be requested at a terminal.",
                book=facts.book.id,
            ),
            remedy=lazy("Run the command at a terminal, or scan one page with each command."),
        )
    return 1


def _sheet_queue(station: Station, facts: BookFacts, *, two_sided: bool) -> SheetQueue:
    """Return the sheets of the book; those whose fate a crash left unknown go first."""
    there = [(state.page, state.facts.capture, state.facts.side) for state in facts.captured]
    for sheet in facts.unresolved_sheets:
        if sheet.page in [page for page, _capture, _side in there]:  # its page was given back since, or has no back
            station.journal.end_sheet(sheet.row, "replaced")
    return sheet_queue(
        free_slots(facts),
        there,
        awaited=facts.awaited,
        alone=views.lone_fronts(station.journal, facts.row),
        first=tuple(dict.fromkeys(sheet.page for sheet in facts.unresolved_sheets if sheet.page)),
        two_sided=two_sided,
    )


def _reload_sheets(
    facts: BookFacts, sheets: tuple[Sheet, ...], confirm: Confirm | None
) -> Generator[CaptureEvent, None, bool]:
    """Have the sheets that do not lie on the stack by themselves put on top; return whether they lie there."""
    if not sheets:
        return True
    if confirm is None:
        raise UsageError(
            lazy(
                "{book}: these sheets must be on top of the stack, in this order: {sheets}.",
                book=facts.book.id,
                sheets="; ".join(map(sheet_line, sheets)),
            ),
            remedy=lazy("Put the sheets there. Then run the same command at a terminal, or with --yes."),
        )
    yield ReloadSheets(sheets=sheets)
    return confirm()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One stack on its way into a book: where it is kept, what the scanner was set to, what the convention asks."""

    station: Station
    facts: BookFacts
    session: ScanSession
    settings: ScanSettings
    limits: Limits


def _scan_stack(run: _Run, queue: SheetQueue, *, limit: float, ready: Ready | None) -> Iterator[CaptureEvent]:
    captured, stop, whole = 0, False, True
    while whole and not stop and captured < limit and (sheet := queue.next()):
        if not run.settings.stack and ready and not ready(sheet.wanted[0]):
            break
        with interrupts_held() as held:  # a sheet is safe only when all of it is kept
            events = 0
            for event in _scan_sheet(run, sheet):
                events, captured = events + 1, captured + isinstance(event, Captured)
                yield event
        queue, stop, whole = queue.without(sheet), held.requested, events == len(sheet.sides)
        if not events and not captured:
            _refuse_empty(run.facts, sheet)
    if stop:
        raise Interrupted(
            lazy_counted(
                "Stopped after {n} page, which is kept.", "Stopped after {n} pages, which are kept.", captured
            ),
            remedy=lazy("Run the same command again to continue with the next page."),
        )


def _scan_sheet(run: _Run, sheet: Sheet) -> Iterator[Captured | KeptAside]:
    """Scan every side of a sheet; fewer come where the stack has ended."""
    journal, facts = run.station.journal, run.facts
    first = position(facts.book, (sheet.sides[0].shows or sheet.wanted)[0])
    for number, side in enumerate(sheet.sides):
        page = (*(placement.page for placement in side.placements), *sheet.wanted)[0]
        row = journal.open_sheet(facts.row, page, source=run.settings.device, operator=run.station.person)
        try:
            scanned = run.session.scan(position(facts.book, side.shows[0]) if side.shows else first + number)
        except FeederEmpty:
            journal.end_sheet(row, "empty")
            return
        except ScanpipeError as error:
            journal.end_sheet(row, "failed", text_to_json(error.text))
            where = lazy("{book} page {page}: {message}", book=facts.book.id, page=page, message=error.text)
            raise type(error)(where, remedy=error.remedy) from error
        yield _keep_scan(run, sheet, side, row, scanned)


def _keep_scan(run: _Run, sheet: Sheet, side: Side, row: int, scanned: Scanned) -> Captured | KeptAside:
    """Keep a side: on its page, or aside where its page is there or it has none.

    A side that has no page, of a sheet never seen before, with something written on it, is paper beyond the stated
    total: it has no place, and stops the delivery until a person says what it is.
    """
    raster = scanned.raster
    checks = check_capture(raster)
    aside = not side.placements and bool(side.shows or sheet.known or checks.blank)
    master = Master(data=encode_master(raster), width=raster.width, height=raster.height, dpi=raster.dpi, checks=checks)
    side_name = scanned.side if run.settings.two_sided else "single"
    capture = NewCapture(master=master, side=side_name, device=scanned.device)
    set_aside = "other_side" if aside else ""
    flags = keep_capture(
        run.station, run.facts.row, capture, side.placements, limits=run.limits, sheet=row, set_aside=set_aside
    )
    if aside:
        return KeptAside(pages=side.shows, origin=scanned.device)
    return Captured(pages=tuple(placement.page for placement in side.placements), origin=scanned.device, flags=flags)


def _refuse_empty(facts: BookFacts, sheet: Sheet) -> None:
    page = sheet.wanted[0]
    raise FeederEmpty(
        lazy("{book} page {page}: the scanner has no paper.", book=facts.book.id, page=page),
        remedy=lazy("Insert the next sheets, page {page} first, and run the same command again.", page=page),
    )
