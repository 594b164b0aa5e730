"""What people typed into the workbooks of a book, taken over into the next one: by case, and with the scan of the case.

A sheet is compared with what it was before people had it: what is different was typed, or emptied, and counts; later
sheets count more. Between that and what scanpipe knows now, what was typed stands, but for the count of the rows
and the page, which must agree with the PDF. Where both have changed, or two sheets differ, that is a conflict, and
told; nothing is left out unsaid.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scanpipe.messages import LazyText, _, lazy
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.issued_rows import Cells
from scanpipe.package.workbook.reader import ReadSheet, RowKey, SheetRow, row_key


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCells:
    """What was typed: by case and column, in columns beyond the layout's, and in rows of no case of the book.

    `provenance` tells in which row of which workbook a value was typed. `confirmed` are the cells that say just what
    scanpipe knows, and are not among the others.
    """

    cells: Mapping[RowKey, Cells] = field(default_factory=dict)
    provenance: Mapping[RowKey, Cells] = field(default_factory=dict)
    confirmed: Mapping[RowKey, Cells] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    unmatched: tuple[Cells, ...] = ()
    conflicts: tuple[LazyText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A sheet that people had.

    Attributes:
        name: what it is called in messages.
        sheet: its rows, under the headers of today.
        before: what it held before people had it, by the case as it was numbered then.
        case_mapping: the case of today that shows the scan of each case of then; None where none does. Cases that
            are not named are themselves.
        baseline: what it held when it was published, with what was typed before: a cell that is still so gives way to
            one that people changed in an older workbook.
        blank_means_cleared: whether a cell that is empty now, and was not before, was emptied on purpose.
        is_unmatched_sheet: whether its rows are those that were of no case.
    """

    name: str
    sheet: ReadSheet
    before: Mapping[RowKey, Cells]
    case_mapping: Mapping[RowKey, RowKey | None] = field(default_factory=dict)
    baseline: Mapping[RowKey, Cells] = field(default_factory=dict)
    blank_means_cleared: bool = False
    is_unmatched_sheet: bool = False


def merge_typed(
    known: Mapping[RowKey, Cells], sources: Sequence[Source], *, written: Mapping[RowKey, Cells], columns: Columns
) -> TypedCells:
    """Return what was typed into `sources`.

    Args:
        known: what scanpipe fills in now, by case.
        sources: the sheets as found, later ones counting more.
        written: what scanpipe filled in in the revision before, by the case of today.
        columns: the columns that scanpipe fills in.
    """
    merge = _Merge(known=known, written=written, columns=columns)
    for source in sorted(sources, key=lambda source: source.is_unmatched_sheet):
        merge.merge_source(source)
    merge.resolve()
    headers = dict.fromkeys(header for source in sources for header in source.sheet.headers)
    unmatched = {frozenset(cell for cell in cells.items() if cell[1]): cells for cells in merge.unmatched}
    return TypedCells(
        cells={key: cells for key, cells in merge.typed.items() if cells},
        provenance={key: {c: merge.provenance[key][c] for c in cells} for key, cells in merge.typed.items() if cells},
        confirmed=dict(merge.confirmed),
        columns=tuple(headers),
        unmatched=tuple(unmatched.values()),
        conflicts=tuple(merge.conflict_texts()),
    )


