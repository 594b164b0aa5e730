"""Workbooks of a few kilobytes that name a million cells: refused by what they name, before a cell of it is made."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from scanpipe.errors import WorkbookError
from scanpipe.package.cases.page_index import read_page_index
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.sheet import sheet_names
from scanpipe.package.workbook.typed_cells import read_stamp, read_typed
from scanpipe.sandbox import at_most

SHEET = "xl/worksheets/sheet1.xml"


def workbook(change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["so", "quyenSo"])
    book.active.append(["01/2010", "01/2010"])
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def edited(part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with bytes of a part replaced, as a spreadsheet program would never write it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(target, "w", 8) as copy:
        for name in source.namelist():
            content = source.read(name)
            assert name != part or old in content
            copy.writestr(name, content.replace(old, new) if name == part else content)
    return target.getvalue()


def formatted(book: openpyxl.Workbook) -> None:
    book.active["A2"].number_format = "0" * 100_000


BOMBS = {
    "a link over a column": (
        lambda: edited(SHEET, b"</sheetData>", b'</sheetData><hyperlinks><hyperlink ref="A1:A1048576"/></hyperlinks>'),
        "A1:A1048576 have a link: more than 100000 cells",
    ),
    "merged cells": (
        lambda: edited(SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A7:H1048576"/></mergeCells>'),
        "A7:H1048576 are merged: more than 100000 cells",
    ),
    "whole columns": (
        lambda: edited(SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A:H"/></mergeCells>'),
        "A:H are merged",
    ),
    "a row far away": (lambda: edited(SHEET, b'<row r="2"', b'<row r="99999999999999"'), "row 99999999999999"),
    "a cell far away": (lambda: edited(SHEET, b'r="B2"', b'r="XFE2"'), "row XFE2"),
    "a long format": (lambda: workbook(formatted), "format 0000.* has 100000 characters; the limit is 255"),
    "many sheets": (
        lambda: workbook(lambda book: [book.create_sheet() for _turn in range(100)]),
        "more than 100 ",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_names_too_much_is_refused_by_that(tmp_path: Path, name: str) -> None:
    make, words = BOMBS[name]
    path = tmp_path / "KS.2010.01.xlsx"
    path.write_bytes(make())
    assert path.stat().st_size < 50_000
    with at_most(cpu_s=5, memory_mb=600):
        for read in (read_stamp, sheet_names, read_page_index, lambda at: read_typed(at, sheet="", columns=Columns())):
            with pytest.raises(WorkbookError, match=rf"KS\.2010\.01\.xlsx was refused: .*{words}") as raised:
                read(path)
            assert str(raised.value.remedy)


def test_what_no_bound_foresaw_ends_at_the_bounds_of_the_child(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    path.write_bytes(workbook(lambda book: [book.active.cell(row, 16_384, "x") for row in range(3, 3_000)]))
    with (
        at_most(cpu_s=0.02),
        pytest.raises(WorkbookError, match=r"wide\.xlsx was refused: reading it needs more than 0\.02"),
    ):
        read_page_index(path)
    with at_most(cpu_s=20), pytest.raises(WorkbookError, match="more than 500 columns"):
        read_typed(path, sheet="", columns=Columns())


def test_cells_that_people_merge_and_link_are_read(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active.merge_cells("D1:H40")
        book.active["A2"].hyperlink = "https://example.org"

    path = tmp_path / "good.xlsx"
    path.write_bytes(workbook(change))
    assert sheet_names(path) == ("Sheet",)
    with pytest.raises(WorkbookError, match="D1:H40 are merged"):
        read_typed(path, sheet="Sheet", columns=Columns())


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_has_no_end_is_not_read(tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"index{suffix}"
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    with pytest.raises(WorkbookError, match=r"index.*a pipe or a device, not a file"):
        read_page_index(path)
