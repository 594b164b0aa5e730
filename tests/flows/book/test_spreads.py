"""Books captured in spreads: two pages from each capture, which share its fate, and never lose their place."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from scanpipe.enhance.placing import way_of
from scanpipe.enhance.report import Report
from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.plan import empty_slots, position
from scanpipe.flows.book.readiness import blockers, completeness_warnings
from scanpipe.flows.book.reorder import amend, shift
from scanpipe.flows.capture.events import Captured, FileRefused
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.pictures.page_pictures import THUMBNAIL, PagePictures, Source
from scanpipe.flows.process.due import due_book, in_turn
from scanpipe.flows.process.page_task import process_page
from scanpipe.flows.process.run import _jobs, _keep_recipes
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station
from scanpipe.model import Page
from scanpipe.raster.codecs import decode_master, encode_png
from scanpipe.state.books import find_book
from tests.small_books import BOOK, small_book, write_scans
from tests.spread_drawings import draw_open_sheet


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with small_book(tmp_path, spreads="split", front=1) as station:
        yield station


def take(station: Station, folder: Path) -> list[str]:
    """Import a folder; return the pages of each file, as 2-3."""
    events = [e for e in capture_folder(station, BOOK, folder) if isinstance(e, Captured | FileRefused)]
    return ["-".join(map(str, e.pages)) if isinstance(e, Captured) else f"refused {e.page}" for e in events]


def places(station: Station) -> dict[str, str]:
    """Return which half of which file stands on which page."""
    shown = book_facts(station, BOOK).captured
    names = {s.page.label: (Path(str(s.facts.file)).stem, s.facts.region) for s in shown}
    return {label: f"{name} {region}".strip() for label, (name, region) in names.items()}


WHOLE = {"F1": "0", "1": "1 left", "2": "1 right", "3": "2 left", "4": "2 right"}


def test_each_capture_of_the_body_gives_two_pages_in_reading_order(station: Station, tmp_path: Path) -> None:
    assert take(station, write_scans(tmp_path / "a", "0.png", "1.png", "2.png")) == ["F1", "1-2", "3-4"]
    assert places(station) == WHOLE


def test_a_sheet_is_sent_back_with_both_its_pages_and_comes_back_to_both(station: Station, tmp_path: Path) -> None:
    folder = write_scans(tmp_path / "a", "0.png", "1.png", "2.png", "3.png")
    take(station, folder)
    assert [page.label for page in reject(station, BOOK, ["4"], reason="blurred", rescan=True)] == ["3", "4"]
    write_scans(folder, "0.png", "1.png", "2.png", "3.png", shade=9)
    take(station, folder)
    assert {label: places(station)[label] for label in ("3", "4", "5", "6")} == {
        "3": "2 left", "4": "2 right", "5": "3 left", "6": "3 right",
    }  # fmt: skip


def test_a_sheet_sent_back_by_mistake_is_taken_again_with_both_pages(station: Station, tmp_path: Path) -> None:
    take(station, write_scans(tmp_path / "a", "0.png", "1.png", "2.png"))
    reject(station, BOOK, ["1"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="not processed"):
        accept(station, BOOK, ["2"])
    assert places(station) == WHOLE


def test_a_refused_file_keeps_the_places_of_both_its_pages(station: Station, tmp_path: Path) -> None:
    first = write_scans(tmp_path / "a", "0.png", "!1.png", "2.png")
    assert take(station, first) == ["F1", "refused 1", "3-4"]
    assert take(station, write_scans(tmp_path / "b", "9.png", shade=5)) == ["5-6"]
    write_scans(first, "0.png", "1.png", "2.png")
    assert take(station, first) == ["1-2"]
    assert not any("waits" in str(line) for line in blockers(book_facts(station, BOOK)))


def test_halves_move_along_and_keep_their_halves(station: Station, tmp_path: Path) -> None:
    take(station, write_scans(tmp_path / "a", "0.png", "1.png", "2.png"))
    shift(station, BOOK, "2", by=-1)
    assert places(station) == {"F1": "0", "1": "1 right", "2": "2 left", "3": "2 right"}
    shift(station, BOOK, "1", by=2)
    assert take(station, write_scans(tmp_path / "b", "8.png", shade=3)) == ["1-2"]
    assert places(station)["3"] == "1 right"


def test_a_right_half_without_a_page_is_left_to_a_person(station: Station, tmp_path: Path) -> None:
    amend(station, BOOK, BookDetails(pages=3))
    assert take(station, write_scans(tmp_path / "a", "0.png", "1.png", "2.png")) == ["F1", "1-2", "3"]
    assert any(
        "right half of the picture of page 3" in str(line) for line in completeness_warnings(book_facts(station, BOOK))
    )


def test_captures_without_a_place_get_two_when_the_total_grows(station: Station, tmp_path: Path) -> None:
    amend(station, BOOK, BookDetails(pages=2))
    take(station, write_scans(tmp_path / "a", "0.png", "1.png", "2.png"))
    assert "3" not in places(station)
    amend(station, BOOK, BookDetails(pages=4))
    assert places(station) == WHOLE


def test_spreads_cannot_change_once_the_body_is_captured(station: Station, tmp_path: Path) -> None:
    take(station, write_scans(tmp_path / "a", "0.png"))
    amend(station, BOOK, BookDetails(spreads="keep"))
    take(station, write_scans(tmp_path / "b", "1.png", shade=4))
    with pytest.raises(UsageError, match="captured with --spreads keep"):
        amend(station, BOOK, BookDetails(spreads="split"))


def test_the_scanner_counts_sheets_not_pages(station: Station) -> None:
    book = book_facts(station, BOOK).book
    assert [position(book, Page.parse(label)) for label in ("F1", "1", "2", "3", "4")] == [1, 2, 2, 3, 3]
    assert empty_slots(book, ()).next() == Page.parse("F1")


def test_a_worker_enhances_only_the_half_it_was_given(station: Station, tmp_path: Path) -> None:
    folder = write_scans(tmp_path / "a", "0.png")
    (folder / "1.png").write_bytes(encode_png(draw_open_sheet(angles=(0.8, -0.5)).raster))
    take(station, folder)
    book = due_book(station, find_book(station.journal, BOOK))
    _keep_recipes(station, [book])
    halves = {job.data["region"]: job for job in _jobs(station, in_turn([book])) if job.data["region"]}
    assert sorted(halves) == ["left", "right"]
    result = process_page(dict(halves["left"].data))
    image = decode_master(station.store.get(result["image"]), dpi=result["dpi"])
    assert image.width < image.height
    assert PagePictures(station.folder).has(Source(kind="page", digest=result["image"]), THUMBNAIL)
    assert '"region":"left"' in result["report"]
    scan = decode_master(station.store.get(halves["left"].data["digest"]), dpi=result["dpi"])
    way = way_of(msgspec.json.decode(result["report"], type=Report), (scan.width, scan.height))
    assert way is not None
    laid = cv2.warpAffine(scan.pixels.min(axis=2), way, (image.width, image.height))
    off, _response = cv2.phaseCorrelate(image.pixels.min(axis=2).astype(np.float32), laid.astype(np.float32))
    assert np.hypot(*off) < 0.5  # pixels: the scan lies over its page
