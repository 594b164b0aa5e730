"""The list of pages to be scanned again: which, why, and with the picture that is to be replaced."""

from pathlib import Path

import pytest
from pikepdf import Pdf
from pypdfium2 import PdfDocument

from scanpipe.errors import UsageError
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.rescans import print_rescan_list, rescan_list
from tests.small_books import BOOK, capture_pages, read_pages, small_book


def test_the_list_names_pages_with_reason_note_and_case_until_they_are_there(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3, cases=3, rule="pages:1") as station:
        capture_pages(station, tmp_path / "scans", 3)
        read_pages(station)
        reject(station, BOOK, ["3"], reason="cut-off", rescan=True)
        reject(station, BOOK, ["1"], reason="blurred", rescan=True, note="tên mẹ không rõ", ticket="CV 17")
        reject(station, BOOK, ["2"], reason="faded")
        first, second = rescan_list(station, BOOK).pages
        assert (first.page.label, first.cases, first.said.note, first.said.ticket) == (
            *("1", ("1/2010",), "tên mẹ không rõ", "CV 17"),
        )
        assert (second.page.label, second.said.reason) == ("3", "cut-off")
        accept(station, BOOK, ["1", "3"])
        assert rescan_list(station, BOOK).pages == ()


def test_the_printed_list_shows_the_old_pictures(tmp_path: Path) -> None:
    target = tmp_path / "rescan.pdf"
    with small_book(tmp_path, pages=2, cases=2, rule="pages:1") as station:
        capture_pages(station, tmp_path / "scans", 2)
        reject(station, BOOK, ["1", "2"], reason="blurred", rescan=True, note="<b>tên</b>")
        wanted = rescan_list(station, BOOK)
        print_rescan_list(station, wanted, target)
        with pytest.raises(UsageError, match="exist already"):
            print_rescan_list(station, wanted, target)
    text = PdfDocument(target)[0].get_textpage().get_text_range()
    assert all(part in text for part in ("14758/KS.2010.01", "blurred", "<b>tên</b>", "Case 2/2010"))
    with Pdf.open(target) as pdf:
        assert len(pdf.pages[0].get_images()) == 2


def test_nothing_is_printed_where_nothing_is_to_be_scanned_again(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=1) as station, pytest.raises(UsageError, match="no page is to be scanned"):
        print_rescan_list(station, rescan_list(station, BOOK), tmp_path / "rescan.pdf")
