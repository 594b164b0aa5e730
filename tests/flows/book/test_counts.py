"""Books are counted once for each change of their facts, and never told as they were."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scanpipe.flows.book import counts
from scanpipe.flows.book.books import BookDetails, BookFacts, add_book, book_facts_of
from scanpipe.flows.book.counts import BookCounts, book_counts, book_memo
from scanpipe.flows.book.reorder import ChangeReason, amend
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.book.undo import undo_last
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import JOURNAL, Station, open_station
from scanpipe.state.books import BookRow, open_books
from tests.small_books import BOOK, capture_pages, drawing_samples, read_pages, small_book


def counted(station: Station) -> BookCounts:
    (found,) = book_counts(station, open_books(station.journal)).values()
    return found


def test_a_book_that_did_not_change_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 3)
        add_book(station, kind="KS", year=2010, volume=2, unit="14758", details=BookDetails())
        rows = open_books(station.journal)
        before = book_counts(station, rows)
        read: list[str] = []

        def watched(station: Station, row: BookRow) -> BookFacts:
            read.append(row.book.id.label)
            return book_facts_of(station, row)

        monkeypatch.setattr(counts, "book_facts_of", watched)
        assert (book_counts(station, rows), read) == (before, [])
        read_pages(station)
        accept(station, BOOK, ["1"])
        assert book_counts(station, rows)[rows[0].row].accepted == 1
        assert read == [BOOK]


def test_whatever_is_done_to_a_book_is_told_at_once(tmp_path: Path) -> None:
    """What is kept equals what is read afresh, after each step."""
    with small_book(tmp_path, pages=8) as station:
        drawing = drawing_samples(station, share=0.5)
        steps: tuple[Callable[[], object], ...] = (
            lambda: capture_pages(station, tmp_path / "scans", 6),
            lambda: read_pages(station),
            lambda: state_pages(station, BOOK, ["7", "8"], "missing", note=""),
            lambda: plan_lots(drawing, BOOK, seed="a"),
            lambda: accept(station, BOOK, ["1-2"]),
            lambda: reject(station, BOOK, ["3"], reason="blurred", rescan=True),
            lambda: reject(station, BOOK, ["4"], reason="stained"),
            lambda: reject(station, BOOK, ["5"], reason="faded", redo="faded"),
            lambda: amend(station, BOOK, BookDetails(pages=9), why=ChangeReason(reason="counted")),
            lambda: undo_last(station, BOOK),
        )
        for opened in (station, drawing):
            counted(opened)
        for step in steps:
            step()
            for opened in (station, drawing):
                kept = counted(opened)
                book_memo(opened).path.unlink()
                assert kept == counted(opened)


def test_an_older_journal_that_was_restored_is_read_anew(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        capture_pages(station, tmp_path / "scans", 2)
        read_pages(station)
        folder = station.folder
    older = (folder / JOURNAL).read_bytes()
    with open_station(folder, purpose="test") as station:
        accept(station, BOOK, ["1"])
        assert (counted(station).accepted, counted(station).waiting) == (1, 1)
    (folder / JOURNAL).write_bytes(older)
    with open_station(folder, purpose="test") as station:
        reject(station, BOOK, ["1"], reason="stained")
        assert (counted(station).accepted, counted(station).waiting) == (0, 1)


def test_a_file_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        before = counted(station)
        book_memo(station).path.write_bytes(b"no database at all" * 100)
        assert (counted(station), counted(station)) == (before, before)
        assert book_memo(station).path.read_bytes().startswith(b"SQLite")


def test_every_fact_of_a_book_counts_as_a_change_of_it(tmp_path: Path) -> None:
    """A table that is new takes part, or is named here as one that changes nothing of where pages stand."""
    aside = {"revision_file", "feed", "feed_end", "typed_merged", "freed_master", "book", "book_mark"}
    without_book = {"migration", "recipe", "document", "selftest", "backup", "backup_target"}
    without_book |= {"night", "night_end", "store_reading"}
    with small_book(tmp_path) as station:
        names = {
            row["name"] for row in station.journal.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        watched = station.journal.db.execute("SELECT tbl_name FROM sqlite_schema WHERE name LIKE '%_marks_book'")
        assert names - {row["tbl_name"] for row in watched} == aside | without_book
