"""A person says on which page the body of a book begins and ends; the other pages are front and back matter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.matter import begin_body, end_body
from scanpipe.flows.book.undo import undo_last
from scanpipe.flows.station import Station
from tests.small_books import BOOK, capture_pages, small_book


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of six pages, all of which are captured."""
    with small_book(tmp_path, pages=6, rule="pages:2") as station:
        capture_pages(station, tmp_path / "scans", 6)
        yield station


def captured(station: Station) -> str:
    return " ".join(state.page.label for state in book_facts(station, BOOK).captured)


def test_pages_before_the_body_are_front_matter(station: Station) -> None:
    moved = begin_body(station, BOOK, "3").moved
    assert captured(station) == "F1 F2 1 2 3 4"
    assert [page.label for page in moved.pages] == ["F1", "F2", "1", "2", "3", "4"]
    begin_body(station, BOOK, "F2")
    assert captured(station) == "F1 1 2 3 4 5"
    undo_last(station, BOOK)
    undo_last(station, BOOK)
    assert captured(station) == "1 2 3 4 5 6"


def test_pages_after_the_body_are_back_matter(station: Station) -> None:
    end_body(station, BOOK, "4")
    assert captured(station) == "1 2 3 4 B1 B2"
    end_body(station, BOOK, "B1")
    assert captured(station) == "1 2 3 4 5 B1"


@pytest.mark.parametrize(("flow", "label"), [(begin_body, "B1"), (begin_body, "8"), (end_body, "F1")])
def test_no_other_page_begins_or_ends_the_body(station: Station, flow: object, label: str) -> None:
    with pytest.raises(UsageError):
        flow(station, BOOK, label)  # type: ignore[operator]
    assert captured(station) == "1 2 3 4 5 6"
