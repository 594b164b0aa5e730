"""What was delivered is changed only for a ticket that was recorded; without one nothing at all is written."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import scanpipe.flows
from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.cases import merge_case, renumber_case, split_case
from scanpipe.flows.book.page_edits import insert_pages, move_page
from scanpipe.flows.book.reorder import ChangeReason, amend, shift
from scanpipe.flows.book.statements import (
    close_book,
    drop_pictures,
    state_pages,
    take_back_pictures,
    withdraw_statements,
)
from scanpipe.flows.book.tickets import add_ticket, tickets_of
from scanpipe.flows.book.undo import redo_last, undo_last, undo_verdict
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.capture.replace_file import replace_from_file
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.outside import import_rejections
from scanpipe.flows.review.judge_seen import Said, judge
from scanpipe.flows.station import Station
from scanpipe.state.asked import done_for, sent_back_for
from scanpipe.state.tickets import used_tickets
from tests.small_books import (
    BOOK,
    capture_pages,
    for_ticket,
    read_pages,
    record_tickets,
    small_book,
    state_delivered,
    statuses,
    write_scans,
)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a delivered book of three accepted pages, a picture that was dropped, and a statement."""
    with small_book(tmp_path, pages=4) as station:
        capture_pages(station, tmp_path / "scans", 4)
        read_pages(station)
        state_pages(station, BOOK, ["2"], "damaged", note="")
        drop_pictures(station, BOOK, ["4"])
        accept(station, BOOK, [])
        state_delivered(station)
        yield station


def judged(station: Station) -> object:
    state = book_facts(station, BOOK).processed[0]
    said = Said(page="1", capture=state.facts.capture, version=state.version.row, decision="reject", reason="faded")
    return judge(station, book_facts(station, BOOK).row, said)


def imported(station: Station) -> object:
    listed = station.folder / "listed.csv"
    listed.write_text("tên tệp;lý do\nKS.2010.01.001.pdf;mờ\n", encoding="utf-8")
    return import_rejections(station, BOOK, listed)


def captured(station: Station) -> object:
    return list(capture_folder(station, BOOK, write_scans(station.folder / "more", "new.png")))


CHANGES: dict[str, Callable[[Station], object]] = {
    "reject": lambda s: reject(s, BOOK, ["1"], reason="faded"),
    "redo": lambda s: reject(s, BOOK, ["1"], reason="faded", redo="faded"),
    "rescan": lambda s: reject(s, BOOK, ["1"], reason="blurred", rescan=True),
    "review": judged,
    "returned list": imported,
    "insert": lambda s: insert_pages(s, BOOK, "2"),
    "move": lambda s: move_page(s, BOOK, "3", "1"),
    "shift": lambda s: shift(s, BOOK, "2", by=1),
    "amend": lambda s: amend(s, BOOK, BookDetails(pages=9)),
    "missing": lambda s: state_pages(s, BOOK, ["4"], "missing", note=""),
    "damaged": lambda s: state_pages(s, BOOK, ["3"], "damaged", note=""),
    "take back": lambda s: withdraw_statements(s, BOOK, ["2"], "damaged"),
    "drop": lambda s: drop_pictures(s, BOOK, ["1"]),
    "restore": lambda s: take_back_pictures(s, BOOK, ["4"]),
    "split": lambda s: split_case(s, BOOK, "2", "1a"),
    "merge": lambda s: merge_case(s, BOOK, "1", "2"),
    "renumber": lambda s: renumber_case(s, BOOK, "1", "7"),
    "close": lambda s: close_book(s, BOOK, reason="mistyped"),
    "files": captured,
    "replace": lambda s: replace_from_file(s, BOOK, "1", write_scans(s.folder / "new", "a.png") / "a.png"),
    "scan": lambda s: list(capture_scanner(s, BOOK, ScanRequest(device="test:0"))),
    "undo": lambda s: undo_last(s, BOOK),
    "undo verdict": lambda s: undo_verdict(s, BOOK),
}


