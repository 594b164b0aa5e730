"""The import workbook of a book: one row for each case, the same input giving the same bytes.

scanpipe fills in what it knows; the columns of the people concerned stay empty, formatted as text, for those who type
them in.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from scanpipe.errors import WorkbookError
from scanpipe.fsio import nfc
from scanpipe.messages import _
from scanpipe.model import Book, CaseKey, PageSet
from scanpipe.package.case_number import split_number
from scanpipe.package.convention import Convention
from scanpipe.package.sheet import Cell, cell_text, header_text, read_grid
from scanpipe.package.workbook_rules import Layout

_EPOCH = datetime(1980, 1, 1)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEADER_ROWS = 10
_TEXT_FORMAT = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """What scanpipe knows of a case: its number, the volume it stands in, its first page, its place and date."""

    key: CaseKey
    volume: int
    book_year: int
    page: int
    place: str
    registered: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row as found in a workbook: its number in the sheet and the cells by header, as text."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSheet:
    """A workbook as read: its headers, tidied, and its rows that are not empty."""

    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def case_rows(book: Book, sets: Iterable[PageSet]) -> tuple[CaseRow, ...]:
    """Return the workbook's rows for the cases of a book, in the order given."""
    return tuple(
        CaseRow(
            key=found.key,
            volume=book.id.volume,
            book_year=book.id.year,
            page=found.pages[0].number,
            place=book.unit.name,
            registered=found.registered,
        )
        for found in sets
    )


def write_workbook(rows: Sequence[CaseRow], *, kind: str, convention: Convention) -> bytes:
    """Return the workbook (.xlsx) with a row for each case and a sheet of notes.

    Raises:
        WorkbookError: a text holds control characters, which no workbook can.
    """
    layout = convention.workbook.layout(kind)
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = layout.sheet
    _write_header(sheet, layout)
    for serial, row in enumerate(rows, start=1):
        _write_row(sheet, serial + 1, layout, _cells(row, serial, convention))
    notes = workbook.create_sheet(layout.notes_sheet)
    for line, note in enumerate(layout.notes, start=1):
        _write_text(notes, line, 1, note)
    notes.column_dimensions["A"].width = 120
    workbook.properties.created = _EPOCH
    workbook.properties.creator = "scanpipe"
    stream = io.BytesIO()
    workbook.save(stream)
    return _without_clock(stream.getvalue())


def _cells(row: CaseRow, serial: int, convention: Convention) -> dict[str, str | int]:
    rules = convention.workbook
    number, letters = split_number(row.key.number) or (0, "")
    columns = rules.columns
    return {
        columns.serial: serial,
        columns.number: f"{number:0{rules.number_width}d}{letters}/{row.key.year:04d}",
        columns.volume: f"{row.volume:0{rules.volume_width}d}/{row.book_year:04d}",
        columns.page: str(row.page),
        columns.place: nfc(row.place),
        columns.date: row.registered.strftime("%d.%m.%Y") if row.registered else "",
    }


def _write_header(sheet: Worksheet, layout: Layout) -> None:
    for column, header in enumerate(layout.columns, start=1):
        cell = sheet.cell(1, column, header)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = max(10, min(len(header) + 2, 24))
    sheet.freeze_panes = "C2"


def _write_row(sheet: Worksheet, line: int, layout: Layout, cells: dict[str, str | int]) -> None:
    for column, header in enumerate(layout.columns, start=1):
        value = cells.get(header, "")
        if isinstance(value, int):
            sheet.cell(line, column, value)
        else:
            _write_text(sheet, line, column, value)


def _write_text(sheet: Worksheet, line: int, column: int, text: str) -> None:
    cell = sheet.cell(line, column)
    cell.number_format = _TEXT_FORMAT
    if not text:
        return
    try:
        cell.value = text
    except IllegalCharacterError as error:
        raise WorkbookError(_("{text!r} cannot stand in a workbook.").format(text=text)) from error
    # A text that begins with "=" is a text, not a formula.
    cell.data_type = "s"


def _without_clock(data: bytes) -> bytes:
    """Return the workbook with every date that openpyxl took from the clock set to 1980."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(info, content)
    return target.getvalue()


def read_workbook(path: Path, *, kind: str, convention: Convention) -> ReadSheet:
    """Read the sheet of cases of an import workbook.

    Headers may carry blanks and line breaks, and titles may stand above them.

    Raises:
        WorkbookError: no workbook, or none of its first rows holds the header of the case number.
    """
    columns = convention.workbook.columns
    grid = read_grid(path, sheet=convention.workbook.layout(kind).sheet)
    for above, (_line, cells) in enumerate(grid[:_HEADER_ROWS]):
        headers = [header_text(cell) for cell in cells]
        if columns.number in headers and columns.volume in headers:
            rows = (SheetRow(line=line, cells=_by_header(headers, row)) for line, row in grid[above + 1 :])
            return ReadSheet(headers=tuple(headers), rows=tuple(rows))
    raise WorkbookError(
        _("{path} has no row of headers with {number} and {volume}.").format(
            path=path, number=columns.number, volume=columns.volume
        ),
        remedy=_("Give the workbook of the book, with the columns of the convention."),
    )


def _by_header(headers: Sequence[str], row: Sequence[Cell]) -> dict[str, str]:
    return {header: cell_text(cell) for header, cell in zip(headers, row, strict=False) if header}
