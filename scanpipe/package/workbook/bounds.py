"""What a workbook may hold, looked at before openpyxl makes a cell of everything that a range names.

A few bytes can name a million cells: merged ones, those under one link, a row far below the last. Every XML part is
read through once for that. Sheets end at row 1,048,576 and column XFD, and a format has at most 255 characters
(Excel specifications and limits; ECMA-376 part 1, 18.8.30).
"""

import re
import zipfile
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from scanpipe.errors import WorkbookError
from scanpipe.messages import LazyText, lazy

MAX_BYTES = 64 * 1024 * 1024
"""Of the file, and of all its parts unpacked."""
MAX_PARTS = 1000
MAX_SHEETS = 100
MAX_NAMED = 100_000
"""Cells that are merged or under a link, all together."""
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LONGEST_FORMAT = 255
_TOLD = 40  # characters of a format in a message
_PLACE = re.compile(r"\$?([A-Za-z]{0,9})\$?([0-9]{0,30})", re.ASCII)
_XML = (".xml", ".rels", ".vml")


def check_bounds(path: Path, stream: BinaryIO) -> None:
    """Read through a workbook, of which `stream` is the file.

    Raises:
        WorkbookError: it is empty or no workbook, or holds more than workbooks do; the message names what.
    """
    size = stream.seek(0, 2)
    if not size:
        raise WorkbookError(
            lazy("{path} is empty.", path=path),
            remedy=lazy("Replace it with a complete copy."),
        )
    if size > MAX_BYTES:
        raise _too_large(path)
    if not zipfile.is_zipfile(stream):
        raise WorkbookError(
            lazy("{path} is not a valid .xlsx file, or it is incomplete.", path=path),
            remedy=lazy(
                "Open it in a spreadsheet program and save it as .xlsx. If it does not open, replace it with a "
                "complete copy."
            ),
        )
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_BYTES:
            raise _too_large(path)
        bounds = _Bounds(path)
        for part in parts:
            if part.filename.lower().endswith(_XML):
                bounds.read(archive, part)
    stream.seek(0)


def _too_large(path: Path) -> WorkbookError:
    return WorkbookError(lazy("The unpacked content of {path} is too large for a workbook.", path=path))


class _Bounds:
    """What the parts of a workbook have named so far."""

    def __init__(self, path: Path) -> None:
        self._path, self._sheets, self._named = path, 0, 0
        self._looked_at = {
            "row": self._row,
            "c": self._cell,
            "mergeCell": self._merged,
            "hyperlink": self._linked,
            "numFmt": self._format,
            "sheet": self._sheet,
        }

    def read(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        """Read a part through; one that is no XML is left to openpyxl."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._element
        with archive.open(part) as stream:
            try:
                parser.ParseFile(stream)
            except expat.ExpatError:
                return

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if look := self._looked_at.get(name.rpartition(" ")[2]):
            look(attributes)

    def _row(self, attributes: dict[str, str]) -> None:
        self._within(attributes.get("r", ""))

    def _cell(self, attributes: dict[str, str]) -> None:
        self._within(attributes.get("r", ""))

    def _merged(self, attributes: dict[str, str]) -> None:
        self._take(attributes.get("ref", ""), lazy("cells {cells} are merged"))

    def _linked(self, attributes: dict[str, str]) -> None:
        self._take(attributes.get("ref", ""), lazy("cells {cells} have a link"))

    def _format(self, attributes: dict[str, str]) -> None:
        form = attributes.get("formatCode", "")
        if len(form) > _LONGEST_FORMAT:
            text = lazy("the number format {form} has {count} characters; the limit is {most}")
            self._refuse(text.format(form=f"{form[:_TOLD]}...", count=len(form), most=_LONGEST_FORMAT))

    def _sheet(self, _attributes: dict[str, str]) -> None:
        self._sheets += 1
        if self._sheets > MAX_SHEETS:
            self._refuse(lazy("it has more than {count} sheets", count=MAX_SHEETS))

    def _within(self, place: str) -> tuple[int, int]:
        """Return column and row of a cell, 0 where its name leaves one out; refuse one that no sheet has."""
        match = _PLACE.fullmatch(place)
        letters, digits = (match[1].upper(), match[2]) if match else ("", "0")
        row, column = int(digits or 0), 0
        for letter in letters:
            column = column * 26 + ord(letter) - ord("A") + 1
        if match is None or row > _LAST_ROW or column > _LAST_COLUMN:
            self._refuse(lazy("no sheet has a cell or row {place}", place=place[:_TOLD]))
        return column, row

    def _take(self, ref: str, what: LazyText) -> None:
        """Count the cells of a range; whole columns and rows are named without their ends."""
        first, _colon, last = ref.partition(":")
        (left, top), (right, bottom) = self._within(first), self._within(last or first)
        wide = right - left + 1 if left and right else _LAST_COLUMN
        high = bottom - top + 1 if top and bottom else _LAST_ROW
        self._named += abs(wide * high)
        if self._named > MAX_NAMED:
            text = lazy("{what}: more than {count} cells in total", what=what.format(cells=ref), count=MAX_NAMED)
            self._refuse(text)

    def _refuse(self, problem: LazyText) -> None:
        raise WorkbookError(
            lazy("{path} was refused: {problem}.", path=self._path, problem=problem),
            remedy=lazy(
                "Correct this in a spreadsheet program, or copy the rows into a new workbook. Save it as .xlsx."
            ),
        )
