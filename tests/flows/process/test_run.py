"""Which pages are processed, and in which order."""

from pathlib import Path

import pytest

from scanpipe.errors import TooManyFailures
from scanpipe.flows.process.due import due_book, in_turn
from scanpipe.flows.process.run import _stop_when_hopeless
from scanpipe.flows.process.verdicts import reject
from scanpipe.state.books import find_book
from tests.small_books import BOOK, capture_pages, read_pages, small_book


def test_pages_that_a_person_sent_back_go_before_those_that_are_new(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=4) as station:
        capture_pages(station, tmp_path / "scans", 3)
        read_pages(station)
        reject(station, BOOK, ["3"], reason="faded", redo="faded")
        capture_pages(station, tmp_path / "scans", 1, first=4)
        reject(station, BOOK, ["2"], reason="faded", redo="faded")
        book = due_book(station, find_book(station.journal, BOOK))
        assert [page.page.label for page in in_turn([book])] == ["2", "3", "4"]


@pytest.mark.parametrize(("failed", "done"), [(9, 9), (5, 10), (10, 20)])
def test_a_batch_goes_on_while_half_of_it_succeeds_or_little_was_tried(failed: int, done: int) -> None:
    _stop_when_hopeless(failed, done, 0.5)


@pytest.mark.parametrize(("failed", "done"), [(6, 10), (11, 20)])
def test_a_batch_of_which_more_than_half_fails_is_stopped(failed: int, done: int) -> None:
    with pytest.raises(TooManyFailures, match=f"{failed} of {done}"):
        _stop_when_hopeless(failed, done, 0.5)
