"""Scanning into a book through libsane's test backend: which page comes where, also after a stop in mid-sheet."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scanpipe.errors import DeviceError, PageUnknown, ScanIncomplete, UsageError
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.book.readiness import blockers
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.capture.events import (
    Captured,
    CaptureEvent,
    CaptureHalted,
    FeedEnded,
    FeedReconciled,
    KeptAside,
    ReloadSheets,
    SheetMoving,
)
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.capture.sheets import sheet_line
from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.station import Station, create_station, open_station
from scanpipe.messages import language_context
from scanpipe.model import Page, Part

BOOK = "KS.2010.01"
PROFILE = """
match = "test:*"
source = "Automatic Document Feeder"
mode = "Gray"
dpi = 50
page_mm = [60, 80]
"""
WHITE = '[options]\ntest-picture = "Solid white"\n'
SLOW = '[options]\ntest-picture = "Grid"\nread-delay = true\nread-delay-duration = 50_000\n'
PATTERN = '[options]\ntest-picture = "Grid"\n'
CONVENTION = """
name = "small"
based_on = "default"
confidence = "for tests"
[limits]
min_dpi = 50
colour = false
"""


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """A station with a feeder of ten sheets and an open book."""
    (tmp_path / "dll.conf").write_text("test\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    create_station(tmp_path / "station")
    (tmp_path / "station" / "conventions" / "small.toml").write_text(CONVENTION)
    profile(tmp_path / "station")
    settings = tmp_path / "station" / "station.toml"
    settings.write_text(
        settings.read_text()
        .replace('device = ""', 'device = "test:0"')
        .replace('profile = ""', 'profile = "own"')
        .replace('convention = "default"', 'convention = "small"')
        .replace("stop_after_bad = 3", "stop_after_bad = 0")  # patterns at 50 dpi are not what anybody reads
    )
    with open_station(tmp_path / "station", purpose="test") as opened:
        add_book(opened, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails())
        yield opened


def profile(folder: Path, extra: str = "") -> None:
    (folder / "scanners" / "own.toml").write_text(PROFILE + extra)


def yes() -> bool:
    return True


def shown(events: list[CaptureEvent]) -> list[str]:
    """Return what happened: pages that were captured, and in brackets those whose pictures were kept besides."""
    kept = [e for e in events if isinstance(e, Captured | KeptAside)]
    labels = ["-".join(map(str, e.pages)) for e in kept]
    return [label if isinstance(e, Captured) else f"({label})" for e, label in zip(kept, labels, strict=True)]


def asked(events: list[CaptureEvent]) -> list[str]:
    return [sheet_line(sheet) for e in events if isinstance(e, ReloadSheets) for sheet in e.sheets]


def captures(station: Station) -> dict[str, int]:
    return {state.page.label: state.facts.capture for state in book_facts(station, BOOK).captured}


def sides(station: Station) -> list[tuple[str, str]]:
    return [(state.page.label, state.facts.side) for state in book_facts(station, BOOK).captured]


def test_a_stack_fills_the_book_until_the_feeder_is_empty(station: Station) -> None:
    events = list(capture_scanner(station, BOOK))
    pages = [event.page and event.page.label for event in events if isinstance(event, Captured)]
    assert pages == [str(number) for number in range(1, 11)]
    assert isinstance(events[-1], FeedEnded)


def test_a_full_book_takes_no_more_paper(station: Station) -> None:
    add_book(station, kind="KH", year=2010, volume=1, unit="14758", details=BookDetails(pages=3, front=1))
    pages = [e.page and e.page.label for e in capture_scanner(station, "KH.2010.01") if isinstance(e, Captured)]
    assert pages == ["F1", "1", "2", "3"]


def test_a_page_that_came_torn_is_awaited_and_named(station: Station) -> None:
    list(capture_scanner(station, BOOK, ScanRequest(pages=2)))
    profile(station.folder, '[options]\nread-return-value = "SANE_STATUS_NO_DOCS"\n')
    with pytest.raises(ScanIncomplete, match=r"KS\.2010\.01 page 3") as caught:
        list(capture_scanner(station, BOOK))
    assert "the page is incomplete" in str(caught.value)
    with language_context("vi"):
        assert "the page is incomplete" not in str(caught.value)
    facts = book_facts(station, BOOK)
    assert facts.unresolved_sheets == ()
    assert any("page 3 failed to scan" in str(line) for line in blockers(facts))
    profile(station.folder)
    assert asked(list(capture_scanner(station, BOOK, ScanRequest(pages=1), confirm=yes))) == ["the sheet of page 3"]
    assert book_facts(station, BOOK).awaited == ()


def test_sheets_that_do_not_lie_on_the_stack_are_asked_for_before_it_moves(station: Station) -> None:
    list(capture_scanner(station, BOOK, ScanRequest(pages=4)))
    reject(station, BOOK, ["2", "4"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="the sheet of page 2; the sheet of page 4"):
        list(capture_scanner(station, BOOK))
    refused = list(capture_scanner(station, BOOK, confirm=lambda: False))
    assert (asked(refused), shown(refused)) == (["the sheet of page 2", "the sheet of page 4"], [])
    assert shown(list(capture_scanner(station, BOOK, ScanRequest(pages=3), confirm=yes))) == ["2", "4", "5"]
    assert asked(list(capture_scanner(station, BOOK, ScanRequest(pages=1)))) == []


def test_a_sheet_without_a_fate_is_scanned_first_and_asked_for(station: Station) -> None:
    list(capture_scanner(station, BOOK, ScanRequest(pages=1)))
    row = book_facts(station, BOOK).row
    for number in (3, 3):
        station.journal.open_sheet(row, Page(part=Part.BODY, number=number), source="test:0", operator="lan")
    events = list(capture_scanner(station, BOOK, ScanRequest(pages=2), confirm=yes))
    assert (asked(events), shown(events)) == (["the sheet of page 3", "the sheet of page 2"], ["3", "2"])
    assert book_facts(station, BOOK).unresolved_sheets == ()


def test_a_sheet_without_a_fate_whose_page_is_there_is_settled(station: Station) -> None:
    list(capture_scanner(station, BOOK, ScanRequest(pages=1)))
    row = book_facts(station, BOOK).row
    station.journal.open_sheet(row, Page(part=Part.BODY, number=1), source="test:0", operator="lan")
    list(capture_scanner(station, BOOK, ScanRequest(pages=1)))
    assert book_facts(station, BOOK).unresolved_sheets == ()


def test_the_glass_is_not_scanned_again_and_again_where_nobody_lays_the_next_page(station: Station) -> None:
    with pytest.raises(UsageError, match="one page at a time"):
        list(capture_scanner(station, BOOK, ScanRequest(source="Flatbed", pages=2)))
    assert shown(list(capture_scanner(station, BOOK, ScanRequest(source="Flatbed")))) == ["1"]


def test_a_duplex_sheet_is_never_left_half(station: Station) -> None:
    profile(station.folder, "duplex = true\n")
    events = list(capture_scanner(station, BOOK, ScanRequest(pages=3)))
    assert sides(station) == [("1", "front"), ("2", "back"), ("3", "front"), ("4", "back")]
    assert [event.checks.side for event in events if isinstance(event, Captured)] == ["front", "back"] * 2


def test_a_flow_that_is_left_in_mid_sheet_keeps_the_whole_sheet(station: Station) -> None:
    profile(station.folder, "duplex = true\n" + SLOW)
    scan = capture_scanner(station, BOOK)
    next(event for event in scan if isinstance(event, Captured))
    scan.close()  # type: ignore[attr-defined]  # the operator's terminal is gone after the front of the sheet
    assert sides(station)[:2] == [("1", "front"), ("2", "back")]
    assert len(sides(station)) % 2 == 0
    assert book_facts(station, BOOK).unresolved_sheets == ()


def test_the_back_of_a_sheet_that_was_left_half_comes_with_its_front(station: Station) -> None:
    profile(station.folder, "duplex = true\n")
    list(capture_scanner(station, BOOK, ScanRequest(pages=2)))
    profile(station.folder, "duplex = true\n" + SLOW)
    of_other_tests = {*psutil.Process().children()}
    with pytest.raises(DeviceError, match="page 4"):
        for event in capture_scanner(station, BOOK):
            if event == SheetMoving(pages=(Page.parse("4"),), sheet=1):
                (scanner,) = {*psutil.Process().children()} - of_other_tests
                scanner.kill()
    profile(station.folder, "duplex = true\n")
    before = captures(station)
    events = list(capture_scanner(station, BOOK, ScanRequest(pages=1), confirm=yes))
    assert shown(events) == ["(3)", "4"]
    assert sides(station) == [("1", "front"), ("2", "back"), ("3", "front"), ("4", "back")]
    assert {label: capture for label, capture in captures(station).items() if label != "4"} == before


def test_one_side_that_was_sent_back_comes_with_the_other_which_stays_as_it_was(station: Station) -> None:
    profile(station.folder, "duplex = true\n")
    amend(station, BOOK, BookDetails(pages=6))
    list(capture_scanner(station, BOOK))
    before = captures(station)
    reject(station, BOOK, ["3", "6"], reason="blurred", rescan=True)
    events = list(capture_scanner(station, BOOK, confirm=yes))
    assert asked(events) == [
        "the sheet of pages 3 and 4, 3 on its first side (for page 3)",
        "the sheet of pages 5 and 6, 5 on its first side (for page 6)",
    ]
    assert shown(events) == ["3", "(4)", "(5)", "6"]
    after = captures(station)
    assert {label for label in before if before[label] != after[label]} == {"3", "6"}
    assert (dict(sides(station))["3"], dict(sides(station))["6"]) == ("front", "back")
    facts = book_facts(station, BOOK)
    assert (facts.unassigned, facts.awaited, facts.unresolved_sheets) == ((), (), ())
    reject(station, BOOK, ["4"], reason="blurred", rescan=True)
    assert shown(list(capture_scanner(station, BOOK, confirm=yes))) == ["(3)", "4"]


def test_the_blank_back_of_the_last_sheet_of_an_odd_total_is_no_page(station: Station) -> None:
    profile(station.folder, "duplex = true\n" + WHITE)
    amend(station, BOOK, BookDetails(pages=5))
    assert shown(list(capture_scanner(station, BOOK))) == ["1", "2", "3", "4", "5", "()"]
    before = captures(station)
    reject(station, BOOK, ["2"], reason="blurred", rescan=True)
    assert shown(list(capture_scanner(station, BOOK, confirm=yes))) == ["(1)", "2"]
    assert {label: c for label, c in captures(station).items() if label != "2"} == {
        label: c for label, c in before.items() if label != "2"
    }
    assert book_facts(station, BOOK).unassigned == ()


def test_a_written_back_beyond_an_odd_total_stops_the_delivery(station: Station) -> None:
    profile(station.folder, "duplex = true\n" + PATTERN)
    amend(station, BOOK, BookDetails(pages=3))
    assert shown(list(capture_scanner(station, BOOK))) == ["1", "2", "3", ""]
    assert any("no place for" in str(line) for line in blockers(book_facts(station, BOOK)))


def test_a_leaf_that_was_torn_out_is_passed_over_and_pages_after_it_are_scanned_again_on_their_side(
    station: Station,
) -> None:
    profile(station.folder, "duplex = true\n" + WHITE)
    amend(station, BOOK, BookDetails(pages=7))
    state_pages(station, BOOK, ["3", "4"], "missing", note="torn out")
    events = list(capture_scanner(station, BOOK))
    assert (asked(events), shown(events)) == ([], ["1", "2", "5", "6", "7", "()"])
    assert sides(station) == [("1", "front"), ("2", "back"), ("5", "front"), ("6", "back"), ("7", "front")]
    before = captures(station)
    reject(station, BOOK, ["6", "7"], reason="blurred", rescan=True)
    events = list(capture_scanner(station, BOOK, confirm=yes))
    assert asked(events) == [
        "the sheet of pages 5 and 6, 5 on its first side (for page 6)",
        "the sheet with page 7 on its first side (for page 7)",
    ]
    assert shown(events) == ["(5)", "6", "7", "()"]
    assert {label for label, capture in captures(station).items() if before[label] != capture} == {"6", "7"}
    facts = book_facts(station, BOOK)
    assert (facts.unassigned, facts.awaited, facts.unresolved_sheets) == ((), (), ())


def test_a_page_that_was_sent_back_and_then_torn_is_not_asked_for_and_its_leaf_stays_whole(station: Station) -> None:
    profile(station.folder, "duplex = true\n")
    amend(station, BOOK, BookDetails(pages=6))
    list(capture_scanner(station, BOOK))
    reject(station, BOOK, ["3", "4"], reason="blurred", rescan=True)
    state_pages(station, BOOK, ["4"], "missing", note="its half was torn off")
    events = list(capture_scanner(station, BOOK, confirm=yes))
    assert asked(events) == ["the sheet with page 3 on its first side (for page 3)"]
    assert shown(events) == ["3", "()"]
    assert sides(station) == [("1", "front"), ("2", "back"), ("3", "front"), ("5", "front"), ("6", "back")]
    assert book_facts(station, BOOK).unassigned == ()


def test_fronts_and_then_the_turned_stack_of_backs_come_in_the_order_of_the_book(station: Station) -> None:
    amend(station, BOOK, BookDetails(pages=5, front=1))
    assert shown(list(capture_scanner(station, BOOK, ScanRequest(sides="fronts")))) == ["F1", "2", "4"]
    assert shown(list(capture_scanner(station, BOOK, ScanRequest(sides="backs")))) == ["5", "3", "1"]
    assert sides(station) == [
        (label, side) for label, side in zip(["F1", *"12345"], ["front", "back"] * 3, strict=True)
    ]
    with pytest.raises(UsageError, match="no front waits"):
        list(capture_scanner(station, BOOK, ScanRequest(sides="backs")))


def test_the_blank_back_of_the_last_front_is_no_page(station: Station) -> None:
    profile(station.folder, WHITE)
    amend(station, BOOK, BookDetails(pages=3))
    assert shown(list(capture_scanner(station, BOOK, ScanRequest(sides="fronts")))) == ["1", "3"]
    assert shown(list(capture_scanner(station, BOOK, ScanRequest(sides="backs")))) == ["()", "2"]


def test_a_page_is_scanned_again_though_it_has_a_picture_and_nothing_else_moves(station: Station) -> None:
    list(capture_scanner(station, BOOK, ScanRequest(pages=3)))
    before = captures(station)
    again = list(capture_scanner(station, BOOK, ScanRequest(replace=Page.parse("2")), confirm=yes))
    assert (asked(again), shown(again)) == (["the sheet of page 2"], ["2"])
    after = captures(station)
    assert {label for label in before if before[label] != after[label]} == {"2"}
    assert book_facts(station, BOOK).unassigned == ()
    with pytest.raises(PageUnknown, match="no page 9"):
        list(capture_scanner(station, BOOK, ScanRequest(replace=Page.parse("9")), confirm=yes))


def test_the_counts_of_a_run_are_compared_with_what_was_counted_by_hand(station: Station) -> None:
    def note(counted: int) -> str:
        events = list(capture_scanner(station, BOOK, ScanRequest(pages=3, counted=counted)))
        return next(str(event.note) for event in events if isinstance(event, FeedReconciled))

    assert note(3) == ""
    assert note(4).startswith("You counted 4 sheets, but 3 went in.")
    rows = station.journal.db.execute("SELECT counted, sheets, images, outcome FROM feed JOIN feed_end ON feed = id")
    assert [tuple(row) for row in rows] == [(3, 3, 3, "ended"), (4, 3, 3, "ended")]


def test_pages_in_a_row_that_cannot_be_used_stop_the_feeder(station: Station) -> None:
    settings = station.folder / "station.toml"
    settings.write_text(settings.read_text().replace("stop_after_bad = 0", "stop_after_bad = 3"))
    profile(station.folder, '[options]\ntest-picture = "Solid black"\n')
    with open_station(station.folder, purpose="test") as opened:
        events = list(capture_scanner(opened, BOOK))
    assert 3 <= len(shown(events)) <= 6, "those under way are kept as well"
    assert [type(event) for event in events[-3:]] == [CaptureHalted, FeedReconciled, FeedEnded]


def test_the_glass_has_no_second_side(station: Station) -> None:
    profile(station.folder, "duplex = true\n")
    list(capture_scanner(station, BOOK, ScanRequest(pages=4)))
    reject(station, BOOK, ["4"], reason="blurred", rescan=True)
    laid: list[str] = []
    events = list(
        capture_scanner(
            station, BOOK, ScanRequest(source="Flatbed", pages=1), ready=lambda page: not laid.append(str(page))
        )
    )
    assert (laid, shown(events)) == (["4"], ["4"])


@pytest.mark.parametrize(
    ("limits", "told"),
    [("min_dpi = 300\ncolour = false", "requires 300 dpi"), ("min_dpi = 50\ncolour = true", "requires colour")],
)
def test_scans_that_the_convention_would_refuse_are_refused_before_the_first_sheet(
    station: Station, limits: str, told: str
) -> None:
    convention = CONVENTION.partition("min_dpi")[0] + limits
    (station.folder / "conventions" / "small.toml").write_text(convention)
    with pytest.raises(UsageError, match=told) as refused:
        list(capture_scanner(station, BOOK))
    assert str(station.folder / "scanners" / "own.toml") in str(refused.value.remedy)
    assert station.journal.db.execute("SELECT count(*) FROM sheet").fetchone()[0] == 0
