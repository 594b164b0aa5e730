"""Reading a table that people made: xlsx, or csv in the encodings that spreadsheet programs give it."""

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import WorkbookError
from scanpipe.messages import lazy
from scanpipe.package.workbook.sheet import Grid, cell_text, filled_rows, read_grid
from scanpipe.sandbox import limited
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.plain_files import read_plain

MAX_CSV_BYTES = 16 * 1024 * 1024
_SNIFFED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A row that is not empty: its number in the table, from 1, and its cells as text."""

    line: int
    cells: tuple[str, ...]


@limited(error=WorkbookError)
def read_text_rows(path: Path) -> tuple[TextRow, ...]:
    """Return the rows of a table as text.

    Raises:
        WorkbookError: as `read_table`.
    """
    return tuple(TextRow(line=line, cells=tuple(map(cell_text, cells))) for line, cells in read_table(path))


def read_table(path: Path) -> Grid:
    """Return the rows of a csv file, or of a workbook's first sheet, that are not empty.

    Raises:
        WorkbookError: no such file, no table, or one that is far too large.
    """
    return _read_csv(path) if path.suffix.lower() in (".csv", ".txt") else read_grid(path)


def _read_csv(path: Path) -> Grid:
    try:
        text = _decoded(read_plain(path, most=MAX_CSV_BYTES))
        delimiter = max(";,\t", key=text[:_SNIFFED].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return filled_rows(path, (tuple(row) for row in reader))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WorkbookError(
            lazy("{path} cannot be read as a table ({error}).", path=path, error=describe(error)),
            remedy=remedy_for(error, otherwise=lazy("Save it as 'CSV UTF-8', or as .xlsx.")),
        ) from error


def _decoded(data: bytes) -> str:
    """Return the text of a csv file: UTF-8, "Unicode text" of Excel, or the code page of a Vietnamese Windows."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1258")
