"""What people typed into a workbook, as sources of the next: its sheet of cases, and its sheet of rows of no case.

What is different from what they were given was typed. What is gone was not emptied: that is told, and stays.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scanpipe.messages import LazyText, lazy
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.issued_rows import Cells, IssuedRows
from scanpipe.package.workbook.merge import Source
from scanpipe.package.workbook.reader import ReadSheet, RowKey
from scanpipe.package.workbook.reread import (
    case_sheet_name,
    cells_by_case,
    header_mapping,
    read_case_sheet,
    read_unmatched,
    renamed_rows,
    renamed_sheet,
    restore_missing,
    to_current_layout,
)
from scanpipe.package.workbook.sheet import sheet_names
from scanpipe.package.workbook.typed_cells import TypedSheet, read_typed


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedWorkbook:
    """A workbook that people had.

    Attributes:
        path: the file.
        name: what it is called in messages.
        form: the form that it had when it was published.
        case_mapping: the case of today of each case in it (see `merge.Source`).
        as_issued: the workbook as people were given it, where there is one.
        written: what scanpipe wrote into it, where everything else in it goes on, whenever it was typed; None where
            only what is different from the one issued counts.
        blank_means_cleared: whether a cell that is empty now, and was not before, was emptied on purpose.
    """

    path: Path
    name: str
    form: IssuedRows
    case_mapping: Mapping[RowKey, RowKey | None]
    as_issued: Path | None = None
    written: Mapping[RowKey, Cells] | None = None
    blank_means_cleared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSheets:
    """The sheets of a workbook, and what of it cannot be taken over or is gone, in words."""

    sources: tuple[Source, ...] = ()
    notices: tuple[LazyText, ...] = ()


def read_sources(workbook: TypedWorkbook, rows: IssuedRows) -> TypedSheets:
    """Read a workbook that has the form of its revision, under the headers of today.

    Raises:
        WorkbookError: it cannot be read, or something in it would be lost.
    """
    form, names = workbook.form, sheet_names(workbook.path)
    main = case_sheet_name(workbook.path, form)
    sheets = [_case_rows(workbook, rows, main)]
    if form.unmatched_sheet in names:
        sheets.append(_unmatched_rows(workbook, rows))
    other = [name for name in names if name not in (main, form.layout.notes_sheet, form.unmatched_sheet)]
    notices = [lazy("{name}: the sheet {sheet} is not copied", name=workbook.name, sheet=sheet) for sheet in other]
    return TypedSheets(
        sources=tuple(source for sheet in sheets for source in sheet.sources),
        notices=(*notices, *(line for sheet in sheets for line in sheet.notices)),
    )


def _case_rows(workbook: TypedWorkbook, rows: IssuedRows, main: str) -> TypedSheets:
    form, columns, headers_now = workbook.form, rows.columns, header_mapping(workbook.form, rows)
    typed = read_typed(workbook.path, sheet=main, columns=form.columns)
    sheet = to_current_layout(typed.sheet, form, rows)
    as_issued = renamed_sheet(read_case_sheet(workbook.as_issued, form), headers_now) if workbook.as_issued else None
    issued_cells, written = cells_by_case(as_issued, columns) if as_issued else {}, workbook.written
    before = issued_cells if written is None else renamed_rows(written, headers_now)
    notices = [*_left_out_notices(workbook, typed), *_gone_cases(workbook.name, sheet, issued_cells, columns)]
    if as_issued and written is not None:
        notices += _gone_columns(workbook.name, sheet, issued_cells, before)
        sheet = restore_missing(sheet, as_issued, columns)
    source = Source(
        name=f"{workbook.name}, {main}",
        sheet=sheet,
        before=before,
        case_mapping=workbook.case_mapping,
        baseline=issued_cells if written is not None else {},
        blank_means_cleared=workbook.blank_means_cleared,
    )
    return TypedSheets(sources=(source,), notices=tuple(notices))


def _unmatched_rows(workbook: TypedWorkbook, rows: IssuedRows) -> TypedSheets:
    """Read the sheet of rows that were of no case.

    One whose number was put right since finds its case; the others stay by themselves, whoever has their number now.
    """
    form = workbook.form
    typed = read_typed(workbook.path, sheet=form.unmatched_sheet, columns=form.columns)
    as_issued = read_unmatched(workbook.as_issued, form) if workbook.as_issued else ReadSheet()
    known = [row.filled for row in as_issued.rows] if workbook.written is None else []
    new = replace(typed.sheet, rows=tuple(row for row in typed.sheet.rows if row.filled not in known))
    source = Source(
        name=f"{workbook.name}, {form.unmatched_sheet}",
        sheet=to_current_layout(new, form, rows),
        before={},
        case_mapping={**workbook.case_mapping, **dict.fromkeys(cells_by_case(as_issued, form.columns))},
        is_unmatched_sheet=True,
    )
    return TypedSheets(sources=(source,), notices=tuple(_left_out_notices(workbook, typed)))


def _left_out_notices(workbook: TypedWorkbook, typed: TypedSheet) -> Iterator[LazyText]:
    for what in typed.left_out:
        yield lazy("{name}: not copied: {what}", name=workbook.name, what=what)


def _gone_cases(name: str, sheet: ReadSheet, issued_cells: Collection[RowKey], columns: Columns) -> Iterator[LazyText]:
    current_cells = cells_by_case(sheet, columns)
    if gone := [str(key.case) for key in issued_cells if key not in current_cells]:
        yield lazy(
            "{name}: rows are missing for the cases {cases}; their published data is kept",
            name=name,
            cases=", ".join(gone),
        )


def _gone_columns(
    name: str, sheet: ReadSheet, issued_cells: Mapping[RowKey, Cells], before: Mapping[RowKey, Cells]
) -> Iterator[LazyText]:
    typed = dict.fromkeys(
        column
        for key, cells in issued_cells.items()
        for column, value in cells.items()
        if column not in sheet.headers and value != before.get(key, {}).get(column, "")
    )
    if typed:
        yield lazy(
            "{name}: the columns {columns} are missing; their published data is kept",
            name=name,
            columns=", ".join(typed),
        )