def written(station: Station) -> list[int]:
    tables = (
        "edit",
        "verdict",
        "placement",
        "statement",
        "page_statement",
        "set_aside",
        "sheet",
        "feed",
        "book_closing",
    )
    return [station.journal.newest(table) for table in tables]


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_of_a_delivered_book_is_made_without_a_ticket(station: Station, change: str) -> None:
    before = written(station)
    with pytest.raises(UsageError, match=r"was delivered \(revision 1\)") as refused:
        CHANGES[change](station)
    assert "scanpipe ticket add" in str(refused.value)
    with pytest.raises(UsageError, match="has no ticket CV 99"):
        CHANGES[change](replace(station, ticket="CV 99"))
    assert written(station) == before


@pytest.mark.parametrize("change", [change for change in CHANGES if change not in ("scan", "close")])
def test_each_is_made_for_a_recorded_ticket_and_names_it(station: Station, change: str) -> None:
    (last,) = book_facts(station, BOOK).deliveries
    undoing = change.startswith("undo")
    CHANGES[change](for_ticket(station, "CV 17"))
    assert used_tickets(station.journal, 1, since=last) == (() if undoing else ("CV 17",))
    row = station.journal.db.execute("SELECT ticket FROM edit ORDER BY id DESC LIMIT 1").fetchone()
    assert row["ticket"] == "CV 17"


def test_a_ticket_is_found_however_it_is_written_and_recorded_once(station: Station) -> None:
    add_ticket(station, BOOK, number=" CV  17/STP ", dated=date(2026, 3, 5), approved_by=" Bình ", note="by phone")
    (found,) = tickets_of(station, BOOK)
    assert (found.number, found.approved_by, found.note, found.dated.year) == ("CV 17/STP", "Bình", "by phone", 2026)
    reject(station, BOOK, ["1"], reason="faded", ticket="cv 17/stp")
    assert [asked.page.label for asked in sent_back_for(station.journal, 1, "CV 17/STP")] == ["1"]
    with pytest.raises(UsageError, match="already has the ticket"):
        record_tickets(station, "cv 17/STP")
    with pytest.raises(UsageError, match="needs a number"):
        record_tickets(station, "  ")


def test_a_page_that_was_sent_back_for_a_ticket_is_captured_again_for_the_same(
    station: Station, tmp_path: Path
) -> None:
    reject(for_ticket(station, "CV 17"), BOOK, ["2"], reason="blurred", rescan=True)
    list(capture_folder(station, BOOK, write_scans(tmp_path / "again", "x.png", shade=90)))
    assert statuses(station)["2"] == "unprocessed"
    placed = station.journal.db.execute("SELECT page, ticket FROM placement ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(placed) == ("2", "CV 17")
    with pytest.raises(UsageError, match="was delivered"):
        captured(station)


def test_what_was_done_since_the_delivery_is_undone_without_a_ticket_and_then_counts_for_none(station: Station) -> None:
    (last,) = book_facts(station, BOOK).deliveries
    corrected = for_ticket(station, "CV 17")
    reject(corrected, BOOK, ["1"], reason="faded")
    insert_pages(corrected, BOOK, "2", why=ChangeReason(reason="left out"))
    assert [(done.action, done.reason) for done in done_for(station.journal, 1, "CV 17")] == [("insert", "left out")]
    for _turn in range(2):
        undo_last(station, BOOK)
    assert used_tickets(station.journal, 1, since=last) == ()
    with pytest.raises(UsageError, match="was delivered"):
        undo_last(station, BOOK)
    redo_last(station, BOOK)
    assert used_tickets(station.journal, 1, since=last) == ("CV 17",)


def test_pages_are_accepted_without_one_and_before_the_first_delivery_any_text_will_do(
    station: Station, tmp_path: Path
) -> None:
    reject(for_ticket(station, "CV 17"), BOOK, ["1"], reason="faded")
    accept(station, BOOK, ["1"])
    assert statuses(station)["1"] == "accepted"
    with small_book(tmp_path / "other") as fresh:
        capture_pages(fresh, tmp_path / "scans", 1)
        reject(fresh, BOOK, ["1"], reason="faded", ticket="a telephone call")


def test_what_changes_a_book_goes_through_the_gate() -> None:
    """Accepting is no change; verdicts of the review site are those of the shell; the rest goes through `editing`."""
    flows = Path(scanpipe.flows.__file__).parent
    past = {str(path.relative_to(flows)) for path in flows.rglob("*.py") if "journal.edit(" in path.read_text("utf-8")}
    assert past == {"book/tickets.py", "process/verdicts.py", "review/judge_seen.py"}
