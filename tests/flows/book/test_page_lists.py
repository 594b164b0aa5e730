"""Lists of pages as receivers send them: read whatever their form, taken whole or not at all."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from scanpipe.errors import PageUnknown, UsageError, WorkbookError
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station
from tests.small_books import BOOK, capture_pages, read_pages, small_book, statuses

TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station with a book of four pages, each a case; tests of lists only ever add verdicts to it."""
    folder = tmp_path_factory.mktemp("book")
    with small_book(folder, pages=4) as station:
        capture_pages(station, folder / "scans", 4)
        read_pages(station)
        yield station


def csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "returned.csv"
    path.write_bytes((with_tones_apart(text) if encoding == "cp1258" else text).encode(encoding))
    return path


def with_tones_apart(text: str) -> str:
    """Return Vietnamese as Windows-1258 has it: each tone is a mark of its own after its letter."""
    marks = [unicodedata.normalize("NFD", letter) for letter in text]
    letters = [unicodedata.normalize("NFC", "".join(m for m in found if m not in TONES)) for found in marks]
    return "".join(
        letter + "".join(m for m in found if m in TONES) for letter, found in zip(letters, marks, strict=True)
    )


def xlsx(folder: Path, *rows: tuple[object, ...]) -> Path:
    workbook = openpyxl.Workbook()
    for cells in rows:
        workbook.active.append(cells)
    path = folder / "returned.xlsx"
    workbook.save(path)
    return path


def sent_back(station: Station, listed: Path, *typed: str) -> list[str]:
    return [page.label for page in reject(station, BOOK, typed, listed=listed, reason="faded")]


@pytest.mark.parametrize("encoding", ["cp1258", "utf-8-sig", "utf-16"])
def test_a_csv_file_with_titles_blank_rows_and_remarks(book: Station, tmp_path: Path, encoding: str) -> None:
    text = (
        "Danh sách trang không đạt của sổ KS.2010.01;;\r\n"
        "STT;Tên tệp;Ghi chú\r\n(1);(2);(3)\r\n"
        "1;KS.2010.01.003.pdf;mờ\r\n;;\r\n2;ks.2010.01.001;nhoè chữ\r\n"
        "3;KS.2010.01\\KS.2010.01.003.pdf;\r\n;;Người lập\r\n"
    )
    assert sent_back(book, csv(tmp_path, text, encoding)) == ["3", "1"]


@pytest.mark.parametrize(
    "rows",
    [
        [("02/2010",), ("F:/nộp/KS.2010.01.003.pdf",)],
        [("PDF bị lỗi",), ("2/2010",), (3,)],
        [("Trang", "Ghi chú"), (2, "mờ"), (None, None), (3.0, "mờ")],
        [("STT", "Hồ sơ bị trả lại"), (1, "2/2010"), (2, "3/2010")],
        [("STT", "Số hồ sơ", "Lý do"), (4, "002", "mờ"), (5, "3/2010", None), ("STT", "Số hồ sơ", "Lý do")],
        [("No", "Trang", "Tệp PDF"), (1, 1, "KS.2010.01.002"), (2, 1, "KS.2010.01.003")],
        [("2-3",)],
    ],
    ids=["no title", "unknown title", "pages", "by content", "cases without year", "pages of a PDF", "range"],
)
def test_the_column_of_names_is_found(book: Station, tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    assert sent_back(book, xlsx(tmp_path, *rows)) == ["2", "3"]


def test_names_typed_and_listed_count_together_and_once(book: Station, tmp_path: Path) -> None:
    listed = csv(tmp_path, "page\n3\n2\n3\n")
    assert sent_back(book, listed, "4", "3") == ["4", "3", "2"]
    assert {state.page.label for state in accept(book, BOOK, ["4"], listed=listed)} == {"2", "3", "4"}
    assert {statuses(book)[label] for label in "234"} == {"accepted"}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("file",), ("KS.2010.01.002",), ("KS.2010.02.003",)], "row 3: KS.2010.02.003"),
        ([("STT", "trả lại"), (1, "KS.2010.02.001.pdf"), (2, "KS.2010.02.002.pdf")], "row 2: KS.2010.02.001.pdf"),
        ([("Trang", "trả lại"), (1, "KH.2010.01.001"), (2, "KH.2010.01.002")], "row 2: KH.2010.01.001"),
        ([("file",), ("nonsense",)], "row 2: nonsense"),
        ([("page",), (2,), (5,)], "row 3: 5"),
        ([("page",), ("3-5",)], "row 2: 3-5"),
        ([("case",), (2,), ("9/2010",)], "row 3: 9/2010"),
        ([("case",), (datetime(2010, 2, 1),)], "row 2: 01.02.2010"),
        ([("file", "page"), ("KS.2010.01.002", 1), (None, 2)], "row 3: empty cell"),
        ([("KS.2010.01.002",), ("2/2010",), ("F1",)], "row 3: F1"),
        ([("KS.2010.01.002", None), (None, "3/2010")], "row 2: empty cell"),
        ([(None, "3/2010"), ("KS.2010.01.002", None)], "row 1: empty cell"),
        ([("file",), ("KS.1\nrow 9",)], "row 2: KS.1\\u000arow 9"),
    ],
)
def test_a_name_that_the_book_does_not_know_is_told_and_nothing_is_written(
    book: Station, tmp_path: Path, rows: list[tuple[object, ...]], told: str
) -> None:
    listed, before = xlsx(tmp_path, *rows), statuses(book)
    with pytest.raises(PageUnknown) as caught:
        sent_back(book, listed, "1")
    assert "returned.xlsx" in str(caught.value.text)
    assert told in str(caught.value.text).splitlines()
    with pytest.raises(PageUnknown):
        accept(book, BOOK, ["1"], listed=listed)
    assert statuses(book) == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "file\n",
        "STT,tên,năm\n1,Nguyễn Văn A,2\n2,Lê Thị B,3\n",
        "trang,tháng\n1,2/2010\n",
        "KS.2010.01.002,KS.2010.01.003\n",
        'file\n"KS.2010.01.002\n',
        "page\n" + "2;;\n" * 50_001,
    ],
    ids=["empty", "titles only", "numbers of rows", "pages and months", "two columns", "torn", "content is too large"],
)
def test_a_list_that_surely_names_nothing_is_refused(book: Station, tmp_path: Path, text: str) -> None:
    before = statuses(book)
    for command in (lambda listed: accept(book, BOOK, [], listed=listed), lambda listed: sent_back(book, listed)):
        with pytest.raises(WorkbookError, match=r"returned\.csv"):
            command(csv(tmp_path, text))
    assert statuses(book) == before


def test_reject_wants_pages_named(book: Station) -> None:
    with pytest.raises(UsageError, match="No page was given"):
        reject(book, BOOK, [], reason="faded")


def test_nothing_is_taken_back_from_the_scanner_where_a_page_is_unknown(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        capture_pages(station, tmp_path / "scans", 2)
        read_pages(station)
        reject(station, BOOK, ["2"], reason="blurred", rescan=True)
        for typed, rows in ((["2", "9"], "page\n1\n"), (["2"], "page\n9\n")):
            with pytest.raises(PageUnknown, match="9"):
                accept(station, BOOK, typed, listed=csv(tmp_path, rows))
        assert statuses(station)["2"] == "missing"