@dataclass(slots=True, kw_only=True)
class _Merge:
    known: Mapping[RowKey, Cells]
    written: Mapping[RowKey, Cells]
    columns: Columns
    typed: defaultdict[RowKey, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    provenance: defaultdict[RowKey, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    corrected: defaultdict[RowKey, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    confirmed: defaultdict[RowKey, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    unmatched: list[Cells] = field(default_factory=list)
    conflicts: defaultdict[LazyText, list[str]] = field(default_factory=lambda: defaultdict(list))

    def merge_source(self, source: Source) -> None:
        """Take over the rows of a sheet."""
        seen: set[RowKey] = set()
        keys = [row_key(row, self.columns) for row in source.sheet.rows]
        cases = [source.case_mapping.get(old_key, old_key) if old_key else None for old_key in keys]
        keyed_rows = zip(keys, cases, source.sheet.rows, strict=True)
        # Where two rows come to one case, the one that was of this number all along is its own.
        for old_key, new_key, row in sorted(keyed_rows, key=lambda keyed: keyed[0] != keyed[1]):
            changed = self._changed(source, row, old_key)
            if not changed:
                seen |= {new_key} if new_key else set()
            elif (
                new_key is None
                or new_key not in self.known
                or new_key in seen
                or (source.is_unmatched_sheet and self._is_filled(new_key, changed))
            ):
                self._set_aside(source, row, new_key)
            else:
                seen.add(new_key)
                if old_key != new_key:
                    text = lazy("{name}: typed data moves with its scan to other case numbers", name=source.name)
                    self.conflicts[text].append(f"{old_key.case if old_key else ''} > {new_key.case}")
                place = _("{workbook}, row {line}").format(workbook=source.name, line=row.line)
                self._take_row(source, place, changed, old_key, new_key)

    def _is_filled(self, key: RowKey, cells: Cells) -> bool:
        """Tell whether something was typed for a case already, and not just the same."""
        already_typed, fixed = self.typed.get(key, {}), (self.columns.serial, self.columns.page)
        same = (value in (already_typed.get(c), self.known[key].get(c)) for c, value in cells.items() if c not in fixed)
        return bool(already_typed) and not all(same)

    def _changed(self, source: Source, row: SheetRow, old_key: RowKey | None) -> dict[str, str]:
        """Return the cells that are not as they were before, but for those of the case's number: rows are told by them.

        Rows that were put in another order may be counted anew; whatever else stands in place of the count was typed.
        """
        before = source.before.get(old_key, {}) if old_key else {}
        identifying = {self.columns.number, self.columns.volume}
        serial = row.cells.get(self.columns.serial, "")
        if not serial or (serial.isdecimal() and (source.is_unmatched_sheet or int(serial) <= len(source.sheet.rows))):
            identifying.add(self.columns.serial)
        return {
            column: value
            for column, value in row.cells.items()
            if column not in identifying and value != before.get(column, "") and (value or source.blank_means_cleared)
        }

    def _take_row(self, source: Source, place: str, changed: Cells, old_key: RowKey | None, key: RowKey) -> None:
        baseline, before = (cells.get(old_key, {}) if old_key else {} for cells in (source.baseline, source.before))
        for column, value in changed.items():
            earlier = self.typed[key].get(column)
            if earlier is not None and baseline.get(column) == value:
                # Nobody touched it since: a correction of just that stands before it, without a word.
                known = (earlier, self.corrected[key].get(column), self.written.get(key, {}).get(column, ""))
                if value not in known:
                    self._conflict(
                        lazy("{column}: kept {kept!r}, not {lost!r}", column=column, kept=earlier, lost=value), key
                    )
                continue
            if earlier is not None and earlier != value:
                text = lazy(
                    "{column}: kept {value!r} of {name}, not {before!r}",
                    column=column,
                    value=value,
                    name=source.name,
                    before=earlier,
                )
                self._conflict(text, key)
            self.typed[key][column], self.provenance[key][column] = value, place
            self.corrected[key][column] = before.get(column, "")

    def _set_aside(self, source: Source, row: SheetRow, new_key: RowKey | None) -> None:
        """Keep a row that belongs to no case, or to one that has its row already."""
        self.unmatched.append(row.cells)
        which = {"name": source.name, "line": row.line, "case": row.cells.get(self.columns.number, "")}
        if new_key is not None and new_key in self.known:
            text = lazy("{name}, row {line}: case {case} already has a row; this row is kept separately", **which)
        else:
            text = lazy(
                "{name}, row {line}: case {case}, or its scan, is not in the book; the row is kept separately", **which
            )
        self.conflicts[text] = []

    def resolve(self) -> None:
        """Decide between what was typed and what scanpipe knows."""
        for key, cells in self.typed.items():
            for column in [column for column, value in cells.items() if not value]:
                del cells[column]
            for column in (self.columns.serial, self.columns.page, self.columns.place, self.columns.date):
                if column in cells:
                    self._resolve_cell(key, column, cells)

    def _resolve_cell(self, key: RowKey, column: str, cells: dict[str, str]) -> None:
        known, typed = self.known[key].get(column, ""), cells[column]
        fixed = column in (self.columns.serial, self.columns.page)
        same = typed == known or (fixed and typed.lstrip("0") == known)
        if fixed or same:
            del cells[column]
        if same and not fixed:
            self.confirmed[key][column] = typed
        kept, lost = (known, typed) if fixed else (typed, known)
        changed = fixed or known != self.written.get(key, {}).get(column, "")
        if lost and changed and not same:
            self._conflict(lazy("{column}: kept {kept!r}, not {lost!r}", column=column, kept=kept, lost=lost), key)

    def _conflict(self, text: LazyText, key: RowKey) -> None:
        self.conflicts[text].append(str(key.case))

    def conflict_texts(self) -> list[LazyText]:
        """Return the conflicts, the same one of many cases once."""
        return [
            lazy("{conflict} (cases {cases})", conflict=text, cases=", ".join(cases)) if cases else text
            for text, cases in self.conflicts.items()
        ]
