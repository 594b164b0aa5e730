"""The workbook of a revision: what scanpipe knows of each case, and what people have typed in so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from scanpipe.flows.station import Station
from scanpipe.flows.workbook.collect import collect_input
from scanpipe.flows.workbook.issued import ImportedFile, WorkbookContext, name_as_text
from scanpipe.messages import LazyText
from scanpipe.package.workbook.index import case_rows, known_cells, write_workbook
from scanpipe.package.workbook.issued_rows import IssuedRows, encode_issued, issued_row
from scanpipe.package.workbook.merge import TypedCells, merge_typed
from scanpipe.package.workbook.typed_cells import stamp_of
from scanpipe.state import views
from scanpipe.state.revision_files import RevisionFile, Role, keep_revision_file
from scanpipe.state.store import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The workbook of a revision.

    Attributes:
        rows_record: the rows that scanpipe writes, as they are kept to tell typing from writing.
        content: the file, with what was typed.
        conflicts: what people should read.
        rows: the rows that scanpipe writes.
        typed: what was typed.
        context: what it was made from.
        imported: the workbooks in the folders of the revisions before, as they were read.
    """

    rows_record: bytes
    content: bytes
    conflicts: tuple[LazyText, ...]
    rows: IssuedRows
    typed: TypedCells
    context: WorkbookContext
    imported: Mapping[ImportedFile, bytes] = field(default_factory=dict)

    @property
    def rows_digest(self) -> str:
        """The sha256 of the rows that scanpipe writes: it decides whether a new revision is due."""
        return digest_of(self.rows_record)

    @property
    def digest(self) -> str:
        """The sha256 of the file."""
        return digest_of(self.content)

    def matches(self, delivery: views.DeliveryRow) -> bool:
        """Whether a revision has this workbook already, but for its number."""
        content = _content(self.context, self.rows, self.typed, delivery.revision)
        return digest_of(content) == delivery.workbook


def base_workbook(context: WorkbookContext, revision: int) -> Workbook:
    """Return the workbook with nothing typed in."""
    return _workbook(context, revision, _rows(context), TypedCells(), ())


def merged_workbook(context: WorkbookContext, revision: int) -> Workbook:
    """Return the workbook with what was typed into those of all revisions before and into the one given.

    Raises:
        WorkbookError: one of them cannot be read, is of another book, or something in it would be lost.
    """
    rows = _rows(context)
    collected = collect_input(context, rows)
    typed = merge_typed(rows.cells, collected.sources, written=collected.written, columns=rows.columns)
    return replace(
        _workbook(context, revision, rows, typed, (*typed.conflicts, *collected.notices)), imported=collected.imported
    )


def _rows(context: WorkbookContext) -> IssuedRows:
    book, rules = context.facts.book, context.convention.workbook
    cells = known_cells(case_rows(book, context.facts.sets.sets), rules)
    captures = {state.page: _scan(state.facts) for state in context.facts.pages if state.facts}
    scans = [[captures[page] for page in found.pages if page in captures] for found in context.facts.sets.sets]
    return IssuedRows(
        layout=rules.layout(book.id.kind),
        columns=rules.columns,
        unmatched_sheet=rules.unmatched_sheet,
        rows=tuple(issued_row(key, row, shown) for (key, row), shown in zip(cells.items(), scans, strict=True)),
    )


def _scan(facts: views.PageFacts) -> str:
    """Return what a page shows: a capture, or half of one."""
    return facts.digest if not facts.region else f"{facts.digest} {facts.region}"


def _workbook(
    context: WorkbookContext, revision: int, rows: IssuedRows, typed: TypedCells, conflicts: tuple[LazyText, ...]
) -> Workbook:
    return Workbook(
        rows_record=encode_issued(rows),
        content=_content(context, rows, typed, revision),
        conflicts=conflicts,
        rows=rows,
        typed=typed,
        context=context,
    )


def _content(context: WorkbookContext, rows: IssuedRows, typed: TypedCells, revision: int) -> bytes:
    book, rules = context.facts.book.id, context.convention.workbook
    return write_workbook(rows.cells, kind=book.kind, rules=rules, typed=typed, stamp=str(stamp_of(book, revision)))


def keep_workbook(station: Station, workbook: Workbook, revision: int) -> None:
    """Put rows and file into the store, so that the next revision can tell what was typed, wherever this one goes.

    So are the workbooks that were taken over, for what is in them counts once, and the cells in which people typed just
    what scanpipe knew, for they are typed none the less.
    """
    book = workbook.context.facts.row
    cells = tuple(issued_row(key, row, ()) for key, row in workbook.typed.confirmed.items())
    confirmed = encode_issued(msgspec.structs.replace(workbook.rows, rows=cells))
    written: dict[Role, bytes] = {"confirmed": confirmed, "rows": workbook.rows_record, "workbook": workbook.content}
    for role, content in written.items():
        file = RevisionFile(name="", digest=station.store.put(content))
        keep_revision_file(station.journal, book, revision, role, file)
    for (earlier, name), content in workbook.imported.items():
        file = RevisionFile(name=name_as_text(name), digest=station.store.put(content), imported_by=revision)
        keep_revision_file(station.journal, book, earlier, "imported", file)
