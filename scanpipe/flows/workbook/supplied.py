"""The workbook that a person gives with --index: whether it is this book's, and what it is compared with."""

from collections.abc import Sequence
from pathlib import Path

from scanpipe.errors import ConventionError, WorkbookError
from scanpipe.flows.workbook.issued import IssuedWorkbook, WorkbookContext, whole_blob_path
from scanpipe.messages import lazy
from scanpipe.package.workbook.issued_rows import IssuedRows, map_cases_by_scan
from scanpipe.package.workbook.reread import read_case_sheet
from scanpipe.package.workbook.sources import TypedWorkbook
from scanpipe.package.workbook.typed_cells import WorkbookStamp, read_stamp, stamp_of


def supplied_workbook(
    context: WorkbookContext, path: Path, rows: IssuedRows, issued: Sequence[IssuedWorkbook]
) -> TypedWorkbook:
    """Return the workbook that a person gives, beside the revision that it says it was made from.

    Raises:
        WorkbookError: it is of another book, or nobody can tell what its numbers stand for.
    """
    stamp = read_stamp(path)
    named = next((workbook for workbook in issued if stamp and workbook.delivery.revision == stamp.revision), None)
    base = named or (issued[-1] if issued else None)
    form = base.rows if base and base.rows else rows
    _refuse_foreign(context, path, stamp, form)
    if named is None:
        _refuse_unmarked(path, issued)
    return TypedWorkbook(
        path=path,
        name=path.name,
        form=form,
        case_mapping=map_cases_by_scan(form.scans, rows.scans) if base and base.rows else {},
        as_issued=whole_blob_path(context, base.delivery.workbook) if base and base.rows else None,
        blank_means_cleared=stamp is not None,
    )


def _refuse_unmarked(path: Path, issued: Sequence[IssuedWorkbook]) -> None:
    """Refuse a workbook of no known revision where its numbers may stand for other cases than in the newest one."""
    scans = [workbook.rows.scans for workbook in issued if workbook.rows]
    if any(then != now for older in scans for then, now in map_cases_by_scan(older, scans[-1]).items()):
        raise WorkbookError(
            lazy("{path} has no stamp of a revision, and cases were renumbered after the first revision.", path=path),
            remedy=lazy(
                "Nothing was copied from it. Type the data into a copy of the newest workbook, and give that copy "
                "with --index."
            ),
        )


def _refuse_foreign(context: WorkbookContext, path: Path, stamp: WorkbookStamp | None, form: IssuedRows) -> None:
    """Refuse a given workbook that is of another book: the same numbers would stand for other people in it."""
    book, rules, convention = context.facts.book.id, context.convention.workbook, context.convention
    headers = set(read_case_sheet(path, form).headers) if stamp is None else set()
    of = [other for other in rules.layouts if other != book.kind and headers & rules.own_columns(other, than=book.kind)]
    try:
        named = convention.parse_workbook_name(path.name)
        foreign = not named.agrees_with(book)
    except ConventionError:
        foreign = False
    if of or foreign or (stamp and stamp.book != stamp_of(book, 0).book):
        raise WorkbookError(
            lazy("{path} is not the workbook of {book}, but of another book.", path=path, book=book),
            remedy=lazy("Nothing was copied from it. Give the workbook of this book."),
        )
