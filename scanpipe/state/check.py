"""Do the station's records hold together? Every blob is read, every row looked up; nothing is changed."""

import sqlite3
from dataclasses import dataclass

from scanpipe.errors import BlobDamaged, StoreFailed
from scanpipe.state.journal import Journal
from scanpipe.state.store import Store
from scanpipe.state.views import SheetRow, suspects

_OWNER = "b.kind || '.' || printf('%04d.%02d', b.year, b.volume) || ' ' || coalesce(p.page, '?')"
_PAGE = "JOIN sheet s ON s.id = c.sheet JOIN book b ON b.id = s.book LEFT JOIN placement p ON p.capture = c.id"
_REFERENCES = " UNION ".join(
    (
        f"SELECT c.digest, {_OWNER} || ' master' FROM capture c {_PAGE}",
        *(
            f"SELECT v.{part}, {_OWNER} || ' {part}' FROM version v JOIN capture c ON c.id = v.capture {_PAGE}"
            f" WHERE v.{part} <> ''"
            for part in ("image", "mask", "words", "text_layer", "writing")
        ),
        "SELECT digest, CASE WHEN key LIKE 'workbook %' THEN 'workbook' WHEN key LIKE 'paper %' THEN 'paper' ELSE 'PDF'"
        " END FROM document",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What was found: damaged and dangling lose pages, orphans and suspects do not.

    `owners` says, of each damaged or dangling digest, what it is: "KS.2010.01 12 master".
    """

    blobs: int
    damaged: tuple[str, ...]
    dangling: tuple[str, ...]
    owners: dict[str, str]
    orphans: tuple[str, ...]
    suspects: tuple[SheetRow, ...]
    journal_faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether everything that the journal knows of is there and whole."""
        return not (self.damaged or self.dangling or self.journal_faults)


def check(journal: Journal, store: Store) -> CheckReport:
    """Read every blob and compare it with its name and with the journal."""
    wanted = {row[0]: row[1] for row in journal.db.execute(_REFERENCES)}
    there = tuple(store.digests())
    damaged = tuple(digest for digest in there if not _whole(store, digest))
    dangling = tuple(sorted(wanted.keys() - set(there)))
    return CheckReport(
        blobs=len(there),
        damaged=damaged,
        dangling=dangling,
        owners={digest: wanted[digest] for digest in (*damaged, *dangling) if digest in wanted},
        orphans=tuple(digest for digest in there if digest not in wanted),
        suspects=suspects(journal),
        journal_faults=_journal_faults(journal),
    )


def _whole(store: Store, digest: str) -> bool:
    try:
        store.get(digest)
    except (BlobDamaged, StoreFailed):
        return False
    return True


def _journal_faults(journal: Journal) -> tuple[str, ...]:
    try:
        lines = [row[0] for row in journal.db.execute("PRAGMA integrity_check(20)")]
        broken = [f"{row[0]} row {row[1]} -> {row[2]}" for row in journal.db.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return (str(error),)
    return tuple(line for line in lines if line != "ok") + tuple(broken)
