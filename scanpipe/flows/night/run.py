"""Everything due on the station, unattended: each book is accepted and delivered as soon as its last page is done."""

import logging
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import msgspec

from scanpipe.errors import ScanpipeError, TooManyFailures
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.plan import Status
from scanpipe.flows.book.readiness import blockers, completeness_warnings
from scanpipe.flows.book.sampling import lots_due
from scanpipe.flows.delivery.deliver import Delivered, deliver
from scanpipe.flows.locking import held_night, held_processing, holder_of_book
from scanpipe.flows.night.attention import Attention
from scanpipe.flows.night.deadline import Deadline, Pace, next_time
from scanpipe.flows.night.disk import DiskState
from scanpipe.flows.night.events import (
    DeliveredBook,
    Delivering,
    JournalCopied,
    NightEvent,
    NightSummary,
    Outcome,
    Paces,
)
from scanpipe.flows.night.guard import guarded
from scanpipe.flows.night.kept import last_paces
from scanpipe.flows.night.order import in_order
from scanpipe.flows.night.settled import SettledBooks
from scanpipe.flows.night.store_slice import StoreRead
from scanpipe.flows.night.upkeep import keep_copy, look_at_disk, look_at_store
from scanpipe.flows.process.due import DueBook, due_book, with_due
from scanpipe.flows.process.run import PageDone, PageFailed, Started, process_books
from scanpipe.flows.process.verdicts import apply_policy
from scanpipe.flows.process.waiting import WaitingPage, waiting_pages
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import BookId
from scanpipe.state.books import BookRow, find_book, open_books
from scanpipe.state.changes import change_marks
from scanpipe.state.nights import begin_night, end_night
from scanpipe.vocabularies.obstacles import Obstacle

log = logging.getLogger(__name__)

_Events = Generator[NightEvent, None, None]


def nightly(station: Station, *, engine: str = "", workers: int = 0, until: str = "") -> Iterator[NightEvent]:
    """Process what is due, pages sent back first, then book by book; yield what happens, and the summary at the end.

    A book is accepted by the written policy, and delivered if it is complete, as soon as its last page is done. Where
    the station draws samples, they are drawn then, and the book waits for a person. What goes wrong with one book is
    told and does not keep the others from being delivered. A book that somebody works on, be it a capture left at its
    prompt, is passed over and told. At the end the journal is copied, a part of the store is read, and the disk looked
    at. Nothing is begun that would not be done by `until` ("06:00"; "" for no such time); the next night goes on.

    Raises:
        DiskFull: no room; what was done so far is kept.
        StoreFailed: the station's disk fails or cannot be written; nothing is held against a page.
        ToolMissing: Tesseract or its language is not installed.
        StationLocked: another night goes on, or another process processes pages of this station.
    """
    with held_night(station):
        night = _begun(station, engine=engine, workers=workers, until=until)
        row = begin_night(station.journal, person=station.person)
        try:
            with closing(night.events()) as events:
                for event in events:
                    log.info("%s", event)
                    night.note(event)
                    yield event
        except ScanpipeError:
            night.outcome = "broken"
            with suppress(ScanpipeError):
                _write_end(station, row, night.summary())
            raise
        summary = night.summary()
        _write_end(station, row, summary)
        yield summary


def _begun(station: Station, *, engine: str, workers: int, until: str) -> "_Night":
    """Return a night that has done nothing, and knows what the last one took."""
    began = _now()
    paces = last_paces(station.journal)
    end = next_time(until, began) if until else None
    return _Night(
        station=station,
        engine=engine,
        workers=workers,
        settled=SettledBooks(station=station, bases={}),
        deadline=Deadline(begun=began, until=end, reserve_s=paces.upkeep_s),
        pages=Pace(known=paces.page_s),
        deliveries=Pace(known=paces.delivery_page_s),
    )


def _write_end(station: Station, row: int, summary: NightSummary) -> None:
    end_night(station.journal, row, outcome=summary.outcome, summary=msgspec.to_builtins(summary))


