"""The workbook that a person gives with --index: whether it is this book's, and what it is compared with."""

from collections.abc import Sequence
from pathlib import Path

from scanpipe.errors import ConventionError, WorkbookError
from scanpipe.flows.workbook.issued import Desk, Issued, blob
from scanpipe.messages import lazy
from scanpipe.package.workbook.issued_rows import IssuedRows, map_cases_by_scan
from scanpipe.package.workbook.reread import read_case_sheet
from scanpipe.package.workbook.sources import TypedWorkbook
from scanpipe.package.workbook.typed_cells import WorkbookStamp, read_stamp, stamp_of


def given_workbook(desk: Desk, path: Path, rows: IssuedRows, issued: Sequence[Issued]) -> TypedWorkbook:
    """Return the workbook that a person gives, beside the revision that it says it was made from.

    Raises:
        WorkbookError: it is of another book, or nobody can tell what its numbers stand for.
    """
    stamp = read_stamp(path)
    named = next((one for one in issued if stamp and one.delivery.revision == stamp.revision), None)
    of = named or (issued[-1] if issued else None)
    form = of.rows if of and of.rows else rows
    _refuse_foreign(desk, path, stamp, form)
    if named is None:
        _refuse_unmarked(path, issued)
    return TypedWorkbook(
        path=path,
        name=path.name,
        form=form,
        case_mapping=map_cases_by_scan(form.scans, rows.scans) if of and of.rows else {},
        as_issued=blob(desk, of.delivery.workbook) if of and of.rows else None,
        blank_means_cleared=stamp is not None,
    )


def _refuse_unmarked(path: Path, issued: Sequence[Issued]) -> None:
    """Refuse a workbook of no known revision where its numbers may stand for other cases than in the newest one."""
    scans = [one.rows.scans for one in issued if one.rows]
    if any(then != now for older in scans for then, now in map_cases_by_scan(older, scans[-1]).items()):
        raise WorkbookError(
            lazy(
                "{path} does not say which revision it is of, and cases were numbered anew since the first.", path=path
            ),
            remedy=lazy(
                "Nothing was taken from it. Type it into a copy of the newest workbook, and give that with --index."
            ),
        )


def _refuse_foreign(desk: Desk, path: Path, stamp: WorkbookStamp | None, form: IssuedRows) -> None:
    """Refuse a given workbook that is of another book: the same numbers would stand for other people in it."""
    book, rules, convention = desk.facts.book.id, desk.convention.workbook, desk.convention
    headers = set(read_case_sheet(path, form).headers) if stamp is None else set()
    of = [other for other in rules.layouts if other != book.kind and headers & rules.own_columns(other, than=book.kind)]
    try:
        named = convention.parse_workbook_name(path.name)
        foreign = not named.agrees_with(book)
    except ConventionError:
        foreign = False
    if of or foreign or (stamp and stamp.book != stamp_of(book, 0).book):
        raise WorkbookError(
            lazy("{path} is a workbook of another book than {book}.", path=path, book=book),
            remedy=lazy("Nothing was taken from it. Give the workbook of this book."),
        )
