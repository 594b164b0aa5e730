"""Reading a book's import workbook, as it was made or as people have filled it in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanpipe.errors import WorkbookError
from scanpipe.messages import lazy
from scanpipe.model import CaseKey
from scanpipe.package.naming.case_number import normal_number
from scanpipe.package.naming.workbook_layout import Columns, WorkbookRules
from scanpipe.package.workbook.sheet import Cell, cell_text, filled_rows, header_text, open_workbook, read_grid
from scanpipe.sandbox import limited

SLASHED = re.compile(r"([0-9]{1,9}\s*[A-Za-z]{0,3})\s*/\s*([0-9]{4})", re.ASCII)
HEADER_ROWS: Final = 10
"""Titles may stand above the headers, in so many rows with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row as found in a workbook: its number in the sheet and the cells by header, as text."""

    line: int
    cells: dict[str, str]

    @property
    def filled(self) -> dict[str, str]:
        """The cells that are not empty."""
        return {header: value for header, value in self.cells.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSheet:
    """A workbook as read: its headers, tidied, the line they stand on, and its rows that are not empty."""

    headers: tuple[str, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    header_line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKey:
    """What a row says it is: the case, and the volume it stands in."""

    case: CaseKey
    volume: int
    book_year: int


def row_key(row: SheetRow, columns: Columns) -> RowKey | None:
    """Return the case and volume of a row, or None where it does not say them as "01/2010"."""
    case = SLASHED.fullmatch(row.cells.get(columns.number, ""))
    volume = SLASHED.fullmatch(row.cells.get(columns.volume, ""))
    number = normal_number(case[1]) if case else None
    if not (case and volume and number and volume[1].isdigit()):
        return None
    return RowKey(case=CaseKey(year=int(case[2]), number=number), volume=int(volume[1]), book_year=int(volume[2]))


@limited(error=WorkbookError)
def read_workbook(path: Path, *, kind: str, rules: WorkbookRules) -> ReadSheet:
    """Read the sheet of cases of an import workbook.

    Headers may carry blanks and line breaks, and titles may stand above them.

    Raises:
        WorkbookError: no workbook, or none of its first rows holds the header of the case number.
    """
    grid = read_grid(path, sheet=rules.layout(kind).sheet)
    above = header_row(path, [cells for _line, cells in grid], rules.columns)
    line, cells = grid[above]
    headers = [header_text(cell) for cell in cells]
    rows = (SheetRow(line=line, cells=_by_header(headers, cells)) for line, cells in grid[above + 1 :])
    named = tuple(header for header in headers if header)
    return ReadSheet(headers=named, rows=tuple(rows), header_line=line)


def header_row(path: Path, rows: Sequence[Sequence[Cell]], columns: Columns) -> int:
    """Return which of the first rows holds the headers, from 0.

    Raises:
        WorkbookError: none does.
    """
    above = _find_headers(rows, columns)
    if above is None:
        raise WorkbookError(
            lazy(
                "{path} has no header row with {number} and {volume}.",
                path=path,
                number=columns.number,
                volume=columns.volume,
            ),
            remedy=lazy("Restore these columns with their headers and numbers."),
        )
    return above


@limited(error=WorkbookError)
def sheets_of_cases(path: Path, columns: Columns) -> tuple[str, ...]:
    """Return the names of the sheets that have the headers of a sheet of cases.

    Raises:
        WorkbookError: no workbook.
    """
    with open_workbook(path) as workbook:
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()
        grids = {sheet.title: filled_rows(path, sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets}
    rows = {name: [cells for _line, cells in grid] for name, grid in grids.items()}
    return tuple(name for name, above in rows.items() if _find_headers(above, columns) is not None)


def _find_headers(rows: Sequence[Sequence[Cell]], columns: Columns) -> int | None:
    for above, cells in enumerate(rows[:HEADER_ROWS]):
        if {columns.number, columns.volume} <= set(map(header_text, cells)):
            return above
    return None


def _by_header(headers: Sequence[str], row: Sequence[Cell]) -> dict[str, str]:
    return {header: cell_text(cell) for header, cell in zip(headers, row, strict=False) if header}
