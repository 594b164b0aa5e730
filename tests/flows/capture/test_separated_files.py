"""Separator sheets among image files: as from the scanner, cases begin with them, and no sheet becomes a page."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.capture.events import (
    Captured,
    CaptureEvent,
    CaptureHalted,
    FileSkipped,
    SeparatorMissing,
    SeparatorRead,
    SurplusCase,
)
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.station import Station, open_station
from scanpipe.raster import Raster
from tests.separator_pictures import DPI, page, separator_pictures
from tests.small_books import BOOK, small_book


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Raster]:
    return separator_pictures(tmp_path_factory.mktemp("sheets"))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with small_book(tmp_path, first_number=12) as station:
        (tmp_path / "desk").mkdir()
        yield station


def write(station: Station, files: Sequence[Raster], *, first: int = 1) -> None:
    for number, raster in enumerate(files, first):
        path = station.folder.parent / "desk" / f"{number}.png"
        Image.fromarray(raster.pixels).save(path, dpi=(DPI, DPI), compress_level=1)


def numbered_page(number: int) -> Raster:
    pixels = np.full((500, 1200, 3), 235, np.uint8)
    cv2.putText(pixels, str(number), (1000, 120), cv2.FONT_HERSHEY_DUPLEX, 2.1, (40,) * 3, 4, cv2.LINE_AA)
    return Raster(pixels=pixels, dpi=DPI)


def take(station: Station) -> list[CaptureEvent]:
    return list(capture_folder(station, BOOK, station.folder.parent / "desk"))


def pages(station: Station) -> list[str]:
    return [state.page.label for state in book_facts(station, BOOK).captured]


def cases(station: Station) -> dict[str, list[str]]:
    sets = book_facts(station, BOOK).sets.sets
    return {found.key.number: [page.label for page in found.pages] for found in sets}


def halted(events: list[CaptureEvent]) -> str:
    return next((str(event.reason) for event in events if isinstance(event, CaptureHalted)), "")


def captured(station: Station) -> int:
    return int(station.journal.db.execute("SELECT count(*) FROM capture").fetchone()[0])


def test_cases_begin_where_their_sheets_lie(station: Station, sheets: dict[str, Raster]) -> None:
    files = [sheets["cover"], sheets["12"], page(1), page(2), sheets["13"], page(3), sheets["bars"], page(4)]
    write(station, files)
    read = [str(event.case or "cover") for event in take(station) if isinstance(event, SeparatorRead)]
    assert read == ["cover", "12/2010", "13/2010", "14/2010"]
    assert cases(station) == {"12": ["1", "2"], "13": ["3"], "14": ["4"]}
    assert (book_facts(station, BOOK).unassigned, captured(station)) == ((), len(files)), "the sheets are kept, too"
    again = take(station)
    assert sum(isinstance(event, FileSkipped) for event in again) == len(files)
    write(station, [page(5), sheets["15"], page(6)], first=len(files) + 1)
    take(station)
    assert cases(station) == {"12": ["1", "2"], "13": ["3"], "14": ["4", "5"], "15": ["6"]}


def test_a_sheet_that_is_missing_is_told(station: Station, sheets: dict[str, Raster]) -> None:
    write(station, [sheets["12"], page(1), sheets["14"], page(2)])
    (missing,) = [event for event in take(station) if isinstance(event, SeparatorMissing)]
    assert str(missing.before) == "14/2010"


def test_one_case_more_than_the_book_states_is_told_once_as_soon_as_it_begins(
    station: Station, sheets: dict[str, Raster]
) -> None:
    amend(station, BOOK, BookDetails(cases=2))
    write(station, [sheets["12"], page(1), sheets["13"], page(2)])
    assert not any(isinstance(event, SurplusCase) for event in take(station))
    write(station, [sheets["14"], page(3), sheets["15"], page(4)], first=5)
    events = [event for event in take(station) if isinstance(event, SeparatorRead | SurplusCase | Captured)]
    kinds = [SeparatorRead, SurplusCase, Captured, SeparatorRead, Captured]
    assert [type(event) for event in events] == kinds


@pytest.mark.parametrize("name", ["other", "12"])
def test_a_sheet_that_contradicts_the_book_stops_the_import_each_time_until_it_is_gone(
    station: Station, sheets: dict[str, Raster], name: str
) -> None:
    write(station, [sheets["12"], page(1), sheets[name], page(2)])
    for _time in range(2):
        assert halted(take(station)).startswith("3.png: ")
        assert (cases(station), pages(station), captured(station)) == ({"12": ["1"]}, ["1"], 2)
    (station.folder.parent / "desk" / "3.png").unlink()
    take(station)
    assert cases(station) == {"12": ["1", "2"]}


def test_a_case_that_begins_on_a_page_of_another_stops_before_it_is_kept(
    station: Station, sheets: dict[str, Raster]
) -> None:
    write(station, [page(1), sheets["12"], page(2)])
    assert halted(take(station))
    assert (pages(station), captured(station)) == (["1"], 1)


def test_bars_in_a_book_that_no_sheet_separates_stay_a_page(station: Station, sheets: dict[str, Raster]) -> None:
    write(station, [page(1), sheets["bars"], page(2)])
    assert halted(take(station))
    assert pages(station) == ["1", "2"]
    take(station)
    assert pages(station) == ["1", "2", "3"], "it goes on behind the page that a person looked at"


def test_separators_within_a_file_of_many_pages_are_no_pages_also_where_an_import_goes_on(
    station: Station, sheets: dict[str, Raster]
) -> None:
    stack = [sheets["12"], page(1), sheets["13"], page(2), page(3)]
    first, *others = [Image.fromarray(raster.pixels) for raster in stack]
    first.save(
        station.folder.parent / "desk" / "all.tif",
        dpi=(DPI, DPI),
        save_all=True,
        append_images=others,
        compression="jpeg",
    )
    events = capture_folder(station, BOOK, station.folder.parent / "desk")
    while not isinstance(next(events), Captured):
        pass
    events.close()  # type: ignore[attr-defined]
    take(station)
    assert cases(station) == {"12": ["1"], "13": ["2", "3"]}


def test_page_numbers_are_read_from_files_where_the_station_asks_for_them(
    station: Station,
) -> None:
    settings = station.folder / "station.toml"
    settings.write_text(settings.read_text().replace("page_numbers = false", "page_numbers = true"))
    write(station, [numbered_page(number) for number in (17, 18, 20)])
    with open_station(station.folder, purpose="test") as opened:
        events = take(opened)
    found = [event for event in events if isinstance(event, Captured)]
    assert [event.checks.page_number for event in found] == [17, 18, 20]
    assert [str(event.page) for event in found if "number_gap" in event.flags] == ["3"]
