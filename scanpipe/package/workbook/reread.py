"""A workbook of a revision read back: in the form that it had then, under the headers of today."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from scanpipe.errors import WorkbookError
from scanpipe.messages import lazy
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.issued_rows import Cells, IssuedRows
from scanpipe.package.workbook.reader import ReadSheet, RowKey, row_key, sheets_of_cases
from scanpipe.package.workbook.sheet import sheet_names
from scanpipe.package.workbook.typed_cells import read_typed


def case_sheet_name(workbook: Path, form: IssuedRows) -> str:
    """Return the name of the sheet of cases; where people gave it another, of the only one with its headers.

    Raises:
        WorkbookError: no sheet has them, or several have.
    """
    names, kept = sheet_names(workbook), (form.layout.notes_sheet, form.unmatched_sheet)
    if form.layout.sheet in names:
        return form.layout.sheet
    candidates = [name for name in sheets_of_cases(workbook, form.columns) if name not in kept]
    if len(candidates) == 1:
        return candidates[0]
    raise WorkbookError(
        lazy(
            "{path}: no sheet has the name {sheet}, so the sheet of the cases is unknown.",
            path=workbook,
            sheet=form.layout.sheet,
        ),
        remedy=lazy(
            "Give the sheet of the cases this name, with {number} and {volume} in its header row. Save the workbook.",
            number=form.columns.number,
            volume=form.columns.volume,
        ),
    )


def read_case_sheet(workbook: Path, form: IssuedRows) -> ReadSheet:
    """Return the sheet of cases."""
    return read_typed(workbook, sheet=case_sheet_name(workbook, form), columns=form.columns).sheet


def read_unmatched(workbook: Path, form: IssuedRows) -> ReadSheet:
    """Return the sheet of rows of no case; an empty one where there is none."""
    if form.unmatched_sheet not in sheet_names(workbook):
        return ReadSheet()
    return read_typed(workbook, sheet=form.unmatched_sheet, columns=form.columns).sheet


def cells_by_case(sheet: ReadSheet, columns: Columns) -> dict[RowKey, Cells]:
    """Return the rows of a sheet by what they say that they are."""
    return {key: row.cells for row in sheet.rows if (key := row_key(row, columns))}


def restore_missing(sheet: ReadSheet, as_issued: ReadSheet, columns: Columns) -> ReadSheet:
    """Return a sheet with the rows and columns that it has no longer, as they were when it was handed out."""
    current_cells, issued_cells = cells_by_case(sheet, columns), cells_by_case(as_issued, columns)
    filled = {header for cells in issued_cells.values() for header, value in cells.items() if value}
    gone = tuple(header for header in as_issued.headers if header in filled.difference(sheet.headers))
    kept = []
    for row in sheet.rows:
        key = row_key(row, columns)
        cells = issued_cells.get(key, {}) if key else {}
        kept.append(replace(row, cells={**row.cells, **{header: cells.get(header, "") for header in gone}}))
    lost = [row for row in as_issued.rows if (key := row_key(row, columns)) and key not in current_cells]
    return replace(sheet, headers=(*sheet.headers, *gone), rows=(*kept, *lost))


def to_current_layout(sheet: ReadSheet, form: IssuedRows, rows: IssuedRows) -> ReadSheet:
    """Return a sheet under the headers of today, without columns that only the layout of then had and nobody used.

    Raises:
        WorkbookError: a column of somebody's own has the name that another column has today.
    """
    headers_now = header_mapping(form, rows)
    unused = set(form.layout.headers) - {column for row in sheet.rows for column, value in row.cells.items() if value}
    headers = [headers_now.get(header, header) for header in sheet.headers]
    if double := [header for header, count in Counter(headers).items() if count > 1]:
        raise WorkbookError(
            lazy(
                "One of your own columns has the name {header}, which the convention now uses for another column.",
                header=double[0],
            ),
            remedy=lazy("Rename your column in the workbook, save the workbook, and run the same command again."),
        )
    kept = [
        now
        for then, now in zip(sheet.headers, headers, strict=True)
        if now in rows.layout.headers or then not in unused
    ]
    return ReadSheet(
        headers=tuple(kept),
        rows=renamed_sheet(sheet, headers_now).rows,
    )


def renamed_rows(rows: Mapping[RowKey, Cells], headers_now: Mapping[str, str]) -> dict[RowKey, Cells]:
    """Return the cells of rows by their headers of today."""
    return {key: _renamed(cells, headers_now) for key, cells in rows.items()}


def renamed_sheet(sheet: ReadSheet, headers_now: Mapping[str, str]) -> ReadSheet:
    """Return a sheet under the headers of today."""
    return ReadSheet(
        headers=tuple(headers_now.get(header, header) for header in sheet.headers),
        rows=tuple(replace(row, cells=_renamed(row.cells, headers_now)) for row in sheet.rows),
    )


def _renamed(cells: Cells, headers_now: Mapping[str, str]) -> dict[str, str]:
    return {headers_now.get(column, column): value for column, value in cells.items()}


def header_mapping(form: IssuedRows, rows: IssuedRows) -> dict[str, str]:
    """Return the headers of today by those of then, of the columns that scanpipe fills in."""
    return dict(zip(*map(msgspec.structs.astuple, (form.columns, rows.columns)), strict=True))
