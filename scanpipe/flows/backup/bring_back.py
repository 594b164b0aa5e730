"""Masters of a book brought back into the store from a backup: those that were freed, lost or damaged."""

from dataclasses import dataclass
from pathlib import Path

from scanpipe.flows.backup.blobs import blob_copy, make_folders
from scanpipe.flows.backup.target import readable_target
from scanpipe.flows.locking import held_backups
from scanpipe.flows.station import Station
from scanpipe.state.books import find_book
from scanpipe.state.masters import masters
from scanpipe.system.copies import copying
from scanpipe.system.fsio import store_errors_named


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """How many masters of a book came back, and the pages of those that the backup does not have whole."""

    book: str
    masters: int
    lost: dict[str, str]


def bring_back(station: Station, folder: Path, name: str) -> BroughtBack:
    """Copy the masters of a book that the store lacks, or has damaged, from a backup; each is read back.

    Raises:
        BookUnknown: there is no such book.
        StateError: the folder is no backup.
        StoreFailed: a disk fails or is away.
        DiskFull: no room for them.
    """
    found = find_book(station.journal, name)
    pages, store = masters(station.journal, found.row), station.store
    with held_backups(station), readable_target(folder) as target, store_errors_named(store.folder):
        with copying(store.folder) as copier:
            digests = copier.digests([str(store.path(digest)) for digest in pages])
            due = [digest for digest, real in zip(pages, digests, strict=True) if digest != real]
            for digest in due:
                store.retire(digest)
            make_folders(store.folder, {digest[:2] for digest in due})
            failed = copier.copy([blob_copy(target.store.path(digest), store, digest) for digest in due])
        target.require_there()
    lost = {copy.digest: pages[copy.digest] for copy in failed}
    return BroughtBack(book=str(found.book.id), masters=len(due) - len(lost), lost=lost)
