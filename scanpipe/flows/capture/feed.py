"""A stack on its way into a book: every sheet is written down before it moves, and kept whatever comes after it."""

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace

from scanpipe.capture.interrupts import interrupts_held
from scanpipe.capture.scanner import ScanSession
from scanpipe.capture.separators import separator_of
from scanpipe.errors import FeederEmpty, Interrupted, ScanpipeError, UsageError
from scanpipe.flows.book.plan import position
from scanpipe.flows.capture.events import CaptureEvent, CaptureHalted, SheetMoving
from scanpipe.flows.capture.feed_run import FeedCount, FeedRun, Queue
from scanpipe.flows.capture.keep import SEPARATOR
from scanpipe.flows.capture.keep_scans import OUT_OF_TURN, ScanKeeper, ScannedSide
from scanpipe.flows.capture.pipeline import Pipeline, Taken
from scanpipe.flows.capture.printed_numbers import NumberGap, PrintedNumbers
from scanpipe.flows.capture.read_separators import FoundSeparator, SeparatorReader
from scanpipe.flows.capture.room import want_of_room
from scanpipe.flows.capture.sheets import Sheet, Side
from scanpipe.messages import LazyText, lazy, lazy_counted, text_to_json
from scanpipe.model import Page
from scanpipe.state import views

Ready = Callable[[Page], bool]
Stop = Callable[[], bool]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moving:
    """A side that the scanner takes."""

    row: int
    page: Page | None
    side: Side
    scanned: "Future[Taken]"


class Feed:
    """A run under way: its counts, the sheets to come, whether Ctrl-C ended it, and why no further sheet may go in.

    `gap` is set where the number on a sheet does not follow, `emptied` where the stack ended.
    """

    def __init__(self, run: FeedRun, queue: Queue) -> None:
        self.run, self.queue, self.count = run, queue, FeedCount()
        self.interrupted = self.emptied = False
        self.gap: NumberGap | None = None
        self.halted: LazyText | str = ""
        self._keeper = ScanKeeper(run)
        self._separators = SeparatorReader(run.station, run.facts)
        self._pipeline = Pipeline()
        self._sheet: Sheet | None = None
        self._moving: _Moving | None = None
        self._came: list[ScannedSide] = []
        self._numbers = _printed_numbers(run)

    def sheets(self, *, limit: float, ready: Ready | None, stop: Stop) -> Iterator[CaptureEvent]:
        """Take sheet after sheet; a glass is asked for each one, when all before it is kept."""
        while self.count.placed < limit and (sheet := self.queue.next()):
            if ready:
                yield from self.rest()
                if not ready(sheet.wanted[0]):
                    return
            with interrupts_held() as held:
                whole = yield from self._take(sheet)
                if whole:
                    yield from self._handed_over(sheet)
                if ready:
                    yield from self.rest()
            self.interrupted = held.requested
            if not whole or held.requested or stop():
                return
            self._look_at_bad()
            self.halted = self.halted or want_of_room(self.run.station) or ""
            if self.halted:
                yield from self.rest()
                yield CaptureHalted(reason=self.halted)
                return

    def rest(self) -> Iterator[CaptureEvent]:
        """Tell all that is still under way as it is kept."""
        yield from self._pipeline.rest()

    def finish_sheet(self) -> None:
        """Take the rest of the sheet under way, untold: its paper has moved."""
        if self._sheet and (self._moving or self._came):
            with suppress(ScanpipeError):
                self._settle_moving()
                for number in range(len(self._came), len(self._sheet.sides)):
                    deque(self._scan(self._sheet, self._sheet.sides[number], number), maxlen=0)

    def close(self) -> None:
        """Keep, untold, what came whole after the flow was left; an error then leaves its sheet without a fate."""
        with suppress(ScanpipeError):
            self._settle_moving()
        found = self._hand_over()
        while True:
            try:
                if next(self._pipeline.rest(), None) is None:
                    break
            except ScanpipeError as error:
                _log.warning("%s", error.text)
        self._pipeline.close()
        deque(self._begun(found), maxlen=0)

    def _take(self, sheet: Sheet) -> Generator[CaptureEvent, None, bool]:
        """Take a sheet; return whether all its sides came: fewer do where the stack has ended."""
        self._sheet = sheet
        self.count = replace(self.count, sheets=self.count.sheets + 1)
        try:
            for number, side in enumerate(sheet.sides):
                yield from self._scan(sheet, side, number)
        except FeederEmpty:
            self.emptied = True
            if not self._came:
                self.count = replace(self.count, sheets=self.count.sheets - 1)
                if not self.count.images:
                    self._refuse_empty(sheet)
            yield from self._begun(self._hand_over())
            return False
        except ScanpipeError:
            self._hand_over()
            raise
        return True

    def _handed_over(self, sheet: Sheet) -> Iterator[CaptureEvent]:
        """Hand a whole sheet on to be stored; a separator sheet, and one that came out of turn, takes no page."""
        found = self._hand_over()
        if not self.gap and (found is None or found.page):
            self.queue = self.queue.without(sheet)
        yield from self._begun(found)

    def _begun(self, found: FoundSeparator | None) -> Iterator[CaptureEvent]:
        """Begin the case of a separator sheet, behind all the pages before it."""
        if found is None or found.page:
            return
        yield from self.rest()
        try:
            yield from self._separators.begin(found)
        except UsageError as error:  # what the book states stands against it
            self.halted = error.text

    def _scan(self, sheet: Sheet, side: Side, number: int) -> Iterator[CaptureEvent]:
        yield from self._pipeline.kept_to_make_room()
        pages = tuple(placement.page for placement in side.placements)
        yield SheetMoving(pages=pages or side.shows, sheet=self.count.sheets)
        run, page = self.run, (*pages, sheet.page)[0]
        row = run.station.journal.open_sheet(
            run.facts.row,
            page,
            source=run.settings.device,
            operator=run.station.person,
            feed=run.row,
            number=self.count.sheets,
        )
        place = self._position(sheet, side, number)
        scanned = self._pipeline.scan(lambda: _taken(run.session, place))
        self._moving = _Moving(row=row, page=page, side=side, scanned=scanned)
        yield from self._pipeline.kept_until(scanned)
        self._settle_moving()

    def _position(self, sheet: Sheet, side: Side, number: int) -> int:
        """Return the position of a side in the stack, by which a device that serves files finds its file."""
        book, separators = self.run.facts.book, self._separators.met
        if side.shows:
            return position(book, side.shows[0]) + separators
        first = (sheet.sides[0].shows or sheet.wanted)[:1]
        return (position(book, first[0]) if first else self.count.sheets) + number + separators

    def _settle_moving(self) -> None:
        """Take the side that the scanner took, if any, or write down how its way ended.

        Raises:
            FeederEmpty: the stack has ended.
            DeviceError: the side did not come.
        """
        moving, self._moving = self._moving, None
        if moving is None or self._sheet is None:
            return
        journal, book = self.run.station.journal, self.run.facts.book
        try:
            taken = moving.scanned.result()
        except FeederEmpty:
            journal.end_sheet(moving.row, "empty")
            raise
        except ScanpipeError as error:
            journal.end_sheet(moving.row, "failed", text_to_json(error.text))
            where = lazy("{book} page {page}: {message}", book=book.id, page=moving.page or "?", message=error.text)
            raise type(error)(where, remedy=error.remedy) from error
        self._came.append(
            ScannedSide(
                row=moving.row,
                sheet=self._sheet,
                number=self.count.sheets,
                side=moving.side,
                scanned=taken.scanned,
                separator=taken.separator,
            )
        )

    def _hand_over(self) -> FoundSeparator | None:
        """Have the sides that came stored; return what their sheet means where it is a separator."""
        found = None if self._out_of_turn() else self._separator_found()
        aside = OUT_OF_TURN if self.gap else SEPARATOR if found and not found.page else ""
        self.halted = (self.gap and self.gap.text) or (found and found.halt) or self.halted
        self._separators.met += len(self._came) if aside == SEPARATOR else 0
        for came in self._came:
            placed = self.count.placed + bool(came.side.placements and not aside)
            self.count = replace(self.count, images=self.count.images + 1, placed=placed)
            self._store(came, aside)
        self._came, self._sheet = [], None
        return found

    def _out_of_turn(self) -> bool:
        """Return whether the number on the sheet that came does not follow."""
        if self._came:
            self._numbers, self.gap = self._numbers.read(self._came[0].scanned.printed)
        return self.gap is not None

    def _separator_found(self) -> FoundSeparator | None:
        separator = next((came.separator for came in self._came if came.separator), None)
        if separator is None or self._sheet is None:
            return None
        return self._separators.read(separator, next(iter(self._sheet.wanted), None))

    def _store(self, came: ScannedSide, set_aside: str) -> None:
        keeper = self._keeper
        self._pipeline.store(lambda: keeper.store(came), lambda master: keeper.write(came, master, set_aside))

    def _look_at_bad(self) -> None:
        if self.halted:
            return
        most = self.run.station.settings.scanner.stop_after_bad
        if most and self._keeper.bad >= most and self.run.settings.stack:
            self.halted = lazy("{n} pages in a row cannot be used as they are.", n=self._keeper.bad)

    def _refuse_empty(self, sheet: Sheet) -> None:
        page, book = sheet.page or "?", self.run.facts.book
        raise FeederEmpty(
            lazy("{book} page {page}: the scanner has no paper.", book=book.id, page=page),
            remedy=lazy("Insert the next sheets, page {page} first, and run the same command again.", page=page),
        )


