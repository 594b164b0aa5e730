"""Which cells that people type are others than in the workbook of the revision before."""

from collections import Counter
from collections.abc import Iterator

from scanpipe.flows.workbook.issued import IssuedWorkbook, WorkbookContext, issued_workbook, whole_blob_path
from scanpipe.flows.workbook.workbooks import WorkbookForm
from scanpipe.package.reports.manifest import CellChange, TypedChanges
from scanpipe.package.workbook.issued_rows import Cells, IssuedRows, map_cases_by_scan
from scanpipe.package.workbook.reread import cells_by_case, header_mapping, read_case_sheet, renamed_rows


def typed_changes(context: WorkbookContext, form: WorkbookForm) -> TypedChanges:
    """Return which cells people filled in or changed since the last revision; none where its workbook is not kept."""
    last = issued_workbook(context, context.facts.deliveries[-1])
    changes = tuple(_changes(context, form, last, last.rows)) if last.rows else ()
    filled = Counter(change.column for change in changes if not change.before)
    return TypedChanges(filled=dict(filled), changed=tuple(change for change in changes if change.before))


def _changes(
    context: WorkbookContext, form: WorkbookForm, last: IssuedWorkbook, written: IssuedRows
) -> Iterator[CellChange]:
    """Yield the cells of each case of today that are others than in the row of its scan."""
    path = whole_blob_path(context, last.delivery.workbook)
    if path is None:
        return
    headers = header_mapping(written, form.rows)
    then = renamed_rows(cells_by_case(read_case_sheet(path, written), written.columns), headers)
    known_then = renamed_rows(written.cells, headers)
    came_from = {new: old for old, new in map_cases_by_scan(written.scans, form.rows.scans).items()}
    for key, known in form.rows.cells.items():
        old = came_from.get(key)
        before = then.get(old, {}) if old else {}
        typed, typed_then = form.typed.cells.get(key, {}), _typed(before, known_then.get(old, {}) if old else {})
        for column in (name for name in form.typed.columns or typed if name in typed or name in typed_then):
            now = typed.get(column, known.get(column, ""))
            if now != before.get(column, ""):
                yield CellChange(case=str(key.case), column=column, before=before.get(column, ""), after=now)


def _typed(cells: Cells, known: Cells) -> set[str]:
    """Return the columns in which something else stands than scanpipe wrote."""
    return {column for column, value in cells.items() if value != known.get(column, "")}
