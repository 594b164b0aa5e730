"""What people typed into a book's workbook, taken over into the next one by the case of each row.

Three values may stand for a cell: what scanpipe knows now, what it wrote in any revision before, and what is found.
What is found and was never written by scanpipe was typed, and stands, but for the columns that must agree with the
PDFs. Where what is known has changed as well, or two workbooks differ, that is a conflict, and told; nothing is left
out in silence.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from scanpipe.messages import _
from scanpipe.package.filled import ReadSheet, RowKey, SheetRow, row_key
from scanpipe.package.workbook_rules import Columns

Cells = Mapping[str, str]
Written = Mapping[RowKey, Mapping[str, Collection[str]]]
"""What scanpipe has ever filled in, by case and column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed: by case and column, in columns beyond the layout's, and in rows of no case of the book."""

    cells: Mapping[RowKey, Cells] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    unmatched: tuple[Cells, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A sheet that was filled in, and what it is called in messages; later ones count more."""

    name: str
    sheet: ReadSheet


def merge_typed(
    known: Mapping[RowKey, Cells], sources: Sequence[Source], *, written: Written, columns: Columns
) -> Typed:
    """Return what was typed into `sources`.

    Args:
        known: what scanpipe fills in now, by case.
        sources: the workbooks as found.
        written: what scanpipe filled in when it made them, or any other, as far as that is known.
        columns: the columns that scanpipe fills in.
    """
    work = _Work(known=known, written=written, columns=columns)
    for source in sources:
        work.take(source)
    work.settle()
    headers = dict.fromkeys(header for source in sources for header in source.sheet.headers)
    return Typed(
        cells=work.typed,
        columns=tuple(headers),
        unmatched=tuple({str(cells): cells for cells in work.unmatched}.values()),
        conflicts=tuple(work.told()),
    )


@dataclass(slots=True, kw_only=True)
class _Work:
    known: Mapping[RowKey, Cells]
    written: Written
    columns: Columns
    typed: defaultdict[RowKey, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    unmatched: list[Cells] = field(default_factory=list)
    conflicts: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def take(self, source: Source) -> None:
        """Take over the rows of a workbook."""
        seen: set[RowKey] = set()
        for row in source.sheet.rows:
            key = row_key(row, self.columns)
            if key is None or key not in self.known or key in seen:
                self._set_aside(source, row, key)
            else:
                seen.add(key)
                self._take_row(source, row, key)

    def _take_row(self, source: Source, row: SheetRow, key: RowKey) -> None:
        for column, value in row.cells.items():
            if not value or value in self._written(key, column):
                continue
            before = self.typed[key].get(column, value)
            if before != value:
                text = _("{column}: {value!r} of {name} stands, not {before!r}")
                self._conflict(text.format(column=column, value=value, name=source.name, before=before), key)
            self.typed[key][column] = value

    def _set_aside(self, source: Source, row: SheetRow, key: RowKey | None) -> None:
        """Keep a row that belongs to no case, if a person typed anything into it."""
        c = self.columns
        mine = {c.serial, c.number, c.volume, c.page, c.place, c.date}
        if key is not None and not any(value for column, value in row.cells.items() if column not in mine):
            return
        self.unmatched.append(row.cells)
        text = _("{name}, row {line}: the book has no case {case}, or a row above is of the same; it is kept by itself")
        self.conflicts[text.format(name=source.name, line=row.line, case=row.cells.get(c.number, ""))] = []

    def settle(self) -> None:
        """Decide between what was typed and what scanpipe knows."""
        c = self.columns
        for key, cells in self.typed.items():
            for column in (c.serial, c.number, c.volume):
                cells.pop(column, None)
            for column in (c.page, c.place, c.date):
                if column in cells:
                    self._settle_cell(key, column, cells)

    def _settle_cell(self, key: RowKey, column: str, cells: dict[str, str]) -> None:
        known, typed = self.known[key].get(column, ""), cells[column]
        page = column == self.columns.page
        same = typed == known or (page and typed.lstrip("0") == known)
        if page or same:
            del cells[column]
        kept, lost = (known, typed) if page else (typed, known)
        changed = page or known not in self._written(key, column)
        if lost and changed and not same:
            text = _("{column}: {kept!r} stands, not {lost!r}")
            self._conflict(text.format(column=column, kept=kept, lost=lost), key)

    def _written(self, key: RowKey, column: str) -> Collection[str]:
        return self.written.get(key, {}).get(column, ())

    def _conflict(self, text: str, key: RowKey) -> None:
        self.conflicts[text].append(str(key.case))

    def told(self) -> list[str]:
        """Return the conflicts, the same one of many cases once."""
        each = _("{conflict} (cases {cases})")
        return [
            each.format(conflict=text, cases=", ".join(cases)) if cases else text
            for text, cases in self.conflicts.items()
        ]
