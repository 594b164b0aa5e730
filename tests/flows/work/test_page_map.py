"""The map of a book has a cell for each page, which says what stands there."""

from pathlib import Path

from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.work.page_map import Cell, next_free, page_map
from scanpipe.model import Page
from tests.small_books import BOOK, capture_pages, small_book


def test_every_page_stands_on_the_map_as_it_is(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=7, front=1) as station:
        capture_pages(station, tmp_path / "scans", 4)
        reject(station, BOOK, ["2"], reason="blurred", rescan=True, note="no name")
        state_pages(station, BOOK, ["5"], "missing", note="")
        station.journal.open_sheet(1, Page.parse("6"), source="test:0", operator="a")
        jammed = station.journal.open_sheet(1, Page.parse("7"), source="test:0", operator="a")
        station.journal.end_sheet(jammed, "failed")
        cells = page_map(book_facts(station, BOOK))
    shown = {each.page.label: each.cell for each in cells}
    assert set(shown) == {"F1", "1", "2", "3", "4", "5", "6", "7"}
    assert [shown[page] for page in ("2", "4", "5")] == [Cell.SENT_BACK, Cell.EMPTY, Cell.ABSENT]
    assert [shown[page] for page in ("6", "7")] == [Cell.LOST, Cell.LOST], "the sheet of a jam lies in the hand, too"
    assert [(each.page.label, str(each.why)) for each in cells if each.why] == [("2", "blurred: no name")]
    assert shown["F1"] in (Cell.CAPTURED, Cell.WARNED)
    assert [each.page.label for each in cells if each.free] == ["2", "4", "6", "7"]
    following = next_free(cells)
    assert following and following.page.label == "6", "a lost sheet goes in first"


def test_a_page_knows_its_cases_and_its_warnings(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2, rule="cases:2") as station:
        capture_pages(station, tmp_path / "scans", 1)
        first, second = page_map(book_facts(station, BOOK))
    assert first.cases == ("1/2010", "2/2010")
    assert bool(first.flags) == (first.cell is Cell.WARNED)
    assert second.cell is Cell.EMPTY
