"""Reading workbooks of others: the rows that are not empty, as plain values, within bounds.

A workbook is a ZIP of XML files and may be hostile: it is read in the limited child alone, refused before openpyxl sees
it when it holds more than workbooks do (`bounds.py`), and rows and columns are counted while they are read.
"""

import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from scanpipe.errors import WorkbookError
from scanpipe.messages import lazy
from scanpipe.package.workbook.bounds import check_bounds
from scanpipe.sandbox import limited
from scanpipe.system.fsio import nfc
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.plain_files import open_plain

if TYPE_CHECKING:
    import openpyxl

MAX_ROWS = 50_000
MAX_COLUMNS = 500

Cell: TypeAlias = object
Grid: TypeAlias = list[tuple[int, tuple[Cell, ...]]]
"""Rows that are not empty, each with its number in the sheet, from 1."""


def read_grid(path: Path, *, sheet: str | None = None) -> Grid:
    """Return the rows of a sheet that are not empty: of the named one where it exists, else of the first.

    Raises:
        WorkbookError: the file is no workbook, damaged, or far too large.
    """
    with open_workbook(path) as workbook:
        chosen = workbook[sheet] if sheet in workbook.sheetnames else workbook.worksheets[0]
        chosen.reset_dimensions()
        return filled_rows(path, chosen.iter_rows(values_only=True))


def merged_down(path: Path) -> tuple[tuple[int, range], ...]:
    """Return the cells of the first sheet that are merged over several rows: the column, from 0, and the rows, from 1.

    Raises:
        WorkbookError: as `read_grid`.
    """
    with open_workbook(path, whole=True) as workbook:
        areas = workbook.worksheets[0].merged_cells.ranges
        return tuple(
            (area.min_col - 1, range(area.min_row, area.max_row + 1)) for area in areas if area.max_row > area.min_row
        )


@limited(error=WorkbookError)
def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, in order.

    Raises:
        WorkbookError: as `read_grid`.
    """
    with open_workbook(path) as workbook:
        return tuple(workbook.sheetnames)


@contextmanager
def open_workbook(path: Path, *, whole: bool = False, formulas: bool = False) -> Iterator["openpyxl.Workbook"]:
    """Yield a workbook, its rows to be read as they come, or `whole`, with formats, comments and merged cells.

    Raises:
        WorkbookError: as `read_grid`, also for what is met while it is read.
    """
    import openpyxl

    # Opened here, for openpyxl goes by the ending of a name, and what is in the store has none.
    with _named(path), open_plain(path) as stream:
        check_bounds(path, stream)
        with warnings.catch_warnings():
            # What openpyxl makes an error of, and warns of on stderr, whoever reads the cell finds as one.
            warnings.filterwarnings("ignore", module="openpyxl")
            workbook = openpyxl.load_workbook(stream, read_only=not whole, data_only=not formulas)
            try:
                yield workbook
            finally:
                workbook.close()


def filled_rows(path: Path, rows: Iterable[tuple[Cell, ...]]) -> Grid:
    """Return the rows that are not empty with their numbers; sheets formatted down to their last row are common.

    Raises:
        WorkbookError: more than `MAX_ROWS` of them.
    """
    grid: Grid = []
    for line, row in enumerate(rows, start=1):
        if any(cell_text(cell) for cell in row[:MAX_COLUMNS]):
            grid.append((line, row[:MAX_COLUMNS]))
        if len(grid) > MAX_ROWS:
            raise WorkbookError(lazy("{path} has more than {count} rows.", path=path, count=MAX_ROWS))
    return grid


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn whatever openpyxl meets in a damaged file into an error that names the file."""
    try:
        yield
    except (WorkbookError, MemoryError):
        raise
    except Exception as error:
        # openpyxl documents no errors: KeyError, ValueError, TypeError, zlib and XML errors have been met.
        text, reason = lazy("{path} cannot be read as a workbook ({error})."), describe(error) or type(error).__name__
        raise WorkbookError(
            text.format(path=path, error=reason),
            remedy=remedy_for(error, otherwise=lazy("Open it in a spreadsheet program and save it again as .xlsx.")),
        ) from error


def cell_text(value: Cell) -> str:
    """Return a cell as text: NFC, trimmed, whole numbers without ".0", dates as 27.10.2008, nothing if it is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.strftime("%d.%m.%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return nfc(str(value)).strip()


def header_text(value: Cell) -> str:
    """Return a header with its line breaks and runs of blanks made one blank, and none at the ends."""
    return " ".join(cell_text(value).split())


def plain_header(value: Cell) -> str:
    """Return a header without accents, in small letters: "Trang đầu" is "trang dau"."""
    letters = unicodedata.normalize("NFD", header_text(value).casefold().replace("đ", "d").replace("_", " "))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).rstrip(" .:")
