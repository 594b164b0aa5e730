"""Separator sheets between pages, through libsane's pnm backend: cases need no rule, and no sheet becomes a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.capture.events import (
    Captured,
    CaptureEvent,
    CaptureHalted,
    KeptAside,
    SeparatorMissing,
    SeparatorRead,
)
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.station import Station, create_station, open_station
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_pnm
from tests.separator_pictures import BOOK, DPI, page, separator_pictures


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Raster]:
    return separator_pictures(tmp_path_factory.mktemp("sheets"))


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """A station whose scanner takes what lies in `stack`."""
    (tmp_path / "dll.conf").write_text("pnm\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    create_station(tmp_path / "station")
    (tmp_path / "stack").mkdir()
    profile = f'match = "pnm:*"\ndpi = {DPI}\nfeed = "{tmp_path / "stack"}"\n'
    (tmp_path / "station" / "scanners" / "pnm.toml").write_text(profile)
    settings = tmp_path / "station" / "station.toml"
    text = settings.read_text().replace('device = ""', 'device = "pnm:0"', 1)
    settings.write_text(text.replace("stop_after_bad = 3", "stop_after_bad = 0"))
    with open_station(tmp_path / "station", purpose="test") as opened:
        add_book(opened, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails(first_number=12))
        yield opened


def scanned(station: Station, stack: list[Raster], *, first: int = 1) -> list[CaptureEvent]:
    """Put sheets on the stack, behind those that lie there, and scan them."""
    for number, raster in enumerate(stack, first):
        (station.folder.parent / "stack" / f"{number:03}.ppm").write_bytes(encode_pnm(raster))
    return list(capture_scanner(station, BOOK))


def cases(station: Station) -> dict[str, list[str]]:
    sets = book_facts(station, BOOK).sets.sets
    return {found.key.number: [page.label for page in found.pages] for found in sets}


def test_cases_begin_where_their_sheets_lie(station: Station, sheets: dict[str, Raster]) -> None:
    stack = [sheets["cover"], sheets["12"], page(1), page(2), sheets["13"], page(3), sheets["bars"], page(4)]
    events = scanned(station, stack)
    read = [str(event.case or "cover") for event in events if isinstance(event, SeparatorRead)]
    assert read == ["cover", "12/2010", "13/2010", "14/2010"]
    assert cases(station) == {"12": ["1", "2"], "13": ["3"], "14": ["4"]}
    facts = book_facts(station, BOOK)
    assert (len(facts.captured), facts.unassigned, facts.unresolved_sheets) == (4, (), ())
    assert {type(event) for event in events if isinstance(event, KeptAside)} == {KeptAside}
    count = station.journal.db.execute("SELECT count(*) FROM capture").fetchone()[0]
    assert count == len(stack), "the sheets are kept, too"


def test_a_later_run_goes_on_in_the_case_under_way(station: Station, sheets: dict[str, Raster]) -> None:
    scanned(station, [sheets["12"], page(1)])
    scanned(station, [page(2), sheets["13"], page(3)], first=3)
    assert cases(station) == {"12": ["1", "2"], "13": ["3"]}


def test_a_sheet_that_is_missing_is_told(station: Station, sheets: dict[str, Raster]) -> None:
    events = scanned(station, [sheets["12"], page(1), sheets["13"], page(2), sheets["15"], page(3)])
    (missing,) = [event for event in events if isinstance(event, SeparatorMissing)]
    assert str(missing.before) == "15/2010"
    assert sum(isinstance(event, Captured) for event in events) == 3


@pytest.mark.parametrize("name", ["other", "12"])
def test_a_sheet_that_cannot_be_heeded_stops_the_run_and_takes_no_page(
    station: Station, sheets: dict[str, Raster], name: str
) -> None:
    events = scanned(station, [sheets["12"], page(1), sheets[name], page(2)])
    assert any(isinstance(event, CaptureHalted) for event in events)
    assert cases(station) == {"12": ["1"]}
    assert [state.page.label for state in book_facts(station, BOOK).captured] == ["1"]


def test_bars_in_a_book_that_no_sheet_separates_stay_a_page(station: Station, sheets: dict[str, Raster]) -> None:
    events = scanned(station, [page(1), sheets["bars"], page(2)])
    assert any(isinstance(event, CaptureHalted) for event in events)
    assert [state.page.label for state in book_facts(station, BOOK).captured] == ["1", "2"]


def test_a_flow_that_is_left_during_a_separator_begins_its_case_and_places_no_page(
    station: Station, sheets: dict[str, Raster]
) -> None:
    for number, raster in enumerate([sheets["12"], page(1), sheets["13"], page(2)], 1):
        (station.folder.parent / "stack" / f"{number:03}.ppm").write_bytes(encode_pnm(raster))
    scan = capture_scanner(station, BOOK)
    next(event for event in scan if isinstance(event, Captured))  # the second separator is under way
    scan.close()  # type: ignore[attr-defined]
    facts = book_facts(station, BOOK)
    assert ([state.page.label for state in facts.captured], facts.unassigned) == (["1"], ())
    list(capture_scanner(station, BOOK))
    assert cases(station) == {"12": ["1"], "13": ["2"]}


def test_a_case_that_the_book_has_already_stops_the_run(station: Station, sheets: dict[str, Raster]) -> None:
    events = scanned(station, [page(1), sheets["12"], page(2)])
    assert any(isinstance(event, CaptureHalted) for event in events)
    assert [state.page.label for state in book_facts(station, BOOK).captured] == ["1"]


def test_a_picture_that_cannot_be_looked_at_for_separators_is_a_page(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_raster: Raster) -> None:
        raise RuntimeError("a fault of the reader of codes")

    monkeypatch.setattr("scanpipe.capture.separators.read_separator", broken)
    assert sum(isinstance(event, Captured) for event in scanned(station, [page(1), page(2)])) == 2
