"""What was published of a book's workbooks, as store and journal keep it: by it, typing is told from writing."""

from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import BlobDamaged
from scanpipe.flows.books import BookFacts
from scanpipe.flows.station import Station
from scanpipe.model import BookId
from scanpipe.package.naming.convention import Convention
from scanpipe.package.workbook.filled import RowKey
from scanpipe.package.workbook.issued import Cells, IssuedRows, decode_issued
from scanpipe.package.workbook.typed import mark_of
from scanpipe.state import views

WORKBOOK = ".xlsx"

TakenFile = tuple[int, str]
"""A workbook in the folder of a revision: the revision, and what the file is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the workbooks of a book come from: the station, the book, its rules, and the one that a person gives."""

    station: Station
    facts: BookFacts
    convention: Convention
    given: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A revision: its row in the journal, its workbook's name, what scanpipe wrote into it, as far as that is known."""

    delivery: views.DeliveryRow
    name: str
    rows: IssuedRows | None


def issued_workbook(desk: Desk, delivery: views.DeliveryRow) -> Issued:
    """Return what is known of a revision."""
    name = next((name for name in delivery.members if name.endswith(WORKBOOK)), "")
    record = blob(desk, delivery.members.get(name, ""))
    rows = decode_issued(record.read_bytes()) if record else None
    return Issued(delivery=delivery, name=name, rows=rows)


def taken_key(book: BookId, file: TakenFile, *, by: int) -> str:
    """Return the key in the journal of a workbook as revision `by` took it over."""
    revision, name = file
    return f"workbook {mark_of(book, revision)} {name} taken by r{by}"


def confirmed_key(book: BookId, revision: int) -> str:
    """Return the key in the journal of the cells that people typed and scanpipe knew as well."""
    return f"workbook {mark_of(book, revision)} confirmed"


def unconfirmed(desk: Desk, last: Issued) -> dict[RowKey, Cells]:
    """Return what scanpipe wrote into a revision, without the cells that people had typed as well: these are theirs."""
    kept = views.document(desk.station.journal, confirmed_key(desk.facts.book.id, last.delivery.revision))
    record = blob(desk, kept.digest) if kept else None
    confirmed = decode_issued(record.read_bytes()) if record else None
    theirs = confirmed.cells if confirmed else {}
    return {
        key: {column: value for column, value in cells.items() if column not in theirs.get(key, {})}
        for key, cells in (last.rows.cells if last.rows else {}).items()
    }


def as_taken(desk: Desk, issued: Issued, path: Path) -> str:
    """Return the digest of a workbook as the newest revision took it over; of the published one if it did not."""
    book, newest = desk.facts.book.id, desk.facts.deliveries[-1].revision
    key = taken_key(book, (issued.delivery.revision, path.name), by=newest)
    taken = views.document(desk.station.journal, key)
    return taken.digest if taken else issued.delivery.workbook


def blob(desk: Desk, digest: str) -> Path | None:
    """Return the file of a blob that is there and whole; none where nothing is known of it."""
    try:
        if digest:
            desk.station.store.get(digest)
            return desk.station.store.path(digest)
    except BlobDamaged:
        pass
    return None
