"""Which page a capture becomes: whatever happens on the way, no page takes another one's place unnoticed."""

import signal
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from scanpipe.errors import ConfigError, Interrupted, UsageError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.page_edits import insert_pages
from scanpipe.flows.book.plan import Status
from scanpipe.flows.book.readiness import blockers, completeness_warnings
from scanpipe.flows.book.reorder import amend, shift
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.capture.events import Captured, CaptureEvent, FileRefused, FileSkipped, NamesRepeated
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station
from scanpipe.model import Page, Part
from tests.small_books import BOOK, small_book, write_scans


@pytest.fixture
def open_book(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of unknown length."""
    with small_book(tmp_path) as station:
        yield station


def pdf(path: Path, pages: int, *, shade: int = 0, first: int = 1) -> None:
    """Write a PDF of scanned pages; the same page is the same picture in each."""
    path.parent.mkdir(exist_ok=True)
    shown = [Image.new("RGB", (60, 80), (100 + number, 200, 200 - shade)) for number in range(first, first + pages)]
    shown[0].save(path, "PDF", save_all=True, append_images=shown[1:], resolution=300)


def places(station: Station) -> dict[str, str]:
    """Return which file stands on which page."""
    facts = book_facts(station, BOOK)
    names = {state.page.label: str(state.facts.file) for state in facts.captured}
    return {label: Path(name).name for label, name in names.items()}


def take(station: Station, folder: Path) -> list[Captured | FileRefused]:
    return [e for e in capture_folder(station, BOOK, folder) if isinstance(e, Captured | FileRefused)]


def told(station: Station, folder: Path) -> list[CaptureEvent]:
    return list(capture_folder(station, BOOK, folder))[:-1]


def test_a_refused_files_place_is_kept_from_other_files_until_it_is_mended(open_book: Station, tmp_path: Path) -> None:
    first = write_scans(tmp_path / "first", "1.png", "2.png", "!3.png")
    take(open_book, first)
    take(open_book, write_scans(tmp_path / "second", "4.png", "5.png", shade=9))
    assert places(open_book) == {"1": "1.png", "2": "2.png", "4": "4.png", "5": "5.png"}
    assert any("3.png" in str(line) for line in blockers(book_facts(open_book, BOOK)))
    write_scans(first, "1.png", "2.png", "3.png")
    take(open_book, first)
    assert places(open_book)["3"] == "3.png"


def test_a_refused_file_that_was_no_page_is_forgotten_when_the_total_is_stated(
    open_book: Station, tmp_path: Path
) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "2.png", "!preview.png"))
    amend(open_book, BOOK, BookDetails(pages=2))
    assert not any("preview" in str(line) for line in blockers(book_facts(open_book, BOOK)))


def test_other_content_under_a_known_name_is_refused(open_book: Station, tmp_path: Path) -> None:
    folder = write_scans(tmp_path / "scans", "1.png", "2.png")
    take(open_book, folder)
    write_scans(folder, "1.png", "2.png", shade=7)
    assert [type(event) for event in take(open_book, folder)] == [FileRefused, FileRefused]
    reject(open_book, BOOK, ["2"], reason="blurred", rescan=True)
    assert [event.page and event.page.label for event in take(open_book, folder)] == [None, "2"]


def test_a_refused_file_that_comes_whole_as_several_pages_stands_where_it_was_awaited(
    open_book: Station, tmp_path: Path
) -> None:
    folder = write_scans(tmp_path / "scans", "1.png", "!2.pdf", "3.png")
    take(open_book, folder)
    pdf(folder / "2.pdf", 3)
    assert [
        (e.name, "page insert KS.2010.01 3 --count 2" in e.reason)
        for e in told(open_book, folder)
        if isinstance(e, FileRefused)
    ] == [("2.pdf#1", True)]
    assert places(open_book) == {"1": "1.png", "3": "3.png"}
    assert any("page 2 waits for a readable file" in str(line) for line in blockers(book_facts(open_book, BOOK)))
    insert_pages(open_book, BOOK, "3", count=2)
    write_scans(folder, "0.png", shade=3)
    take(open_book, folder)
    assert places(open_book) == {
        "1": "1.png", "2": "2.pdf#1", "3": "2.pdf#2", "4": "2.pdf#3", "5": "3.png", "6": "0.png",
    }  # fmt: skip


def test_a_name_is_the_same_in_every_unicode_form(open_book: Station, tmp_path: Path) -> None:
    first, second = "trang số 1.png", "trang số 2.png"
    apart, together = (unicodedata.normalize(form, second) for form in ("NFD", "NFC"))
    folder = write_scans(tmp_path / "quyển", unicodedata.normalize("NFD", first), f"!{apart}", "trang số 3.png")
    take(open_book, folder)
    (folder / apart).unlink()
    (folder / unicodedata.normalize("NFD", first)).rename(folder / unicodedata.normalize("NFC", first))
    write_scans(folder, "trang số 4.png", together)
    assert [type(event) for event in told(open_book, folder)][:2] == [FileSkipped, FileSkipped]
    assert places(open_book) == {"1": first, "2": together, "3": "trang số 3.png", "4": "trang số 4.png"}


def test_a_file_that_grew_is_taken_from_where_it_stopped(open_book: Station, tmp_path: Path) -> None:
    pdf(tmp_path / "scans" / "all.pdf", 1)
    take(open_book, tmp_path / "scans")
    pdf(tmp_path / "scans" / "all.pdf", 3)
    events = told(open_book, tmp_path / "scans")
    assert [type(event) for event in events] == [FileSkipped, Captured, Captured]
    assert places(open_book) == {"1": "all.pdf", "2": "all.pdf#2", "3": "all.pdf#3"}


def test_what_a_file_grew_by_never_goes_to_another_place(open_book: Station, tmp_path: Path) -> None:
    folder = write_scans(tmp_path / "scans", "z.png")
    pdf(folder / "all.pdf", 2)
    take(open_book, folder)
    pdf(folder / "all.pdf", 4)
    refused = [event for event in told(open_book, folder) if isinstance(event, FileRefused)]
    assert [
        (e.name, "2 pages too many" in e.reason, "page insert KS.2010.01 3 --count 2" in e.reason) for e in refused
    ] == [("all.pdf#3", True, True)]
    insert_pages(open_book, BOOK, "3", count=2)
    take(open_book, folder)
    assert list(places(open_book).values()) == ["all.pdf#1", "all.pdf#2", "all.pdf#3", "all.pdf#4", "z.png"]


def test_a_file_that_was_cut_after_it_was_captured_takes_no_further_place(open_book: Station, tmp_path: Path) -> None:
    pdf(tmp_path / "scans" / "all.pdf", 2)
    take(open_book, tmp_path / "scans")
    (tmp_path / "scans" / "all.pdf").write_bytes(b"%PDF-1.4 cut")
    assert [event.pages for event in take(open_book, tmp_path / "scans") if isinstance(event, Captured)] == []
    assert not any("waits" in str(line) for line in blockers(book_facts(open_book, BOOK)))


def test_of_a_second_batch_with_the_names_of_the_first_nothing_is_taken(open_book: Station, tmp_path: Path) -> None:
    take(open_book, write_scans(tmp_path / "scans", "0001.png", "0002.png"))
    again = write_scans(tmp_path / "scans", "0001.png", "0002.png", "0003.png", shade=9)
    events = told(open_book, again)
    assert [type(event) for event in events] == [FileRefused, FileRefused, NamesRepeated]
    assert events[-1] == NamesRepeated(book=BOOK, waiting=1)
    assert places(open_book) == {"1": "0001.png", "2": "0002.png"}
    again.rename(tmp_path / "scans 2")
    take(open_book, tmp_path / "scans 2")
    assert list(places(open_book)) == ["1", "2", "3", "4", "5"]


def test_ctrl_c_stops_an_import_when_the_page_under_way_is_kept(open_book: Station, tmp_path: Path) -> None:
    folder = write_scans(tmp_path / "scans", "1.png", "2.png", "3.png")
    events = capture_folder(open_book, BOOK, folder)
    next(events)
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(Interrupted):
        next(events)
    assert places(open_book) == {"1": "1.png"}
    take(open_book, folder)
    assert list(places(open_book)) == ["1", "2", "3"]


def test_the_same_picture_twice_is_flagged(open_book: Station, tmp_path: Path) -> None:
    folder = write_scans(tmp_path / "scans", "1.png")
    (folder / "2.png").write_bytes((folder / "1.png").read_bytes())
    flags = [event.flags for event in take(open_book, folder) if isinstance(event, Captured)]
    assert ["repeated" in found for found in flags] == [False, True]


def test_the_last_page_sent_back_is_awaited_also_in_a_book_of_unknown_length(
    open_book: Station, tmp_path: Path
) -> None:
    folder = write_scans(tmp_path / "scans", "1.png", "2.png")
    take(open_book, folder)
    reject(open_book, BOOK, ["2"], reason="blurred", rescan=True)
    assert any("page 2 must be scanned again" in str(line) for line in blockers(book_facts(open_book, BOOK)))
    take(open_book, folder)
    assert places(open_book) == {"1": "1.png", "2": "2.png"}


def test_a_page_sent_back_by_mistake_is_taken_again_by_accepting_it(open_book: Station, tmp_path: Path) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "2.png"))
    reject(open_book, BOOK, ["1-2"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="not processed"):
        accept(open_book, BOOK, ["1"])
    assert places(open_book) == {"1": "1.png"}


def test_another_number_of_front_pages_renames_all_in_the_order_of_the_paper(
    open_book: Station, tmp_path: Path
) -> None:
    amend(open_book, BOOK, BookDetails(front=1, pages=3))
    take(open_book, write_scans(tmp_path / "scans", "c1.png", "c2.png", "p1.png", "p2.png", "p3.png"))
    amend(open_book, BOOK, BookDetails(front=2))
    names = {"F1": "c1.png", "F2": "c2.png", "1": "p1.png", "2": "p2.png", "3": "p3.png"}
    assert places(open_book) == names
    amend(open_book, BOOK, BookDetails(front=0, pages=5))
    assert list(places(open_book).values()) == list(names.values())


def test_more_pages_than_stated_stop_the_delivery(open_book: Station, tmp_path: Path) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "2.png", "3.png"))
    amend(open_book, BOOK, BookDetails(pages=2))
    assert any(
        "the book has more pages than stated: 3 found, 2 stated" in str(line)
        for line in blockers(book_facts(open_book, BOOK))
    )


def test_a_book_without_a_stated_total_or_with_another_is_doubtful(open_book: Station, tmp_path: Path) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "2.png"))
    assert len(completeness_warnings(book_facts(open_book, BOOK))) == 1
    amend(open_book, BOOK, BookDetails(pages=2, cases=3))
    assert "3 stated" in str(completeness_warnings(book_facts(open_book, BOOK))[0])
    amend(open_book, BOOK, BookDetails(cases=2))
    assert completeness_warnings(book_facts(open_book, BOOK)) == ()


def test_moving_pages_there_and_back_leaves_their_order(open_book: Station, tmp_path: Path) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "2.png", "3.png"))
    before = places(open_book)
    shift(open_book, BOOK, "2", by=2)
    assert places(open_book) == {"1": "1.png", "4": "2.png", "5": "3.png"}
    shift(open_book, BOOK, "4", by=-2)
    assert places(open_book) == before
    with pytest.raises(UsageError):
        shift(open_book, BOOK, "1", by=-1)


def test_an_unknown_recipe_or_convention_is_refused_at_once(open_book: Station) -> None:
    for details in (BookDetails(recipe="magic"), BookDetails(convention="magic")):
        with pytest.raises(ConfigError, match="magic"):
            amend(open_book, BOOK, details)


def waiting(station: Station) -> list[str]:
    """Return the pages that are still to come, in the book's own words."""
    return [
        line
        for line in map(str, blockers(book_facts(station, BOOK)))
        if "waits for" in line or "must be scanned again" in line
    ]


def test_files_that_were_no_pages_leave_the_book_the_last_one_first(open_book: Station, tmp_path: Path) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "!2.png", "3.png", "!4.png", "5.png", "!6.png"))
    with pytest.raises(UsageError, match="pages 4, 6 are not captured yet") as refused:
        shift(open_book, BOOK, "3", by=-1)
    assert "beginning with the last such file" in str(refused.value.remedy)
    amend(open_book, BOOK, BookDetails(pages=5))
    shift(open_book, BOOK, "5", by=-1)
    shift(open_book, BOOK, "3", by=-1)
    amend(open_book, BOOK, BookDetails(pages=3))
    assert places(open_book) == {"1": "1.png", "2": "3.png", "3": "5.png"}
    assert waiting(open_book) == []


