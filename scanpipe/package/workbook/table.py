"""Reading a table that people made: xlsx, or csv in the encodings that spreadsheet programs give it."""

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import WorkbookError
from scanpipe.messages import lazy
from scanpipe.package.workbook.sheet import Grid, cell_text, filled_rows, merged_down, read_grid
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
    """Return the rows of a table as text; what stands in a cell that is merged over several rows stands in each.

    Raises:
        WorkbookError: as `read_table`.
    """
    rows = {line: [*map(cell_text, cells)] for line, cells in read_table(path)}
    for column, lines in () if _is_csv(path) else merged_down(path):
        first = rows.get(lines[0], [])
        for line in rows.keys() & lines[1:] if column < len(first) else ():
            rows[line] += [""] * (column + 1 - len(rows[line]))
            rows[line][column] = first[column]
    return tuple(TextRow(line=line, cells=tuple(cells)) for line, cells in rows.items())


def read_table(path: Path) -> Grid:
    """Return the rows of a csv file, or of a workbook's first sheet, that are not empty.

    Raises:
        WorkbookError: no such file, no table, or one that is far too large.
    """
    return _read_csv(path) if _is_csv(path) else read_grid(path)


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() in (".csv", ".txt")


def _read_csv(path: Path) -> Grid:
    try:
        text = _decoded(read_plain(path, most=MAX_CSV_BYTES))
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text[:_SNIFFED]), strict=True)
        return filled_rows(path, (tuple(row) for row in reader))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WorkbookError(
            lazy("{path} cannot be read as a table ({error}).", path=path, error=describe(error)),
            remedy=remedy_for(error, otherwise=lazy("Save it as 'CSV UTF-8', or as .xlsx.")),
        ) from error


def _delimiter(text: str) -> str:
    """Return what parts the cells: it stands in most lines, where commas of sentences stand in some."""
    lines = text.splitlines()
    return max(";,\t", key=lambda mark: (sum(mark in line for line in lines), text.count(mark)))


def _decoded(data: bytes) -> str:
    """Return the text of a csv file: UTF-8, "Unicode text" of Excel, or the code page of a Vietnamese Windows."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1258")
