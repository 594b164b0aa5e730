"""From paper to masters: the intent is written first, then the page is kept, then the fact is written."""

import math
from collections.abc import Callable, Generator, Iterator

from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import ScanSession, ScanSettings
from scanpipe.errors import Interrupted, PageUnknown, UsageError
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.plan import Slots, Status
from scanpipe.flows.book.tickets import for_capture
from scanpipe.flows.capture.events import (
    CaptureEvent,
    ReloadSheets,
    ScannerLacks,
    feed_ended,
    free_slots,
)
from scanpipe.flows.capture.feed import Feed, Ready, Stop, feed_sheets
from scanpipe.flows.capture.feed_run import FeedRun, Queue
from scanpipe.flows.capture.ledger import DRAWN_AHEAD, reconciled
from scanpipe.flows.capture.manual_duplex import BacksQueue, FrontsQueue, backs_queue
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.room import require_room
from scanpipe.flows.capture.scanners import missed_intents, refuse_grey, refuse_low_dpi, scanner_setup
from scanpipe.flows.capture.sheets import Sheet, SheetQueue, sheet_line, sheet_queue
from scanpipe.flows.locking import with_book_held
from scanpipe.flows.station import Station
from scanpipe.messages import joined, lazy, text_to_json
from scanpipe.model import Page
from scanpipe.package.naming.limits import Limits
from scanpipe.state import views
from scanpipe.state.views import page_order

Confirm = Callable[[], bool]


def never() -> bool:
    """Return that nobody wants to stop."""
    return False


@with_book_held
def capture_scanner(
    station: Station,
    name: str,
    request: ScanRequest = ScanRequest(),  # noqa: B008 - a frozen value
    *,
    ready: Ready | None = None,
    confirm: Confirm | None = None,
    stop: Stop = never,
) -> Iterator[CaptureEvent]:
    """Scan into the free places of a book, in order, until the stack, the book or what was asked ends.

    Args:
        station: where to keep the pages.
        name: the book.
        request: how to scan.
        ready: asked before each page that a person must lay on the glass; without it one page is scanned from there.
        confirm: asked whether the sheets that were just told lie on top of the stack.
        stop: asked between sheets whether to stop.

    Raises:
        UsageError: the book was delivered and no ticket is named; the convention asks for finer scans, or for colour;
            or sheets are to be put on top or on the glass, and there is nobody to be asked.
        PageUnknown: the page to be replaced is not in the book.
        DiskFull: too little room is left; no paper moved.
        DeviceError: one of its kinds, naming the page; every page told before is kept.
        Interrupted: an operator's Ctrl-C; the sheet under way was finished and is kept.
        StationLocked: another process works on the book.
    """
    require_room(station)
    station = for_capture(station, name, request.why.ticket)
    facts = book_facts(station, name)
    convention = convention_of(station, facts.book)
    scanner = SaneScanner(spool=station.spool)
    setup = scanner_setup(
        station, scanner, device=request.device, profile=request.profile, source=request.source, dpi=request.dpi
    )
    settings = setup.settings
    refuse_low_dpi(facts.book, convention, setup)
    queue = _queue(station, facts, request, settings)
    limit = _limit(facts, settings, request, ready=ready)
    # A device that serves files finds each page's file by itself; at the glass each page is asked for by its name.
    asked = not settings.feed and (settings.stack or ready is None)
    if not asked or (yield from _reload_sheets(facts, queue.sheets_to_reload(limit), confirm)):
        with scanner.open(settings) as session:
            refuse_grey(facts.book, convention, setup, session)
            if lacks := missed_intents(settings, session):
                yield ScannerLacks(device=settings.device, intents=lacks)
            run = _run(station, facts, session, settings, convention.limits, request)
            yield from _fed(run, queue, request, limit=limit, ready=ready, stop=stop)
    yield feed_ended(book_facts(station, name))


def _run(
    station: Station,
    facts: BookFacts,
    session: ScanSession,
    settings: ScanSettings,
    limits: Limits,
    request: ScanRequest,
) -> FeedRun:
    """Return a run that stands in the journal."""
    row = station.journal.open_feed(
        facts.row, device=settings.device, source=settings.source, counted=request.counted, operator=station.person
    )
    return FeedRun(
        station=station, facts=facts, session=session, settings=settings, limits=limits, row=row, why=request.why
    )


