"""Reading a page index: a table, xlsx or csv, of case number, first page, last page, date and perhaps year.

Headers may be English or Vietnamese ("số", "trang đầu", "trang cuối", "ngày", "năm"), in any order. Every bad cell of
the file is reported at once, by row and column.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from scanpipe.errors import WorkbookError
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.model import IndexRow
from scanpipe.package.naming.case_number import normal_number
from scanpipe.package.workbook.sheet import Cell, Grid, cell_text, plain_header
from scanpipe.package.workbook.table import read_table
from scanpipe.sandbox import limited

_HEADERS = {
    "number": {"number", "no", "case", "case number", "so", "so dang ky", "so ho so", "so truong hop"},
    "first": {"first", "first page", "from", "trang dau", "tu trang", "trang bat dau"},
    "last": {"last", "last page", "to", "trang cuoi", "den trang", "trang ket thuc"},
    "date": {"date", "registered", "ngay", "ngay dang ky", "ngaydangky"},
    "year": {"year", "nam", "nam dang ky"},
}
_NEEDED = ("number", "first", "last")
_HEADER_ROWS = 10
_EXCEL_DAYS = range(1, 73_051)  # 1900 to 2099
_YEARS = range(1850, 2101)
_T = TypeVar("_T")


@limited(error=WorkbookError)
def read_page_index(path: Path) -> tuple[IndexRow, ...]:
    """Return the rows of a page index in the file's order; numbers in their normal form.

    Raises:
        WorkbookError: no such file, no table, or bad cells; the message names every one of them.
    """
    grid = read_table(path)
    start, columns = _find_header(path, grid)
    rows: list[IndexRow] = []
    problems: list[LazyText] = []
    for line, cells in grid[start:]:
        rows += _RowReader(line, cells, columns, problems).read()
    if problems:
        text = lazy("The page index {path} has invalid cells:\n{problems}")
        raise WorkbookError(
            text.format(path=path, problems=joined(*problems, by="\n")),
            remedy=lazy("Correct these cells and try again."),
        )
    if not rows:
        raise WorkbookError(lazy("The page index {path} has no rows.", path=path))
    return tuple(rows)


class _RowReader:
    """Reads the cells of one row and notes every one that cannot be used."""

    def __init__(self, line: int, cells: tuple[Cell, ...], columns: dict[str, int], problems: list[LazyText]) -> None:
        self._line, self._cells, self._columns, self._problems = line, cells, columns, problems

    def read(self) -> list[IndexRow]:
        """Return the row, or nothing where a cell was bad."""
        known = len(self._problems)
        number, year_in_number = self._cell("number", _number) or ("", None)
        first = self._cell("first", _page) or 0
        last = self._cell("last", _page) or 0
        registered = self._cell("date", _date, optional=True)
        year = self._cell("year", _year, optional=True) or year_in_number
        if first and last and last < first:
            self._note("last", lazy("the last page {last} is before the first page {first}", last=last, first=first))
        if year and registered and registered.year != year:
            self._note("date", lazy("the date is not in the year {year}", year=year))
        if len(self._problems) > known:
            return []
        return [IndexRow(number=number, first=first, last=last, registered=registered, year=year)]

    def _cell(self, name: str, read: Callable[[Cell], _T | None], *, optional: bool = False) -> _T | None:
        column = self._columns.get(name)
        value = self._cells[column] if column is not None and column < len(self._cells) else None
        text = cell_text(value)
        if not text and optional:
            return None
        result = read(value) if text else None
        if result is None:
            self._note(name, _EXPECTED[name].format(value=text) if text else lazy("the cell is empty"))
        return result

    def _note(self, name: str, problem: LazyText) -> None:
        column = _letter(self._columns[name])
        text = lazy("row {row}, column {column}: {problem}")
        self._problems.append(text.format(row=self._line, column=column, problem=problem))


_EXPECTED: dict[str, LazyText] = {
    "number": lazy("{value!r} is not a valid case number; use, for example, 12, 12a or 12/2010"),
    "first": lazy("{value!r} is not a valid page number"),
    "last": lazy("{value!r} is not a valid page number"),
    "date": lazy("{value!r} is not a valid date; use, for example, 27.10.2008, 27/10/2008 or 2008-10-27"),
    "year": lazy("{value!r} is not a valid year"),
}


def _letter(column: int) -> str:
    return chr(ord("A") + column) if column < 26 else f"{chr(ord('A') + column // 26 - 1)}{chr(ord('A') + column % 26)}"


def _number(value: Cell) -> tuple[str, int | None] | None:
    number, slash, year_text = cell_text(value).partition("/")
    normal, year = normal_number(number), _year(year_text) if slash else None
    return None if normal is None or (slash and year is None) else (normal, year)


def _page(value: Cell) -> int | None:
    text = cell_text(value)
    return int(text) if re.fullmatch(r"0*[1-9][0-9]{0,4}", text, re.ASCII) else None


def _year(value: Cell) -> int | None:
    text = cell_text(value)
    return int(text) if re.fullmatch(r"[0-9]{4}", text, re.ASCII) and int(text) in _YEARS else None


def _date(value: Cell) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = cell_text(value)
    day = _excel_day(text) or _written_date(text)
    return day if day and day.year in _YEARS else None


def _excel_day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{5}", text, re.ASCII) or int(text) not in _EXCEL_DAYS:
        return None
    from openpyxl.utils.datetime import from_excel

    day: datetime = from_excel(int(text))
    return day.date()


def _written_date(text: str) -> date | None:
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00:00)?", text, re.ASCII)
    local = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text, re.ASCII)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(local[4]), int(local[3]), int(local[1])) if local else None
    except ValueError:
        return None


def _find_header(path: Path, grid: Grid) -> tuple[int, dict[str, int]]:
    """Return how many rows the header and what stands above it take, and the column of each field."""
    for above, (_line, cells) in enumerate(grid[:_HEADER_ROWS]):
        columns = _columns(cells)
        if all(name in columns for name in _NEEDED):
            return above + 1, columns
    raise WorkbookError(
        lazy("{path} has no header row with number, first page and last page.", path=path),
        remedy=lazy("Name the columns: number, first page, last page, date; or: số, trang đầu, trang cuối, ngày."),
    )


def _columns(cells: tuple[Cell, ...]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, cell in enumerate(cells):
        plain = plain_header(cell)
        for name, headers in _HEADERS.items():
            if plain in headers:
                columns.setdefault(name, column)
    return columns
