"""A page takes its picture from a file; the picture that it had is kept."""

from pathlib import Path

import pytest

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.capture.replace_file import replace_from_file
from scanpipe.flows.station import Station
from tests.small_books import BOOK, capture_pages, small_book, write_scans


def pictures(station: Station) -> dict[str, str]:
    shown = book_facts(station, BOOK).captured
    return {
        state.page.label: f"{str(state.facts.file).rpartition('/')[2]} {state.facts.region}".strip() for state in shown
    }


def test_both_pages_of_a_spread_take_their_halves_of_the_file(tmp_path: Path) -> None:
    files = write_scans(tmp_path / "new", "a.png", "b.png", "!c.png", shade=7)
    with small_book(tmp_path, spreads="split") as station:
        capture_pages(station, tmp_path / "scans", 2)
        assert [str(page) for page in replace_from_file(station, BOOK, "4", files / "a.png").pages] == ["3", "4"]
        assert pictures(station) == {"1": "01.png left", "2": "01.png right", "3": "a.png left", "4": "a.png right"}
        with pytest.raises(UsageError, match=r"c\.png"):
            replace_from_file(station, BOOK, "1", files / "c.png")
        with pytest.raises(PageUnknown):
            replace_from_file(station, BOOK, "9", files / "b.png")


def test_a_free_place_takes_a_file_and_one_that_the_paper_book_lacks_takes_none(tmp_path: Path) -> None:
    files = write_scans(tmp_path / "new", "a.png")
    with small_book(tmp_path, pages=3) as station:
        state_pages(station, BOOK, ["2"], "missing", note="torn out")
        with pytest.raises(PageUnknown):
            replace_from_file(station, BOOK, "2", files / "a.png")
        replace_from_file(station, BOOK, "3", files / "a.png")
        assert pictures(station) == {"3": "a.png"}
