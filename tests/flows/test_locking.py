"""Several connections write into one journal: what was read still holds when it is written."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from scanpipe.errors import DeliveryRefused, StationLocked
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.book.plan import Status
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.delivery import deliver as delivering
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.process.verdicts import accept, apply_policy, reject
from scanpipe.flows.station import Station, login_name, open_station
from scanpipe.model import Page, Part
from scanpipe.state import connection, views
from tests.conftest import make_one_person_station

BOOK = "KS.2010.01"


@pytest.fixture
def captured(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of two pages, each with a version, as if they had been processed."""
    settings = make_one_person_station(tmp_path / "station")
    flags = '["blank", "low_dpi", "repeated"]'  # of pictures as small as these
    settings.write_text(settings.read_text().replace("tolerated_flags = []", f"tolerated_flags = {flags}"))
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in (1, 2):
        Image.new("RGB", (60, 80), (200 + number, 200, 200)).save(pages / f"{number}.png", dpi=(300, 300))
    with open_station(tmp_path / "station", purpose="test", person="Lan") as station:
        add_book(station, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails(pages=2))
        list(capture_folder(station, BOOK, pages))
        for state in book_facts(station, BOOK).captured:
            add_version(station, state.facts.capture, state.recipe)
        yield station


def add_version(station: Station, capture: int, recipe: str) -> None:
    blob = station.store.put(b"made")
    station.journal.add_recipe(recipe, name="default", body="{}")
    made = dict.fromkeys(("image", "mask", "words", "text_layer"), blob)
    facts = {"dpi": 300.0, "confidence": None, "flags": "[]", "report": "{}", "tools": "{}"}
    station.journal.add_version(capture=capture, region="", recipe=recipe, **made, **facts)


def statuses(station: Station) -> list[Status]:
    return [state.status for state in book_facts(station, BOOK).pages]


def test_the_policy_does_not_accept_what_a_person_rejected_meanwhile(
    captured: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rejecting() -> None:
        with open_station(captured.folder, purpose="reject", person="Hoa") as other:
            reject(other, BOOK, ["1"], reason="blurred")

    real, people = views.awaited_pages, [threading.Thread(target=rejecting)]

    def slow(*args: object) -> object:
        if people:
            person = people.pop()
            person.start()
            person.join(0.3)  # the person waits until the policy has written
            started.append(person)
        return real(*args)  # type: ignore[arg-type]

    started: list[threading.Thread] = []
    monkeypatch.setattr(views, "awaited_pages", slow)
    assert len(apply_policy(captured, BOOK)) == 2
    started[0].join()
    assert statuses(captured) == [Status.REJECTED, Status.ACCEPTED]


def test_what_fails_within_a_step_was_never_written(captured: Station) -> None:
    @in_one_step
    def half(station: Station) -> None:
        accept(station, BOOK, ["1"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half(captured)
    assert statuses(captured) == [Status.WAITING] * 2


def test_a_page_judged_while_its_package_is_made_stops_the_publishing(captured: Station, tmp_path: Path) -> None:
    accept(captured, BOOK, [])
    facts = book_facts(captured, BOOK)
    reject(captured, BOOK, ["2"], reason="blurred")
    staged = tmp_path / "staged"
    staged.mkdir()
    revision = type("Revision", (), {"facts": facts})()
    with pytest.raises(DeliveryRefused, match="a verdict changed during the delivery"):
        delivering._publish(captured, revision, staged, tmp_path / "r1")
    assert staged.is_dir() and not (tmp_path / "r1").exists()


def test_a_journal_that_others_hold_for_too_long_is_in_use(captured: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_BUSY_MS", 50)
    other = sqlite3.connect(captured.journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        open_station(captured.folder, purpose="accept") as station,
        pytest.raises(StationLocked, match="has blocked"),
    ):
        accept(station, BOOK, [])
    other.close()


def test_a_sheet_in_the_scanner_is_no_suspect_to_others(captured: Station) -> None:
    row, page = book_facts(captured, BOOK).row, Page(part=Part.BODY, number=1)
    lost = captured.journal.open_sheet(row, page, source="test:0", operator="Lan")
    with held_book(captured, BOOK):
        captured.journal.open_sheet(row, page, source="test:0", operator="Lan")
        with open_station(captured.folder) as looking:
            assert [sheet.row for sheet in book_facts(looking, BOOK).unresolved_sheets] == [lost]
    assert len(book_facts(captured, BOOK).unresolved_sheets) == 2


@pytest.mark.parametrize("step", [timedelta(0), timedelta(days=-1)], ids=["standing still", "jumping back"])
def test_a_lost_sheet_is_told_whatever_the_clock_says(captured: Station, step: timedelta) -> None:
    row, page = book_facts(captured, BOOK).row, Page(part=Part.BODY, number=1)
    now = datetime.now(UTC) + timedelta(days=30)
    with open_station(captured.folder, purpose="capture") as station:
        station.journal._clock = lambda: now
        lost = station.journal.open_sheet(row, page, source="test:0", operator="Lan")
        with held_book(station, BOOK):
            now += step
            station.journal.open_sheet(row, page, source="test:0", operator="Lan")
            assert [sheet.row for sheet in book_facts(station, BOOK).unresolved_sheets] == [lost]


def test_facts_are_of_one_moment(captured: Station) -> None:
    with open_station(captured.folder) as looking, looking.journal.snapshot():
        before = book_facts(looking, BOOK)
        accept(captured, BOOK, [])
        assert book_facts(looking, BOOK) == before


def test_every_fact_that_a_person_states_tells_person_and_login(captured: Station) -> None:
    accept(captured, BOOK, ["1"])
    for table, column in (
        ("statement", "person"),
        ("sheet", "operator"),
        ("placement", "person"),
        ("verdict", "person"),
    ):
        rows = captured.journal.db.execute(f"SELECT {column}, login FROM {table}").fetchall()
        assert {tuple(row) for row in rows} == {("Lan", login_name())}
