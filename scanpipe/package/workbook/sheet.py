"""Reading workbooks of others: the rows that are not empty, as plain values, within bounds.

A workbook is a ZIP of XML files and may be hostile: it is refused before openpyxl sees it when it would unpack to more
than `MAX_UNPACKED` bytes, and rows and columns are counted while they are read.
"""

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import BinaryIO, TypeAlias

import openpyxl

from scanpipe.errors import WorkbookError
from scanpipe.file_errors import reason_of, way_out
from scanpipe.fsio import nfc
from scanpipe.messages import _

MAX_UNPACKED = 64 * 1024 * 1024
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
    with opened(path) as workbook:
        chosen = workbook[sheet] if sheet in workbook.sheetnames else workbook.worksheets[0]
        chosen.reset_dimensions()
        return filled_rows(path, chosen.iter_rows(values_only=True))


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, in order.

    Raises:
        WorkbookError: as `read_grid`.
    """
    with opened(path) as workbook:
        return tuple(workbook.sheetnames)


@contextmanager
def opened(path: Path, *, whole: bool = False, formulas: bool = False) -> Iterator[openpyxl.Workbook]:
    """Yield a workbook, its rows to be read as they come, or `whole`, with formats, comments and merged cells.

    Raises:
        WorkbookError: as `read_grid`, also for what is met while it is read.
    """
    # Opened here, for openpyxl goes by the ending of a name, and what is in the store has none.
    with _named(path), path.open("rb") as stream:
        _check_bounds(path, stream)
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
            raise WorkbookError(_("{path} has more than {count} rows.").format(path=path, count=MAX_ROWS))
    return grid


def _check_bounds(path: Path, stream: BinaryIO) -> None:
    if not stream.read(1):
        raise WorkbookError(
            _("{path} is empty: there is nothing in the file.").format(path=path),
            remedy=_("Put a whole copy of it in its place."),
        )
    if not zipfile.is_zipfile(stream):
        raise WorkbookError(
            _("{path} is no .xlsx, or only a part of one.").format(path=path),
            remedy=_(
                "If a spreadsheet program opens it, save it as .xlsx; if not, put a whole copy of it in its place."
            ),
        )
    with zipfile.ZipFile(stream) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
            raise WorkbookError(_("{path} would unpack to far more than a workbook holds.").format(path=path))
    stream.seek(0)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn whatever openpyxl meets in a damaged file into an error that names the file."""
    try:
        yield
    except WorkbookError:
        raise
    except Exception as error:
        # openpyxl documents no errors: KeyError, ValueError, TypeError, zlib and XML errors have been met.
        text, reason = _("{path} cannot be read as a workbook ({error})."), reason_of(error) or type(error).__name__
        raise WorkbookError(
            text.format(path=path, error=reason),
            remedy=way_out(error, otherwise=_("Open it in a spreadsheet program and save it again as .xlsx.")),
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
