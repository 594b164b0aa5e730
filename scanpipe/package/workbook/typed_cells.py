"""Reading what people typed into a workbook, as they saw it, so that nothing of it gets lost.

Spreadsheet programs make numbers and dates of what is typed, and show them by a format; the text that was meant is what
they show: "001234567890", "03/1985", "50 %".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scanpipe.errors import WorkbookError
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.model import BookId
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.display_text import display_text
from scanpipe.package.workbook.reader import ReadSheet, SheetRow, header_row
from scanpipe.package.workbook.sheet import MAX_COLUMNS, MAX_ROWS, cell_text, header_text, open_workbook
from scanpipe.sandbox import limited

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_STAMP = re.compile(r"(\S+) r([0-9]{1,6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookStamp:
    """Which book and revision a workbook says that it was made for."""

    book: str
    revision: int

    def __str__(self) -> str:
        """What a workbook carries as its subject."""
        return f"{self.book} r{self.revision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSheet:
    """A sheet as people left it, and what of it cannot be taken over, in words."""

    sheet: ReadSheet
    left_out: tuple[LazyText, ...] = ()


def stamp_of(book: BookId, revision: int) -> WorkbookStamp:
    """Return the stamp of a book's revision; the unit is told with its list, for codes were used again."""
    return WorkbookStamp(book=book.full_name, revision=revision)


@limited(error=WorkbookError)
def read_stamp(path: Path) -> WorkbookStamp | None:
    """Return the stamp of a workbook, if it has one.

    Raises:
        WorkbookError: it is no workbook.
    """
    with open_workbook(path) as workbook:
        match = _STAMP.fullmatch(str(workbook.properties.subject or ""))
    return WorkbookStamp(book=match[1], revision=int(match[2])) if match else None


@limited(error=WorkbookError)
def read_typed(path: Path, *, sheet: str, columns: Columns) -> TypedSheet:
    """Read a sheet that people have typed into.

    Raises:
        WorkbookError: it cannot be read, or something in it would be lost, by its cell: two columns of one name, a cell
            under no header, merged cells, a formula that was never worked out, an error, a number or date in a format
            that is not known, more columns than are read.
    """
    with open_workbook(path, whole=True) as workbook, open_workbook(path, whole=True, formulas=True) as written:
        worksheet = workbook[sheet] if sheet in workbook.sheetnames else workbook.worksheets[0]
        work = _Table(path=path, sheet=worksheet, formulas=written[worksheet.title], columns=columns)
        work.read()
    if work.problems:
        raise WorkbookError(
            lazy("{path} cannot be merged: {problems}.", path=path, problems=joined(*work.problems, by="; ")),
            remedy=lazy("Correct it in a spreadsheet program, save it, and run the same command again."),
        )
    headers = tuple(header for header in work.headers if header)
    return TypedSheet(sheet=ReadSheet(headers=headers, rows=tuple(work.rows)), left_out=tuple(work.left_out))


@dataclass(slots=True, kw_only=True)
class _Table:
    path: Path
    sheet: "Worksheet"
    formulas: "Worksheet"
    columns: Columns
    headers: list[str] = field(default_factory=list)
    header_line: int = 1
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[LazyText] = field(default_factory=list)
    left_out: list[LazyText] = field(default_factory=list)

    def read(self) -> None:
        """Read headers and rows, and note what cannot be kept."""
        lines = self._lines()
        if lines is None:
            self.problems.append(lazy("it has more than {count} columns, or too many rows", count=MAX_COLUMNS))
            return
        filled = [cells for cells in lines if any(cell_text(cell.value) or self._uncalculated(cell) for cell in cells)]
        above = header_row(self.path, [[cell.value for cell in cells] for cells in filled], self.columns)
        self.headers = [header_text(cell.value) for cell in filled[above]]
        self.header_line = filled[above][0].row
        self._note(filled[:above], filled[above + 1 :])
        for cells in filled[above + 1 :]:
            named = {
                header: _display_text(cell) or "" for header, cell in zip(self.headers, cells, strict=False) if header
            }
            self.rows.append(SheetRow(line=cells[0].row, cells=named))

    def _lines(self) -> list[tuple["Cell", ...]] | None:
        """Return the rows in which there is something, each as wide as the widest; None where they are too many.

        Formats alone are nothing.
        """
        ends: dict[int, int] = {}
        for sheet in (self.sheet, self.formulas):
            for row, column in [
                place for place, cell in sheet._cells.items() if cell.value is not None or cell.comment
            ]:
                ends[row] = max(ends.get(row, 0), column)
        width = max(ends.values(), default=0)
        if len(ends) > MAX_ROWS or width > MAX_COLUMNS:
            return None
        return [tuple(self.sheet.cell(row, column + 1) for column in range(width)) for row in sorted(ends)]

    def _note(self, above: Sequence[tuple["Cell", ...]], below: Sequence[tuple["Cell", ...]]) -> None:
        for header, count in Counter(header for header in self.headers if header).items():
            if count > 1:
                self.problems.append(lazy("{count} columns have the header {header}", count=count, header=header))
        self.problems += [
            lazy("cells {cells} are merged", cells=area.coord)
            for area in self.sheet.merged_cells.ranges
            if area.max_row >= self.header_line
        ]
        self.problems += [problem for cells in below for problem in self._of_row(cells)]
        for cells in above:
            self.left_out.append(lazy("row {line}, above the headers", line=cells[0].row))

    def _of_row(self, cells: tuple["Cell", ...]) -> Iterator[LazyText]:
        for place, cell in enumerate(cells):
            if cell.comment is not None:
                self.left_out.append(lazy("the comment on cell {cell}", cell=cell.coordinate))
            if cell_text(cell.value) and not (place < len(self.headers) and self.headers[place]):
                yield lazy("cell {cell} has no header", cell=cell.coordinate)
            if problem := self._unreadable(cell):
                yield problem.format(cell=cell.coordinate, value=cell.value, form=cell.number_format)

    def _unreadable(self, cell: "Cell") -> LazyText | None:
        """Return why nobody can tell what a person sees in a cell; None where one can."""
        if self._uncalculated(cell):
            return lazy("cell {cell} has a formula without a result (open the file in Excel and save it)")
        if cell.data_type == "e":
            return lazy("cell {cell} shows the error {value}")
        if _display_text(cell) is None:
            return lazy("cell {cell} has the unsupported format {form} (format it as text and type it again)")
        return None

    def _uncalculated(self, cell: "Cell") -> bool:
        """Tell whether a cell holds a formula, of whatever kind, without a result; one that is an empty text is one."""
        formula = self.formulas[cell.coordinate].data_type == "f"
        return formula and cell.value is None and cell.data_type != "str"


def _display_text(cell: "Cell") -> str | None:
    return display_text(cell.value, str(cell.number_format or ""))