@dataclass(slots=True, kw_only=True)
class _Night:
    """What the night has done so far, and the books that it has not come to yet, in its order."""

    station: Station
    engine: str
    workers: int
    settled: SettledBooks
    deadline: Deadline
    pages: Pace
    deliveries: Pace
    upkeep_s: float = 0.0
    outcome: Outcome = "done"
    may_be_due: frozenset[int] = frozenset()
    due: list[DueBook] = field(default_factory=list)
    unsettled: list[BookId] = field(default_factory=list)
    left: Counter[BookId] = field(default_factory=Counter)
    count: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    delivered: list[DeliveredBook] = field(default_factory=list)
    attention: list[Attention] = field(default_factory=list)
    copied: str = ""
    store: StoreRead = field(default_factory=StoreRead)
    disk: DiskState | None = None

    def events(self) -> _Events:
        """Do all that is due, and yield what happens."""
        with held_processing(self.station):
            books = in_order(open_books(self.station.journal))
            self.settled = _settled_books(self.station, books)
            settled = self.settled.rows
            books = tuple(book for book in books if book.row not in settled)
            self.may_be_due = _may_be_due(self.station, books)
            for book in books:
                yield from guarded(self._look_at(book), book=book.book.id)
            try:
                yield from self._processed()
            except TooManyFailures as error:
                self.outcome = "hopeless"
                yield Attention.of(type(error).__name__, error.whole)
        yield from self._settled(*self.unsettled)
        yield from self._kept_up()

    def note(self, event: NightEvent) -> None:
        """Count what happened."""
        self.count[type(event).__name__] += 1
        match event:
            case PageDone():
                self.pages = self.pages.after(event.seconds)
            case DeliveredBook():
                self.delivered.append(event)
            case JournalCopied():
                self.copied = event.file
            case StoreRead():
                self.store = event
            case DiskState():
                self.disk = event
            case Attention():
                self.attention.append(event)
            case WaitingPage():
                self.waiting[event.status] += 1
            case PageFailed(quarantined=True):
                self.count["quarantined"] += 1

    def _look_at(self, found: BookRow) -> _Events:
        """Take a book up, unless somebody works on it; what cannot be read of it is an error."""
        if (yield from self._passed_over(found)):
            return
        convention_of(self.station, found.book)
        if found.row in self.may_be_due:
            self.due.append(due_book(self.station, found))
        self.unsettled.append(found.book.id)

    def _passed_over(self, found: BookRow) -> Generator[NightEvent, None, bool]:
        """Tell of a book that somebody works on at this moment; return whether it is one."""
        holder = holder_of_book(self.station, found.row)
        if holder:
            text = lazy("skipped because it is in use by {who}", who=holder.description)
            yield Attention.of("in-use", text, book=found.book.id)
        return holder is not None

    def _processed(self) -> _Events:
        """Process what is due, and settle each book as its last page is done."""
        run = process_books(self.station, self.due, engine=self.engine, workers=self.workers, more=self._more)
        with closing(run) as events:
            for event in events:
                yield event
                if isinstance(event, Started):
                    self.left.update(event.due)
                    yield from self._settled(*(book for book in self.unsettled if not self.left[book]))
                    continue
                self.left[event.book] -= 1
                if not self.left[event.book]:
                    yield from self._settled(event.book)

    def _more(self) -> bool:
        """Whether a page that is begun now is done in time."""
        return self._in_time(self.pages.slowest)

    def _in_time(self, seconds: float) -> bool:
        if self.deadline.leaves(seconds, _now()):
            return True
        self.outcome = "until"
        return False

    def _settled(self, *books: BookId) -> _Events:
        """Accept what the policy accepts of these books, and deliver those that are complete."""
        for book in books:
            self.unsettled.remove(book)
            yield from guarded(self._settle(book), book=book)

    def _settle(self, book: BookId) -> _Events:
        if (yield from self._passed_over(find_book(self.station.journal, book.full_name))):
            return
        yield Delivering(book=book)
        self.count["accepted"] += len(apply_policy(self.station, book.full_name))
        if self.left[book]:
            return  # it is not done: what it lacks is no matter of a person's
        facts = book_facts(self.station, book.full_name)
        if lots_due(facts):
            plan_lots(self.station, book.full_name)
            facts = book_facts(self.station, book.full_name)
        yield from waiting_pages(facts, self.station.settings.accept)
        if obstacles := _left_to_a_person(facts):
            yield from (Attention.of(obstacle.code, obstacle.text, book=book) for obstacle in obstacles)
        elif not blockers(facts):
            yield from self._deliver(facts)

    def _deliver(self, facts: BookFacts) -> _Events:
        """Deliver a book, unless that would take too long today and not on another night."""
        pages = max(1, len(facts.pages))
        expected_s = pages * self.deliveries.slowest
        if self.deadline.ever_leaves(expected_s) and not self._in_time(expected_s):
            self.count["postponed"] += 1
            return
        began, marks = monotonic(), change_marks(self.station.journal)
        delivery = deliver(self.station, facts.book.id.full_name, engine=self.engine, workers=self.workers)
        if delivery.new:
            self.deliveries = self.deliveries.after((monotonic() - began) / pages)
            yield _delivered(delivery)
            for conflict in delivery.conflicts:
                yield Attention.of("conflict", conflict, book=facts.book.id)
        else:
            self.settled.keep(facts.row, marks)  # whatever was done to it meanwhile is looked at on another night

    def _kept_up(self) -> _Events:
        """Do what is to be done for the station itself; what fails is told and keeps nothing else from being done."""
        began, now = monotonic(), _now()
        yield from guarded(keep_copy(self.station, now))
        yield from guarded(
            look_at_store(self.station, now, lambda: self.deadline.leaves(-self.deadline.reserve_s, _now()))
        )
        self.upkeep_s = monotonic() - began
        yield from guarded(look_at_disk(self.station, now))

    def summary(self) -> NightSummary:
        """Return what was done."""
        return NightSummary(
            started=_clock(self.deadline.begun),
            ended=_clock(_now()),
            outcome=self.outcome,
            processed=self.count[PageDone.__name__],
            failed=self.count[PageFailed.__name__],
            quarantined=self.count["quarantined"],
            left=self.left.total(),
            postponed=self.count["postponed"],
            accepted=self.count["accepted"],
            delivered=tuple(self.delivered),
            attention=tuple(self.attention),
            waiting=dict(self.waiting),
            copied=self.copied,
            store=self.store,
            disk=self.disk,
            paces=Paces(
                page_s=self.pages.slowest, delivery_page_s=self.deliveries.slowest, upkeep_s=round(self.upkeep_s, 1)
            ),
        )


