"""A small book that the tests begin with: captured, or delivered once."""

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Cli, make_small_station

BOOK = "KS.2010.01"
TICKETS = ("CV 1", "CV 9", "CV 17", "QA-7", "BB 5")
ADD = ("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758")


@pytest.fixture(scope="session")
def captured_once(cli: Cli, page_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    station = make_small_station(tmp_path_factory.mktemp("captured") / "station")
    assert cli(*ADD, "--pages", 4, "--cases", 2, "--rule", "pages:2", station=station).code == 0
    assert cli("capture", BOOK, "--from", page_folder, station=station).code == 0
    return station


@pytest.fixture(scope="session")
def processed_once(cli: Cli, captured_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    station = shutil.copytree(captured_once, tmp_path_factory.mktemp("processed") / "station")
    assert cli("process", BOOK, station=station).code == 0
    return station


@pytest.fixture(scope="session")
def delivered_once(cli: Cli, processed_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    station = shutil.copytree(processed_once, tmp_path_factory.mktemp("delivered") / "station")
    steps = (("--person", "Hoa", "accept", BOOK), ("deliver", BOOK), *map(ticket_words, TICKETS))
    for words in steps:
        assert cli(*words, station=station).code == 0
    return station


@pytest.fixture
def captured(captured_once: Path, tmp_path: Path) -> Path:
    """A station with a book of four captured pages, to do with as one likes."""
    return shutil.copytree(captured_once, tmp_path / "station")


@pytest.fixture
def processed(processed_once: Path, tmp_path: Path) -> Path:
    """The same with its pages enhanced and read."""
    return shutil.copytree(processed_once, tmp_path / "station")


@pytest.fixture
def delivered(delivered_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same with its first revision delivered, and a ticket in hand that allows to change it."""
    monkeypatch.setenv("SCANPIPE_TICKET", TICKETS[0])
    return shutil.copytree(delivered_once, tmp_path / "station")


def ticket_words(number: str, book: str = BOOK) -> tuple[str, ...]:
    """Return the words that record a ticket."""
    return ("ticket", "add", book, "--number", number, "--date", "2026-03-05", "--approved-by", "Trần Văn Bình")


def revision(station: Path, number: int) -> Path:
    return station / "out" / "14758@2025-06-30" / BOOK / f"r{number}"


def send_back(cli: Cli, station: Path, page: int, recipe: str) -> None:
    made_again(cli, station, page, recipe)
    done = cli("deliver", BOOK, station=station)
    assert done.code == 0, done.err


def made_again(cli: Cli, station: Path, page: int, recipe: str) -> None:
    cli("reject", BOOK, page, "--reason", "faded", "--redo", recipe, station=station)
    for command in ("process", "accept"):
        done = cli(command, BOOK, station=station)
        assert done.code == 0, done.err


def members(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "KS.2010.01.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}
