"""Finding what people typed: in the published workbooks of a book, beside its pages, and in one that is given."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from scanpipe.flows.workbook.folder import name_in_folder, with_move_away_hint, workbooks_in_folder
from scanpipe.flows.workbook.issued import (
    ImportedFile,
    IssuedWorkbook,
    WorkbookContext,
    imported_before,
    issued_workbook,
    unconfirmed_cells,
    whole_blob_path,
)
from scanpipe.flows.workbook.supplied import supplied_workbook
from scanpipe.flows.workbook.typed import typed_sources
from scanpipe.messages import LazyText, lazy
from scanpipe.package.workbook.bounds import MAX_BYTES
from scanpipe.package.workbook.issued_rows import Cells, IssuedRows, map_cases_by_scan
from scanpipe.package.workbook.merge import Source
from scanpipe.package.workbook.reader import RowKey
from scanpipe.package.workbook.sources import TypedSheets, TypedWorkbook, read_sources
from scanpipe.state.store import digest_of
from scanpipe.system.plain_files import read_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedInput:
    """What was found.

    Attributes:
        sources: the sheets that people had.
        written: what scanpipe wrote in the revision before, by the case of today.
        notices: what cannot be taken over, or was looked for in vain, in words.
        imported: the workbooks in the folders of the revisions as they were read, by revision and file name.
    """

    sources: tuple[Source, ...]
    written: Mapping[RowKey, Cells]
    notices: tuple[LazyText, ...]
    imported: Mapping[ImportedFile, bytes]


@dataclass(slots=True, kw_only=True)
class _Collector:
    """What has been found so far."""

    sources: list[Source] = field(default_factory=list)
    written: Mapping[RowKey, Cells] = field(default_factory=dict)
    notices: list[LazyText] = field(default_factory=list)
    imported: dict[ImportedFile, bytes] = field(default_factory=dict)

    def add(self, sheets: TypedSheets) -> None:
        """Add the sheets of a workbook."""
        self.sources += sheets.sources
        self.notices += sheets.notices


def collect_input(context: WorkbookContext, rows: IssuedRows) -> CollectedInput:
    """Return what people typed; `rows` is what scanpipe knows now.

    Raises:
        WorkbookError: a workbook cannot be read, is of another book, or something in it would be lost.
    """
    collector = _Collector()
    issued = [issued_workbook(context, delivery) for delivery in context.facts.deliveries]
    for revision in issued[:-1]:
        _add_changed(context, collector, rows, revision)
    if issued:
        _add_last(context, collector, rows, issued[-1])
    collector.sources += typed_sources(context, rows)
    if context.given:
        collector.add(read_sources(supplied_workbook(context, context.given, rows, issued), rows))
    return CollectedInput(
        sources=tuple(collector.sources),
        written=collector.written,
        notices=tuple(collector.notices),
        imported=dict(collector.imported),
    )


def _add_last(context: WorkbookContext, collector: _Collector, rows: IssuedRows, last: IssuedWorkbook) -> None:
    """Add the workbook of the revision before: all that is in it goes on, typed since or taken over before."""
    folder = workbooks_in_folder(context, last)
    collector.notices += folder.notices
    paths = folder.paths
    if not paths and last.name:
        collector.notices.append(
            lazy(
                "{folder} has no {name}: the published data is copied, without later typing",
                folder=last.delivery.folder,
                name=last.name,
            )
        )
    published = whole_blob_path(context, last.delivery.workbook)
    cases = map_cases_by_scan(last.rows.scans, rows.scans) if last.rows else {}
    written = last.rows.cells if last.rows else {}
    collector.written = {new: written[old] for old, new in cases.items() if new and old in written}
    for position, path in enumerate(paths or filter(None, [published])):
        workbook = TypedWorkbook(
            path=path,
            name=name_in_folder(last, path.name if paths else last.name),
            form=last.rows or rows,
            case_mapping=cases,
            as_issued=published,
            written=unconfirmed_cells(context, last) if position == 0 else None,
            blank_means_cleared=position > 0,
        )
        with with_move_away_hint() if paths else nullcontext():
            collector.add(read_sources(workbook, rows))
    collector.imported |= {(last.delivery.revision, path.name): read_plain(path, most=MAX_BYTES) for path in paths}


def _add_changed(context: WorkbookContext, collector: _Collector, rows: IssuedRows, issued: IssuedWorkbook) -> None:
    """Add the workbooks of an older revision that people went on in after they were last taken over: their changes."""
    folder = workbooks_in_folder(context, issued)
    collector.notices += folder.notices
    for path in folder.paths:
        data, before = read_plain(path, most=MAX_BYTES), imported_before(context, issued, path.name)
        collector.imported[issued.delivery.revision, path.name] = data
        imported = whole_blob_path(context, before.last)
        if imported and issued.rows and digest_of(data) not in before.digests:
            workbook = TypedWorkbook(
                path=path,
                name=name_in_folder(issued, path.name),
                form=issued.rows,
                case_mapping=map_cases_by_scan(issued.rows.scans, rows.scans),
                as_issued=imported,
                blank_means_cleared=True,
            )
            with with_move_away_hint():
                collector.add(read_sources(workbook, rows))
