"""Backups of the station, as its journal has them, and the masters that only backups hold."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from scanpipe.state.journal import Journal, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRow:
    """A backup that was read back; see the table `backup`."""

    target: str
    folder: str
    snapshot: str
    newest_delivery: int
    blobs: int
    bytes: int
    copied: int
    lacking: int
    at: str = ""


def add_target(journal: Journal, target: str, folder: str, *, person: str) -> None:
    """Write that a folder is to hold backups."""
    journal.add_fact("backup_target", id=target, folder=folder, person=person)


def knows_target(journal: Journal, target: str) -> bool:
    """Return whether the target with that id holds backups of this station."""
    return journal.db.execute("SELECT 1 FROM backup_target WHERE id = ?", (target,)).fetchone() is not None


def add_backup(journal: Journal, backup: BackupRow, *, person: str) -> None:
    """Write that a backup was made and read back."""
    fields = asdict(backup)
    del fields["at"]
    journal.add_fact("backup", **fields, person=person)


def newest_backups(journal: Journal) -> tuple[BackupRow, ...]:
    """Return the newest backup on each target, the newest first."""
    query = "SELECT * FROM backup WHERE id IN (SELECT max(id) FROM backup GROUP BY target) ORDER BY id DESC"
    names = BackupRow.__dataclass_fields__
    return tuple(BackupRow(**{name: row[name] for name in names}) for row in journal.db.execute(query))


def free_masters(journal: Journal, digests: Iterable[str], *, book: int, targets: tuple[str, str], person: str) -> None:
    """Write, before it is done, that masters of a book are freed, and which backups hold them."""
    first, second = targets
    facts: dict[str, Value] = {"book": book, "target": first, "second_target": second, "person": person}
    journal.add_facts("freed_master", [{"digest": digest, **facts} for digest in digests])


def freed_masters(journal: Journal) -> dict[str, tuple[str, str]]:
    """Return, by their digests, the two targets that hold each master that was ever freed."""
    rows = journal.db.execute("SELECT digest, target, second_target FROM freed_master ORDER BY id")
    return {row["digest"]: (row["target"], row["second_target"]) for row in rows}


def folders_with(journal: Journal, digest: str) -> tuple[str, ...]:
    """Return the folders of the backups that hold a freed master, as they were last called; none where it was not."""
    targets = freed_masters_of(journal, digest)
    return tuple(backup.folder for backup in newest_backups(journal) if backup.target in targets)


def freed_masters_of(journal: Journal, digest: str) -> tuple[str, ...]:
    """Return the targets that hold one master, where it was freed."""
    row = journal.db.execute(
        "SELECT target, second_target FROM freed_master WHERE digest = ? ORDER BY id DESC LIMIT 1", (digest,)
    ).fetchone()
    return tuple(row) if row else ()
