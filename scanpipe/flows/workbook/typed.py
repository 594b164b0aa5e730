"""What people type for the workbook while they look at the pages, merged like what they typed into the workbook."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanpipe.flows.workbook.issued import WorkbookContext, whole_blob_path
from scanpipe.messages import _
from scanpipe.model import CaseKey
from scanpipe.package.workbook.issued_rows import IssuedRows, decode_issued, map_cases_by_scan
from scanpipe.package.workbook.merge import Source
from scanpipe.package.workbook.reader import ReadSheet, RowKey, SheetRow
from scanpipe.package.workbook.reread import header_mapping
from scanpipe.state.typed import CellPlace, newest_merged, typed_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A cell that is typed otherwise than in the workbook of the last revision."""

    place: CellPlace
    value: str
    before: str


def typed_since(context: WorkbookContext) -> bool:
    """Whether something was typed on the page that no workbook of a revision holds."""
    return any(_changes(context))


def typed_sources(context: WorkbookContext, rows: IssuedRows) -> tuple[Source, ...]:
    """Return what was typed on the page since the last revision, as sheets that people had, the oldest first."""
    sheets: dict[str, list[_Change]] = {}
    for change in _changes(context):
        sheets.setdefault(change.place.rows, []).append(change)
    return tuple(_source(context, rows, digest, changes) for digest, changes in sheets.items())


def _changes(context: WorkbookContext) -> Iterator[_Change]:
    journal, book, deliveries = context.station.journal, context.facts.row, context.facts.deliveries
    merged = newest_merged(journal, book, deliveries[-1].revision) if deliveries else 0
    now, then = typed_cells(journal, book), typed_cells(journal, book, at=merged)
    for place in [place for place in then if place not in now]:  # undone since
        yield _Change(place=place, value=then[place].shown, before=then[place].value)
    for place, cell in now.items():
        before = then.get(place)
        if before is None or before.row != cell.row:
            yield _Change(place=place, value=cell.value, before=before.value if before else cell.shown)


def _source(context: WorkbookContext, rows: IssuedRows, digest: str, changes: list[_Change]) -> Source:
    path = whole_blob_path(context, digest)
    form = (decode_issued(path.read_bytes()) if path else None) or rows
    headers, known, book = header_mapping(form, rows), form.cells, context.facts.book.id
    cells: dict[RowKey, dict[str, str]] = {}
    before: dict[RowKey, dict[str, str]] = {}
    for change in changes:
        case = CaseKey(year=change.place.year, number=change.place.number)
        key, header = RowKey(case=case, volume=book.volume, book_year=book.year), change.place.header
        cells.setdefault(key, {})[headers.get(header, header)] = change.value
        before.setdefault(key, {})[headers.get(header, header)] = change.before
    columns = rows.columns
    order = {key: line for line, key in enumerate(known, start=1)}
    names = {
        key: {name: known.get(key, {}).get(name, "") for name in (form.columns.number, form.columns.volume)}
        for key in cells
    }
    sheet_rows = (
        SheetRow(
            line=order.get(key, 0),
            cells={
                columns.number: named[form.columns.number],
                columns.volume: named[form.columns.volume],
                **cells[key],
            },
        )
        for key, named in names.items()
    )
    typed_headers = dict.fromkeys(header for row in cells.values() for header in row)
    return Source(
        name=_("typed while looking at the pages"),
        sheet=ReadSheet(headers=(columns.number, columns.volume, *typed_headers), rows=tuple(sheet_rows)),
        before=before,
        case_mapping=map_cases_by_scan(form.scans, rows.scans),
        blank_means_cleared=True,
    )
