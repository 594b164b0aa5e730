"""What was published of a book's workbooks, as store and journal keep it: by it, typing is told from writing."""

from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import BlobDamaged
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.station import Station
from scanpipe.package.naming.convention import Convention
from scanpipe.package.workbook.issued_rows import Cells, IssuedRows, decode_issued
from scanpipe.package.workbook.reader import RowKey
from scanpipe.state import views
from scanpipe.state.revision_files import revision_files

WORKBOOK = ".xlsx"

ImportedFile = tuple[int, str]
"""A workbook in the folder of a revision: the revision, and what the file is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookContext:
    """Where the workbooks of a book come from: the station, the book, its rules, and the one that a person gives."""

    station: Station
    facts: BookFacts
    convention: Convention
    given: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedWorkbook:
    """A revision: its row in the journal, its workbook's name, what scanpipe wrote into it, as far as that is known."""

    delivery: views.DeliveryRow
    name: str
    rows: IssuedRows | None


def issued_workbook(context: WorkbookContext, delivery: views.DeliveryRow) -> IssuedWorkbook:
    """Return what is known of a revision."""
    name = next((name for name in delivery.members if name.endswith(WORKBOOK)), "")
    record = whole_blob_path(context, delivery.members.get(name, ""))
    rows = decode_issued(record.read_bytes()) if record else None
    return IssuedWorkbook(delivery=delivery, name=name, rows=rows)


def name_as_text(name: str) -> str:
    """Return a file's name as text; those of old archives may hold bytes that are none."""
    return name.encode("utf-8", "backslashreplace").decode()


def unconfirmed_cells(context: WorkbookContext, last: IssuedWorkbook) -> dict[RowKey, Cells]:
    """Return what scanpipe wrote into a revision, without the cells that people had typed as well: these are theirs."""
    kept = revision_files(context.station.journal, context.facts.row, last.delivery.revision, "confirmed")
    record = whole_blob_path(context, kept[-1].digest) if kept else None
    confirmed = decode_issued(record.read_bytes()) if record else None
    theirs = confirmed.cells if confirmed else {}
    return {
        key: {column: value for column, value in cells.items() if column not in theirs.get(key, {})}
        for key, cells in (last.rows.cells if last.rows else {}).items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedWorkbooks:
    """What was taken over of the workbooks of a revision so far.

    Attributes:
        digests: of every file, under whatever name and by whichever revision, and of the published one.
        last: that of the file that is likest to one of a name: as it was taken last, under that name if it ever was.
    """

    digests: frozenset[str]
    last: str


def imported_before(context: WorkbookContext, issued: IssuedWorkbook, name: str) -> ImportedWorkbooks:
    """Return what was taken over of a revision before a file of that name is read again."""
    files = revision_files(context.station.journal, context.facts.row, issued.delivery.revision, "imported")
    imported = {file.name: file.digest for file in files}
    newest = files[-1].digest if files else issued.delivery.workbook
    digests = frozenset((*(file.digest for file in files), issued.delivery.workbook))
    return ImportedWorkbooks(digests=digests, last=imported.get(name_as_text(name), newest))


def whole_blob_path(context: WorkbookContext, digest: str) -> Path | None:
    """Return the file of a blob that is there and whole; none where nothing is known of it."""
    try:
        if digest:
            context.station.store.get(digest)
            return context.station.store.path(digest)
    except BlobDamaged:
        pass
    return None
