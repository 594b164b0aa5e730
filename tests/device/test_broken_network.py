"""A network scanner that breaks off while a book is scanned: what came whole is kept, what did not is awaited."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpipe.errors import DeviceError, DeviceIOError, ScanIncomplete
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.capture.events import Captured, FeedEnded, FeedReconciled, ReloadSheets
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.station import Station, create_station, open_station
from scanpipe.raster.codecs import decode_master
from tests.device.conftest import NETWORK_SCANNER
from tests.escl_scanner import Fault, Tray

BOOK = "KS.2010.01"
PROFILE = """
match = "airscan:*"
source = "duplex"
mode = "Gray"
dpi = 75
page_mm = [210, 297]
untold_breaks = true
[sources.duplex]
source = "ADF Duplex"
"""
CONVENTION = 'name = "small"\nbased_on = "default"\nconfidence = "for tests"\n[limits]\nmin_dpi = 50\ncolour = false\n'
FROM_NETWORK = ScanRequest(device=NETWORK_SCANNER)


@pytest.fixture
def station(network: str, tmp_path: Path) -> Iterator[Station]:
    """A station with a book of eight pages, and a network scanner with its four sheets in the feeder."""
    folder = tmp_path / "station"
    create_station(folder)
    (folder / "conventions" / "small.toml").write_text(CONVENTION)
    (folder / "scanners" / "own.toml").write_text(PROFILE)
    settings = folder / "station.toml"
    settings.write_text(settings.read_text().replace('convention = "default"', 'convention = "small"'))
    with open_station(folder, purpose="test") as opened:
        add_book(opened, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails(pages=8))
        yield opened


def shows(station: Station, pages: Sequence[Image.Image]) -> list[bool]:
    """Whether each captured page shows the picture of its number, to the bit."""
    kept = [state.facts for state in book_facts(station, BOOK).captured]
    rasters = [(facts, decode_master(station.store.get(facts.digest), dpi=facts.dpi)) for facts in kept]
    return [
        np.array_equal(
            raster.pixels, np.asarray(pages[facts.page.number - 1].convert("L").resize((raster.width, raster.height)))
        )
        for facts, raster in rasters
    ]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("drop_length", DeviceIOError),
        ("drop_chunk", DeviceIOError),
        ("double_feed", DeviceIOError),
        ("gone", ScanIncomplete),
    ],
)
def test_a_page_that_broke_off_is_awaited_and_comes_to_its_place_in_the_next_run(
    station: Station, tray: Tray, pages: Sequence[Image.Image], fault: Fault, error: type[DeviceError]
):
    tray.faults = {5: fault}
    with pytest.raises(error, match="page 5"):
        list(capture_scanner(station, BOOK, FROM_NETWORK))
    assert shows(station, pages) == [True] * 4
    assert [gone.page.label for gone in book_facts(station, BOOK).awaited] == ["5"]
    tray.adf_state = ""
    tray.sheets.clear()
    tray.sheets.extend([(pages[4], pages[5]), (pages[6], pages[7])])  # the person clears the feeder
    events = list(capture_scanner(station, BOOK, FROM_NETWORK, confirm=lambda: True))
    assert any(isinstance(event, ReloadSheets) for event in events)
    assert [event.page.label for event in events if isinstance(event, Captured) and event.page] == ["5", "6", "7", "8"]
    assert events[-1] == FeedEnded(missing=0)
    assert shows(station, pages) == [True] * 8


def test_a_back_that_broke_off_brings_its_sheet_back_with_both_sides(
    station: Station, tray: Tray, pages: Sequence[Image.Image]
):
    tray.faults = {4: "drop_length"}
    with pytest.raises(DeviceIOError, match="page 4"):
        list(capture_scanner(station, BOOK, FROM_NETWORK))
    assert shows(station, pages) == [True] * 3
    tray.sheets.clear()
    tray.sheets.extend(zip(pages[2::2], pages[3::2], strict=True))
    list(capture_scanner(station, BOOK, FROM_NETWORK, confirm=lambda: True))
    assert shows(station, pages) == [True] * 8


@pytest.mark.parametrize(
    ("request_", "stop"), [(ScanRequest(device=NETWORK_SCANNER, pages=2), False), (FROM_NETWORK, True)]
)
def test_a_run_that_is_stopped_tells_of_the_sheets_that_were_drawn_in_ahead(
    station: Station, tray: Tray, request_: ScanRequest, stop: bool
):
    events = list(capture_scanner(station, BOOK, request_, stop=lambda: stop))
    assert len([event for event in events if isinstance(event, Captured)]) == 2
    (told,) = [event for event in events if isinstance(event, FeedReconciled)]
    assert "every sheet that came out after the last captured page" in str(told.note)


def test_a_full_book_and_an_empty_feeder_leave_nothing_behind(station: Station):
    (told,) = [event for event in capture_scanner(station, BOOK, FROM_NETWORK) if isinstance(event, FeedReconciled)]
    assert str(told.note) == ""


def test_sheets_beyond_a_full_book_go_back(station: Station, tray: Tray, pages: Sequence[Image.Image]):
    tray.sheets.append((pages[0], pages[1]))
    (told,) = [event for event in capture_scanner(station, BOOK, FROM_NETWORK) if isinstance(event, FeedReconciled)]
    assert "every sheet that came out after the last captured page" in str(told.note)
    assert shows(station, pages) == [True] * 8
