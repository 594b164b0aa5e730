"""What an operator did on a day is counted from the journal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.work.production import Production, active_seconds, production_of, production_today
from scanpipe.state.work import DayCapture
from tests.small_books import BOOK, capture_pages, small_book

START = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def at(*seconds: float) -> list[datetime]:
    return [START + timedelta(seconds=each) for each in seconds]


def capture(second: float, *, width_mm: float = 210, height_mm: float = 297, **fields: object) -> DayCapture:
    values = {"flags": (), "pages": 1, **fields}
    return DayCapture(at=at(second)[0].isoformat(), width_mm=width_mm, height_mm=height_mm, **values)  # type: ignore[arg-type]


def test_a_pause_is_no_active_time() -> None:
    assert active_seconds(at(0, 10, 20, 3620, 3630)) == 30


def test_pages_and_paper_are_counted_apart() -> None:
    spread = capture(60, width_mm=420, height_mm=297, pages=2)
    aside = capture(120, pages=0)
    done = production_of([capture(0), spread, aside], rejected=1, iso_sizes=True)
    assert (done.pages, done.a4, done.rejected) == (3, 3.0, 1)
    assert done.pages_an_hour == pytest.approx(90)


def test_a_speed_from_some_seconds_is_not_told() -> None:
    assert production_of([capture(0), capture(10)], rejected=0, iso_sizes=True).pages_an_hour == 0


def test_the_day_of_one_operator_is_read_from_the_journal(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=5) as station:
        capture_pages(station, tmp_path / "scans", 3)
        reject(station, BOOK, ["2"], reason="blurred", rescan=True)
        today = production_today(station)
        later = production_today(station, now=datetime.now(UTC) + timedelta(days=2))
    assert (today.pages, today.rejected) == (3, 1)
    assert later == Production()
