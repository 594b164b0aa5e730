"""What an endorser printed on the sheets of a run is compared: numbers that are missing, that repeat, that go on."""

from collections.abc import Iterator

import pytest

from scanpipe.capture.sane import SaneSession
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.capture.events import Captured, CaptureEvent, CaptureHalted, FeedReconciled
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.station import Station
from tests.device.test_capture_flow import profile, station

__all__ = ["station"]
BOOK = "KS.2010.01"
OWN_COUNTER = '[options]\nenable-test-options = true\n[endorser]\nnumber = "int-constraint-range"\n'
SET_NUMBER = '[options]\nenable-test-options = true\nint = 41\n[endorser]\nnumber = "int"\n'


def tell(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    """Have the endorser tell these numbers before the sheets that go in next."""
    told: Iterator[int] = iter(numbers)
    monkeypatch.setattr(SaneSession, "_told", lambda _session, option: next(told) if option else None)


def scanned(station: Station, pages: int, name: str = BOOK) -> list[CaptureEvent]:
    return list(capture_scanner(station, name, ScanRequest(pages=pages), confirm=lambda: True))


def pages(events: list[CaptureEvent]) -> list[str]:
    return [str(event.page) for event in events if isinstance(event, Captured)]


def put_back(events: list[CaptureEvent]) -> list[str]:
    return [str(sheet.page) for event in events if isinstance(event, FeedReconciled) for sheet in event.put_back]


def printed(station: Station) -> list[int]:
    return [row["printed"] for row in station.journal.db.execute("SELECT printed FROM capture ORDER BY id")]


def test_numbers_that_a_scanner_only_starts_with_are_counted_and_follow(station: Station) -> None:
    profile(station.folder, SET_NUMBER)
    events = [*scanned(station, 3), *scanned(station, 2)]
    assert (pages(events), put_back(events)) == (["1", "2", "3", "4", "5"], [])
    assert printed(station) == [41, 42, 43, 41, 42], "each run begins with the number that the profile sets"


@pytest.mark.parametrize(
    ("numbers", "kept", "back"),
    [((41, 42, 45), ["1", "2"], ["3", "4", "5"]), ((41, 42, 42), ["1", "2"], ["3"])],
    ids=["jump", "repeat"],
)
def test_a_number_that_does_not_follow_stops_the_run_and_its_sheet_takes_no_page(
    station: Station, monkeypatch: pytest.MonkeyPatch, numbers: tuple[int, ...], kept: list[str], back: list[str]
) -> None:
    profile(station.folder, SET_NUMBER)
    tell(monkeypatch, *numbers)
    events = scanned(station, 5)
    assert (pages(events), put_back(events)) == (kept, back)
    assert any(isinstance(event, CaptureHalted) for event in events)
    assert printed(station) == list(numbers), "its picture is kept"
    facts = book_facts(station, BOOK)
    assert (facts.unassigned, facts.unresolved_sheets) == ((), ())


def test_both_sides_of_a_sheet_share_its_number(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    profile(station.folder, "duplex = true\n" + SET_NUMBER)
    tell(monkeypatch, 41, 42, 44)
    events = scanned(station, 8)
    assert (pages(events), put_back(events)) == (["1", "2", "3", "4"], ["5", "7"])
    assert printed(station) == [41, 41, 42, 42, 44, 44]


def test_a_counter_that_nobody_sets_goes_on_from_run_to_run(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    profile(station.folder, OWN_COUNTER)
    add_book(station, kind="KH", year=2010, volume=1, unit="14758", details=BookDetails())
    tell(monkeypatch, 26, 27, 28, 29)
    assert pages([*scanned(station, 2), *scanned(station, 2)]) == ["1", "2", "3", "4"]
    tell(monkeypatch, 40)
    assert pages(scanned(station, 1, "KH.2010.01")) == ["1"], "another book says nothing of this one"
    tell(monkeypatch, 41, 42)
    assert pages(scanned(station, 2)) == ["5", "6"], "numbers of other books lie between"
    tell(monkeypatch, 44)
    lost = scanned(station, 2)
    assert (pages(lost), put_back(lost)) == ([], ["7", "8"])
    tell(monkeypatch, 45, 46)
    assert pages(scanned(station, 2)) == ["7", "8"], "the sheets went in again, with new numbers"


def test_what_is_still_expected_is_told_where_the_stack_ends_early(station: Station) -> None:
    add_book(station, kind="KH", year=2010, volume=1, unit="14758", details=BookDetails(pages=12))
    *_others, reconciled, ended = scanned(station, 12, "KH.2010.01")
    assert isinstance(reconciled, FeedReconciled)
    assert str(reconciled.note) == "You asked for 12 pages, but the stack ended after 10."
    assert [str(page) for page in getattr(ended, "expected", ())] == ["11", "12"]
