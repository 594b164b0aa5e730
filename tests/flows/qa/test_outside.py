"""Lists that come back from outside: what they mean, what is done, and that nothing is half done."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from scanpipe.errors import PageUnknown
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.readiness import blockers
from scanpipe.flows.book.undo import undo_last
from scanpipe.flows.process.verdicts import accept
from scanpipe.flows.qa.outside import Remedied, import_rejections, reason_of
from scanpipe.flows.station import Station
from tests.small_books import BOOK, capture_pages, read_pages, small_book, statuses


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of six pages, one of each case, all of them accepted."""
    with small_book(tmp_path, pages=6, cases=6, rule="pages:1") as opened:
        capture_pages(opened, tmp_path / "scans", 6)
        read_pages(opened)
        accept(opened, BOOK, [])
        yield opened


def listed(folder: Path, text: str) -> Path:
    path = folder / "returned.csv"
    path.write_text(text, encoding="utf-8")
    return path


FREE_TEXT = """STT,Tên tệp,Lý do trả lại
1,KS.2010.01.001.pdf,"Trang bị nghiêng, đề nghị quét lại"
2,KS.2010.01.002.pdf,chu mo qua
3,KS.2010.01.003,giấy rách góc dưới
4,KS.2010.01.004,xem lại giúp
5,KS.2010.01.005,sai trang
"""


def test_each_reason_decides_what_is_done_and_what_is_not_understood_waits(station: Station, tmp_path: Path) -> None:
    returned = import_rejections(station, BOOK, listed(tmp_path, FREE_TEXT), ticket="CV 17")
    told = [(each.page.label, each.lines, each.reason, each.outcome, each.recipe) for each in returned]
    assert told == [
        ("1", (2,), "skewed", "rescan", ""),
        ("2", (3,), "faded", "redo", "faded"),
        ("3", (4,), "torn", "reject", ""),
        ("4", (5,), "other", "reject", ""),
        ("5", (6,), "wrong-page", "reject", ""),
    ]
    assert statuses(station) == {
        **{"1": "missing", "2": "unprocessed", "3": "rejected", "4": "rejected", "5": "rejected", "6": "accepted"}
    }
    verdicts = {state.page.label: state.facts.verdict for state in book_facts(station, BOOK).captured}
    assert verdicts["4"] and (verdicts["4"].note, verdicts["4"].ticket) == ("xem lại giúp", "CV 17")
    assert any("again: skewed: Trang bị nghiêng, đề" in str(each) for each in blockers(book_facts(station, BOOK)))


def test_a_dry_run_tells_the_same_and_changes_nothing(station: Station, tmp_path: Path) -> None:
    path = listed(tmp_path, FREE_TEXT)
    would = import_rejections(station, BOOK, path, dry_run=True)
    assert set(statuses(station).values()) == {"accepted"}
    assert import_rejections(station, BOOK, path) == would


def test_rows_that_the_book_does_not_know_are_told_with_their_text_and_nothing_is_written(
    station: Station, tmp_path: Path
) -> None:
    path = listed(tmp_path, FREE_TEXT + "6,KS.2010.01.099,mất góc\n")
    with pytest.raises(PageUnknown, match=r"(?s)returned\.csv.*row 7: KS\.2010\.01\.099 \(mất góc\)"):
        import_rejections(station, BOOK, path)
    assert set(statuses(station).values()) == {"accepted"}


def test_what_is_done_may_be_told(station: Station, tmp_path: Path) -> None:
    path = listed(tmp_path, "so ho so;y kien\n1;mo\n2;nghieng\n")
    import_rejections(station, BOOK, path, instead=Remedied(outcome="redo", recipe="plain"))
    assert [statuses(station)[page] for page in "123"] == ["unprocessed", "unprocessed", "accepted"]


def test_the_same_list_again_sends_nothing_back_to_the_scanner_twice(station: Station, tmp_path: Path) -> None:
    path = listed(tmp_path, "KS.2010.01.001,nghiêng\nKS.2010.01.002,mờ\n")
    import_rejections(station, BOOK, path)
    read_pages(station)
    again = import_rejections(station, BOOK, path)
    assert [each.outcome for each in again] == ["awaited", "reject"]  # it has the recipe for faded pages already


def test_one_undo_takes_all_of_it_back(station: Station, tmp_path: Path) -> None:
    import_rejections(station, BOOK, listed(tmp_path, FREE_TEXT))
    undo_last(station, BOOK)
    assert set(statuses(station).values()) == {"accepted"}


def test_two_rows_about_a_page_are_one_rejection(station: Station, tmp_path: Path) -> None:
    path = listed(tmp_path, "KS.2010.01.001,mờ\nKS.2010.01.001.pdf,mất góc\n")
    (one,) = import_rejections(station, BOOK, path, dry_run=True)
    assert (one.lines, one.text, one.reason) == ((1, 2), "mờ; mất góc", "cut-off")


def test_cells_that_are_merged_over_rows_count_in_each_of_them(station: Station, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    rows = [
        ("DANH SÁCH TRẢ LẠI",),
        ("TT", "LY DO", "TEN TEP"),
        (1, "chữ mờ", "KS.2010.01.001.pdf"),
        (2, "mất góc"),
        (3, "nhòe", "KS.2010.01.002.pdf"),
        (4, None, "KS.2010.01.003.pdf"),
    ]
    for row in rows:
        sheet.append(row)
    for area in ("A1:C1", "C3:C4", "B5:B6"):
        sheet.merge_cells(area)
    workbook.save(tmp_path / "returned.xlsx")
    returned = import_rejections(station, BOOK, tmp_path / "returned.xlsx", dry_run=True)
    told = [(each.page.label, each.lines, each.text, each.reason) for each in returned]
    assert told == [
        ("1", (3, 4), "chữ mờ; mất góc", "cut-off"),
        ("2", (5,), "nhòe", "blurred"),
        ("3", (6,), "nhòe", "blurred"),
    ]


def test_commas_of_sentences_part_no_cells(station: Station, tmp_path: Path) -> None:
    path = listed(tmp_path, "Tên tệp;Lý do\nKS.2010.01.001.pdf;mờ, nhòe, bẩn, rách, mất góc\n")
    (one,) = import_rejections(station, BOOK, path, dry_run=True)
    assert one.text == "mờ, nhòe, bẩn, rách, mất góc"


def test_a_row_that_says_what_is_wrong_but_not_with_what_is_told(station: Station, tmp_path: Path) -> None:
    path = listed(tmp_path, "TT,Tên tệp,Lý do\n1,KS.2010.01.001.pdf,mờ\n2,,nghiêng\n,,NGƯỜI LẬP\n")
    with pytest.raises(PageUnknown, match=r":\nrow 3: empty cell \(nghiêng\) Nothing"):
        import_rejections(station, BOOK, path, dry_run=True)


def test_of_several_reasons_the_one_counts_that_mends_the_others() -> None:
    assert reason_of("mờ và mất góc") == "cut-off"
    assert reason_of("rách, mờ") == "faded"
    assert reason_of("xem lại") == "other"
