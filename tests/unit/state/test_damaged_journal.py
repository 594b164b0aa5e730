"""Damaged bytes of the journal: each command says that it is damaged, with the way out, and does no harm."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from scanpipe.errors import ScanpipeError, StateError
from scanpipe.flows.book.status import station_status
from scanpipe.flows.station import open_station
from scanpipe.state.check import check_journal, check_store
from tests.small_books import read_book


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_book(tmp_path_factory.mktemp("damaged"))


def look(folder: Path) -> None:
    """Do what looks at a station, and let only errors that have a name pass."""
    for looking in (
        station_status,
        lambda station: (check_store(station.journal, station.store), check_journal(station.journal)),
    ):
        try:
            with open_station(folder) as station:
                looking(station)
        except ScanpipeError as error:
            assert str(error)


def test_bytes_that_are_damaged_anywhere_have_a_name(kept: Path, tmp_path: Path) -> None:
    station = shutil.copytree(kept, tmp_path / "station")
    journal, whole, dice = station / "journal.sqlite", (kept / "journal.sqlite").read_bytes(), random.Random(1976)
    for turn in range(60):
        damaged = bytearray(whole)
        for _ in range((1, 4, 40)[turn % 3]):
            at, length = dice.randrange(len(damaged)), dice.choice((1, 100))
            damaged[at : at + length] = dice.randbytes(len(damaged[at : at + length]))
        journal.write_bytes(damaged)
        look(station)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("capture", "flags", "'{'"),
        ("statement", "terms", '\'{"pages": ""}\''),
        ("statement", "terms", "CAST(x'ff' AS TEXT)"),
        ("sheet", "file", "CAST(x'c328' AS TEXT)"),
    ],
)
def test_a_row_that_is_damaged_is_the_journals_fault(
    kept: Path, tmp_path: Path, table: str, column: str, value: str
) -> None:
    station = shutil.copytree(kept, tmp_path / "station")
    other = sqlite3.connect(station / "journal.sqlite", isolation_level=None)
    other.execute(f"DROP TRIGGER {table}_no_update")
    other.execute(f"UPDATE {table} SET {column} = {value}")
    other.close()
    with pytest.raises(StateError, match="is damaged") as caught, open_station(station) as opened:
        station_status(opened)
    assert "backup" in str(caught.value.remedy)