def _fed(
    run: FeedRun, queue: Queue, request: ScanRequest, *, limit: float, ready: Ready | None, stop: Stop
) -> Iterator[CaptureEvent]:
    """Feed the sheets, and write down the counts however it ends."""
    feed, outcome = Feed(run, queue), "failed"
    try:
        yield from feed_sheets(feed, limit=limit, ready=ready, stop=stop)
        outcome = "halted" if feed.halted else "ended"
    except Interrupted as error:
        if run.session.ahead:
            raise Interrupted(error.text, remedy=joined(DRAWN_AHEAD, error.remedy)) from error
        raise
    finally:
        moved = run.session.sheets_moved()
        run.station.journal.end_feed(
            run.row,
            outcome,
            sheets=feed.count.sheets,
            images=feed.count.images,
            moved=moved,
            detail=text_to_json(feed.halted) if feed.halted else "",
        )
    if run.settings.stack:
        yield reconciled(
            feed.count,
            feed.queue,
            moved=moved,
            counted=request.counted,
            asked=request.pages if feed.emptied else None,
            gap=feed.gap,
            two_sided=run.settings.two_sided,
            ahead=run.session.sheets_left(),
        )


def _limit(facts: BookFacts, settings: ScanSettings, request: ScanRequest, *, ready: Ready | None) -> float:
    """Return after how many pages to stop: at the glass after the one that lies there, if nobody can lay the next."""
    if request.replace:
        return 1
    if settings.stack or ready:
        return request.pages or math.inf
    if request.pages and request.pages > 1:
        raise UsageError(
            lazy(
                "{book}: the glass takes one page at a time, and the next page can only be requested at a terminal.",
                book=facts.book.id,
            ),
            remedy=lazy("Run the command at a terminal, or scan one page with each command."),
        )
    return 1


def _queue(
    station: Station, facts: BookFacts, request: ScanRequest, settings: ScanSettings
) -> SheetQueue | FrontsQueue | BacksQueue:
    if not request.sides:
        return _sheet_queue(station, facts, request, two_sided=settings.two_sided)
    if settings.two_sided or not settings.stack:
        raise UsageError(
            lazy("{book}: only a feeder that takes one side scans fronts and backs separately.", book=facts.book.id),
            remedy=lazy("Choose the source of the feeder for one side, or leave out --sides."),
        )
    if request.sides == "fronts":
        return FrontsQueue(slots=free_slots(facts))
    queue = backs_queue(free_slots(facts), _lone_fronts(station, facts))
    if queue.next() is None:
        raise UsageError(
            lazy("{book}: no front waits for its back.", book=facts.book.id),
            remedy=lazy("Scan the fronts first: --sides fronts"),
        )
    return queue


def _lone_fronts(station: Station, facts: BookFacts) -> list[tuple[Page, ...]]:
    """Return the pages that each front without a back shows, in the order in which they were scanned."""
    alone = views.lone_fronts(station.journal, facts.row)
    shown: dict[int, tuple[Page, ...]] = {}
    for state in facts.captured:
        if state.facts.capture in alone:
            shown[state.facts.capture] = (*shown.get(state.facts.capture, ()), state.page)
    return [shown[capture] for capture in sorted(shown)]


def _sheet_queue(station: Station, facts: BookFacts, request: ScanRequest, *, two_sided: bool) -> SheetQueue:
    """Return the sheets of the book; the one to be replaced, or else those whose fate is unknown, go first."""
    there = [(state.page, state.facts.capture, state.facts.side) for state in facts.captured]
    for sheet in facts.unresolved_sheets:
        if sheet.page in [page for page, _capture, _side in there]:  # its page was given back since, or has no back
            station.journal.end_sheet(sheet.row, "replaced")
    replaced = replaced_pages(facts, request.replace) if request.replace else ()
    unresolved = dict.fromkeys(sheet.page for sheet in facts.unresolved_sheets if sheet.page)
    slots = free_slots(facts)
    return sheet_queue(
        Slots(book=slots.book, filled=slots.filled - {*replaced}, absent=slots.absent),
        there,
        awaited=facts.awaited,
        alone=views.lone_fronts(station.journal, facts.row),
        first=replaced or tuple(unresolved),
        two_sided=two_sided,
    )


def replaced_pages(facts: BookFacts, page: Page) -> tuple[Page, ...]:
    """Return the pages that the picture to be replaced shows, in reading order.

    Raises:
        PageUnknown: the book has no such page.
    """
    state = next((state for state in facts.pages if state.page == page), None)
    if state is None or state.status is Status.ABSENT:
        raise PageUnknown(
            lazy("{book} has no page {page} to scan again.", book=facts.book.id, page=page),
            remedy=lazy("Run 'scanpipe book show {book}' to list the pages.", book=facts.book.id),
        )
    captures = {state.page: state.facts.capture for state in facts.captured}
    shown = [each for each in captures if page in captures and captures[each] == captures[page]]
    return tuple(sorted(shown or [page], key=page_order))


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
