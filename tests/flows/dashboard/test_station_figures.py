"""The figures of the station are those that other commands tell, though they are read for all books at once."""

from pathlib import Path

from scanpipe.flows.book.books import BookDetails, add_book
from scanpipe.flows.book.plan import Status
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.book.status import station_status
from scanpipe.flows.dashboard.samples import SampleState
from scanpipe.flows.dashboard.station_figures import StationFigures, station_figures
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.people import operators
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import Station
from tests.small_books import (
    BOOK,
    capture_pages,
    drawing_samples,
    for_ticket,
    read_pages,
    small_book,
    state_delivered,
)


def numbers(figures: StationFigures) -> list[tuple[str, int, int, int, int, int, int]]:
    """Return what `scanpipe status` tells, too."""
    return [
        (
            str(book.book.id),
            book.standing.captured,
            *(
                book.standing.count[status]
                for status in (Status.MISSING, Status.UNPROCESSED, Status.WAITING, Status.ACCEPTED)
            ),
            book.revision,
        )
        for book in figures.books
    ]


def status(station: Station) -> list[tuple[str, int, int, int, int, int, int]]:
    return [
        (each.book, each.scanned, each.missing, each.due, each.waiting, each.accepted, each.revision)
        for each in station_status(station)
    ]


def fail(station: Station, capture: int, *, times: int = 1) -> None:
    recipe = station.journal.db.execute("SELECT id FROM recipe WHERE name = 'default'").fetchone()["id"]
    for _time in range(times):
        station.journal.append("failure", capture=capture, region="", recipe=recipe, code="x", message='"x"')


def test_they_agree_with_status_wherever_pages_stand(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=12) as station:
        add_book(station, kind="KS", year=2010, volume=2, unit="14758", details=BookDetails())
        assert numbers(station_figures(station)) == status(station)
        capture_pages(station, tmp_path / "scans", 7)
        read_pages(station)
        capture_pages(station, tmp_path / "scans", 2, first=8)
        state_pages(station, BOOK, ["11"], "missing", note="")
        accept(station, BOOK, ["1-2"])
        reject(station, BOOK, ["3"], reason="blurred", rescan=True)
        reject(station, BOOK, ["4"], reason="stained")
        reject(station, BOOK, ["5"], reason="faded", redo="faded")
        fail(station, 8, times=station.settings.process.attempts)
        fail(station, 9)
        assert numbers(station_figures(station)) == status(station)
        first, _second = station_figures(station).books
    assert first.standing.count == {
        Status.ACCEPTED: 2, Status.MISSING: 3, Status.REJECTED: 1, Status.UNPROCESSED: 2, Status.WAITING: 2,
        Status.QUARANTINED: 1, Status.ABSENT: 1,
    }  # fmt: skip


def test_samples_stand_as_their_lots_do(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=4) as station:
        assert station_figures(station).books[0].sample.state is SampleState.OFF
        station = drawing_samples(station, worst=0)
        assert station_figures(station).books[0].sample.state is SampleState.LATER
        capture_pages(station, tmp_path / "scans", 4)
        read_pages(station)
        assert station_figures(station).books[0].sample.state is SampleState.DUE
        (lot,) = plan_lots(station, BOOK, seed="a")
        before = station_figures(station).books[0].sample
        first, second = (page.page.label for page in lot.waiting)
        accept(station, BOOK, [first])
        reject(station, BOOK, [second], reason="blurred")
        after = station_figures(station)
        (operator,) = operators(station)
    assert (before.state, before.pages, before.left) == (SampleState.WAITING, 2, 2)
    assert (after.books[0].sample.state, after.books[0].sample.left) == (SampleState.FAILED, 2)
    rate = after.defects.by_operator[operator.person]
    assert (rate.judged, rate.found, rate.rate) == (operator.judged, operator.found, operator.rate)
    assert after.defects.by_reason == operator.reasons == {"blurred": 1}
    assert sum(rate.found for rate in after.defects.by_day.values()) == 1


def test_only_what_was_captured_in_the_time_counts_for_speed_and_defects(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    with small_book(tmp_path, pages=4) as station:
        capture_pages(station, tmp_path / "scans", 4)
        today, later = station_figures(station, days=7), datetime.now(UTC) + timedelta(days=8)
        then = station_figures(station, days=7, now=later)
    assert sum(speed.pages for speed in today.speed_by_day.values()) == 4
    assert not then.speed_by_day and not then.speed_by_operator
    assert then.books == today.books


def test_a_delivered_book_whose_pages_were_rejected_without_a_ticket_waits_for_the_manager(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 3)
        read_pages(station)
        reject(station, BOOK, ["1"], reason="blurred")  # as in journals of old, where a delivery asked for no ticket
        state_delivered(station)
        (duty,) = (duty for duty in station_figures(station).duties if "ticket" in duty.text.source)
        assert [(book.book.id.label, pages) for book, pages in duty.books] == [(BOOK, 1)]
        reject(for_ticket(station), BOOK, ["1"], reason="blurred")
        assert not [duty for duty in station_figures(station).duties if "ticket" in duty.text.source]
