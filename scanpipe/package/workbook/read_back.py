"""A workbook of a revision read back: in the form that it had then, under the headers of today."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from scanpipe.errors import WorkbookError
from scanpipe.messages import _
from scanpipe.package.workbook.filled import ReadSheet, RowKey, SheetRow, row_key
from scanpipe.package.workbook.issued import Cells, IssuedRows
from scanpipe.package.workbook.sheet import sheet_names
from scanpipe.package.workbook.typed import read_typed


def main_sheet(workbook: Path, form: IssuedRows) -> str:
    """Return the name of the sheet of cases: the first, where people gave it another."""
    names = sheet_names(workbook)
    return form.layout.sheet if form.layout.sheet in names else names[0]


def read_cells(workbook: Path, form: IssuedRows) -> dict[RowKey, Cells]:
    """Return the rows of a workbook by case."""
    return _by_case(read_typed(workbook, sheet=main_sheet(workbook, form), columns=form.columns).sheet, form)


def read_aside(workbook: Path, form: IssuedRows) -> dict[RowKey, Cells]:
    """Return the rows of a workbook that were of no case, by what they say that they are."""
    if form.unmatched_sheet not in sheet_names(workbook):
        return {}
    return _by_case(read_typed(workbook, sheet=form.unmatched_sheet, columns=form.columns).sheet, form)


def _by_case(sheet: ReadSheet, form: IssuedRows) -> dict[RowKey, Cells]:
    return {key: row.cells for row in sheet.rows if (key := row_key(row, form.columns))}


def of_today(sheet: ReadSheet, form: IssuedRows, rows: IssuedRows) -> ReadSheet:
    """Return a sheet under the headers of today, without columns that only the layout of then had and nobody used.

    Raises:
        WorkbookError: a column of somebody's own has the name that another column has today.
    """
    titles = todays_titles(form, rows)
    unused = set(form.layout.headers) - {column for row in sheet.rows for column, value in row.cells.items() if value}
    headers = [titles.get(header, header) for header in sheet.headers]
    if double := [header for header, count in Counter(headers).items() if count > 1]:
        raise WorkbookError(
            _("A column of your own is called {header}, as the convention now calls another.").format(header=double[0]),
            remedy=_("Give yours another name in the workbook, save it, and run the same command again."),
        )
    kept = [
        now
        for then, now in zip(sheet.headers, headers, strict=True)
        if now in rows.layout.headers or then not in unused
    ]
    return ReadSheet(
        headers=tuple(kept),
        rows=tuple(SheetRow(line=row.line, cells=_renamed(row.cells, titles)) for row in sheet.rows),
    )


def renamed_rows(rows: Mapping[RowKey, Cells], titles: Mapping[str, str]) -> dict[RowKey, Cells]:
    """Return the cells of rows by their headers of today."""
    return {key: _renamed(cells, titles) for key, cells in rows.items()}


def _renamed(cells: Cells, titles: Mapping[str, str]) -> dict[str, str]:
    return {titles.get(column, column): value for column, value in cells.items()}


def todays_titles(form: IssuedRows, rows: IssuedRows) -> dict[str, str]:
    """Return the headers of today by those of then, of the columns that scanpipe fills in."""
    return dict(zip(*map(msgspec.structs.astuple, (form.columns, rows.columns)), strict=True))
