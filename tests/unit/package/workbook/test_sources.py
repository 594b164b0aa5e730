"""What people did to a workbook is taken over or told: on both its sheets, under other names, with rows deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from scanpipe.errors import WorkbookError
from scanpipe.model import CaseKey
from scanpipe.package.naming.convention import Convention
from scanpipe.package.workbook.index import write_workbook
from scanpipe.package.workbook.issued_rows import IssuedRows, issued_row
from scanpipe.package.workbook.merge import TypedCells, merge_typed
from scanpipe.package.workbook.reader import RowKey
from scanpipe.package.workbook.sources import TypedSheets, TypedWorkbook, read_sources

Edit = Callable[[openpyxl.Workbook], None]


def key(number: int) -> RowKey:
    return RowKey(case=CaseKey(year=2010, number=str(number)), volume=1, book_year=2010)


def cells(number: int, **others: str) -> dict[str, str]:
    known = {"STT": str(number), "so": f"{number:02}/2010", "quyenSo": "01/2010", "trangSo": str(number)}
    return {**known, "noiDangKy": "Hàm Rồng", "ngayDangKy": "", **others}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A workbook of three cases as it was published: case 1 typed in, and a row of case 9, which is not in the book."""

    folder: Path
    rows: IssuedRows
    published: Path

    def edited(self, name: str, edit: Edit) -> Path:
        path = self.folder / name
        book = openpyxl.load_workbook(self.published)
        edit(book)
        book.save(path)
        return path

    def read(self, path: Path, *, carried: bool = False, emptied: bool = False) -> TypedSheets:
        written = self.rows.cells if carried else None
        workbook = TypedWorkbook(
            path=path,
            name=path.name,
            form=self.rows,
            case_mapping={},
            as_issued=self.published,
            written=written,
            blank_means_cleared=emptied,
        )
        return read_sources(workbook, self.rows)

    def merged(self, *sheets: TypedSheets) -> TypedCells:
        sources = [source for each in sheets for source in each.sources]
        return merge_typed(self.rows.cells, sources, written=self.rows.cells, columns=self.rows.columns)


@pytest.fixture
def desk(tmp_path: Path, convention: Convention) -> Desk:
    rules = convention.workbook
    rows = IssuedRows(
        layout=rules.layout("KS"),
        columns=rules.columns,
        unmatched_sheet=rules.unmatched_sheet,
        rows=tuple(issued_row(key(n), cells(n), ()) for n in (1, 2, 3)),
    )
    typed = TypedCells(
        cells={key(1): {"nksHoTen": "Lan"}},
        columns=rows.layout.headers,
        unmatched=(cells(9, nksHoTen="Mai"),),
    )
    published = tmp_path / "published.xlsx"
    published.write_bytes(write_workbook(rows.cells, kind="KS", rules=rules, typed=typed))
    return Desk(folder=tmp_path, rows=rows, published=published)


def type_in(sheet: Worksheet, line: int, header: str, value: str | None) -> None:
    headers = [cell.value for cell in sheet[1]]
    sheet.cell(line, headers.index(header) + 1).value = value


def names(typed: TypedCells) -> dict[str, str]:
    return {found.case.number: row["nksHoTen"] for found, row in typed.cells.items() if "nksHoTen" in row}


def test_what_is_typed_on_the_sheet_of_rows_of_no_case_of_a_copy_is_taken_over(desk: Desk) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        type_in(book["Khong khop"], 2, "ghiChu", "xem lại")

    copy, last = desk.read(desk.edited("copy.xlsx", edit)), desk.read(desk.published, carried=True)
    typed = desk.merged(last, copy)
    assert {(row["nksHoTen"], row.get("ghiChu")) for row in typed.unmatched} == {("Mai", ""), ("Mai", "xem lại")}
    assert any("copy.xlsx, Khong khop, row 2" in str(line) for line in typed.conflicts)


