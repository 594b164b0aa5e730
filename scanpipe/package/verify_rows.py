"""Verify the rows of a book's workbook: by themselves, and against the PDFs, both ways."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scanpipe.messages import _
from scanpipe.model import CaseKey
from scanpipe.package.case_number import normal_number
from scanpipe.package.convention import BookName
from scanpipe.package.findings import Finding, error
from scanpipe.package.index import SheetRow
from scanpipe.package.workbook_rules import Columns

_SLASHED = re.compile(r"([0-9]{1,9}\s*[A-Za-z]{0,3})\s*/\s*([0-9]{4})", re.ASCII)
_PAGE = re.compile(r"[0-9]+", re.ASCII)
_DATE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKey:
    """What a row says it is: the case, and the volume it stands in."""

    case: CaseKey
    volume: int
    book_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRow:
    """What the manifest tells of a case's row: its place among the rows and the label of its PDF's first page."""

    serial: int
    page: str


def verify_rows(
    rows: Sequence[SheetRow],
    *,
    workbook: str,
    columns: Columns,
    book: BookName | None,
    pdfs: Iterable[tuple[CaseKey, str]],
    stated: Mapping[CaseKey, StatedRow],
) -> tuple[Finding, ...]:
    """Return everything wrong with the rows.

    Args:
        rows: as read from the workbook.
        workbook: its file name, for the findings.
        columns: what the checked columns are called.
        book: the book that the package is of, where its names told.
        pdfs: case and file name of each PDF in the package.
        stated: what the manifest tells of the cases, where there is one.
    """
    findings: list[Finding] = []
    keys: dict[CaseKey, str] = {}
    for row in rows:
        where = _("{workbook}, row {line}").format(workbook=workbook, line=row.line)
        findings += _row(where, row, columns)
        key = row_key(row, columns)
        if key:
            findings += _volume(where, key, book)
            findings += _as_stated(where, row, columns, stated.get(key.case))
            keys.setdefault(key.case, where)
    findings += _twice(workbook, rows, columns)
    return (*findings, *_both_ways(keys, pdfs))


def row_key(row: SheetRow, columns: Columns) -> RowKey | None:
    """Return the case and volume of a row, or None where it does not say them as "01/2010"."""
    case = _SLASHED.fullmatch(row.cells.get(columns.number, ""))
    volume = _SLASHED.fullmatch(row.cells.get(columns.volume, ""))
    number = normal_number(case[1]) if case else None
    if not (case and volume and number and volume[1].isdigit()):
        return None
    return RowKey(case=CaseKey(year=int(case[2]), number=number), volume=int(volume[1]), book_year=int(volume[2]))


def _row(where: str, row: SheetRow, columns: Columns) -> Iterator[Finding]:
    for column in (columns.number, columns.volume):
        value = row.cells.get(column, "")
        if not _SLASHED.fullmatch(value):
            text = _("{column} is {value!r} and not of the form 01/2010")
            yield error("row-no-slash", where, text.format(column=column, value=value))
    page = row.cells.get(columns.page, "")
    if not _PAGE.fullmatch(page):
        text = _("{column} is {value!r} and not a number")
        yield error("row-page", where, text.format(column=columns.page, value=page))
    yield from _date(where, row, columns)


def _date(where: str, row: SheetRow, columns: Columns) -> Iterator[Finding]:
    value = row.cells.get(columns.date, "")
    if not value:
        return
    try:
        registered = datetime.strptime(value, "%d.%m.%Y") if _DATE.fullmatch(value) else None
    except ValueError:
        registered = None
    if registered is None:
        text = _("{column} is {value!r} and not a date of the form 27.10.2008")
        yield error("row-date", where, text.format(column=columns.date, value=value))
        return
    case = _SLASHED.fullmatch(row.cells.get(columns.number, ""))
    if case and int(case[2]) != registered.year:
        text = _("{number} is not of the year of {date}")
        yield error("row-year", where, text.format(number=row.cells[columns.number], date=value))


def _volume(where: str, key: RowKey, book: BookName | None) -> Iterator[Finding]:
    if book and (key.volume, key.book_year) != (book.volume, book.year):
        text = _("it belongs to volume {volume}/{year}, not to this book")
        yield error("row-volume", where, text.format(volume=key.volume, year=key.book_year))


def _as_stated(where: str, row: SheetRow, columns: Columns, stated: StatedRow | None) -> Iterator[Finding]:
    """Compare what scanpipe wrote into a row; everything else in it is of those who typed it."""
    if stated is None:
        return
    serial, page = row.cells.get(columns.serial, ""), row.cells.get(columns.page, "")
    if serial != str(stated.serial):
        text = _("{column} is {value!r}; the manifest says {stated}")
        yield error("row-serial", where, text.format(column=columns.serial, value=serial, stated=stated.serial))
    if _PAGE.fullmatch(page) and page.lstrip("0") != stated.page:
        text = _("{column} is {value!r}; by the manifest, the PDF begins with page {stated}")
        yield error("row-page", where, text.format(column=columns.page, value=page, stated=stated.page))


def _twice(workbook: str, rows: Sequence[SheetRow], columns: Columns) -> Iterator[Finding]:
    found = [(row, row_key(row, columns)) for row in rows]
    named = [((row.cells.get(columns.place, ""), key), row.line) for row, key in found if key]
    counts = Counter(identity for identity, _line in named)
    for (place, key), count in counts.items():
        if count > 1:
            lines = ", ".join(str(line) for identity, line in named if identity == (place, key))
            text = _("rows {lines}: the same place, volume and number {case}")
            yield error("row-duplicate", workbook, text.format(lines=lines, case=key.case))


def _both_ways(keys: dict[CaseKey, str], pdfs: Iterable[tuple[CaseKey, str]]) -> Iterator[Finding]:
    named = dict(pdfs)
    for case, where in keys.items():
        if case not in named:
            yield error("row-without-pdf", where, _("case {case} has no PDF in the package").format(case=case))
    for case, name in named.items():
        if case not in keys:
            yield error("pdf-without-row", name, _("case {case} has no row in the workbook").format(case=case))