def _may_be_due(station: Station, books: Sequence[BookRow]) -> frozenset[int]:
    """Return the rows of the books that may have pages to be processed: all, where one of them cannot be counted."""
    try:
        return frozenset(book.row for book in with_due(station, books))
    except (ScanpipeError, ValueError, LookupError) as error:
        log.warning("%s", error)
        return frozenset(book.row for book in books)


def _settled_books(station: Station, books: Sequence[BookRow]) -> SettledBooks:
    """Return what is known of the books: nothing, where one of them stands in the way."""
    try:
        return SettledBooks.among(station, books)
    except (ScanpipeError, ValueError, LookupError) as error:
        log.warning("%s", error)
        return SettledBooks(station=station, bases={})


def _delivered(delivery: Delivered) -> DeliveredBook:
    folder = str(delivery.manifest.parent)
    return DeliveredBook(book=delivery.book, revision=delivery.revision, folder=folder, at=_clock(_now()))


def _now() -> datetime:
    return datetime.now().astimezone()


def _clock(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _left_to_a_person(facts: BookFacts) -> tuple[Obstacle, ...]:
    """Return what a person must see to before the book can be delivered."""
    if reasons := blockers(facts):
        return reasons if _needs_person(facts) else ()
    return completeness_warnings(facts)


def _needs_person(facts: BookFacts) -> bool:
    """Tell whether scanning on would not be enough: that a book is half scanned is no fault of the night."""
    judged = {Status.QUARANTINED, Status.REJECTED, Status.WAITING} & {state.status for state in facts.pages}
    half_scanned = any(state.status is Status.MISSING for state in facts.pages) or not facts.pages
    return bool(judged or facts.unresolved_sheets or facts.awaited or facts.unassigned or not half_scanned)
