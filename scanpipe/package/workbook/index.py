"""The import workbook of a book: one row for each case, the same input giving the same bytes.

scanpipe fills in what it knows; the columns of the people concerned stay empty, formatted as text, for those who type
them in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from scanpipe.model import Book, CaseKey, PageSet
from scanpipe.package.naming.case_number import normal_number, split_number
from scanpipe.package.naming.workbook_layout import WorkbookRules
from scanpipe.package.workbook.merge import TypedCells
from scanpipe.package.workbook.reader import RowKey
from scanpipe.package.workbook.sheet import header_text
from scanpipe.package.workbook.writing import workbook_bytes, write_text
from scanpipe.system.fsio import nfc


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """What scanpipe knows of a case: its number, the volume it stands in, its first page, its place and date."""

    key: CaseKey
    volume: int
    book_year: int
    page: int
    place: str
    registered: date | None = None


def case_rows(book: Book, sets: Iterable[PageSet]) -> tuple[CaseRow, ...]:
    """Return the workbook's rows for the cases of a book, in the order given."""
    return tuple(
        CaseRow(
            key=page_set.key,
            volume=book.id.volume,
            book_year=book.id.year,
            page=page_set.pages[0].number,
            place=book.unit.name,
            registered=page_set.registered,
        )
        for page_set in sets
    )


def known_cells(rows: Iterable[CaseRow], rules: WorkbookRules) -> dict[RowKey, dict[str, str]]:
    """Return what scanpipe fills in, by case, in the order given."""
    return {_key(row): _cells(row, serial, rules) for serial, row in enumerate(rows, start=1)}


def _key(row: CaseRow) -> RowKey:
    number = normal_number(row.key.number) or row.key.number
    return RowKey(case=CaseKey(year=row.key.year, number=number), volume=row.volume, book_year=row.book_year)


def _cells(row: CaseRow, serial: int, rules: WorkbookRules) -> dict[str, str]:
    number, letters = split_number(row.key.number) or (0, "")
    columns = rules.columns
    return {
        columns.serial: str(serial),
        columns.number: f"{number:0{rules.number_width}d}{letters}/{row.key.year:04d}",
        columns.volume: f"{row.volume:0{rules.volume_width}d}/{row.book_year:04d}",
        columns.page: str(row.page),
        columns.place: nfc(row.place),
        columns.date: row.registered.strftime("%d.%m.%Y") if row.registered else "",
    }


def write_workbook(
    known: Mapping[RowKey, Mapping[str, str]],
    *,
    kind: str,
    rules: WorkbookRules,
    typed: TypedCells | None = None,
    stamp: str = "",
) -> bytes:
    """Return the workbook (.xlsx): a row for each case, a sheet of notes, and one of typed rows that are of no case.

    Args:
        known: what scanpipe fills in, by case (see `known_cells`).
        kind: the kind of book, which has its layout.
        rules: the convention's.
        typed: what people have typed in before.
        stamp: which book and revision it is for; spreadsheet programs keep it.

    Raises:
        WorkbookError: a text holds control characters, which no workbook can.
    """
    layout, typed = rules.layout(kind), typed or TypedCells()
    headers = (*layout.columns, *(column for column in typed.columns if column not in layout.headers))
    rows = [{**cells, **typed.cells.get(key, {})} for key, cells in known.items()]
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = layout.sheet
    _write_table(sheet, headers, rows, serial=rules.columns.serial)
    notes = workbook.create_sheet(layout.notes_sheet)
    for line, note in enumerate(layout.notes, start=1):
        write_text(notes, line, 1, note)
    notes.column_dimensions["A"].width = 120
    if typed.unmatched:
        _write_table(workbook.create_sheet(rules.unmatched_sheet), headers, typed.unmatched)
    workbook.properties.subject = stamp or None
    return workbook_bytes(workbook)


def _write_table(
    sheet: Worksheet, headers: Sequence[str], rows: Iterable[Mapping[str, str]], *, serial: str = ""
) -> None:
    _write_header(sheet, headers)
    for line, cells in enumerate(rows, start=2):
        for column, header in enumerate(map(header_text, headers), start=1):
            if header == serial:
                sheet.cell(line, column, int(cells[header]))
            else:
                write_text(sheet, line, column, cells.get(header, ""))


def _write_header(sheet: Worksheet, headers: Sequence[str]) -> None:
    for column, header in enumerate(headers, start=1):
        cell = sheet.cell(1, column, header)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = max(10, min(len(header) + 2, 24))
    sheet.freeze_panes = "C2"
