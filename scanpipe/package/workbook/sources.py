"""What people typed into a workbook, as sources of the next: its sheet of cases, and its sheet of rows of no case.

What is different from what they were given was typed. What is gone was not emptied: that is told, and stays.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scanpipe.messages import Text, lazy
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.issued_rows import Cells, IssuedRows
from scanpipe.package.workbook.merge import Source
from scanpipe.package.workbook.reader import ReadSheet, RowKey
from scanpipe.package.workbook.reread import (
    by_case,
    main_sheet,
    of_today,
    put_back,
    read_aside,
    read_main,
    renamed_rows,
    renamed_sheet,
    todays_titles,
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
        cases: the case of today of each case in it (see `merge.Source`).
        handed: the workbook as people were given it, where there is one.
        written: what scanpipe wrote into it, where everything else in it goes on, whenever it was typed; None where
            only what is different from the one handed counts.
        emptied: whether a cell that is empty now, and was not before, was emptied on purpose.
    """

    path: Path
    name: str
    form: IssuedRows
    cases: Mapping[RowKey, RowKey | None]
    handed: Path | None = None
    written: Mapping[RowKey, Cells] | None = None
    emptied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSheets:
    """The sheets of a workbook, and what of it cannot be taken over or is gone, in words."""

    sources: tuple[Source, ...] = ()
    told: tuple[Text, ...] = ()


def read_sources(workbook: TypedWorkbook, rows: IssuedRows) -> TypedSheets:
    """Read a workbook that has the form of its revision, under the headers of today.

    Raises:
        WorkbookError: it cannot be read, or something in it would be lost.
    """
    form, names = workbook.form, sheet_names(workbook.path)
    main = main_sheet(workbook.path, form)
    sheets = [_cases(workbook, rows, main)]
    if form.unmatched_sheet in names:
        sheets.append(_aside(workbook, rows))
    other = [name for name in names if name not in (main, form.layout.notes_sheet, form.unmatched_sheet)]
    told = [lazy("{name}: the sheet {sheet} is not taken over", name=workbook.name, sheet=sheet) for sheet in other]
    return TypedSheets(
        sources=tuple(source for sheet in sheets for source in sheet.sources),
        told=(*told, *(line for sheet in sheets for line in sheet.told)),
    )


def _cases(workbook: TypedWorkbook, rows: IssuedRows, main: str) -> TypedSheets:
    form, columns, titles = workbook.form, rows.columns, todays_titles(workbook.form, rows)
    typed = read_typed(workbook.path, sheet=main, columns=form.columns)
    sheet = of_today(typed.sheet, form, rows)
    handed = renamed_sheet(read_main(workbook.handed, form), titles) if workbook.handed else None
    held, written = by_case(handed, columns) if handed else {}, workbook.written
    before = held if written is None else renamed_rows(written, titles)
    told = [*_left_out(workbook, typed), *_gone_cases(workbook.name, sheet, held, columns)]
    if handed and written is not None:
        told += _gone_columns(workbook.name, sheet, held, before)
        sheet = put_back(sheet, handed, columns)
    source = Source(
        name=f"{workbook.name}, {main}",
        sheet=sheet,
        before=before,
        cases=workbook.cases,
        published=held if written is not None else {},
        emptied=workbook.emptied,
    )
    return TypedSheets(sources=(source,), told=tuple(told))


def _aside(workbook: TypedWorkbook, rows: IssuedRows) -> TypedSheets:
    """Read the sheet of rows that were of no case.

    One whose number was put right since finds its case; the others stay by themselves, whoever has their number now.
    """
    form = workbook.form
    typed = read_typed(workbook.path, sheet=form.unmatched_sheet, columns=form.columns)
    handed = read_aside(workbook.handed, form) if workbook.handed else ReadSheet()
    known = [row.filled for row in handed.rows] if workbook.written is None else []
    new = replace(typed.sheet, rows=tuple(row for row in typed.sheet.rows if row.filled not in known))
    source = Source(
        name=f"{workbook.name}, {form.unmatched_sheet}",
        sheet=of_today(new, form, rows),
        before={},
        cases={**workbook.cases, **dict.fromkeys(by_case(handed, form.columns))},
        aside=True,
    )
    return TypedSheets(sources=(source,), told=tuple(_left_out(workbook, typed)))


def _left_out(workbook: TypedWorkbook, typed: TypedSheet) -> Iterator[Text]:
    for what in typed.left_out:
        yield lazy("{name}: {what} is not taken over", name=workbook.name, what=what)


def _gone_cases(name: str, sheet: ReadSheet, held: Collection[RowKey], columns: Columns) -> Iterator[Text]:
    there = by_case(sheet, columns)
    if gone := [str(key.case) for key in held if key not in there]:
        yield lazy(
            "{name}: it has no row of the cases {cases}; what it was published with stays",
            name=name,
            cases=", ".join(gone),
        )


def _gone_columns(
    name: str, sheet: ReadSheet, held: Mapping[RowKey, Cells], before: Mapping[RowKey, Cells]
) -> Iterator[Text]:
    typed = dict.fromkeys(
        column
        for key, cells in held.items()
        for column, value in cells.items()
        if column not in sheet.headers and value != before.get(key, {}).get(column, "")
    )
    if typed:
        yield lazy(
            "{name}: it has no columns {columns} any more; what it was published with stays",
            name=name,
            columns=", ".join(typed),
        )
