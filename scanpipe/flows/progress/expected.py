"""The Department's table of what is expected: unit, kind, years, books, cases."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scanpipe.errors import WorkbookError
from scanpipe.flows.progress.merge import Expected
from scanpipe.messages import lazy
from scanpipe.package.naming.units import LISTS, listed_units, lists_of
from scanpipe.package.workbook.sheet import plain_header
from scanpipe.package.workbook.table import TextRow, read_text_rows

_TITLES: Final[Mapping[str, frozenset[str]]] = {
    "unit": frozenset({"unit", "unit code", "code", "don vi", "ma don vi", "ma xa", "ma"}),
    "kind": frozenset({"kind", "loai so", "loai", "ma loai so"}),
    "years": frozenset({"year", "years", "era", "nam", "cac nam", "giai doan"}),
    "books": frozenset({"books", "so quyen", "so luong so", "quyen", "tong so so"}),
    "cases": frozenset({"cases", "truong hop", "so truong hop", "tong so truong hop"}),
}
_ALL_YEARS = "0000-9998"
_YEARS = re.compile(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?")


def read_expected(path: Path) -> tuple[Expected, ...]:
    """Return the rows of a table, CSV or XLSX.

    Raises:
        WorkbookError: it cannot be read, lacks a column, or a row of it is wrong; the message names the row.
    """
    rows = read_text_rows(path)
    for place, row in enumerate(rows):
        columns = _columns(row)
        if columns.keys() >= {"unit", "kind", "cases"}:
            return tuple(_expected(path, each, columns) for each in rows[place + 1 :])
    raise WorkbookError(
        lazy("{path} has no row of titles.", path=path),
        remedy=lazy("Name the columns: unit, kind, years, books, cases. Unit, kind and cases are needed."),
    )


def _columns(row: TextRow) -> dict[str, int]:
    found: Iterator[tuple[str, int]] = (
        (name, column)
        for column, cell in enumerate(row.cells)
        for name, titles in _TITLES.items()
        if plain_header(cell) in titles
    )
    return dict(found)


def _expected(path: Path, row: TextRow, columns: Mapping[str, int]) -> Expected:
    cells = {name: row.cells[column].strip() if column < len(row.cells) else "" for name, column in columns.items()}
    years = _YEARS.fullmatch(cells.get("years") or _ALL_YEARS)
    code, _at, listed = cells["unit"].partition("@")
    numbers = [re.sub(r"[.,\s]", "", cells.get(name, "") or "0") for name in ("books", "cases")]
    if not (years and code.isascii() and code.isdigit() and cells["kind"] and all(map(str.isdecimal, numbers))):
        raise WorkbookError(
            lazy("{path}, row {line}: it does not name a unit, a kind, years and numbers.", path=path, line=row.line),
            remedy=lazy("Write, for example: 14758@2025-06-30, KS, 1999-2005, 12, 3400"),
        )
    first, last = int(years[1]), int(years[2] or years[1])
    books, cases = map(int, numbers)
    return Expected(
        unit=(code, listed or _list_of(code, last)),
        kind=cells["kind"].upper(),
        first_year=first,
        last_year=last,
        books=books,
        cases=cases,
    )


def _list_of(code: str, last_year: int) -> str:
    """Return the list that a code is of: that of its last year, of all years the first one that has it."""
    lists = LISTS if last_year == 9998 else lists_of(last_year)
    return next((version for version in lists if (version, code) in listed_units()), lists[0])
