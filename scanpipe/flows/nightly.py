"""Everything due on the station, unattended: each book is accepted and delivered as soon as its last page is done."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from scanpipe.errors import ConfigError, DiskFull, Interrupted, ScanpipeError, StoreFailed, TooManyFailures
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.plan import Status
from scanpipe.flows.book.readiness import blockers, completeness_warnings
from scanpipe.flows.book.sampling import lots_due
from scanpipe.flows.delivery.deliver import Delivered, deliver
from scanpipe.flows.locking import holder_of_book
from scanpipe.flows.process.run import PageDone, PageFailed, Started, process
from scanpipe.flows.process.verdicts import apply_policy
from scanpipe.flows.process.waiting import WaitingPage, waiting_pages
from scanpipe.flows.processing_spec import book_spec
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import Station
from scanpipe.messages import _, counted
from scanpipe.model import BookId
from scanpipe.state.books import BookRow, find_book, open_books
from scanpipe.vocabularies.obstacles import Obstacle

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """All that was due of a book is done; it is accepted and delivered now, if nothing stands in the way."""

    book: BookId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredBook:
    """A revision that the night published: the folder it lies in, and when it was done."""

    book: str
    revision: int
    folder: str
    at: str

    def __str__(self) -> str:
        return f"{self.book} r{self.revision}: {self.folder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSummary:
    """What a night did, from when to when (ISO 8601 with the station's time zone).

    `attention` names everything that needs a person, book by book; `waiting` says why each page of them waits.
    """

    started: str
    ended: str
    processed: int
    failed: int
    accepted: int
    delivered: tuple[DeliveredBook, ...]
    attention: tuple[str, ...]
    waiting: tuple[WaitingPage, ...]

    @property
    def line(self) -> str:
        """The night in one line."""
        begun, ended = (datetime.fromisoformat(at).strftime("%d.%m.%Y %H:%M") for at in (self.started, self.ended))
        return _(
            "{begun} - {ended}: processed {processed}, failed {failed}, accepted {accepted}, delivered {delivered}, "
            "attention {attention}"
        ).format(
            begun=begun,
            ended=ended,
            processed=counted("{n} page", "{n} pages", self.processed),
            failed=self.failed,
            accepted=self.accepted,
            delivered=counted("{n} book", "{n} books", len(self.delivered)),
            attention=len(self.attention),
        )


def nightly(
    station: Station, *, engine: str = "", workers: int = 0
) -> Iterator[Started | PageDone | PageFailed | Delivering | NightSummary]:
    """Process what is due, pages sent back first, then book by book; yield what happens, and the summary at the end.

    A book is accepted by the written policy, and delivered if it is complete, as soon as its last page is done. Where
    the station draws samples, they are drawn then, and the book waits for a person. What
    goes wrong with one book is told and does not keep the others from being delivered. A book that somebody works on,
    be it a capture left at its prompt, is passed over and told.

    Raises:
        DiskFull: no room; what was done so far is kept.
        StoreFailed: the station's disk fails or cannot be written; nothing is held against a page.
        ToolMissing: Tesseract or its language is not installed.
        StationLocked: another process processes pages of this station.
    """
    night = _Night(station=station, engine=engine, workers=workers, started=_clock())
    for book in open_books(station.journal):
        if not night.passed_over(book) and not night.without_recipe(book):
            night.unsettled.append(book.book.id)
    free = [book.full_name for book in night.unsettled]
    left: Counter[BookId] = Counter()
    try:
        with closing(process(station, free, engine=engine, workers=workers)) as events:
            for event in events:
                yield event
                log.info("%s", event)
                if isinstance(event, Started):
                    left.update(event.due)
                    yield from night.settle(*(book for book in night.unsettled if not left[book]))
                    continue
                night.count[type(event).__name__] += 1
                left[event.book] -= 1
                if not left[event.book]:
                    yield from night.settle(event.book)
    except TooManyFailures as error:
        night.attention.append(str(error))
    yield from night.settle(*night.unsettled)
    yield night.summary()


@dataclass(slots=True, kw_only=True)
class _Night:
    """What the night has done so far, and the books that it has not come to yet, in the order of the station."""

    station: Station
    engine: str
    workers: int
    started: str
    unsettled: list[BookId] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    delivered: list[DeliveredBook] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    waiting: list[WaitingPage] = field(default_factory=list)

    def passed_over(self, found: BookRow) -> bool:
        """Tell of a book that somebody works on at this moment."""
        holder = holder_of_book(self.station, found.row)
        if holder:
            text = _("{book}: skipped because it is in use by {who}")
            self.attention.append(text.format(book=found.book.id, who=holder.description))
        return holder is not None

    def without_recipe(self, found: BookRow) -> bool:
        """Tell of a book whose recipe cannot be read."""
        try:
            book_spec(self.station, found.book)
        except ConfigError as error:
            self.attention.append(f"{found.book.id}: {error}")
            return True
        return False

    def settle(self, *books: BookId) -> Iterator[Delivering]:
        """Accept what the policy accepts of these books, and deliver those that are complete."""
        for book in books:
            self.unsettled.remove(book)
            if self.passed_over(find_book(self.station.journal, book.full_name)):
                continue
            yield Delivering(book=book)
            try:
                self._settle(book)
            except (DiskFull, Interrupted, StoreFailed):
                raise
            except ScanpipeError as error:
                self.attention.append(f"{book}: {error}")

    def _settle(self, book: BookId) -> None:
        self.accepted += len(apply_policy(self.station, book.full_name))
        facts = book_facts(self.station, book.full_name)
        if lots_due(facts):
            plan_lots(self.station, book.full_name)
            facts = book_facts(self.station, book.full_name)
        self.waiting += waiting_pages(facts, self.station.settings.accept)
        if obstacles := _left_to_a_person(facts):
            self.attention += [f"{book}: {obstacle}" for obstacle in obstacles]
        elif not blockers(facts):
            delivery = deliver(self.station, book.full_name, engine=self.engine, workers=self.workers)
            if delivery.new:
                self.attention += [f"{book}: {conflict}" for conflict in delivery.conflicts]
                self._note_delivered(delivery)

    def _note_delivered(self, delivery: Delivered) -> None:
        folder = str(delivery.manifest.parent)
        self.delivered.append(DeliveredBook(book=delivery.book, revision=delivery.revision, folder=folder, at=_clock()))

    def summary(self) -> NightSummary:
        return NightSummary(
            started=self.started,
            ended=_clock(),
            processed=self.count[PageDone.__name__],
            failed=self.count[PageFailed.__name__],
            accepted=self.accepted,
            delivered=tuple(self.delivered),
            attention=tuple(self.attention),
            waiting=tuple(self.waiting),
        )


def _clock() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


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
