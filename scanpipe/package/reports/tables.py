"""Tables of figures: a page that stands alone (HTML), and a workbook with a sheet for each (XLSX)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError

from scanpipe.errors import WorkbookError
from scanpipe.messages import language, lazy
from scanpipe.package.reports.numbers import number
from scanpipe.package.reports.printing import fill_in
from scanpipe.package.workbook.writing import workbook_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole, 0 to 1; None where there is no whole."""

    value: float | None


Cell: TypeAlias = str | int | float | date | Share | None
"""What a cell holds; None shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: `name` is short enough for the tab of a worksheet, `note` stands below the title."""

    name: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


_MOST_SHOWN, _MEASURED = 500, 50
_WIDEST, _NARROWEST = 48, 10
_GROUPED = 1_000  # from here on the digits of a number are grouped


def tables_page(title: str, lines: Sequence[str], tables: Sequence[Table]) -> str:
    """Return a page of HTML that needs no other file; of a long table it shows the first rows."""
    return fill_in(
        "tables.html",
        title=title,
        lines=lines,
        tables=tables,
        most=_MOST_SHOWN,
        shown=shown,
        heat=_heat,
        is_text=lambda cell: isinstance(cell, str),
        language=language(),
    )


def tables_workbook(tables: Sequence[Table]) -> bytes:
    """Return a workbook with all rows of the tables, numbers and days as such.

    Raises:
        WorkbookError: a text that no workbook can hold.
    """
    workbook = Workbook(write_only=True)
    for table in tables:
        sheet = workbook.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        for column, width in enumerate(_widths(table), start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.append([_bold(sheet, text) for text in table.headers])
        for row in table.rows:
            sheet.append([_cell(sheet, cell) for cell in row])
    return workbook_bytes(workbook)


def _widths(table: Table) -> list[int]:
    rows = (table.headers, *table.rows[:_MEASURED])
    longest = (max(len(shown(row[column])) for row in rows) + 2 for column in range(len(table.headers)))
    return [min(max(width, _NARROWEST), _WIDEST) for width in longest]


def _bold(sheet: object, text: str) -> object:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: object, value: Cell) -> object:
    """Return what is appended to a sheet; what needs no format goes as it is, in half the time."""
    if value is None or (type(value) is int and abs(value) < _GROUPED):
        return value
    try:
        cell = WriteOnlyCell(sheet, value.value if isinstance(value, Share) else value)
    except IllegalCharacterError as error:
        raise WorkbookError(lazy("A workbook cannot contain {text!r}.", text=value)) from error
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" is a text
    elif isinstance(value, Share):
        cell.number_format = "0.0%"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, float):
        cell.number_format = "#,##0.0"
    else:
        cell.number_format = "#,##0"
    return cell


def shown(cell: Cell) -> str:
    """Return a cell as people read it."""
    if isinstance(cell, Share):
        return "" if cell.value is None else f"{number(100 * cell.value, decimals=1)} %"
    match cell:
        case None:
            return ""
        case date():
            return cell.strftime("%d/%m/%Y")
        case int() | float():
            return number(cell, decimals=1)
    return cell


def _heat(cell: Cell) -> int | None:
    """Return how full a share is, in tenths; None for what is no share."""
    return min(10, int(10 * cell.value)) if isinstance(cell, Share) and cell.value is not None else None
