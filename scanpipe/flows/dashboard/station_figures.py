"""The station in figures: read with a few queries for all books together, and counted by the modules beside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Self

from scanpipe.flows.dashboard.defects import DefectRate, counts_by_reason, pages_found, rate_of, rates_by
from scanpipe.flows.dashboard.duties import BookFigures, Duty, duties
from scanpipe.flows.dashboard.samples import book_sample
from scanpipe.flows.dashboard.speed import Speed, days_of, speed_by_day, speed_by_operator
from scanpipe.flows.dashboard.standings import BookStanding, station_standings
from scanpipe.flows.qa.lots import LotReport, all_lot_reports
from scanpipe.flows.station import Station
from scanpipe.flows.work.worklist import Due, WorkItem, work_items
from scanpipe.state.books import BookRow, open_books
from scanpipe.state.whole_station import (
    captures_since,
    changed_since_delivery,
    rejected_without_ticket,
    sent_back_once,
    unplaced_pictures,
)
from scanpipe.state.work import BookProgress, book_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectFigures:
    """What random samples say of the pages that were captured in a time; None where none of them was judged."""

    overall: DefectRate | None
    by_operator: Mapping[str, DefectRate]
    by_device: Mapping[str, DefectRate]
    by_day: Mapping[date, DefectRate]
    by_reason: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFigures:
    """The station: books and duties as they stand now, speed and defects of a time."""

    books: tuple[BookFigures, ...]
    duties: tuple[Duty, ...]
    speed_by_operator: Mapping[str, Speed]
    speed_by_day: Mapping[date, Speed]
    defects: DefectFigures


def station_figures(station: Station, *, days: int | None = None, now: datetime | None = None) -> StationFigures:
    """Return the station in figures; speed and defects are of so many days up to today, or of all time."""
    with station.journal.snapshot():
        known = _Known.of(station)
        captures = captures_since(station.journal, _since(days, now))
        books = tuple(_books(station, known))
    day_of = days_of(captures)
    pages = list(pages_found(chain.from_iterable(known.lots.values()), day_of))
    return StationFigures(
        books=books,
        duties=duties(books),
        speed_by_operator=speed_by_operator(captures),
        speed_by_day=speed_by_day(captures, day_of),
        defects=DefectFigures(
            overall=rate_of(pages),
            by_operator=rates_by(pages, lambda page: page.operator),
            by_device=rates_by(pages, lambda page: page.device),
            by_day=rates_by(pages, lambda page: page.day),
            by_reason=counts_by_reason(pages),
        ),
    )


def _since(days: int | None, now: datetime | None) -> datetime | None:
    """Return when the first of so many days began, by the clock of the station."""
    if days is None:
        return None
    today = (now or datetime.now(UTC)).astimezone().date()
    first = today - timedelta(days=days - 1)
    return datetime(first.year, first.month, first.day).astimezone().astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the journal tells of all books, by their rows."""

    books: tuple[BookRow, ...]
    progress: Mapping[int, BookProgress]
    standings: Mapping[int, BookStanding]
    lots: Mapping[int, tuple[LotReport, ...]]

    @classmethod
    def of(cls, station: Station) -> Self:
        """Read it."""
        books, progress = open_books(station.journal), book_progress(station.journal)
        standings = station_standings(station, books, progress)
        shown = {row: standing.shown for row, standing in standings.items()}
        return cls(books=books, progress=progress, standings=standings, lots=all_lot_reports(station, shown))


def _books(station: Station, known: _Known) -> Iterator[BookFigures]:
    journal, drawing = station.journal, station.settings.qa.method != "off"
    work = {item.row: item for item in work_items(station, known.progress)}
    sent_back = sent_back_once(journal) if drawing else frozenset()
    unplaced, changed = unplaced_pictures(journal), changed_since_delivery(journal)
    unticketed = rejected_without_ticket(journal)
    for book in known.books:
        row, standing, item = book.row, known.standings[book.row], work[book.row]
        progress = known.progress.get(row, BookProgress())
        yield BookFigures(
            row=row,
            book=book.book,
            due=item.due,
            to_scan=_to_scan(item, progress),
            expected=item.expected,
            standing=standing,
            sample=book_sample(known.lots.get(row, ()) if drawing else None, standing, sent_back),
            unplaced=unplaced.get(row, 0),
            unticketed=unticketed.get(row, 0),
            revision=progress.revision,
            changed=row in changed,
            in_use=item.in_use,
        )


def _to_scan(item: WorkItem, progress: BookProgress) -> int | None:
    match item.due:
        case Due.PUT_BACK:
            return len(progress.suspects)
        case Due.SENT_BACK:
            return len(progress.sent_back) + len(progress.failed)
        case _:
            return None if item.expected is None else max(0, item.expected - item.done)
