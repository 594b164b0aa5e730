"""A stack on its way into a book: every sheet is written down before it moves, and kept whatever comes after it."""

import logging
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Protocol

from scanpipe.capture.checks import check_capture
from scanpipe.capture.interrupts import interrupts_held
from scanpipe.capture.master import Master
from scanpipe.capture.scanner import Scanned, ScanSession, ScanSettings
from scanpipe.errors import FeederEmpty, Interrupted, ScanpipeError
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import position
from scanpipe.flows.capture.events import Captured, CaptureEvent, CaptureHalted, KeptAside, SheetMoving
from scanpipe.flows.capture.keep import NewCapture, StoredMaster, keep_capture, store_master
from scanpipe.flows.capture.pipeline import Pipeline
from scanpipe.flows.capture.sheets import Sheet, Side
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy, lazy_counted, text_to_json
from scanpipe.model import Page
from scanpipe.package.naming.limits import Limits
from scanpipe.raster.codecs import encode_master

Ready = Callable[[Page], bool]
Stop = Callable[[], bool]
_BAD = frozenset({"black", "blurred", "cut_off", "low_contrast"})

_log = logging.getLogger(__name__)


class Queue(Protocol):
    """The sheets that are to come, in the order of the stack."""

    def next(self) -> Sheet | None:
        """Return the next sheet; None when there is none to come."""
        ...

    def without(self, sheet: Sheet) -> "Queue":
        """Return the queue that is left when a sheet is captured."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRun:
    """One run of a scanner: where it is kept, what the scanner was set to, what the convention asks.

    `row` is that of the run in the journal.
    """

    station: Station
    facts: BookFacts
    session: ScanSession
    settings: ScanSettings
    limits: Limits
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCount:
    """What went in and what came of it: sheets, pictures, and pictures that stand on pages."""

    sheets: int = 0
    images: int = 0
    placed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moving:
    """A side that the scanner takes, of sheet `number` of the run; `row` is its intent in the journal."""

    row: int
    sheet: Sheet
    number: int
    side: Side
    page: Page | None
    scanned: "Future[Scanned]"


class Feed:
    """A run under way: its counts, whether Ctrl-C ended it, and why no further sheet may go in."""

    def __init__(self, run: FeedRun) -> None:
        self.run, self.count = run, FeedCount()
        self.interrupted = False
        self.halted: LazyText | None = None
        self._pipeline = Pipeline()
        self._moving: _Moving | None = None
        self._bad = 0

    def sheets(self, queue: Queue, *, limit: float, ready: Ready | None, stop: Stop) -> Iterator[CaptureEvent]:
        """Take sheet after sheet; a glass is asked for each one, when all before it is kept."""
        while self.count.placed < limit and (sheet := queue.next()):
            if ready:
                yield from self.rest()
                if not ready(sheet.wanted[0]):
                    return
            with interrupts_held() as held:
                whole = yield from self._sheet(sheet)
                if ready:
                    yield from self.rest()
            self.interrupted = held.requested
            if not whole or held.requested or stop():
                return
            if self.halted:
                yield from self.rest()
                yield CaptureHalted(reason=self.halted)
                return
            queue = queue.without(sheet)

    def rest(self) -> Iterator[CaptureEvent]:
        """Tell all that is still under way as it is kept."""
        yield from self._pipeline.rest()

    def close(self) -> None:
        """Keep, untold, what came whole after the flow was left; an error then leaves its sheet without a fate."""
        if self._moving:
            with suppress(ScanpipeError):
                self._settle(self._moving)
        left = self._pipeline.rest()
        while True:
            try:
                if next(left, None) is None:
                    break
            except ScanpipeError as error:
                _log.warning("%s", error.text)
        self._pipeline.close()

    def _sheet(self, sheet: Sheet) -> Generator[CaptureEvent, None, bool]:
        """Scan every side of a sheet; return whether all came: fewer do where the stack has ended."""
        self.count = replace(self.count, sheets=self.count.sheets + 1)
        for number, side in enumerate(sheet.sides):
            try:
                yield from self._side(sheet, side, number)
            except FeederEmpty:
                if number == 0:
                    self.count = replace(self.count, sheets=self.count.sheets - 1)
                    if not self.count.images:
                        self._refuse_empty(sheet)
                return False
        return True

    def _side(self, sheet: Sheet, side: Side, number: int) -> Iterator[CaptureEvent]:
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
        scanned = self._pipeline.scan(lambda: run.session.scan(place))
        self._moving = _Moving(row=row, sheet=sheet, number=self.count.sheets, side=side, page=page, scanned=scanned)
        yield from self._pipeline.kept_until(scanned)
        self._settle(self._moving)

    def _position(self, sheet: Sheet, side: Side, number: int) -> int:
        """Return the position of a side in the stack, by which a device that serves files finds its file."""
        book = self.run.facts.book
        if side.shows:
            return position(book, side.shows[0])
        first = (sheet.sides[0].shows or sheet.wanted)[:1]
        return (position(book, first[0]) if first else self.count.sheets) + number

    def _settle(self, moving: _Moving) -> None:
        """Hand a scanned side on to be stored, or write down how its way ended.

        Raises:
            FeederEmpty: the stack has ended.
            DeviceError: the side did not come.
        """
        self._moving = None
        journal, book = self.run.station.journal, self.run.facts.book
        try:
            scanned = moving.scanned.result()
        except FeederEmpty:
            journal.end_sheet(moving.row, "empty")
            raise
        except ScanpipeError as error:
            journal.end_sheet(moving.row, "failed", text_to_json(error.text))
            where = lazy("{book} page {page}: {message}", book=book.id, page=moving.page or "?", message=error.text)
            raise type(error)(where, remedy=error.remedy) from error
        placed = self.count.placed + bool(moving.side.placements)
        self.count = replace(self.count, images=self.count.images + 1, placed=placed)
        self._pipeline.store(
            lambda: _stored(self.run.station, scanned),
            lambda master: self._written(moving, master, scanned.device),
        )

    def _written(self, moving: _Moving, master: StoredMaster, device: str) -> Captured | KeptAside:
        """Write down a side: on its page, or aside where its page is there or it has none.

        A side that has no page, of a sheet never seen before, with something written on it, is paper beyond the stated
        total: it has no place, and stops the delivery until a person says what it is.
        """
        side, run = moving.side, self.run
        aside = not side.placements and bool(side.shows or moving.sheet.known or master.checks.blank)
        kept = keep_capture(
            run.station,
            run.facts.row,
            NewCapture(master=master, side=side.name, device=device),
            side.placements,
            limits=run.limits,
            sheet=moving.row,
            set_aside="other_side" if aside else "",
        )
        if aside:
            return KeptAside(pages=side.shows, origin=device)
        self._count_bad(kept.flags)
        return Captured(
            pages=tuple(placement.page for placement in side.placements),
            origin=device,
            flags=kept.flags,
            capture=kept.row,
            digest=master.digest,
            checks=master.checks,
            side=side.name,
            sheet=moving.number,
        )

    def _count_bad(self, flags: tuple[str, ...]) -> None:
        self._bad = self._bad + 1 if _BAD.intersection(flags) else 0
        most = self.run.station.settings.scanner.stop_after_bad
        if most and self._bad >= most and self.run.settings.stack:
            self.halted = lazy("{n} pages in a row cannot be used as they are.", n=self._bad)

    def _refuse_empty(self, sheet: Sheet) -> None:
        page, book = sheet.page or "?", self.run.facts.book
        raise FeederEmpty(
            lazy("{book} page {page}: the scanner has no paper.", book=book.id, page=page),
            remedy=lazy("Insert the next sheets, page {page} first, and run the same command again.", page=page),
        )


def feed_sheets(feed: Feed, queue: Queue, *, limit: float, ready: Ready | None, stop: Stop) -> Iterator[CaptureEvent]:
    """Scan sheet after sheet until the stack ends, nothing more is to come, `limit` pages are done, or a person stops.

    Whatever ends it, each side that came whole is kept, told or not.

    Raises:
        DeviceError: one of its kinds, naming the page.
        Interrupted: Ctrl-C; at the first one the sheet under way was finished.
    """
    asked = None if feed.run.settings.stack else ready
    try:
        with interrupts_held() if asked is None else nullcontext() as held:
            yield from feed.sheets(queue, limit=limit, ready=asked, stop=stop)
            yield from feed.rest()
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


def _stored(station: Station, scanned: Scanned) -> StoredMaster:
    raster = scanned.raster
    master = Master(
        data=encode_master(raster),
        width=raster.width,
        height=raster.height,
        dpi=raster.dpi,
        checks=check_capture(raster),
    )
    return store_master(station.store, master)
