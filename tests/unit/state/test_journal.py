import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from scanpipe.errors import BookExists, BookUnknown, StateError, UsageError
from scanpipe.model import Book, BookId, IndexRow, Page, PageSetRule, Part, Place
from scanpipe.state import views
from scanpipe.state.journal import Journal

KS = BookId(unit_code="14758", unit_list="2010", kind="KS", year=2010, volume=1)
PAGE_1 = Page(part=Part.BODY, number=1)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite", write=True, create=True)


def capture(journal: Journal, book: int, page: Page | None, *, sheet: int | None = None, origin: str = "a") -> int:
    size = {"digest": "d", "width": 1, "height": 1, "dpi": 300.0}
    facts = {"side": "front", "device": "test", "origin": origin, "flags": "[]", "checks": "{}"}
    places = [Place(page=page)] if page else []
    return journal.add_capture(book, places, sheet=sheet, operator="lan", **size, **facts)


def test_a_book_comes_back_as_it_was_stated(journal: Journal) -> None:
    rows = (IndexRow(number="12a", first=1, last=2),)
    book = Book(id=KS, unit_name="Phường Đông Thọ", pages=100, rule=PageSetRule(kind="index", rows=rows))
    journal.add_book(book, person="lan")
    assert [row.book for row in views.books(journal)] == [book]


def test_the_newest_statement_counts_and_the_old_one_stays(journal: Journal) -> None:
    row = journal.add_book(Book(id=KS, pages=100), person="lan")
    journal.state_terms(row, Book(id=KS, pages=102), person="minh")
    assert views.find_book(journal, "KS.2010.01").book.pages == 102
    assert journal.db.execute("SELECT count(*) FROM statement").fetchone()[0] == 2


def test_a_book_is_opened_once(journal: Journal) -> None:
    journal.add_book(Book(id=KS), person="lan")
    with pytest.raises(BookExists, match=r"14758/KS\.2010\.01"):
        journal.add_book(Book(id=KS), person="lan")


def test_a_short_name_that_fits_two_units_is_refused_with_both(journal: Journal) -> None:
    journal.add_book(Book(id=KS), person="lan")
    journal.add_book(Book(id=replace(KS, unit_list="2025-07-01")), person="lan")
    journal.add_book(Book(id=replace(KS, unit_code="14755")), person="lan")
    with pytest.raises(UsageError, match=r"14758@2010/KS.*14758@2025-07-01/KS"):
        views.find_book(journal, "14758/KS.2010.01")
    assert views.find_book(journal, "14755/ks.2010.01").book.id.unit_code == "14755"
    assert views.find_book(journal, "14758@2010/KS.2010.01").book.id == KS


def test_an_unknown_book_is_refused_by_name(journal: Journal) -> None:
    with pytest.raises(BookUnknown, match=r"KH\.1999\.01"):
        views.find_book(journal, "KH.1999.01")


@pytest.mark.parametrize("change", ["UPDATE book SET year = 1", "DELETE FROM book"])
def test_nothing_in_the_journal_can_be_changed(journal: Journal, change: str) -> None:
    journal.add_book(Book(id=KS), person="lan")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        journal.db.execute(change)


def test_a_sheet_is_suspect_until_its_fate_is_known(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    lost = journal.open_sheet(book, PAGE_1, source="test:0", operator="lan")
    empty = journal.open_sheet(book, PAGE_1, source="test:0", operator="lan")
    journal.end_sheet(empty, "empty")
    assert [sheet.row for sheet in views.suspects(journal, book)] == [lost]
    again = journal.open_sheet(book, PAGE_1, source="test:0", operator="lan")
    capture(journal, book, PAGE_1, sheet=again)
    assert views.suspects(journal, book) == ()


def test_the_newest_capture_of_a_page_counts_and_the_old_one_stays(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    capture(journal, book, PAGE_1, origin="first")
    capture(journal, book, PAGE_1, origin="second")
    assert [facts.origin for facts in views.page_facts(journal, book)] == ["second"]
    assert views.origins(journal, book) == {"first", "second"}


def test_a_page_sent_back_to_the_scanner_is_free_until_its_next_capture(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    capture(journal, book, PAGE_1)
    placement = views.page_facts(journal, book)[0].placement
    row = {"placement": placement, "version": None, "decision": "rescan", "reason": "blurred"}
    journal.add_facts("verdict", [{**row, "recipe": None, "person": "minh", "ticket": ""}])
    assert views.page_facts(journal, book) == ()
    capture(journal, book, PAGE_1, origin="again")
    assert [facts.origin for facts in views.page_facts(journal, book)] == ["again"]


def test_a_capture_without_a_place_is_unassigned(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    capture(journal, book, None, origin="extra.tif")
    assert views.unassigned(journal, book) == ("extra.tif",)


def test_facts_of_a_failed_transaction_leave_no_trace(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    with pytest.raises(sqlite3.IntegrityError), journal.transaction():
        journal.append("sheet", book=book, page="1", source="x", operator="lan")
        journal.append("sheet", book=999, page="1", source="x", operator="lan")
    assert views.suspects(journal) == ()


def test_a_reader_cannot_write(journal: Journal) -> None:
    reader = Journal(journal.path, write=False)
    with pytest.raises(StateError, match="readonly"):
        reader.add_book(Book(id=KS), person="lan")


def test_a_journal_of_a_newer_scanpipe_is_refused(journal: Journal) -> None:
    journal.db.execute("INSERT INTO migration (version, at) VALUES (99, '')")
    journal.close()
    with pytest.raises(StateError, match="newer"):
        Journal(journal.path, write=True)


def test_opening_again_migrates_nothing(journal: Journal) -> None:
    journal.add_book(Book(id=KS), person="lan")
    journal.close()
    assert len(views.books(Journal(journal.path, write=True))) == 1


@pytest.mark.parametrize("content", [b"", b"no database" * 500])
def test_a_lost_or_damaged_journal_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(content)
    for write in (True, False):
        with pytest.raises(StateError, match=r"journal\.sqlite"):
            Journal(path, write=write)
    assert path.read_bytes() == content


def test_a_page_is_awaited_after_a_refused_file_a_failed_sheet_and_a_rescan(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    pages = [Page(part=Part.BODY, number=number) for number in (1, 2, 3)]
    capture(journal, book, pages[0], origin="one")
    row = {"version": None, "decision": "rescan", "reason": "blurred", "recipe": None, "person": "minh", "ticket": ""}
    journal.add_facts("verdict", [{**row, "placement": views.page_facts(journal, book)[0].placement}])
    journal.refuse_file(book, pages[1], source="two.png", reason="two.png: torn", operator="lan")
    journal.end_sheet(journal.open_sheet(book, pages[2], source="test:0", operator="lan"), "failed", "paper jam")
    journal.end_sheet(journal.open_sheet(book, pages[2], source="test:0", operator="lan"), "empty")
    found = [(awaited.page.label, awaited.outcome) for awaited in views.awaited_pages(journal, book)]
    assert found == [("1", "rescan"), ("2", "refused"), ("3", "failed")]
    assert "one" not in views.origins(journal, book)
    for page in pages:
        capture(journal, book, page, origin=f"again {page}")
    assert views.awaited_pages(journal, book) == ()
