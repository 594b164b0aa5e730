"""All that happened to a page is told, oldest first, whatever it shows now."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.reorder import ChangeReason, shift
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.book.undo import undo_last
from scanpipe.flows.process.verdicts import accept, apply_policy, reject
from scanpipe.flows.qa.history import page_history
from scanpipe.flows.station import Station
from tests.small_books import (
    BOOK,
    capture_pages,
    for_ticket,
    read_pages,
    record_tickets,
    small_book,
    state_delivered,
)


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """A station with a book of three pages, all of them processed; no two things happen at the same time."""
    seconds = count()
    with small_book(tmp_path, pages=9) as opened:
        noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
        monkeypatch.setattr(opened.journal, "_clock", lambda: noon + timedelta(seconds=next(seconds)))
        capture_pages(opened, tmp_path / "scans", 3)
        read_pages(opened)
        yield opened


def told(station: Station, page: str) -> list[str]:
    return [str(event.text) for event in page_history(station, BOOK, page)]


def test_a_page_that_was_scanned_again_still_tells_of_its_first_scan(station: Station, tmp_path: Path) -> None:
    apply_policy(station, BOOK)
    reject(station, BOOK, ["2"], reason="blurred", rescan=True, note="a moved hand")
    capture_pages(station, tmp_path / "again", 1, first=9)
    read_pages(station)
    accept(station, BOOK, ["2"])
    events = page_history(station, BOOK, "2")
    assert [event.kind for event in events] == [
        "captured",
        "processed",
        "judged",
        "judged",
        "captured",
        "processed",
        "judged",
    ]
    assert told(station, "2")[2:5] == [
        "Accepted: by the written policy",
        "To be scanned again: blurred",
        "Imported from again/09.png",
    ]
    assert "a moved hand" in map(str, events[3].details)
    assert (events[2].person, bool(events[3].person)) == ("", True)
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_a_clock_that_jumps_back_changes_no_history(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_policy(station, BOOK)
    state_delivered(station)
    corrected, hour = for_ticket(station), count()
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(station.journal, "_clock", lambda: noon - timedelta(hours=next(hour)))
    reject(corrected, BOOK, ["2"], reason="blurred", rescan=True)
    capture_pages(corrected, tmp_path / "again", 1, first=9)
    read_pages(corrected)
    accept(corrected, BOOK, ["2"])
    state_pages(corrected, BOOK, ["2"], "damaged", note="burnt")
    state_delivered(corrected)
    shift(corrected, BOOK, "3", by=1)
    shift(corrected, BOOK, "2", by=1)
    kinds = [event.kind for event in page_history(station, BOOK, "2") if event.kind != "ticket"]
    again = ["judged", "captured", "processed", "judged", "stated", "delivered"]
    withdrawn = ["stated"]  # it went along to page 3
    assert kinds == ["captured", "processed", "judged", "delivered", *again, *withdrawn]
    moved = [event.kind for event in page_history(station, BOOK, "3")]
    assert moved.index("delivered") < moved.index("placed")


def test_what_was_undone_is_told_as_undone(station: Station) -> None:
    reject(station, BOOK, ["1"], reason="faded")
    undo_last(station, BOOK)
    events = [event for event in page_history(station, BOOK, "1") if event.kind == "judged"]
    assert [(str(event.text), event.undone) for event in events] == [("Rejected: faded", True)]


def test_moves_and_statements_name_their_reason_and_ticket(station: Station) -> None:
    shift(station, BOOK, "2", by=1, why=ChangeReason(reason="a page was left out", ticket="CV 17"))
    placed = next(event for event in page_history(station, BOOK, "3") if event.kind == "placed")
    assert [str(each) for each in placed.details] == ["a page was left out", "ticket CV 17"]
    state_pages(station, BOOK, ["3"], "damaged", note="burnt")
    stated = next(event for event in page_history(station, BOOK, "3") if event.kind == "stated")
    assert (str(stated.text), [*map(str, stated.details)]) == ("Stated about the paper: damaged", ["burnt"])


def test_a_page_that_never_was_is_unknown_and_one_still_to_come_has_no_history(station: Station) -> None:
    assert told(station, "7") == []
    with pytest.raises(PageUnknown, match="no page B2"):
        told(station, "B2")
    with pytest.raises(UsageError):
        told(station, "seven")


def test_the_ticket_of_a_correction_is_told_of_the_pages_that_it_changed(station: Station, tmp_path: Path) -> None:
    accept(station, BOOK, [])
    state_delivered(station)
    corrected = for_ticket(station, "CV 17")
    record_tickets(station, "CV 18")
    reject(corrected, BOOK, ["2"], reason="blurred", rescan=True)
    capture_pages(station, tmp_path / "again", 1, first=9)
    events = page_history(station, BOOK, "2")
    assert [event.kind for event in events][-5:] == ["judged", "delivered", "ticket", "judged", "captured"]
    assert str(events[-3].text) == "Change approved by Trần Văn Bình: ticket CV 17"
    assert [[str(each) for each in event.details][-1] for event in events[-3:]] == [
        "05/03/2026",
        "ticket CV 17",
        "ticket CV 17",
    ]
    assert "ticket" not in [event.kind for event in page_history(station, BOOK, "1")]
