"""A copy of the journal as it was at one moment, whoever writes meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import StateError
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.state.connection import sqlite_errors_named
from scanpipe.system.copies import read_digest

_NAME = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCopy:
    """The copy: its file, its sha256, the newest delivery that it knows, and the folders of all revisions."""

    path: Path
    digest: str
    newest_delivery: int
    revisions: tuple[str, ...]
    db: sqlite3.Connection


@contextmanager
def copied_journal(station: Station) -> Iterator[JournalCopy]:
    """Yield a copy of the journal, one file without a log; it is gone afterwards.

    Raises:
        StateError: the journal is damaged.
        DiskFull: no room for it on the station's disk.
    """
    path = station.spool / _NAME
    with sqlite_errors_named(path), closing(sqlite3.connect(path, isolation_level=None)) as db:
        station.journal.db.backup(db)
        db.execute("PRAGMA journal_mode = DELETE")
        if (said := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise StateError(
                lazy("The journal {path} is damaged: {error}.", path=station.journal.path, error=said),
                remedy=lazy("Keep the file, restore the newest backup beside it, and run 'scanpipe check'."),
            )
        yield JournalCopy(
            path=path,
            digest=read_digest(str(path)),
            newest_delivery=int(db.execute("SELECT coalesce(max(id), 0) FROM delivery").fetchone()[0]),
            revisions=tuple(row[0] for row in db.execute("SELECT folder FROM delivery")),
            db=db,
        )