def _printed_numbers(run: FeedRun) -> PrintedNumbers:
    """Return where the printed numbers stand as a run begins."""
    known = run.settings.numbers_go_on
    last = views.last_printed(run.station.journal, run.facts.row, run.settings.device) if known else None
    return PrintedNumbers(step=run.session.number_step, last=last)


def _taken(session: ScanSession, place: int) -> Taken:
    """Scan a side and read it as a separator: what it is decides which page the next one is."""
    scanned = session.scan(place)
    return Taken(scanned=scanned, separator=separator_of(scanned.raster))


def feed_sheets(feed: Feed, *, limit: float, ready: Ready | None, stop: Stop) -> Iterator[CaptureEvent]:
    """Scan sheet after sheet until the stack ends, nothing more is to come, `limit` pages are done, or a person stops.

    Whatever ends it, each side that came whole is kept, told or not.

    Raises:
        DeviceError: one of its kinds, naming the page.
        Interrupted: Ctrl-C; at the first one the sheet under way was finished.
    """
    asked = None if feed.run.settings.stack else ready
    try:
        with interrupts_held() if asked is None else nullcontext() as held:
            yield from feed.sheets(limit=limit, ready=asked, stop=stop)
            yield from feed.rest()
    except GeneratorExit:
        feed.finish_sheet()
        raise
    except (Interrupted, KeyboardInterrupt):
        feed.run.session.abort()
        raise
    finally:
        feed.close()
    if feed.interrupted or (held and held.requested):
        raise Interrupted(
            lazy_counted(
                "Stopped after {n} page, which is kept.", "Stopped after {n} pages, which are kept.", feed.count.placed
            ),
            remedy=lazy("Run the same command again to continue with the next page."),
        )
