"""The workbook of a revision: what scanpipe knows of each case, and what people have typed in so far."""

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from scanpipe.flows.filled_in import Desk, find_filled_in
from scanpipe.flows.station import Station
from scanpipe.package.index import case_rows, known_cells, write_workbook
from scanpipe.package.issued import IssuedRows, encode_issued, issued_row
from scanpipe.package.merge import Typed, merge_typed
from scanpipe.package.typed import mark_text
from scanpipe.package.workbook_rules import WorkbookRules
from scanpipe.state import views


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """The workbook of a revision: the rows that scanpipe writes, and what was typed; `conflicts` are for people."""

    book: str
    kind: str
    revision: int
    rules: WorkbookRules
    rows: IssuedRows
    typed: Typed
    conflicts: tuple[str, ...] = ()

    @cached_property
    def rows_record(self) -> bytes:
        """What scanpipe writes, as it is kept to tell typing from writing."""
        return encode_issued(self.rows)

    @property
    def rows_digest(self) -> str:
        """The sha256 of that: it decides whether a new revision is due."""
        return sha256(self.rows_record).hexdigest()

    @cached_property
    def content(self) -> bytes:
        """The workbook as a file."""
        return self._content(self.revision)

    @property
    def digest(self) -> str:
        """The sha256 of the file."""
        return sha256(self.content).hexdigest()

    def is_as_in(self, delivery: views.DeliveryRow) -> bool:
        """Whether a revision has this workbook already, but for its number."""
        return sha256(self._content(delivery.revision)).hexdigest() == delivery.workbook

    def _content(self, revision: int) -> bytes:
        mark = mark_text(self.book, revision)
        return write_workbook(self.rows.cells, kind=self.kind, rules=self.rules, typed=self.typed, mark=mark)


def known_workbook(desk: Desk, revision: int) -> Workbook:
    """Return the workbook with nothing typed in."""
    book, rules = desk.facts.book, desk.convention.workbook
    cells = known_cells(case_rows(book, desk.facts.sets.sets), rules)
    captures = {state.page: state.facts.digest for state in desk.facts.pages if state.facts}
    scans = [[captures[page] for page in found.pages if page in captures] for found in desk.facts.sets.sets]
    rows = IssuedRows(
        layout=rules.layout(book.id.kind),
        columns=rules.columns,
        unmatched_sheet=rules.unmatched_sheet,
        rows=tuple(issued_row(key, row, shown) for (key, row), shown in zip(cells.items(), scans, strict=True)),
    )
    return Workbook(book=str(book.id), kind=book.id.kind, revision=revision, rules=rules, rows=rows, typed=Typed())


def filled_workbook(desk: Desk, revision: int) -> Workbook:
    """Return the workbook with what was typed into those of all revisions before and into the one given.

    Raises:
        WorkbookError: one of them cannot be read, is of another book, or something in it would be lost.
    """
    known = known_workbook(desk, revision)
    found = find_filled_in(desk, known.rows)
    typed = merge_typed(known.rows.cells, found.sources, written=found.written, columns=known.rules.columns)
    return replace(known, typed=typed, conflicts=(*typed.conflicts, *found.told))


def keep_workbook(station: Station, workbook: Workbook) -> None:
    """Put rows and file into the store, so that the next revision can tell what was typed, wherever this one goes."""
    for content in (workbook.rows_record, workbook.content):
        digest = station.store.put(content)
        if views.document(station.journal, f"workbook {digest}") is None:
            station.journal.add_fact("document", key=f"workbook {digest}", digest=digest, facts="{}")
