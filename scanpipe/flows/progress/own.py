"""What this station has to tell of its books, those included that left it in a bag."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from scanpipe.flows.book.plan import Status
from scanpipe.flows.dashboard.standings import BookStanding, station_standings
from scanpipe.flows.progress.figures import BookLine, BookState
from scanpipe.flows.station import Station
from scanpipe.package.cases.page_sets import page_sets
from scanpipe.state.book_times import body_pages, captures_by_week, delivery_days, last_days
from scanpipe.state.books import BookRow, exported_books, open_books
from scanpipe.state.whole_station import changed_since_delivery
from scanpipe.state.work import BookProgress, book_progress


def station_books(station: Station) -> tuple[BookLine, ...]:
    """Return how each book of the station stands."""
    with station.journal.snapshot():
        known = _Known.of(station)
        away = exported_books(station.journal)
        here = open_books(station.journal)
        standings = station_standings(station, (*here, *away), known.progress)
    lines = (
        _line(known, row, standings[row.row], away=away_too)
        for rows, away_too in ((here, False), (away, True))
        for row in rows
    )
    return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the journal tells of all books, by their rows."""

    progress: dict[int, BookProgress]
    body: dict[int, int]
    weeks: dict[int, dict[date, int]]
    delivered: dict[int, tuple[date, ...]]
    days: dict[str, dict[int, date]]
    changed: frozenset[int]

    @classmethod
    def of(cls, station: Station) -> Self:
        """Read it."""
        journal = station.journal
        return cls(
            progress=book_progress(journal),
            body=body_pages(journal),
            weeks=captures_by_week(journal),
            delivered=delivery_days(journal),
            days=last_days(journal),
            changed=changed_since_delivery(journal),
        )


def _line(known: _Known, found: BookRow, standing: BookStanding, *, away: bool) -> BookLine:
    row, book = found.row, found.book
    progress = known.progress.get(row, BookProgress())
    rejected = standing.count[Status.REJECTED] + len(progress.sent_back)
    state = _state(known, row, standing, rejected=rejected, away=away)
    plan = page_sets(
        book.rule, year=book.id.year, first_number=book.first_number, pages=known.body.get(row, 0), cases=book.cases
    )
    return BookLine(
        unit=book.id.unit_code,
        list=book.id.unit_list,
        kind=book.id.kind,
        year=book.id.year,
        volume=book.id.volume,
        state=state,
        since=_since(known, row, state),
        pages=None if book.pages is None else book.front + book.pages + book.back,
        cases=book.cases,
        scanned=standing.captured,
        processed=standing.processed,
        accepted=standing.count[Status.ACCEPTED],
        rejected=rejected,
        cases_scanned=len(plan.sets) - len(plan.incomplete),
        delivered=known.delivered.get(row, ()),
        weeks=known.weeks.get(row, {}),
    )


def _state(known: _Known, row: int, standing: BookStanding, *, rejected: int, away: bool) -> BookState:
    if away:
        return "transit"
    if rejected or row in known.changed:
        return "rework"
    if known.delivered.get(row):
        return "accepted"
    return "audit" if standing.complete else "scanning"


def _since(known: _Known, row: int, state: BookState) -> date:
    """Return since when a book stands where it does, as far as facts tell."""
    opened = known.days["opened"][row]
    last = {name: days.get(row, opened) for name, days in known.days.items()}
    match state:
        case "transit":
            return last["moved"]
        case "rework":
            return last["rejected"]
        case "accepted":
            return known.delivered[row][-1]
        case _:
            return last["captured"]