def test_a_row_of_no_case_that_nobody_touched_in_a_copy_does_not_come_back(desk: Desk) -> None:
    copy = desk.read(desk.edited("copy.xlsx", lambda book: None))
    assert not desk.merged(copy).unmatched
    assert not desk.merged(copy).conflicts


def test_a_number_put_right_on_that_sheet_of_a_copy_finds_its_case_and_counts_once(desk: Desk) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        type_in(book["Khong khop"], 2, "so", "02/2010")

    copy, last = desk.read(desk.edited("copy.xlsx", edit)), desk.read(desk.published, carried=True)
    assert names(desk.merged(last, copy)) == {"1": "Lan", "2": "Mai"}
    again = desk.read(
        desk.edited("next.xlsx", lambda book: type_in(book["DL Import"], 3, "nksHoTen", "Mai")), carried=True
    )
    typed = desk.merged(again, copy)
    assert names(typed) == {"1": "Lan", "2": "Mai"}
    assert [row["so"] for row in typed.unmatched] == ["09/2010"]


def test_a_renamed_sheet_of_cases_is_known_by_its_headers_wherever_it_stands(desk: Desk) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        type_in(book["DL Import"], 3, "nksHoTen", "Bình")
        book["DL Import"].title = "Du lieu"
        book.move_sheet("Khong khop", -2)

    assert names(desk.merged(desk.read(desk.edited("copy.xlsx", edit)))) == {"2": "Bình"}


def test_two_sheets_that_may_be_that_of_the_cases_are_not_chosen_between(desk: Desk) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["DL Import"].title = "a"
        book.copy_worksheet(book["a"]).title = "b"

    with pytest.raises(WorkbookError, match=r"copy\.xlsx: no sheet has the name DL Import"):
        desk.read(desk.edited("copy.xlsx", edit))


def test_a_row_that_was_deleted_is_told_and_keeps_what_was_typed_before(desk: Desk) -> None:
    path = desk.edited("last.xlsx", lambda book: book["DL Import"].delete_rows(2))
    told = ("last.xlsx: rows are missing for the cases 1/2010; their published data is kept",)
    last = desk.read(path, carried=True)
    assert tuple(map(str, last.notices)) == told
    assert names(desk.merged(last)) == {"1": "Lan"}
    assert tuple(map(str, desk.read(path, emptied=True).notices)) == told


def test_a_column_that_was_deleted_is_told_and_keeps_what_was_typed_before(desk: Desk) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["DL Import"]
        for header in ("nksHoTen", "meHoTen", "STT"):
            sheet.delete_cols([cell.value for cell in sheet[1]].index(header) + 1)

    last = desk.read(desk.edited("last.xlsx", edit), carried=True)
    assert tuple(map(str, last.notices)) == (
        "last.xlsx: the columns nksHoTen are missing; their published data is kept",
    )
    assert names(desk.merged(last)) == {"1": "Lan"}


def test_a_column_that_rows_are_told_by_is_missed_by_its_name_with_a_remedy(desk: Desk) -> None:
    path = desk.edited("last.xlsx", lambda book: book["DL Import"].delete_cols(2))
    with pytest.raises(WorkbookError, match=r"last\.xlsx has no header row with so and quyenSo") as refused:
        desk.read(path)
    assert str(refused.value.remedy) == "Restore these columns with their headers and numbers."


@pytest.mark.parametrize(
    ("content", "problem", "remedy"),
    [
        (b"", "is empty", "Replace it with a complete copy"),
        (
            b"PK\x03\x04 and then nothing",
            "is not a valid .xlsx file, or it is incomplete",
            "If it does not open, replace",
        ),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_remedy(desk: Desk, content: bytes, problem: str, remedy: str) -> None:
    path = desk.folder / "torn.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=f"torn.xlsx {problem}") as refused:
        desk.read(path)
    assert remedy in str(refused.value.remedy)
