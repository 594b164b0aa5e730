"""A workbook that people typed into is read as they saw it, or what is wrong with it is named by its cell."""

import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from scanpipe.errors import WorkbookError
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.typed_cells import TypedSheet, read_typed
from tests.unit.package.packages import rezip


def read(path: Path) -> TypedSheet:
    return read_typed(path, sheet="DL Import", columns=Columns())


def saved(path: Path, *rows: tuple[object, ...], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "DL Import"
    for row in rows:
        book.active.append(row)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (datetime(2010, 2, 1), "dd.mm.yyyy", "01.02.2010"),
        (time(8, 30), "hh:mm", "08:30"),
        (timedelta(hours=26), "[h]:mm", "26:00"),
        (12345678901, "000 000 000 000", "012345678901"),
        (38185012345, "General", "38185012345"),
        (0.5, "0%", "50%"),
        (True, "General", "TRUE"),
        ("  x ", "@", "x"),
    ],
)
def test_a_cell_is_read_as_it_was_seen(tmp_path: Path, value: object, form: str, shown: str) -> None:
    rows = ("so", "quyenSo", "a"), ("1/2010", "1/2010", value)
    path = saved(tmp_path / "x.xlsx", *rows, formats={"C2": form})
    assert read(path).sheet.rows[0].cells["a"] == shown


@pytest.mark.parametrize(
    ("value", "form", "problem"),
    [
        (0.5, "# ?/?", r"cell C2 has the unsupported format # \?/\? \(format it as text"),
        (datetime(2026, 3, 12), "d-mmm", "cell C2 has the unsupported format d-mmm"),
        (38185012345, "dd.mm.yyyy", "cell C2 shows the error #VALUE!"),
        ("#N/A", "General", "cell C2 shows the error #N/A"),
    ],
)
def test_what_cannot_be_told_for_certain_is_refused_by_its_cell(
    tmp_path: Path, value: object, form: str, problem: str
) -> None:
    rows = ("so", "quyenSo", "a"), ("1/2010", "1/2010", value)
    path = saved(tmp_path / "x.xlsx", *rows, formats={"C2": form})
    with pytest.raises(WorkbookError, match=problem):
        read(path)


@pytest.mark.parametrize(
    "formula",
    ["=1+1", ArrayFormula("C3:C4", "=D3:D4"), DataTableFormula("C3:C4", dt2D=False, r1="D3", ca=False)],
    ids=["plain", "array", "data table"],
)
def test_a_formula_that_was_never_worked_out_is_refused_even_where_nothing_else_is_in_its_row(
    tmp_path: Path, formula: object
) -> None:
    path = saved(tmp_path / "x.xlsx", ("so", "quyenSo", "a"), ("1/2010", "1/2010", "x"), (None, None, formula))
    with pytest.raises(WorkbookError, match=r"cell C3 has a formula without a result \(open the file in Excel"):
        read(path)


def test_a_formula_that_was_worked_out_to_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.xlsx", ("so", "quyenSo", "a"), ("1/2010", "1/2010", '=""'))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b'<c r="C2">', b'<c r="C2" t="str">')
    rezip(path, members)
    assert read(path).sheet.rows[0].cells["a"] == ""


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ((("so", "quyenSo", "a", "a "), ("1/2010", "1/2010", "x", "y")), "2 columns have the header a"),
        ((("so", "quyenSo"), ("1/2010", "1/2010", "x")), "cell C2 has no header"),
        ((("so", "quyenSo", *["x"] * 600), ("1/2010", "1/2010")), "more than 500 columns"),
    ],
)
def test_what_would_be_lost_is_refused_by_its_cell(tmp_path: Path, rows, problem: str) -> None:
    path = saved(tmp_path / "x.xlsx", *rows)
    with pytest.raises(WorkbookError, match=problem) as refused:
        read(path)
    assert "x.xlsx" in str(refused.value.text)


def test_merged_cells_are_refused_and_comments_and_titles_are_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.xlsx", ("Sổ", None), ("so", "quyenSo"), ("1/2010", "1/2010"), ("2/2010", "1/2010"))
    book = openpyxl.load_workbook(path)
    book.active["A3"].comment = Comment("look again", "Lan")
    book.save(path)
    assert tuple(map(str, read(path).left_out)) == (
        "the comment on cell A3",
        "row 1, above the headers",
    )
    book.active.merge_cells("B3:B4")
    book.save(path)
    with pytest.raises(WorkbookError, match="cells B3:B4 are merged"):
        read(path)


def test_a_merged_title_and_formats_where_nothing_is_keep_nobody_from_going_on(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.xlsx", ("Sổ", None), ("so", "quyenSo"), ("1/2010", "1/2010"))
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A1:B1")
    for cell in ("AMJ3", "A40000"):
        book.active[cell].number_format = "0.00"
    book.save(path)
    assert [row.cells for row in read(path).sheet.rows] == [{"so": "1/2010", "quyenSo": "1/2010"}]
