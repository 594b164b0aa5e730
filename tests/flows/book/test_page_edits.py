"""Room for a page that was left out, and a page that was scanned out of order: one command each, nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.cases import split_case
from scanpipe.flows.book.page_edits import insert_pages, mark_pages, move_page
from scanpipe.flows.book.plan import due
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station
from tests.small_books import BOOK, capture_pages, read_pages, small_book, statuses


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of five pages; 1 to 4 are captured, from 01.png to 04.png."""
    with small_book(tmp_path, pages=5) as station:
        capture_pages(station, tmp_path / "scans", 4)
        yield station


@pytest.fixture
def spreads(tmp_path: Path) -> Iterator[Station]:
    """A station with a book in spreads of unknown length: three pictures, on pages 1 to 6."""
    with small_book(tmp_path, spreads="split") as station:
        capture_pages(station, tmp_path / "scans", 3)
        yield station


def shown(station: Station) -> dict[str, str]:
    """Return which picture, and which half of it, stands on each page."""
    captured = book_facts(station, BOOK).captured
    return {s.page.label: f"{str(s.facts.file)[-5]}{s.facts.region[:1]}" for s in captured}


def order(station: Station) -> str:
    """Return the pictures in the order of the pages, a dot for a place without one."""
    pictures = shown(station)
    return " ".join(pictures.get(state.page.label, ".") for state in book_facts(station, BOOK).pages)


def test_room_is_made_before_or_after_a_page_and_the_next_capture_fills_it(station: Station, tmp_path: Path) -> None:
    insert_pages(station, BOOK, "2")
    assert order(station) == "1 . 2 3 4"
    capture_pages(station, tmp_path / "more", 1, first=8)
    assert order(station) == "1 8 2 3 4"
    insert_pages(station, BOOK, "2", after=True, count=2)
    assert order(station) == "1 8 . . 2 3 4"


def test_no_room_is_made_where_nothing_follows_and_in_front_matter(station: Station) -> None:
    with pytest.raises(UsageError, match="no room is needed"):
        insert_pages(station, BOOK, "4", after=True)
    for edit in (lambda: insert_pages(station, BOOK, "F1"), lambda: move_page(station, BOOK, "1", "B1")):
        with pytest.raises(UsageError, match="no body page") as refused:
            edit()
        assert "book amend --front" in str(refused.value.remedy)


@pytest.mark.parametrize(
    ("page", "to", "after"),
    [
        ("4", "1", "4 1 2 3 ."),
        ("1", "4", "2 3 4 1 ."),
        ("1", "2", "2 1 3 4 ."),
        ("2", "5", "1 . 3 4 2"),
        ("3", "3", None),
        ("5", "1", None),
        ("1", "6", None),
    ],
)
def test_a_page_comes_to_its_place_and_those_between_close_up(
    station: Station, page: str, to: str, after: str | None
) -> None:
    if after is None:
        with pytest.raises((UsageError, PageUnknown)):
            move_page(station, BOOK, page, to)
    else:
        move_page(station, BOOK, page, to)
    assert order(station) == (after or "1 2 3 4 .")


def test_a_gap_between_keeps_its_neighbours(station: Station) -> None:
    insert_pages(station, BOOK, "3")
    assert order(station) == "1 2 . 3 4"
    move_page(station, BOOK, "5", "1")
    assert order(station) == "4 1 2 . 3"


def test_a_page_may_go_beyond_the_last_in_a_book_of_unknown_length(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        capture_pages(station, tmp_path / "scans", 3)
        move_page(station, BOOK, "2", "5")
        assert order(station) == "1 . 3 . 2"


def test_only_pages_that_are_called_otherwise_are_judged_again_and_none_is_processed_again(station: Station) -> None:
    read_pages(station)
    accept(station, BOOK, [])
    moved = move_page(station, BOOK, "4", "2")
    assert [str(page) for page in moved.judged_again] == ["2", "3", "4"]
    assert statuses(station) == {"1": "accepted", "2": "waiting", "3": "waiting", "4": "waiting", "5": "missing"}
    assert due(book_facts(station, BOOK).pages) == ()


def test_what_is_stated_and_the_first_page_of_a_case_go_with_a_page(station: Station) -> None:
    mark_pages(station, BOOK, ["4"], "damaged", note="burnt")
    amend(station, BOOK, BookDetails(rule="pages:3"))
    split_case(station, BOOK, "3", "1a")
    move_page(station, BOOK, "4", "2")
    facts = book_facts(station, BOOK)
    assert [(s.page.label, s.stated.note) for s in facts.pages if s.stated] == [("2", "burnt")]
    assert {found.key.number: [page.number for page in found.pages] for found in facts.sets.sets} == {
        "1": [1],
        "2": [2, 3],
        "1a": [4, 5],
    }


def test_a_place_that_the_paper_book_lacks_stays_where_it_is(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=5) as station:
        mark_pages(station, BOOK, ["3"], "missing", note="torn out")
        capture_pages(station, tmp_path / "scans", 4)
        assert order(station) == "1 2 . 3 4"
        move_page(station, BOOK, "5", "2")
        assert (order(station), statuses(station)["3"]) == ("1 4 . 2 3", "absent")
        with pytest.raises(UsageError, match="no place for the picture at page 3"):
            move_page(station, BOOK, "1", "3")


def test_pages_are_not_moved_past_one_that_is_awaited_but_may_take_its_place(station: Station) -> None:
    reject(station, BOOK, ["2"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="pages 2 are not captured yet"):
        move_page(station, BOOK, "4", "1")
    with pytest.raises(UsageError, match="pages 2 are not captured yet"):
        insert_pages(station, BOOK, "1")
    move_page(station, BOOK, "4", "3")
    move_page(station, BOOK, "4", "2")
    assert order(station) == "1 3 4 . ."
    assert book_facts(station, BOOK).awaited == ()


def test_both_pages_of_a_picture_go_together(spreads: Station) -> None:
    move_page(spreads, BOOK, "6", "2")
    assert order(spreads) == "3l 3r 1l 1r 2l 2r"
    move_page(spreads, BOOK, "1", "5")
    assert order(spreads) == "1l 1r 2l 2r 3l 3r"
    move_page(spreads, BOOK, "1", "7")
    assert order(spreads) == ". . 2l 2r 3l 3r 1l 1r"


def test_room_among_spreads_is_for_a_picture_and_parts_none(spreads: Station, tmp_path: Path) -> None:
    insert_pages(spreads, BOOK, "3")
    capture_pages(spreads, tmp_path / "more", 1, first=8)
    assert order(spreads) == "1l 1r 8l 8r 2l 2r 3l 3r"
    for edit in (
        lambda: insert_pages(spreads, BOOK, "4"),
        lambda: insert_pages(spreads, BOOK, "3", after=True),
        lambda: move_page(spreads, BOOK, "7", "2"),
    ):
        with pytest.raises(UsageError, match="are on one picture"):
            edit()
    mark_pages(spreads, BOOK, ["10"], "missing", note="")
    assert order(spreads) == "1l 1r 8l 8r 2l 2r 3l 3r . ."
    insert_pages(spreads, BOOK, "1")
    assert order(spreads) == ". . 1l 1r 8l 8r 2l 2r 3l 3r . ."
