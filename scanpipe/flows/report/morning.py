"""What a manager wants to know in the morning, read from the journal; in words by `words`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from scanpipe.flows.book.books import book_facts_of
from scanpipe.flows.book.plan import CapturedPage, Status
from scanpipe.flows.dashboard.duties import BookFigures
from scanpipe.flows.dashboard.station_figures import StationFigures, station_figures
from scanpipe.flows.night.disk import DiskState, disk_state
from scanpipe.flows.night.kept import KeptNight, kept_nights
from scanpipe.flows.station import Station
from scanpipe.flows.work.worklist import Due
from scanpipe.messages import LazyText
from scanpipe.state.books import open_books
from scanpipe.state.nights import book_openings

DAYS = 30
_MOST_NIGHTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedPage:
    """A page that failed for good, and why."""

    book: BookFigures
    page: str
    why: LazyText | str


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningReport:
    """How the station stands.

    Attributes:
        station: the name of its folder.
        at: when it was looked at.
        figures: its books and duties, and the speed and defects of the last 30 days.
        nights: the nights of these days, the newest first.
        quarantined: the pages that failed for good.
        rescans: how many pages wait to be scanned again.
        oldest: the book that was opened first of those that are not delivered, and when; None where there is none.
        disk: how the disk stands.
    """

    station: str
    at: datetime
    figures: StationFigures
    nights: tuple[KeptNight, ...]
    quarantined: tuple[QuarantinedPage, ...]
    rescans: int
    oldest: tuple[BookFigures, datetime] | None
    disk: DiskState


def morning_report(station: Station, now: datetime | None = None) -> MorningReport:
    """Return how the station stands now."""
    at = (now or datetime.now()).astimezone()
    figures = station_figures(station, days=DAYS, now=at)
    nights = kept_nights(station.journal, most=_MOST_NIGHTS)
    return MorningReport(
        station=station.folder.name,
        at=at,
        figures=figures,
        nights=tuple(night for night in nights if at - night.begun < timedelta(days=DAYS)),
        quarantined=tuple(_quarantined(station, figures.books)),
        rescans=sum(book.to_scan or 0 for book in figures.books if book.due is Due.SENT_BACK),
        oldest=_oldest(station, figures.books),
        disk=disk_state(station, at),
    )


def _quarantined(station: Station, books: Iterable[BookFigures]) -> Iterator[QuarantinedPage]:
    rows = {row.row: row for row in open_books(station.journal)}
    for book in books:
        if not book.standing.count[Status.QUARANTINED] or book.row not in rows:
            continue
        for state in book_facts_of(station, rows[book.row]).pages:
            if state.status is Status.QUARANTINED and isinstance(state, CapturedPage):
                why = state.facts.failures[-1][1] if state.facts.failures else ""
                yield QuarantinedPage(book=book, page=state.page.label, why=why)


def _oldest(station: Station, books: Iterable[BookFigures]) -> tuple[BookFigures, datetime] | None:
    opened = book_openings(station.journal)
    waiting = [(opened[book.row], book) for book in books if not book.revision]
    first = min(waiting, key=lambda item: (item[0], item[1].row), default=None)
    return (first[1], first[0].astimezone()) if first else None
