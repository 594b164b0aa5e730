"""Finding what people typed: in the published workbooks of a book as they are now, and in one that is given."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from scanpipe.flows.workbook.folder import name_in_folder, or_moved_away, workbooks_in_folder
from scanpipe.flows.workbook.issued import (
    Desk,
    Issued,
    TakenFile,
    blob,
    issued_workbook,
    taken_of,
    unconfirmed,
)
from scanpipe.flows.workbook.supplied import given_workbook
from scanpipe.messages import Text, lazy
from scanpipe.package.workbook.bounds import MAX_BYTES
from scanpipe.package.workbook.issued_rows import Cells, IssuedRows, map_cases_by_scan
from scanpipe.package.workbook.merge import Source
from scanpipe.package.workbook.reader import RowKey
from scanpipe.package.workbook.sources import TypedSheets, TypedWorkbook, read_sources
from scanpipe.state.store import digest_of
from scanpipe.system.plain_files import read_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn:
    """What was found.

    Attributes:
        sources: the sheets that people had.
        written: what scanpipe wrote in the revision before, by the case of today.
        notices: what cannot be taken over, or was looked for in vain, in words.
        taken: the workbooks in the folders of the revisions as they were read, by revision and file name.
    """

    sources: tuple[Source, ...]
    written: Mapping[RowKey, Cells]
    notices: tuple[Text, ...]
    taken: Mapping[TakenFile, bytes]


@dataclass(slots=True, kw_only=True)
class _Found:
    """What has been found so far."""

    sources: list[Source] = field(default_factory=list)
    written: Mapping[RowKey, Cells] = field(default_factory=dict)
    notices: list[Text] = field(default_factory=list)
    taken: dict[TakenFile, bytes] = field(default_factory=dict)

    def add(self, sheets: TypedSheets) -> None:
        """Add the sheets of a workbook."""
        self.sources += sheets.sources
        self.notices += sheets.notices


def find_filled_in(desk: Desk, rows: IssuedRows) -> FilledIn:
    """Return what people typed; `rows` is what scanpipe knows now.

    Raises:
        WorkbookError: a workbook cannot be read, is of another book, or something in it would be lost.
    """
    found = _Found()
    issued = [issued_workbook(desk, delivery) for delivery in desk.facts.deliveries]
    for revision in issued[:-1]:
        _add_changed(desk, found, rows, revision)
    if issued:
        _add_last(desk, found, rows, issued[-1])
    if desk.given:
        found.add(read_sources(given_workbook(desk, desk.given, rows, issued), rows))
    return FilledIn(
        sources=tuple(found.sources), written=found.written, notices=tuple(found.notices), taken=dict(found.taken)
    )


def _add_last(desk: Desk, found: _Found, rows: IssuedRows, last: Issued) -> None:
    """Add the workbook of the revision before: all that is in it goes on, typed since or taken over before."""
    folder = workbooks_in_folder(desk, last)
    found.notices += folder.notices
    paths = folder.paths
    if not paths and last.name:
        found.notices.append(
            lazy(
                "{folder} holds no {name}: what was published is taken over, not what may have been typed since",
                folder=last.delivery.folder,
                name=last.name,
            )
        )
    published = blob(desk, last.delivery.workbook)
    cases = map_cases_by_scan(last.rows.scans, rows.scans) if last.rows else {}
    written = last.rows.cells if last.rows else {}
    found.written = {new: written[old] for old, new in cases.items() if new and old in written}
    for place, path in enumerate(paths or filter(None, [published])):
        workbook = TypedWorkbook(
            path=path,
            name=name_in_folder(last, path.name if paths else last.name),
            form=last.rows or rows,
            case_mapping=cases,
            as_issued=published,
            written=unconfirmed(desk, last) if place == 0 else None,
            blank_means_cleared=place > 0,
        )
        with or_moved_away() if paths else nullcontext():
            found.add(read_sources(workbook, rows))
    found.taken |= {(last.delivery.revision, path.name): read_plain(path, most=MAX_BYTES) for path in paths}


def _add_changed(desk: Desk, found: _Found, rows: IssuedRows, issued: Issued) -> None:
    """Add the workbooks of an older revision that people went on in after they were last taken over: their changes."""
    folder = workbooks_in_folder(desk, issued)
    found.notices += folder.notices
    for path in folder.paths:
        data, before = read_plain(path, most=MAX_BYTES), taken_of(desk, issued, path.name)
        found.taken[issued.delivery.revision, path.name] = data
        taken = blob(desk, before.last)
        if taken and issued.rows and digest_of(data) not in before.digests:
            workbook = TypedWorkbook(
                path=path,
                name=name_in_folder(issued, path.name),
                form=issued.rows,
                case_mapping=map_cases_by_scan(issued.rows.scans, rows.scans),
                as_issued=taken,
                blank_means_cleared=True,
            )
            with or_moved_away():
                found.add(read_sources(workbook, rows))
