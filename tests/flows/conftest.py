"""Flows of a few small files, each of which is decoded in a moment: what takes time is to start a decoder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.capture.folder import import_pages
from scanpipe.flows.station import Station, open_station
from tests.small_books import printed_book


@pytest.fixture(autouse=True)
def one_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode one file after the other; that several are decoded side by side is tested in tests/unit/capture."""
    assert import_pages.__kwdefaults__
    monkeypatch.setitem(import_pages.__kwdefaults__, "side_by_side", 1)


@pytest.fixture(scope="session")
def one_page_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a book of one page, which is captured."""
    folder = tmp_path_factory.mktemp("one page")
    with printed_book(folder):
        return folder / "station"


@pytest.fixture
def station(one_page_once: Path, tmp_path: Path) -> Iterator[Station]:
    """The same, to do with as one likes."""
    with open_station(shutil.copytree(one_page_once, tmp_path / "station"), purpose="test") as station:
        yield station
