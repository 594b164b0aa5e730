import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from scanpipe.errors import WorkbookError
from scanpipe.model import Book, CaseKey, PageSet
from scanpipe.package.naming.convention import Convention
from scanpipe.package.workbook.bounds import MAX_BYTES
from scanpipe.package.workbook.index import CaseRow, case_rows, known_cells, write_workbook
from scanpipe.package.workbook.reader import read_workbook

ROW = CaseRow(
    key=CaseKey(year=2010, number="15"),
    volume=1,
    book_year=2010,
    page=55,
    place="Phường Hàm Rồng",
    registered=date(2010, 10, 7),
)


def test_what_is_known_is_filled_in_as_text_and_the_rest_left_empty(tmp_path: Path, convention: Convention) -> None:
    path = tmp_path / "KS.2010.01.xlsx"
    path.write_bytes(
        write_workbook(
            known_cells([ROW, replace(ROW, key=CaseKey(year=2010, number="5a"))], convention.workbook),
            kind="KS",
            rules=convention.workbook,
        )
    )
    sheet = openpyxl.load_workbook(path)["DL Import"]
    header = [cell.value for cell in sheet[1]]
    assert tuple(header) == convention.workbook.layout("KS").columns
    values = {name: cell.value for name, cell in zip(header, sheet[2], strict=True) if cell.value is not None}
    assert values == {
        "STT": 1,
        "so": "15/2010",
        "quyenSo": "01/2010",
        "trangSo": "55",
        "ngayDangKy": "07.10.2010",
        "noiDangKy": "Phường Hàm Rồng",
    }
    assert sheet.cell(3, 2).value == "05a/2010"
    assert {cell.number_format for cell in sheet[2][1:]} == {"@"}


def test_the_notes_sheet_is_there(tmp_path: Path, convention: Convention) -> None:
    path = tmp_path / "KS.2010.01.xlsx"
    path.write_bytes(write_workbook(known_cells([ROW], convention.workbook), kind="KS", rules=convention.workbook))
    notes = openpyxl.load_workbook(path)["Ghi chu"]
    assert "loaiDangKy" in str(notes["A3"].value)


@pytest.mark.parametrize("shift_days", [400, -47 * 366, -57 * 366])  # no ZIP can be of before 1980
def test_the_same_rows_give_the_same_bytes_whenever(
    monkeypatch: pytest.MonkeyPatch, convention: Convention, shift_days: int
) -> None:
    first = write_workbook(known_cells([ROW], convention.workbook), kind="KH", rules=convention.workbook)
    later = time.time() + 86_400 * shift_days
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_args: time.gmtime(later))
    assert write_workbook(known_cells([ROW], convention.workbook), kind="KH", rules=convention.workbook) == first


def test_no_date_of_the_clock_is_left(tmp_path: Path, convention: Convention) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(write_workbook(known_cells([ROW], convention.workbook), kind="KS", rules=convention.workbook))
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml")
    assert core.count(b"1980-01-01T00:00:00Z") == 2


def test_a_place_that_looks_like_a_formula_stays_a_text(tmp_path: Path, convention: Convention) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        write_workbook(
            known_cells([replace(ROW, place="=1+1")], convention.workbook), kind="KS", rules=convention.workbook
        )
    )
    cell = openpyxl.load_workbook(path)["DL Import"]["G2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_control_characters_are_refused(convention: Convention) -> None:
    with pytest.raises(WorkbookError):
        write_workbook(
            known_cells([replace(ROW, place="a\x00b")], convention.workbook), kind="KS", rules=convention.workbook
        )


def test_rows_of_a_book_come_from_its_page_sets(book: Book, sets: tuple[PageSet, ...]) -> None:
    rows = case_rows(book, sets)
    assert [(str(row.key), row.page, row.place) for row in rows] == [
        ("1/2010", 1, "Phường Hàm Rồng"),
        ("2a/2010", 2, "Phường Hàm Rồng"),
        ("1/2011", 4, "Phường Hàm Rồng"),
    ]


def test_a_workbook_written_reads_back(tmp_path: Path, convention: Convention) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(write_workbook(known_cells([ROW], convention.workbook), kind="KS", rules=convention.workbook))
    (row,) = read_workbook(path, kind="KS", rules=convention.workbook).rows
    assert (row.line, row.cells["so"], row.cells["ngayDangKy"]) == (2, "15/2010", "07.10.2010")


def test_headers_with_blanks_and_line_breaks_below_a_title_are_read(tmp_path: Path, convention: Convention) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Sổ khai sinh"])
    book.active.append(["STT ", "so\n", " quyenSo", "trangSo"])
    book.active.append([])
    book.active.append([1, "15/2010", "01/2010", 55.0])
    path = tmp_path / "x.xlsx"
    book.save(path)
    (row,) = read_workbook(path, kind="KS", rules=convention.workbook).rows
    assert (row.line, row.cells) == (4, {"STT": "1", "so": "15/2010", "quyenSo": "01/2010", "trangSo": "55"})


def test_a_workbook_without_the_columns_is_refused_by_name(tmp_path: Path, convention: Convention) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(WorkbookError, match=r"other\.xlsx.*so and quyenSo"):
        read_workbook(path, kind="KS", rules=convention.workbook)


def test_a_workbook_that_would_unpack_to_too_much_is_not_unpacked(tmp_path: Path, convention: Convention) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(MAX_BYTES + 1))
    with pytest.raises(WorkbookError, match="unpack"):
        read_workbook(path, kind="KS", rules=convention.workbook)
