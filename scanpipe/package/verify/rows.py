"""Verify the rows of a book's workbook: by themselves, and against the PDFs, both ways."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scanpipe.messages import _, lazy
from scanpipe.model import CaseKey
from scanpipe.package.findings import Finding, error, warning
from scanpipe.package.naming.convention import BookName
from scanpipe.package.naming.workbook_layout import Columns, WorkbookRules
from scanpipe.package.workbook.reader import SLASHED, RowKey, SheetRow, row_key
from scanpipe.vocabularies.findings import among

_PAGE = re.compile(r"[0-9]+", re.ASCII)
_DATE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", re.ASCII)
_NO_SLASH = among("row-no-slash")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRow:
    """What the manifest tells of a case's row: its place among the rows and the label of its PDF's first page."""

    serial: int
    page: str


def verify_rows(
    rows: Sequence[SheetRow],
    *,
    workbook: str,
    rules: WorkbookRules,
    book: BookName | None,
    pdfs: Iterable[tuple[CaseKey, str]],
    stated: Mapping[CaseKey, ManifestRow],
    provenance: Mapping[RowKey, Mapping[str, str]],
) -> tuple[Finding, ...]:
    """Return everything wrong with the rows.

    Args:
        rows: as read from the workbook.
        workbook: its file name, for the findings.
        rules: the convention's for workbooks.
        book: the book that the package is of, where its names told.
        pdfs: case and file name of each PDF in the package.
        stated: what the manifest tells of the cases, where there is one.
        provenance: in which row of which workbook a value was typed, by case and column, where that is known.
    """
    findings: list[Finding] = []
    columns = rules.columns
    keys: dict[CaseKey, str] = {}
    for row in rows:
        where = _("{workbook}, row {line}").format(workbook=workbook, line=row.line)
        key = row_key(row, columns)
        judged = (*_row(where, row, columns), *_filled_in(where, row, rules))
        findings += [_with_provenance(finding, key, provenance) for finding in judged] if key else judged
        if key is None and not any(finding.member == where and finding.code in _NO_SLASH for finding in findings):
            text = lazy("{number} of volume {volume} is not a valid case")
            number, volume = row.cells.get(columns.number, ""), row.cells.get(columns.volume, "")
            findings.append(error("row-no-case", where, text.format(number=number, volume=volume)))
        if key:
            findings += _volume(where, key, book)
            findings += _as_in_manifest(where, row, columns, stated.get(key.case))
            keys.setdefault(key.case, where)
    findings += _duplicates(workbook, rows, columns)
    return (*findings, *_cross_check(keys, pdfs))


def _with_provenance(finding: Finding, key: RowKey, provenance: Mapping[RowKey, Mapping[str, str]]) -> Finding:
    """Add to a finding where its value was typed: there it must be mended."""
    place = provenance.get(key, {}).get(finding.column)
    if place is None:
        return finding
    text = lazy("{message} (case {case}, typed in {place})")
    return replace(finding, message=text.format(message=finding.message, case=key.case, place=place))


def _row(where: str, row: SheetRow, columns: Columns) -> Iterator[Finding]:
    for column in (columns.number, columns.volume):
        value = row.cells.get(column, "")
        if not SLASHED.fullmatch(value):
            text = lazy("{column} is {value!r}; expected the form 01/2010")
            yield error("row-no-slash", where, text.format(column=column, value=value), column=column)
    page = row.cells.get(columns.page, "")
    if not _PAGE.fullmatch(page):
        text = lazy("{column} is {value!r}; expected a number")
        yield error("row-page", where, text.format(column=columns.page, value=page), column=columns.page)
    yield from _date(where, row, columns)


def _date(where: str, row: SheetRow, columns: Columns) -> Iterator[Finding]:
    value = row.cells.get(columns.date, "")
    if not value:
        return
    registered = _day(value)
    if registered is None:
        text = lazy("{column} is {value!r}; expected a date of the form 27.10.2008")
        yield error("row-date", where, text.format(column=columns.date, value=value), column=columns.date)
        return
    case = SLASHED.fullmatch(row.cells.get(columns.number, ""))
    if case and int(case[2]) != registered.year:
        text = lazy("{column} is {number}, but its year differs from {date}")
        number = row.cells[columns.number]
        text = text.format(column=columns.number, number=number, date=value)
        yield error("row-year", where, text, column=columns.date)


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%d.%m.%Y") if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _filled_in(where: str, row: SheetRow, rules: WorkbookRules) -> Iterator[Finding]:
    """Check what people typed. Books state some dates in part, so that only the registration's must be whole."""
    for column in rules.dates:
        value = row.cells.get(column, "")
        if value and _day(value) is None:
            text = lazy("{column} is {value!r}; expected a date of the form 27.10.2008")
            yield warning("row-date", where, text.format(column=column, value=value), column=column)
    for column, allowed in rules.codes.items():
        value = row.cells.get(column, "")
        if value and value not in allowed:
            text = lazy("{column} is {value!r}; choose from {allowed}")
            text = text.format(column=column, value=value, allowed=", ".join(allowed))
            yield error("row-code", where, text, column=column)
    for column, final in rules.final.items():
        state = row.cells.get(column)
        if state is not None and state not in final:
            text = lazy("{column} is {value!r}; a final case has {final}")
            text = text.format(column=column, value=state, final=", ".join(final))
            yield error("row-not-final", where, text, column=column)


def _volume(where: str, key: RowKey, book: BookName | None) -> Iterator[Finding]:
    if book and (key.volume, key.book_year) != (book.volume, book.year):
        text = lazy("it belongs to volume {volume}/{year}, not to this book")
        yield error("row-volume", where, text.format(volume=key.volume, year=key.book_year))


def _as_in_manifest(where: str, row: SheetRow, columns: Columns, stated: ManifestRow | None) -> Iterator[Finding]:
    """Compare what scanpipe wrote into a row; everything else in it is of those who typed it."""
    if stated is None:
        return
    serial, page = row.cells.get(columns.serial, ""), row.cells.get(columns.page, "")
    if serial != str(stated.serial):
        text = lazy("{column} is {value!r}; the manifest says {stated}")
        yield error("row-serial", where, text.format(column=columns.serial, value=serial, stated=stated.serial))
    if _PAGE.fullmatch(page) and page.lstrip("0") != stated.page:
        text = lazy("{column} is {value!r}; the manifest says that the PDF begins with page {stated}")
        yield error("row-page", where, text.format(column=columns.page, value=page, stated=stated.page))


def _duplicates(workbook: str, rows: Sequence[SheetRow], columns: Columns) -> Iterator[Finding]:
    lines: dict[RowKey, list[int]] = {}
    for row in rows:
        if key := row_key(row, columns):
            lines.setdefault(key, []).append(row.line)
    for key, row_lines in lines.items():
        if len(row_lines) > 1:
            text = lazy("rows {lines}: the same volume and number {case}")
            yield error("row-duplicate", workbook, text.format(lines=", ".join(map(str, row_lines)), case=key.case))


def _cross_check(keys: dict[CaseKey, str], pdfs: Iterable[tuple[CaseKey, str]]) -> Iterator[Finding]:
    named = dict(pdfs)
    for case, where in keys.items():
        if case not in named:
            yield error("row-without-pdf", where, lazy("case {case} has no PDF in the package", case=case))
    for case, name in named.items():
        if case not in keys:
            yield error("pdf-without-row", name, lazy("case {case} has no row in the workbook", case=case))
