import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from scanpipe.errors import BookExists, BookUnknown, StateError, UsageError
from scanpipe.model import Book, BookId, IndexRow, Page, PageSetRule, Part, Placement
from scanpipe.state import stated, views
from scanpipe.state.books import find_book, find_closed_book, open_books
from scanpipe.state.finishes import finish, finish_book
from scanpipe.state.journal import Journal
from scanpipe.state.page_facts import page_facts
from scanpipe.state.schema import MIGRATIONS

KS = BookId(unit_code="14758", unit_list="2010", kind="KS", year=2010, volume=1)
PAGE_1 = Page(part=Part.BODY, number=1)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite", write=True, create=True)


def capture(journal: Journal, book: int, page: Page | None, *, sheet: int | None = None, file: str = "a") -> int:
    size = {"digest": "d", "width": 1, "height": 1, "dpi": 300.0}
    facts = {"side": "front", "device": "folder", "file_digest": f"sha of {file}", "flags": "[]", "checks": "{}"}
    places = [Placement(page=page)] if page else []
    return journal.add_capture(book, places, sheet=sheet, file=(file, None), operator="lan", **size, **facts)


def names_of_imported(journal: Journal, book: int) -> set[str]:
    return {str(page) for page, _digest in views.imported_files(journal, book)}


def test_a_book_comes_back_as_it_was_stated(journal: Journal) -> None:
    rows = (IndexRow(number="12a", first=1, last=2),)
    book = Book(id=KS, unit_name="Phường Đông Thọ", pages=100, rule=PageSetRule(kind="index", rows=rows))
    journal.add_book(book, person="lan")
    assert [row.book for row in open_books(journal)] == [book]


def test_the_newest_statement_counts_and_the_old_one_stays(journal: Journal) -> None:
    row = journal.add_book(Book(id=KS, pages=100), person="lan")
    journal.state_terms(row, Book(id=KS, pages=102), person="minh")
    assert find_book(journal, "KS.2010.01").book.pages == 102
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
        find_book(journal, "14758/KS.2010.01")
    assert find_book(journal, "14755/ks.2010.01").book.id.unit_code == "14755"
    assert find_book(journal, "14758@2010/KS.2010.01").book.id == KS


def test_an_unknown_book_is_refused_by_name(journal: Journal) -> None:
    with pytest.raises(BookUnknown, match=r"KH\.1999\.01"):
        find_book(journal, "KH.1999.01")


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
    assert [sheet.row for sheet in views.unresolved_sheets(journal, book)] == [lost]
    again = journal.open_sheet(book, PAGE_1, source="test:0", operator="lan")
    capture(journal, book, PAGE_1, sheet=again)
    assert views.unresolved_sheets(journal, book) == ()


