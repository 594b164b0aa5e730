"""The worklist names what is due, in the order in which it is due, without reading the facts of every book."""

from pathlib import Path

from scanpipe.flows.book.books import BookDetails, add_book
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.locking import held_book
from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.station import Station
from scanpipe.flows.work.worklist import Due, WorkReader, worklist
from scanpipe.model import Page
from tests.small_books import BOOK, capture_pages, small_book

UNIT = "14758"


def open_book(station: Station, volume: int, **details: object) -> str:
    book = add_book(station, kind="KS", year=2010, volume=volume, unit=UNIT, details=BookDetails(**details))  # type: ignore[arg-type]
    return book.id.label


def lose_a_sheet(station: Station, row: int, page: str) -> None:
    station.journal.open_sheet(row, Page.parse(page), source="test:0", operator="a")


def test_lost_sheets_come_before_pages_sent_back_those_before_the_unfinished_and_new_ones_last(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=9) as station:
        capture_pages(station, tmp_path / "scans", 3)
        new, lost = open_book(station, 2, pages=4), open_book(station, 3, pages=4)
        lose_a_sheet(station, 3, "2")
        reject(station, BOOK, ["2"], reason="blurred", rescan=True)
        back = [(item.book.id.label, item.due) for item in worklist(station)]
    assert back == [(lost, Due.PUT_BACK), (BOOK, Due.SENT_BACK), (new, Due.NEW)]


def test_it_says_which_page_to_put_back_and_which_to_scan_again(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=9) as station:
        capture_pages(station, tmp_path / "scans", 3)
        open_book(station, 2, pages=40)
        lose_a_sheet(station, 2, "37")
        reject(station, BOOK, ["2-3"], reason="blurred", rescan=True)
        lost, back = worklist(station)
    assert "37" in str(lost.text)
    assert "2-3" in str(back.text)


def test_a_book_is_done_when_every_stated_page_is_there_or_stated_missing(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 2)
        (before,) = worklist(station)
        state_pages(station, BOOK, ["3"], "missing", note="")
        (after,) = worklist(station)
    assert (before.due, before.done, before.expected) == (Due.UNFINISHED, 2, 3)
    assert (after.due, after.done) == (Due.DONE, 3)


def test_a_sheet_that_is_in_the_scanner_at_this_moment_is_not_lost(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        with held_book(station, BOOK):
            lose_a_sheet(station, 1, "1")
            (busy,) = worklist(station)
        (left,) = worklist(station)
    assert (busy.due, left.due) == (Due.NEW, Due.PUT_BACK)
    assert "test" in str(busy.in_use)


def test_work_is_read_again_only_when_something_was_written(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        reader = WorkReader(station)
        first = reader.items()
        assert reader.items() is first
        open_book(station, 2)
        assert len(reader.items()) == 2