@pytest.mark.parametrize("by", [1, -1])
def test_pages_move_past_one_that_was_lost_on_the_way_when_it_is_stated_missing(
    open_book: Station, tmp_path: Path, by: int
) -> None:
    take(open_book, write_scans(tmp_path / "scans", "0.png", "1.png", "2.png", "!3.png", "4.png", "!5.png"))
    with pytest.raises(UsageError, match="pages 4, 6 are not captured yet"):
        shift(open_book, BOOK, "3", by=by)
    state_pages(open_book, BOOK, ["4", "6"], "missing", note="the files are lost")
    shift(open_book, BOOK, "3", by=by)
    absent = [state.page.number for state in book_facts(open_book, BOOK).pages if state.status is Status.ABSENT]
    assert (absent, waiting(open_book)) == ([4 + by, 6 + by], [])


def test_a_page_that_was_sent_back_and_is_missing_is_awaited_nowhere_after_a_move(
    open_book: Station, tmp_path: Path
) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "2.png", "3.png"))
    reject(open_book, BOOK, ["3"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="pages 3 are not captured yet"):
        shift(open_book, BOOK, "2", by=-1)
    state_pages(open_book, BOOK, ["3"], "missing", note="eaten")
    shift(open_book, BOOK, "2", by=-1)
    states = [(state.page.label, str(state.status)) for state in book_facts(open_book, BOOK).pages]
    assert states == [("1", "unprocessed"), ("2", "absent")]
    assert waiting(open_book) == []


def test_pages_do_not_move_past_a_sheet_without_a_fate(open_book: Station, tmp_path: Path) -> None:
    take(open_book, write_scans(tmp_path / "scans", "1.png", "2.png"))
    row = book_facts(open_book, BOOK).row
    open_book.journal.open_sheet(row, Page(part=Part.BODY, number=3), source="test:0", operator="lan")
    with pytest.raises(UsageError, match="pages 3 are not captured yet"):
        shift(open_book, BOOK, "2", by=1)
    with pytest.raises(UsageError, match="cannot change while earlier pages are missing"):
        amend(open_book, BOOK, BookDetails(front=1, pages=3))
    state_pages(open_book, BOOK, ["3"], "missing", note="the scanner ate it")
    assert not any("uncertain sheet" in str(line) for line in blockers(book_facts(open_book, BOOK)))
    shift(open_book, BOOK, "2", by=1)
    assert places(open_book) == {"1": "1.png", "3": "2.png"}
