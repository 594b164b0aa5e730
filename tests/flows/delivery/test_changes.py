"""What the report of a re-issued book says of pages that moved."""

from pathlib import Path

from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.cases import renumber_case
from scanpipe.flows.book.reorder import ChangeReason, shift
from scanpipe.flows.capture.replace_file import replace_from_file
from scanpipe.flows.delivery.adoption import record_delivery
from scanpipe.flows.delivery.changes import revision_changes
from scanpipe.flows.delivery.reissue import keep_accompanying_files
from scanpipe.flows.station import Station
from scanpipe.package.reports.manifest import MANIFEST_NAME
from scanpipe.state import since, views
from tests.small_books import (
    BOOK,
    capture_pages,
    for_ticket,
    next_revision,
    record_tickets,
    small_book,
    write_scans,
)
from tests.small_books import (
    state_delivered as delivered,
)


def changed_lines(station: Station, what: str) -> list[str]:
    changes = revision_changes(station, next_revision(station))
    assert changes
    return [str(each).partition(" (")[0] for each in changes.amended if each.what == what]


def moved_lines(station: Station) -> list[str]:
    """Return the lines of the report of the next revision that tell of moved pages."""
    changes = revision_changes(station, next_revision(station))
    assert changes
    return [str(each) for each in changes.amended if each.what == "place"]


def test_runs_of_pages_that_moved_together_are_one_line_each(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        capture_pages(station, tmp_path / "scans", 6)
        shift(station, BOOK, "6", by=1, why=ChangeReason(reason="before it was delivered"))
        delivered(station)
        assert moved_lines(station) == []
        record_tickets(station, "CV 17", "CV 18")
        shift(station, BOOK, "2", by=2, why=ChangeReason(ticket="CV 18"))
        shift(station, BOOK, "6", by=1, why=ChangeReason(reason="left out", ticket="CV 17"))
        assert moved_lines(station) == [
            f"pages: 2-3 → 4-5 ({station.person}, CV 18)",
            f"pages: 4-5, 7 → 7-8, 10 ({station.person}, CV 17, left out)",
        ]
        delivered(station)
        assert moved_lines(station) == []


def test_a_rule_that_changed_is_told_in_words_with_the_cases_that_are_others(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3, cases=3) as station:
        capture_pages(station, tmp_path / "scans", 3)
        delivered(station)
        station = for_ticket(station)
        renumber_case(station, BOOK, "2", "2a")
        assert changed_lines(station, "rule") == ["rule for cases: 1 page for each case → first pages of 3 cases"]
        delivered(station)
        renumber_case(station, BOOK, "3", "4")
        assert changed_lines(station, "rule") == [
            "rule for cases: first pages of 3 cases: case 3/2010 from page 3"
            " → first pages of 3 cases: case 4/2010 from page 3"
        ]


def test_a_page_that_was_replaced_is_told_with_its_reason(tmp_path: Path) -> None:
    files = write_scans(tmp_path / "new", "a.png", "b.png")
    with small_book(tmp_path) as station:
        capture_pages(station, tmp_path / "scans", 2)
        delivered(station)
        record_tickets(station, "CV 17", "CV 18")
        replace_from_file(station, BOOK, "2", files / "a.png", why=ChangeReason(reason="a finger", ticket="CV 17"))
        replace_from_file(station, BOOK, "1", files / "b.png", why=ChangeReason(ticket="CV 18"))
        (last,) = views.deliveries(station.journal, 1)
        told = since.replacements(station.journal, 1, since=last)
    assert {page: (said.reason, said.ticket) for page, said in told.items()} == {
        "1": ("", "CV 18"),
        "2": ("a finger", "CV 17"),
    }


def test_a_page_that_moved_there_and_back_is_no_change(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        capture_pages(station, tmp_path / "scans", 2)
        delivered(station)
        station = for_ticket(station)
        shift(station, BOOK, "2", by=3)
        assert [line.partition(" (")[0] for line in moved_lines(station)] == ["pages: 2 → 5"]
        shift(station, BOOK, "5", by=-3)
        assert moved_lines(station) == []


def test_a_row_that_is_written_after_a_crash_knows_what_its_revision_had_read(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        capture_pages(station, tmp_path / "scans", 2)
        folder = station.out / "r1"
        folder.mkdir()
        (folder / MANIFEST_NAME).write_text("{}")
        revision = next_revision(station)
        keep_accompanying_files(station, revision, folder)
        shift(station, BOOK, "2", by=1)  # between the crash and the next delivery
        record_delivery(station, book_facts(station, BOOK), folder, 1, {}, "")
        assert views.deliveries(station.journal, revision.facts.row)[0].read == revision.facts.newest
        assert [line.partition(" (")[0] for line in moved_lines(station)] == ["pages: 2 → 3"]
