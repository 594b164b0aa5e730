"""The night: books are delivered one by one, and in the morning it says what it did and what waits."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from scanpipe.cli import render
from scanpipe.flows.night.events import Delivering, NightSummary
from scanpipe.flows.night.run import nightly
from scanpipe.flows.process.run import PageDone
from scanpipe.flows.process.waiting import WaitingPage
from scanpipe.flows.station import open_station
from tests.conftest import Cli, make_small_station
from tests.e2e.conftest import ADD


@pytest.fixture(scope="module")
def two_books_once(cli: Cli, page_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one good page, and one with a page too that nothing is written on."""
    scans = tmp_path_factory.mktemp("scans")
    station = make_small_station(scans / "station")
    for volume in (1, 2):
        folder = scans / str(volume)
        folder.mkdir()
        shutil.copy(page_folder / f"page{volume}.png", folder)
        if volume == 2:
            Image.new("RGB", (300, 400), (250, 240, 220)).save(folder / "page3.png", dpi=(100, 100))
        added = (*ADD[:6], volume, *ADD[7:], "--pages", volume)
        assert cli(*added, station=station).code == 0
        assert cli("capture", f"KS.2010.{volume:02}", "--from", folder, station=station).code == 0
    return station


@pytest.fixture
def two_books(two_books_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(two_books_once, tmp_path / "station"))


def test_each_book_is_delivered_as_soon_as_its_last_page_is_done(two_books: Path) -> None:
    with open_station(two_books, purpose="nightly") as station:
        events = list(nightly(station))
    happened = [(type(event), event.book.label) for event in events if isinstance(event, PageDone | Delivering)]
    first, second = "KS.2010.01", "KS.2010.02"
    assert happened == [
        (PageDone, first),
        (Delivering, first),
        (PageDone, second),
        (PageDone, second),
        (Delivering, second),
    ]
    summary = events[-1]
    assert isinstance(summary, NightSummary)
    assert (summary.outcome, summary.left) == ("done", 0)
    (delivered,) = summary.delivered
    assert (delivered.book, delivered.revision) == (f"14758/{first}", 1)
    assert (Path(delivered.folder) / "KS.2010.01.zip").is_file()
    begun, at, ended = map(datetime.fromisoformat, (summary.started, delivered.at, summary.ended))
    assert begun <= at <= ended and begun.tzinfo
    assert summary.waiting == {"waiting": 1}
    (waiting,) = (event for event in events if isinstance(event, WaitingPage))
    assert (waiting.book, waiting.page, waiting.status) == (f"14758/{second}", "2", "waiting")
    assert any("No writing was found" in why for why in waiting.why)


def test_a_page_sent_back_comes_before_every_other(cli: Cli, two_books: Path) -> None:
    assert cli("process", "KS.2010.02", station=two_books).code == 0
    sent_back = ("reject", "KS.2010.02", 1, "--reason", "faded", "--redo", "plain")
    assert cli(*sent_back, station=two_books).code == 0
    with open_station(two_books, purpose="nightly") as station:
        done = [event.book.label for event in nightly(station) if isinstance(event, PageDone)]
    assert done == ["KS.2010.02", "KS.2010.01"]


def test_the_night_names_the_books_delivered_and_says_why_each_page_waits(cli: Cli, two_books: Path) -> None:
    night = cli("nightly", station=two_books)
    assert night.code == 1
    assert "delivered: 14758/KS.2010.01 r1: " in night.out and "delivered 1 book" in night.out
    assert "14758/KS.2010.02 page 2: No writing was found on the page; " in night.err
    rejected = cli("reject", "KS.2010.02", 1, "--reason", "faded", "--ticket", "CV 9", station=two_books)
    assert rejected.code == 0
    lines = [json.loads(line) for line in cli("nightly", "--json", station=two_books).out.splitlines()]
    told = lines[-1]
    assert told["delivered"] == [] and datetime.fromisoformat(told["ended"])
    assert told["waiting"] == {"rejected": 1, "waiting": 1}
    first, second = (line for line in lines if line["event"] == "waiting")
    assert (first["page"], first["status"]) == ("1", "rejected") and "CV 9" in first["why"][0]
    assert (second["page"], second["status"]) == ("2", "waiting")


def test_a_log_is_told_now_and_then_that_work_goes_on(
    two_books: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from scanpipe.cli.commands import cli as command

    monkeypatch.setattr(render, "PULSE_S", 0.05)
    for words in (["nightly"], ["accept", "KS.2010.02"], ["deliver", "KS.2010.02"]):
        assert command.main(["--station", str(two_books), *words], standalone_mode=False) in (None, 0, 1)
    err = capfd.readouterr().err
    assert "Pages: 0 of 3, " in err
    assert ", delivering 14758/KS.2010.01" in err
    assert "KS.2010.02: making the package" in err
