"""A delivered book is looked at again by a night as soon as anything changed that would matter, and not before."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from scanpipe.flows.book.books import BookDetails
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.night.settled import SettledBooks
from scanpipe.flows.station import Station
from scanpipe.state.books import open_books
from scanpipe.state.changes import change_marks
from tests.small_books import BOOK, small_book

OWN = 'name = "own"\nbased_on = "default"\n[zip]\nmax_mb = {mb}\n'


def settled(station: Station) -> bool:
    return bool(SettledBooks.among(station, open_books(station.journal)).rows)


def settle(station: Station) -> None:
    (row,) = open_books(station.journal)
    books = SettledBooks.among(station, [row])
    assert books.rows == frozenset()
    books.keep(row.row, change_marks(station.journal))


def write_convention(station: Station, mb: int) -> None:
    (station.folder / "conventions" / "own.toml").write_text(OWN.format(mb=mb))


@pytest.mark.parametrize(
    "change",
    [
        lambda station: state_pages(station, BOOK, ["2"], "missing", note=""),
        lambda station: write_convention(station, 60),
        lambda station: (station.folder / "conventions" / "own.toml").unlink(),
    ],
    ids=["a fact", "its convention", "a convention that is gone"],
)
def test_a_change_is_looked_at(tmp_path: Path, change: Callable[[Station], object]) -> None:
    with small_book(tmp_path, pages=2) as station:
        write_convention(station, 50)
        amend(station, BOOK, BookDetails(convention="own"))
        settle(station)
        assert settled(station)
        change(station)
        assert not settled(station)


def test_other_settings_are_looked_at(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        settle(station)
        assert settled(station)
        assert not settled(replace(station, settings=msgspec.structs.replace(station.settings, practice=True)))
