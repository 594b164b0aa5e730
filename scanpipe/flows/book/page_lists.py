"""Which pages a list means that somebody else made: a table, csv or xlsx, with a name in each row.

Receivers' lists have no common form. Titles, blank rows and further columns are tolerated; a name that the book does
not know never is. A column of numbers is taken only where it is sure what they count: not rows, nor pages of a PDF.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

from scanpipe.errors import PageUnknown, WorkbookError
from scanpipe.flows.book.page_names import BookNames
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.model import Page
from scanpipe.package.workbook.reader import HEADER_ROWS, SLASHED
from scanpipe.package.workbook.sheet import plain_header
from scanpipe.package.workbook.table import TextRow, read_text_rows
from scanpipe.system.printable import printable

_PDFS = {"pdf", "file", "file name", "filename", "file pdf", "pdf file", "member", "tep", "tep tin", "tep pdf"} | {
    f"ten {file}" for file in ("pdf", "file", "file pdf", "tep", "tep tin", "tep pdf")
}
_CASES = {"case", "case number", "so dang ky", "so ho so", "ho so", "so truong hop", "truong hop"}
_PAGES = {"page", "trang"}
_REMARKS = {
    *("reason", "reasons", "remark", "remarks", "note", "notes", "comment", "comments", "error", "errors", "defect"),
    *("description", "ly do", "ly do tra lai", "ly do tu choi", "noi dung", "noi dung loi", "loi", "mo ta"),
    *(
        "mo ta loi",
        "nhan xet",
        "ghi chu",
        "y kien",
        "yeu cau",
        "yeu cau chinh sua",
        "noi dung can chinh sua",
        "ket qua kiem tra",
    ),
}
_NUMBERED = re.compile(r"\(\d+\)")  # forms number their columns below the titles
_UNTITLED = re.compile(r"\D*")  # no name is without a digit: what stands above the first that has one is a title
_MOST_CELLS = 50_000  # a book of 5000 pages with nine remarks on each; others wait while a list is understood
_MOST_TOLD, _LONGEST_SHOWN = 20, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PageList:
    """A list as read: the file, and its rows that are not empty."""

    path: Path
    rows: tuple[TextRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedName:
    """A name in a list.

    Attributes:
        line: its row, from 1.
        name: as it is written; empty where only another cell of the row may be one.
        pages: the pages that it means; none where the book does not know it.
        remark: what is written beside it.
    """

    line: int
    name: str
    pages: tuple[Page, ...]
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """Where the names stand.

    Attributes:
        index: in which column, from 0.
        below: below how many rows of titles.
        titles: the known titles by column.
        likely: this column, and all that have such a title or a cell that may be a name.
    """

    index: int
    below: int
    titles: Mapping[int, str]
    likely: Collection[int]


def read_page_list(path: Path) -> PageList:
    """Read a list, without looking for names yet.

    Raises:
        WorkbookError: no such file, no table, or far more than a list holds.
    """
    rows = read_text_rows(path)
    if sum(bool(cell) for row in rows for cell in row.cells) > _MOST_CELLS:
        raise WorkbookError(lazy("{path} has more than {count} cells.", path=path, count=_MOST_CELLS))
    return PageList(path=path, rows=rows)


def listed_pages(listed: PageList, names: BookNames) -> tuple[Page, ...]:
    """Return the pages that a list means, each once.

    Raises:
        WorkbookError: no column is sure to hold names, or it is empty.
        PageUnknown: names that the book does not know; the message names them with their rows.
    """
    return tuple(dict.fromkeys(page for name in listed_names(listed, names) for page in name.pages))


def listed_names(listed: PageList, names: BookNames) -> tuple[ListedName, ...]:
    """Return the names of a list, all of which the book knows, with what is written beside them.

    Raises:
        WorkbookError: no column is sure to hold names, or it is empty.
        PageUnknown: names that the book does not know; the message names them with their rows.
    """
    column = _column(listed, names)
    meaning, remark = _meaning(names, column), _remark(listed, names, column)
    found: list[ListedName] = []
    unknown: list[ListedName] = []
    for row, name in _named(listed, column):
        each = ListedName(line=row.line, name=name, pages=meaning(name), remark=remark(row))
        (found if each.pages else unknown).append(each)
        if len(unknown) == _MOST_TOLD:
            break
    if unknown:
        raise _unknown_names(listed.path, unknown)
    if not found:
        raise WorkbookError(lazy("{path} contains no names.", path=listed.path))
    return tuple(found)


def _unknown_names(path: Path, unknown: Sequence[ListedName]) -> PageUnknown:
    rows = joined(*map(_unknown_name, unknown), by="\n")
    return PageUnknown(
        lazy("{path} lists names that are not in the book:\n{rows}", path=path, rows=rows),
        remedy=lazy(
            "Nothing was changed. Correct or remove these rows. Spreadsheet programs change 12/2010 and 3-7 to "
            "dates; format the column as text first."
        ),
    )


def _unknown_name(found: ListedName) -> LazyText:
    name = printable(found.name[:_LONGEST_SHOWN]) or lazy("empty cell")
    if not found.remark:
        return lazy("row {row}: {name}", row=found.line, name=name)
    remark = printable(found.remark[:_LONGEST_SHOWN])
    return lazy("row {row}: {name} ({remark})", row=found.line, name=name, remark=remark)


def _meaning(names: BookNames, column: _Column) -> Callable[[str], tuple[Page, ...]]:
    return names.of_case if column.titles.get(column.index) in _CASES else names.of_any


def _remark(listed: PageList, names: BookNames, column: _Column) -> Callable[[TextRow], str]:
    """Return what tells the remark in a row: columns with such a title, or else all words that are no names."""
    titled = _remark_columns(listed, column)

    def is_remark(index: int, cell: str) -> bool:
        if titled:
            return index in titled
        return index not in column.titles and index != column.index and _is_words(cell, names)

    def remark(row: TextRow) -> str:
        return "; ".join(cell for index, cell in enumerate(row.cells) if cell and is_remark(index, cell))

    return remark


def _is_words(cell: str, names: BookNames) -> bool:
    return any(letter.isalpha() for letter in cell) and not (names.is_pdf(cell) or names.of_any(cell))


def _named(listed: PageList, column: _Column) -> Iterator[tuple[TextRow, str]]:
    """Yield rows with the names in them; an empty one where only another column that is likely to name is filled.

    So it is where a row of the list, by its running number, says what is wrong and not with what.
    """
    title = column.titles.get(column.index)
    above = _NUMBERED if column.titles else _UNTITLED
    rows = listed.rows[column.below :]
    for row in dropwhile(lambda row: all(above.fullmatch(_cell(row, index)) for index in column.likely), rows):
        name = _cell(row, column.index)
        if name and plain_header(name) != title:  # titles come again on each printed page
            yield row, name
        elif not name and (any(_cell(row, other) for other in column.likely) or _complains(listed, column, row)):
            yield row, ""


def _complains(listed: PageList, column: _Column, row: TextRow) -> bool:
    remarks = _remark_columns(listed, column)
    return any(_cell(row, index) for index in remarks) and any(
        cell.isdecimal() for index, cell in enumerate(row.cells) if index not in remarks
    )


def _remark_columns(listed: PageList, column: _Column) -> tuple[int, ...]:
    """Return the columns whose titles say that remarks stand below."""
    heads = listed.rows[column.below - 1].cells if column.below else ()
    return tuple(index for index, cell in enumerate(heads) if plain_header(cell) in _REMARKS)


def _column(listed: PageList, names: BookNames) -> _Column:
    below, titles = _titles(listed, names)
    pdfs = _holding(listed, names.is_pdf)
    slashed = _holding(listed, SLASHED.fullmatch) - pdfs  # cases, but also months, and letters of a year
    sure = (
        _titled(titles, _PDFS)[:1]
        or pdfs
        or _titled(titles, _CASES)[:1]
        or slashed | {*_titled(titles, _PAGES)}
        or _holding(listed, bool)
    )
    if len(sure) != 1:
        raise WorkbookError(
            lazy("{path} has no clear column for the names of pages.", path=listed.path),
            remedy=lazy("Name the column file, case or page; or tên tệp, số hồ sơ or trang."),
        )
    (index,) = sure
    return _Column(index=index, below=below, titles=titles, likely={index} | pdfs | slashed | titles.keys())


def _titles(listed: PageList, names: BookNames) -> tuple[int, dict[int, str]]:
    """Return how many rows the titles of columns and what is above them take, and the known titles by column."""
    for above, row in enumerate(listed.rows[:HEADER_ROWS], start=1):
        if any(names.is_pdf(cell) or SLASHED.fullmatch(cell) for cell in row.cells):
            break
        titles = {index: plain_header(cell) for index, cell in enumerate(row.cells)}
        if known := {index: title for index, title in titles.items() if title in _PDFS | _CASES | _PAGES}:
            return above, known
    return 0, {}


def _holding(listed: PageList, wanted: Callable[[str], object]) -> set[int]:
    return {index for row in listed.rows for index, cell in enumerate(row.cells) if wanted(cell)}


def _titled(titles: Mapping[int, str], wanted: Collection[str]) -> list[int]:
    return [index for index, title in titles.items() if title in wanted]


def _cell(row: TextRow, index: int) -> str:
    return row.cells[index] if index < len(row.cells) else ""
