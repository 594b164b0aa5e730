"""Workbooks as they are written: texts stay texts, and the same content gives the same bytes."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from scanpipe.errors import WorkbookError
from scanpipe.messages import lazy

_EPOCH = datetime(1980, 1, 1)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_TEXT_FORMAT = "@"
# openpyxl writes no value beside a formula; one that shows nothing is an empty text (ECMA-376-1, 18.3.1.4).
_FORMULA = re.compile(rb'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)>(<f>[^<]*</f>)<v\s*(?:/>|></v>)')
_SHOWN_EMPTY = rb'\1 t="str">\2<v></v>'


def write_text(sheet: Worksheet, line: int, column: int, text: str) -> None:
    """Write a cell as text; an empty one is only formatted as one.

    Raises:
        WorkbookError: a text with control characters, which no workbook can hold.
    """
    cell = sheet.cell(line, column)
    cell.number_format = _TEXT_FORMAT
    if not text:
        return
    try:
        cell.value = text
    except IllegalCharacterError as error:
        raise WorkbookError(lazy("A workbook cannot contain {text!r}.", text=text)) from error
    # A text that begins with "=" is a text, not a formula.
    cell.data_type = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula, "=..." with names of functions in English, that shows nothing until a person has typed a value."""

    text: str
    number_format: str = "General"


def write_formula(sheet: Worksheet, line: int, column: int, formula: Formula) -> None:
    """Write a cell as formula; programs that only read are told that it shows nothing yet."""
    cell = sheet.cell(line, column, formula.text)
    cell.number_format = formula.number_format


def workbook_bytes(workbook: Workbook) -> bytes:
    """Return the workbook as a file (.xlsx) that carries no clock."""
    workbook.properties.created = workbook.properties.modified = _EPOCH
    workbook.properties.creator = "scanpipe"
    stream = io.BytesIO()
    with _Archive(stream, "w", strict_timestamps=False) as archive:
        ExcelWriter(workbook, archive).write_data()
    return _as_written(stream.getvalue())


class _Archive(zipfile.ZipFile):
    """A ZIP that openpyxl can write whatever the clock says: one before 1980 fits in no ZIP."""

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, *words: Any, **named: Any) -> None:
        """Write a member, by its name under a date that is none."""
        named_by = zinfo_or_arcname
        info = zipfile.ZipInfo(named_by, _ZIP_EPOCH) if isinstance(named_by, str) else named_by
        super().writestr(info, *words, **named)


def _as_written(data: bytes) -> bytes:
    """Return the workbook with its members in the order of their names, each of the year 1980, and formulas' values."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = _FORMULA.sub(_SHOWN_EMPTY, content)
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(info, content)
    return target.getvalue()
