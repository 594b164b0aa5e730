"""Numbers of pages that a correction changed are told, and published for a ticket only; a ticket has its request."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from scanpipe.errors import DeliveryRefused, UsageError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.reorder import ChangeReason, amend
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.delivery.correction import write_request
from scanpipe.flows.delivery.deliver import Delivered, deliver
from scanpipe.flows.delivery.page_counts import manifest_before
from scanpipe.flows.process.run import process
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station, open_station
from scanpipe.package.reports.delivery_record import read_delivery_record
from scanpipe.package.reports.manifest import read_manifest
from scanpipe.raster.codecs import encode_png
from tests.conftest import SMALL_DPI
from tests.page_drawings import draw_page
from tests.small_books import BOOK, for_ticket, record_tickets

GROWN = ["whole book: 1 → 2", "KS.2010.01.001.pdf: 1 → 2"]


@pytest.fixture(scope="module")
def delivered_once(one_page_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station whose book of one page was delivered, and got a second page without a ticket, as long ago."""
    folder = Path(shutil.copytree(one_page_once, tmp_path_factory.mktemp("counted") / "station"))
    more = folder.parent / "more"
    more.mkdir()
    (more / "2.png").write_bytes(encode_png(draw_page(size_mm=(101.6, 76.2), dpi=SMALL_DPI).image))
    with open_station(folder, purpose="test") as station:
        list(process(station))
        accept(station, BOOK, [])
        deliver(station, BOOK)
        corrected = for_ticket(station, "CV 17")
        amend(corrected, BOOK, BookDetails(pages=2, rule="pages:2"), why=ChangeReason(reason="a page was left out"))
        list(capture_folder(corrected, BOOK, more))
        list(process(station))
        accept(station, BOOK, [])
    return folder


@pytest.fixture
def folder(delivered_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(delivered_once, tmp_path / "station"))


def told(done: Delivered) -> tuple[list[str], list[str]]:
    return list(done.counts), list(done.tickets)


def forget_tickets(station: Station) -> None:
    """Make what was done be as an older scanpipe wrote it, for no ticket."""
    for statement in ("DROP TRIGGER edit_no_update", "UPDATE edit SET ticket = ''"):
        station.journal.db.execute(statement)


def test_manifest_report_and_note_tell_the_ticket_and_the_numbers_of_pages(folder: Path) -> None:
    with open_station(folder, purpose="test") as station:
        done = deliver(station, BOOK)
        assert told(done) == (GROWN, ["CV 17 of 05/03/2026, approved by Trần Văn Bình"])
        changes = read_manifest(done.manifest).changes
        assert changes and ([str(each) for each in changes.counts], changes.tickets[0].number) == (GROWN, "CV 17")
        record = read_delivery_record(done.note.with_suffix(".json"))
        assert (record.tickets, record.counts) == (changes.tickets, changes.counts)
        report = done.report.read_text()
        assert "CV 17 of 05/03/2026" in report and all(line in report for line in GROWN)
        again = deliver(station, BOOK)
        assert (again.new, told(again)) == (False, told(done))


def test_other_numbers_of_pages_are_not_published_without_a_ticket_not_even_where_the_folder_is_away(
    folder: Path,
) -> None:
    with open_station(folder, purpose="test") as station:
        forget_tickets(station)
        facts = book_facts(station, BOOK)
        shutil.rmtree(station.folder / facts.deliveries[0].folder)
        assert manifest_before(station, facts.row, facts.deliveries[0])
        with pytest.raises(DeliveryRefused, match="whole book: 1 → 2") as refused:
            deliver(station, BOOK)
        assert "KS.2010.01.001.pdf: 1 → 2" in str(refused.value) and "--ticket" in str(refused.value)
        assert len(book_facts(station, BOOK).deliveries) == 1
        done = deliver(replace(station, ticket="CV 17"), BOOK)
        assert told(done) == (GROWN, ["CV 17 of 05/03/2026, approved by Trần Văn Bình"])


def test_the_request_of_a_ticket_lists_what_is_asked_and_what_was_changed(folder: Path, tmp_path: Path) -> None:
    with open_station(folder, purpose="test", person="Lan") as station:
        corrected = replace(station, ticket="CV 17")
        reject(corrected, BOOK, ["1-2"], reason="faded", redo="faded", note="dòng đầu")
        target = write_request(station, BOOK, "cv 17", tmp_path / "papers" / "request.pdf")
        text = " ".join(pdf_text(target).split())
        for part in (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "PHIẾU ĐỀ NGHỊ ĐIỀU CHỈNH",
            "CV 17",
            "05/03/2026",
            "Trần Văn Bình",
            "1-2",
            "mờ: dòng đầu",
            "faded",
            "a page was left out",
            "KS.2010.01",
        ):
            assert part in text, (part, text)
        again = write_request(station, BOOK, "CV 17", tmp_path / "again.pdf")
        assert again.read_bytes() == target.read_bytes()
        with pytest.raises(UsageError, match=r"request\.pdf"):
            write_request(station, BOOK, "CV 17", target)
        record_tickets(station, "CV 18")
        with pytest.raises(UsageError, match="nothing was asked for the ticket CV 18"):
            write_request(station, BOOK, "CV 18", tmp_path / "none.pdf")


def pdf_text(path: Path) -> str:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()
