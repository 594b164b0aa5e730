"""The workbook of a revision: what scanpipe knows of each case, and what people have typed in so far."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.collect import CollectedInput, collect_input
from scanpipe.flows.workbook.issued import ImportedFile, WorkbookContext, name_as_text
from scanpipe.messages import LazyText
from scanpipe.model import BookId
from scanpipe.package.naming.workbook_layout import WorkbookRules
from scanpipe.package.workbook.index import case_rows, known_cells, write_workbook
from scanpipe.package.workbook.issued_rows import IssuedRows, encode_issued, issued_row
from scanpipe.package.workbook.merge import TypedCells, merge_typed
from scanpipe.package.workbook.typed_cells import stamp_of
from scanpipe.state import views
from scanpipe.state.page_facts import PageFacts
from scanpipe.state.revision_files import RevisionFile, Role, keep_revision_file
from scanpipe.state.store import digest_of
from scanpipe.state.typed import keep_merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The workbook of a revision.

    Attributes:
        form: what it is rendered from.
        content: the file, with what was typed.
        conflicts: what people should read.
        imported: the workbooks in the folders of the revisions before, as they were read.
    """

    form: "WorkbookForm"
    content: bytes
    conflicts: tuple[LazyText, ...]
    imported: Mapping[ImportedFile, bytes]

    @property
    def digest(self) -> str:
        """The sha256 of the file."""
        return digest_of(self.content)

    def matches(self, delivery: views.DeliveryRow) -> bool:
        """Whether a revision has this workbook already, but for its number."""
        return digest_of(self.form.rendered(delivery.revision)) == delivery.workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookForm:
    """All that a workbook is rendered from but the number of its revision.

    `rows` are those that scanpipe writes, `typed` is what people typed.
    """

    book: BookId
    rules: WorkbookRules
    rows: IssuedRows
    typed: TypedCells

    def rendered(self, revision: int) -> bytes:
        """Return the workbook of a revision as a file."""
        stamp = str(stamp_of(self.book, revision))
        return write_workbook(self.rows.cells, kind=self.book.kind, rules=self.rules, typed=self.typed, stamp=stamp)


def merged_workbook(context: WorkbookContext, rows: IssuedRows, revision: int) -> Workbook:
    """Return the workbook with what was typed into those of all revisions before and into the one given.

    Raises:
        WorkbookError: one of them cannot be read, is of another book, or something in it would be lost.
    """
    collected, typed = typed_so_far(context, rows)
    form = WorkbookForm(book=context.facts.book.id, rules=context.convention.workbook, rows=rows, typed=typed)
    return Workbook(
        form=form,
        content=form.rendered(revision),
        conflicts=(*typed.conflicts, *collected.notices),
        imported=collected.imported,
    )


def typed_so_far(context: WorkbookContext, rows: IssuedRows) -> tuple[CollectedInput, TypedCells]:
    """Return what people typed, as it was found and by case; what to read of both is told with each.

    Raises:
        WorkbookError: a workbook cannot be read, is of another book, or something in it would be lost.
    """
    collected = collect_input(context, rows)
    return collected, merge_typed(rows.cells, collected.sources, written=collected.written, columns=rows.columns)


def issued_rows(facts: BookFacts, rules: WorkbookRules) -> IssuedRows:
    """Return the rows that scanpipe writes into a book's workbook: what it knows of each case, and its scans."""
    cells = known_cells(case_rows(facts.book, facts.sets.sets), rules)
    captures = {state.page: _scan(state.facts) for state in facts.captured}
    scans = [[captures[page] for page in case.pages if page in captures] for case in facts.sets.sets]
    return IssuedRows(
        layout=rules.layout(facts.book.id.kind),
        columns=rules.columns,
        unmatched_sheet=rules.unmatched_sheet,
        rows=tuple(issued_row(key, row, shown) for (key, row), shown in zip(cells.items(), scans, strict=True)),
    )


def rows_digest(rows: IssuedRows) -> str:
    """Return the sha256 of the rows that scanpipe writes: it decides whether a new revision is due."""
    return digest_of(encode_issued(rows))


def _scan(facts: PageFacts) -> str:
    """Return what a page shows: a capture, or half of one."""
    return facts.digest if not facts.region else f"{facts.digest} {facts.region}"


def keep_workbook(station: Station, book: int, revision: int, workbook: Workbook) -> None:
    """Put rows and file into the store, so that the next revision can tell what was typed, wherever this one goes.

    So are the workbooks that were taken over, for what is in them counts once, and the cells in which people typed just
    what scanpipe knew, for they are typed none the less.
    """
    rows, typed = workbook.form.rows, workbook.form.typed
    cells = tuple(issued_row(key, row, ()) for key, row in typed.confirmed.items())
    confirmed = encode_issued(msgspec.structs.replace(rows, rows=cells))
    written: dict[Role, bytes] = {"confirmed": confirmed, "rows": encode_issued(rows), "workbook": workbook.content}
    for role, content in written.items():
        file = RevisionFile(name="", digest=station.store.put(content))
        keep_revision_file(station.journal, book, revision, role, file)
    keep_merged(station.journal, book, revision)
    for (earlier, name), content in workbook.imported.items():
        file = RevisionFile(name=name_as_text(name), digest=station.store.put(content), imported_by=revision)
        keep_revision_file(station.journal, book, earlier, "imported", file)
