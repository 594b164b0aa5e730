"""Finishing a book is a fact of the journal: told where pages are missing, undone like anything else."""

from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.page_edits import insert_pages
from scanpipe.flows.book.statements import drop_pictures, state_pages
from scanpipe.flows.book.undo import redo_last, undo_last
from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.station import Station
from scanpipe.flows.work.finish import finish_book
from scanpipe.flows.work.worklist import Due, worklist
from tests.small_books import BOOK, capture_pages, small_book


def finished(station: Station) -> str | None:
    found = book_facts(station, BOOK).finished
    return str(found.lacking) if found else None


def due(station: Station) -> tuple[Due, str]:
    (item,) = worklist(station)
    return item.due, str(item.text)


def test_a_book_that_lacks_pages_is_finished_only_when_a_person_says_so(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 2)
        with pytest.raises(UsageError, match="Not scanned yet: page 3"):
            finish_book(station, BOOK)
        assert (finished(station), due(station)[0]) == (None, Due.UNFINISHED)
        finish_book(station, BOOK, incomplete=True)
        assert finished(station) == "Not scanned yet: page 3"
        assert due(station) == (Due.DONE, f"Finished by {station.person}")


def test_a_whole_book_is_finished_once_and_undo_and_redo_hold(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        capture_pages(station, tmp_path / "scans", 2)
        for _time in range(2):
            assert finish_book(station, BOOK).whole
        rows = station.journal.db.execute("SELECT decision, person FROM book_finish").fetchall()
        assert [tuple(row) for row in rows] == [("finished", station.person)]
        assert undo_last(station, BOOK).action == "finish"
        assert finished(station) is None
        redo_last(station, BOOK)
        assert finished(station) == ""


def test_what_is_done_to_its_pages_makes_a_book_unfinished_and_undo_finishes_it_again(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 2)
        finish_book(station, BOOK, incomplete=True)
        state_pages(station, BOOK, ["1"], "blank", note="")
        assert finished(station) is not None, "a statement about a page changes nothing of that"
        capture_pages(station, tmp_path / "more", 1)
        assert finished(station) is None
        undo_last(station, BOOK)
        assert finished(station) == "Not scanned yet: page 3"
        insert_pages(station, BOOK, "2")
        assert finished(station) is None
        undo_last(station, BOOK)
        drop_pictures(station, BOOK, ["2"], note="")
        assert (finished(station), due(station)[0]) == (None, Due.UNFINISHED)


def test_pages_that_are_sent_back_come_before_what_is_finished(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        capture_pages(station, tmp_path / "scans", 2)
        finish_book(station, BOOK)
        reject(station, BOOK, ["2"], reason="blurred", rescan=True)
        assert due(station)[0] is Due.SENT_BACK
