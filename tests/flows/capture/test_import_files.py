"""What an import tells of files that are damaged, lie about their resolution, or have names that are no text."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.plan import ProcessedPage, Status
from scanpipe.flows.capture.events import Captured, CaptureEvent, FileRefused, FilesIgnored, FileSkipped
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.enhance import enhance_files
from scanpipe.flows.process.verdicts import policy_doubts
from scanpipe.flows.station import Station
from scanpipe.model import Page
from scanpipe.settings.station import AcceptSettings
from scanpipe.state.page_facts import PageFacts, VersionRow
from tests.small_books import BOOK, small_book


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of unknown length."""
    with small_book(tmp_path) as station:
        yield station


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


def scan(path: Path, seed: int, dpi: int = 200) -> Path:
    pixels = np.random.default_rng(seed).integers(100, 256, (120, 90, 3), np.uint8)
    Image.fromarray(pixels).save(path, "JPEG", dpi=(dpi, dpi))
    return path


def halve(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\xff\xd9")


def take(station: Station, folder: Path, *, damaged: bool = False, dpi: int | None = None) -> list[CaptureEvent]:
    return list(capture_folder(station, BOOK, folder, damaged=damaged, dpi=dpi))


def test_a_damaged_file_is_refused_with_the_remedy_and_finds_its_place_when_it_is_taken(
    station: Station, desk: Path
) -> None:
    for number in (1, 2, 3):
        scan(desk / f"{number}.jpg", number)
    halve(desk / "2.jpg")
    (refused,) = (event for event in take(station, desk) if isinstance(event, FileRefused))
    assert "premature end" in refused.reason
    assert "--damaged" in refused.reason
    (taken,) = (event for event in take(station, desk, damaged=True) if isinstance(event, Captured))
    assert [page.label for page in taken.pages] == ["2"]
    assert "damaged" in taken.flags
    pages = {state.page.label: state.facts for state in book_facts(station, BOOK).captured}
    assert [label for label, facts in pages.items() if "damaged" in facts.capture_flags] == ["2"]


def test_what_may_not_be_all_there_waits_for_a_person_whatever_the_policy_tolerates() -> None:
    version = VersionRow(
        row=1, recipe="", recipe_name="", image="", mask="", words="", text_layer="", dpi=300, confidence=99.0,
        flags=("soft",), report="", tools="",
    )  # fmt: skip
    policy = AcceptSettings(tolerated_flags=("soft", "blank"), min_word_confidence=0)

    def accepted(*flags: str) -> bool:
        facts = PageFacts(
            page=Page.parse("1"), placement=1, capture=1, region="", digest="", dpi=300, file=None, side="single",
            capture_flags=flags, verdict=None, versions=(version,), failures=(),
        )  # fmt: skip
        state = ProcessedPage(page=facts.page, status=Status.WAITING, facts=facts, recipe="", version=version)
        return not policy_doubts(state, policy)

    assert accepted("blank")
    assert not accepted("damaged")
    assert not accepted("cut_off", "blank")


def test_the_true_resolution_can_be_stated(station: Station, desk: Path) -> None:
    scan(desk / "1.jpg", 1, dpi=150)
    scan(desk / "2.jpg", 2, dpi=72)
    flags = [event.flags for event in take(station, desk, dpi=240) if isinstance(event, Captured)]
    facts = [state.facts for state in book_facts(station, BOOK).captured]
    assert [page.dpi for page in facts] == [240, 240]
    assert not any("dpi_assumed" in of_page for of_page in flags)


def test_names_that_are_no_text_are_imported_shown_and_known_again(station: Station, desk: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(desk) + b"/s\xf4\xec"))
    odd.mkdir()
    scan(odd / "trang 1.jpg", 1)
    scan(Path(os.fsdecode(os.fsencode(odd) + b"/trang s\xf4\xec 2.jpg")), 2)
    Path(os.fsdecode(os.fsencode(odd) + b"/trang s\xf4\xec 3.jpg")).write_bytes(b"no picture")
    Path(os.fsdecode(os.fsencode(odd) + b"/s\xf4\xec.docx")).touch()
    events = take(station, odd)
    assert [event.names for event in events if isinstance(event, FilesIgnored)] == [("s\\xf4\\xec.docx",)]
    assert [e.origin for e in events if isinstance(e, Captured)] == ["trang 1.jpg", "trang s\\xf4\\xec 2.jpg"]
    assert [e.name for e in events if isinstance(e, FileRefused)] == ["trang s\\xf4\\xec 3.jpg"]
    again = take(station, odd)
    assert [e.name for e in again if isinstance(e, FileSkipped)] == ["trang 1.jpg", "trang s\\xf4\\xec 2.jpg"]
    assert not [event for event in again if isinstance(event, Captured)]


def test_enhancing_a_damaged_file_says_so(desk: Path, tmp_path: Path) -> None:
    halve(scan(desk / "half.jpg", 1))
    (result,) = enhance_files(
        [desk / "half.jpg"], tmp_path / "out", recipe="default", kinds={"image"}, default_dpi=300, keep_geometry=True
    )
    assert result.flags[0] == "damaged"
    assert "premature end" in result.damage
    assert (tmp_path / "out" / "half.png").is_file()