def test_the_newest_capture_of_a_page_counts_and_the_old_one_stays(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    capture(journal, book, PAGE_1, file="first")
    capture(journal, book, PAGE_1, file="second")
    assert [str(facts.file) for facts in page_facts(journal, book)] == ["second"]
    assert names_of_imported(journal, book) == {"first", "second"}


def test_a_page_sent_back_to_the_scanner_is_free_until_its_next_capture(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    capture(journal, book, PAGE_1)
    placement = page_facts(journal, book)[0].placement
    row = {"placement": placement, "version": None, "decision": "rescan", "reason": "blurred"}
    journal.add_facts("verdict", [{**row, "recipe": None, "person": "minh", "ticket": ""}])
    assert page_facts(journal, book) == ()
    capture(journal, book, PAGE_1, file="again")
    assert [str(facts.file) for facts in page_facts(journal, book)] == ["again"]


def test_a_capture_without_a_place_is_unassigned(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    capture(journal, book, None, file="extra.tif")
    assert [picture.name for picture in stated.unassigned(journal, book)] == ["extra.tif"]


def test_facts_of_a_failed_transaction_leave_no_trace(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    with pytest.raises(sqlite3.IntegrityError), journal.transaction():
        journal.append("sheet", book=book, page="1", source="x", operator="lan")
        journal.append("sheet", book=999, page="1", source="x", operator="lan")
    assert views.unresolved_sheets(journal) == ()


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
    assert len(open_books(Journal(journal.path, write=True))) == 1


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
    capture(journal, book, pages[0], file="one")
    row = {"version": None, "decision": "rescan", "reason": "blurred", "recipe": None, "person": "minh", "ticket": ""}
    journal.add_facts("verdict", [{**row, "placement": page_facts(journal, book)[0].placement}])
    journal.refuse_file(book, pages[1], file=("two.png", None), reason="two.png: torn", operator="lan")
    journal.end_sheet(journal.open_sheet(book, pages[2], source="test:0", operator="lan"), "failed", "paper jam")
    journal.end_sheet(journal.open_sheet(book, pages[2], source="test:0", operator="lan"), "empty")
    found = [(awaited.page.label, awaited.outcome) for awaited in views.awaited_pages(journal, book)]
    assert found == [("1", "rescan"), ("2", "refused"), ("3", "failed")]
    assert "one" not in names_of_imported(journal, book)
    for page in pages:
        capture(journal, book, page, file=f"again {page}")
    assert views.awaited_pages(journal, book) == ()


def old_journal(path: Path, version: int) -> Path:
    """Make the journal that a station had before the newer migrations, with a book, a page and an unplaced picture."""
    db = sqlite3.connect(path)
    db.executescript("CREATE TABLE migration (version INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT;")
    for number, script in enumerate(MIGRATIONS[:version], 1):
        db.executescript(script)
        db.execute("INSERT INTO migration VALUES (?, '')", (number,))
    db.execute("INSERT INTO book VALUES (1, '14758', '2010', 'KS', 2010, 1, '')")
    db.execute("INSERT INTO statement (id, book, terms, person, at) VALUES (1, 1, '{}', 'lan', '')")
    for row, page in ((1, "1"), (2, None)):
        names = "id, book, page, source, operator, at"
        db.execute(f"INSERT INTO sheet ({names}) VALUES (?, 1, ?, 'test:0', 'lan', '')", (row, page))
        db.execute("INSERT INTO sheet_end VALUES (?, 'captured', '', '')", (row,))
        db.execute("INSERT INTO capture VALUES (?, ?, 'single', 'd', 1, 1, 300, 'x', 'o', '[]', '{}', '')", (row, row))
    names = "id, book, page, capture, region, person, at"
    db.execute(f"INSERT INTO placement ({names}) VALUES (1, 1, '1', 1, '', 'lan', '')")
    verdict = (1, 1, None, "reject", "faded", None, "minh", "CV 17", "")
    names = "id, placement, version, decision, reason, recipe, person, ticket, at"
    db.execute(f"INSERT INTO verdict ({names}) VALUES ({', '.join('?' * len(verdict))})", verdict)
    db.commit()
    db.close()
    return path


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("write", [True, False])
def test_an_older_stations_journal_is_read_with_all_its_facts(tmp_path: Path, *, version: int, write: bool) -> None:
    path = old_journal(tmp_path / "journal.sqlite", version)
    journal = Journal(path, write=write)
    assert [row.book.id for row in open_books(journal)] == [replace(KS, unit_list="2010")]
    facts = page_facts(journal, 1)
    assert [(f.page.label, f.verdict and f.verdict.ticket) for f in facts] == [("1", "CV 17")]
    assert ([p.capture for p in stated.unassigned(journal, 1)], stated.page_statements(journal, 1)) == ([2], ())
    assert [f.ever_sent_back for f in facts] == [True]
    assert finish(journal, 1) is None
    assert journal.db.execute("SELECT login, reason, ticket FROM placement").fetchall()[0][:] == ("", "", "")
    if not write:  # a reader leaves the file as it was
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            journal.db.execute("INSERT INTO migration VALUES (99, '')")
        assert sqlite3.connect(path).execute("SELECT max(version) FROM migration").fetchone() == (version,)


NEW_FACTS = {
    "set_aside": "UPDATE set_aside SET note = 'x'",
    "page_statement": "DELETE FROM page_statement",
    "book_closing": "UPDATE book_closing SET decision = 'reopened'",
    "book_finish": "DELETE FROM book_finish",
}


@pytest.mark.parametrize("change", NEW_FACTS.values(), ids=NEW_FACTS)
def test_what_people_state_can_be_taken_back_but_not_changed(journal: Journal, change: str) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    surplus = capture(journal, book, None)
    with journal.transaction():
        journal.set_aside(surplus, reason="surplus", person="lan")
    journal.state_pages(book, [PAGE_1], "missing", note="torn out", person="lan")
    finish_book(journal, book, lacking="", person="lan")
    journal.close_book(book, reason="wrong year", person="lan")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        journal.db.execute(change)


def test_a_capture_set_aside_needs_no_page_until_that_is_taken_back(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    size = {"digest": "d", "width": 1, "height": 1, "dpi": 300.0, "flags": "[]", "checks": "{}"}
    facts = {"side": "back", "device": "test", **size}
    journal.add_capture(book, [], sheet=None, operator="lan", set_aside="other_side", **facts)
    surplus = capture(journal, book, None, file="extra")
    assert [picture.name for picture in stated.unassigned(journal, book)] == ["extra"]
    with journal.transaction():
        journal.set_aside(surplus, reason="surplus", note="a bookmark", person="lan")
    assert stated.unassigned(journal, book) == ()
    with journal.transaction():
        journal.set_aside(surplus, reason="taken_back", person="lan")
    assert [picture.name for picture in stated.unassigned(journal, book)] == ["extra"]


def test_the_newest_statement_about_a_page_counts_until_it_is_withdrawn(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    journal.state_pages(book, [PAGE_1], "damaged", note="", person="lan")
    journal.state_pages(book, [PAGE_1], "missing", note="torn out", person="minh", ticket="CV 17")
    found = stated.page_statements(journal, book)
    assert [(s.page, s.state, s.note, s.person, s.ticket) for s in found] == [
        (PAGE_1, "missing", "torn out", "minh", "CV 17")
    ]
    journal.state_pages(book, [PAGE_1], "withdrawn", note="", person="lan")
    assert stated.page_statements(journal, book) == ()


def test_a_closed_book_is_in_no_list_and_may_be_opened_again(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    journal.open_sheet(book, PAGE_1, source="test:0", operator="lan")
    journal.close_book(book, reason="year mistyped", person="minh")
    assert (open_books(journal), views.unresolved_sheets(journal)) == ((), ())
    for refused in (
        lambda: find_book(journal, "KS.2010.01"),
        lambda: journal.add_book(Book(id=KS), person="lan"),
    ):
        with pytest.raises((BookUnknown, BookExists), match=r"closed.*year mistyped"):
            refused()
    assert find_closed_book(journal, "KS.2010.01").row == book
    journal.reopen_book(book, reason="it was right", person="minh")
    assert find_book(journal, "KS.2010.01").row == book


def test_an_open_book_has_the_short_name_of_a_closed_one(journal: Journal) -> None:
    wrong = journal.add_book(Book(id=KS), person="lan")
    journal.close_book(wrong, reason="another commune", person="lan")
    right = journal.add_book(Book(id=replace(KS, unit_code="14755")), person="lan")
    assert find_book(journal, "KS.2010.01").row == right


def say(journal: Journal, book: int, decision: str, *, reason: str = "blurred", page: str = "1") -> None:
    facts = next(facts for facts in page_facts(journal, book) if facts.page.label == page)
    row = {"version": None, "decision": decision, "reason": reason, "recipe": None, "person": "minh", "ticket": ""}
    journal.add_facts("verdict", [{**row, "placement": facts.placement}])


def sent_back(journal: Journal, book: int) -> set[tuple[int, str]]:
    return {(f.capture, f.region) for f in page_facts(journal, book) if f.ever_sent_back}


def test_what_was_sent_back_is_known_over_redos_rescans_and_other_places(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    first, untouched = capture(journal, book, PAGE_1), capture(journal, book, Page(part=Part.BODY, number=2))
    assert sent_back(journal, book) == set()
    say(journal, book, "redo")
    say(journal, book, "accept", reason="policy")
    assert sent_back(journal, book) == {(first, "")}
    say(journal, book, "rescan")
    second = capture(journal, book, PAGE_1)
    journal.place_captures(book, [(second, Placement(page=Page(part=Part.BODY, number=3)))], release=[], person="lan")
    say(journal, book, "rescan", page="3")
    third = capture(journal, book, Page(part=Part.BODY, number=3))
    assert sent_back(journal, book) == {(second, ""), (third, "")}
    assert (untouched, "") not in sent_back(journal, book)


def test_a_page_that_only_moved_was_not_sent_back(journal: Journal) -> None:
    book = journal.add_book(Book(id=KS), person="lan")
    moved = capture(journal, book, PAGE_1)
    placement = page_facts(journal, book)[0].placement
    second = Page(part=Part.BODY, number=2)
    journal.place_captures(
        book, [(moved, Placement(page=second))], release=[placement], person="lan", reason="left out", ticket="CV 17"
    )
    capture(journal, book, PAGE_1)
    assert sent_back(journal, book) == set()
    row = journal.db.execute("SELECT reason, ticket FROM placement WHERE page = '2'").fetchone()
    assert tuple(row) == ("left out", "CV 17")
