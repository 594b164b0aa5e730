"""Scanning into a book through libsane's test backend: which page comes where, also after a stop in mid-sheet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.errors import ScanIncomplete
from scanpipe.flows.books import Terms, add_book, book_facts
from scanpipe.flows.capture import capture_scanner
from scanpipe.flows.capture_events import Captured, PutBack, StackEnded
from scanpipe.flows.gate import obstacles
from scanpipe.flows.station import Station, create_station, open_station
from scanpipe.model import Page, Part

BOOK = "KS.2010.01"
PROFILE = """
match = "test:*"
source = "Automatic Document Feeder"
mode = "Gray"
dpi = 50
page_mm = [60, 80]
"""


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """A station with a feeder of ten sheets and an open book."""
    (tmp_path / "dll.conf").write_text("test\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    create_station(tmp_path / "station")
    profile(tmp_path / "station")
    settings = tmp_path / "station" / "station.toml"
    settings.write_text(
        settings.read_text().replace('device = ""', 'device = "test:0"').replace('profile = ""', 'profile = "own"')
    )
    with open_station(tmp_path / "station", purpose="test") as opened:
        add_book(opened, kind="KS", year=2010, volume=1, unit="14758", terms=Terms())
        yield opened


def profile(folder: Path, extra: str = "") -> None:
    (folder / "scanners" / "own.toml").write_text(PROFILE + extra)


def sides(station: Station) -> list[tuple[str, str]]:
    return [(s.page.label, s.facts.side) for s in book_facts(station, BOOK).pages if s.facts]


def test_a_stack_fills_the_book_until_the_feeder_is_empty(station: Station) -> None:
    events = list(capture_scanner(station, BOOK))
    pages = [event.page and event.page.label for event in events if isinstance(event, Captured)]
    assert pages == [str(number) for number in range(1, 11)]
    assert isinstance(events[-1], StackEnded)


def test_a_full_book_takes_no_more_paper(station: Station) -> None:
    add_book(station, kind="KH", year=2010, volume=1, unit="14758", terms=Terms(pages=3, front=1))
    pages = [e.page and e.page.label for e in capture_scanner(station, "KH.2010.01") if isinstance(e, Captured)]
    assert pages == ["F1", "1", "2", "3"]


def test_a_page_that_came_torn_is_awaited_and_named(station: Station) -> None:
    list(capture_scanner(station, BOOK, pages=2))
    profile(station.folder, '[options]\nread-return-value = "SANE_STATUS_NO_DOCS"\n')
    with pytest.raises(ScanIncomplete, match=r"KS\.2010\.01 page 3"):
        list(capture_scanner(station, BOOK))
    facts = book_facts(station, BOOK)
    assert facts.suspects == ()
    assert any("page 3 did not come through the scanner" in line for line in obstacles(facts))
    profile(station.folder)
    list(capture_scanner(station, BOOK, pages=1))
    assert book_facts(station, BOOK).awaited == ()


def test_a_sheet_without_a_fate_is_scanned_first_and_asked_for(station: Station) -> None:
    list(capture_scanner(station, BOOK, pages=1))
    row = book_facts(station, BOOK).row
    for number in (3, 3):
        station.journal.open_sheet(row, Page(part=Part.BODY, number=number), source="test:0", operator="lan")
    refused = list(capture_scanner(station, BOOK, confirm=lambda _sheets: False))
    assert refused == [PutBack(pages=("3",))]
    events = list(capture_scanner(station, BOOK, pages=2, confirm=lambda _sheets: True))
    assert [e.page and e.page.label for e in events if isinstance(e, Captured)] == ["3", "2"]
    assert book_facts(station, BOOK).suspects == ()


def test_a_duplex_sheet_is_never_left_half(station: Station) -> None:
    profile(station.folder, "duplex = true\n")
    list(capture_scanner(station, BOOK, pages=3))
    assert sides(station) == [("1", "front"), ("2", "back"), ("3", "front"), ("4", "back")]


def test_the_front_of_a_sheet_whose_back_did_not_come_is_scanned_again(station: Station) -> None:
    profile(station.folder, "duplex = true\n")
    list(capture_scanner(station, BOOK, pages=2))
    scan = capture_scanner(station, BOOK)
    next(scan)
    scan.close()  # the operator's terminal is gone after the front of the second sheet
    assert sides(station)[-1] == ("3", "front")
    list(capture_scanner(station, BOOK, pages=2))
    assert sides(station) == [("1", "front"), ("2", "back"), ("3", "front"), ("4", "back")]
