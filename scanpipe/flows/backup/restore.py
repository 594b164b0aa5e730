"""A station made again from a backup, every file proved by its sha256; what is damaged is named, the rest restored.

`station.toml` comes last: until then the folder is no station, and the same command goes on with it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanpipe.errors import StateError, UsageError
from scanpipe.flows.backup.blobs import CopiedBlobs, by_folder, copy_blobs
from scanpipe.flows.backup.snapshot import KeptFile, Snapshot, find_snapshot
from scanpipe.flows.backup.target import FORMAT, JOURNALS, Target, json_bytes, read_json, readable_target
from scanpipe.flows.station import FOLDERS, JOURNAL, SETTINGS, STORE
from scanpipe.messages import lazy
from scanpipe.state.backups import freed_masters
from scanpipe.state.journal import Journal
from scanpipe.state.references import NAMED_DIGESTS, owners
from scanpipe.state.store import Store
from scanpipe.system.copies import Copy, copying
from scanpipe.system.fsio import TEMP_PREFIX, store_errors_named, sync_folder, write_atomic

_UNDER_WAY = "restoring.json"
_JOURNAL_MODE = 0o644


class _UnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """What is being restored into a folder."""

    format: int
    target: str
    snapshot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreStarted:
    """So many stored files belong to the station."""

    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """A restored station.

    Attributes:
        station: its folder.
        snapshot: the backup that it is restored from.
        blobs: its stored files.
        files: how many files it has beside them.
        lost: what stored files are that the backup does not have whole, by their digests.
        lost_files: paths of other files that the backup does not have whole.
        left_out: paths of files that were never in the backup.
        elsewhere: how many freed masters only other backups hold.
    """

    station: Path
    snapshot: str
    blobs: CopiedBlobs
    files: int
    lost: dict[str, str]
    lost_files: tuple[str, ...]
    left_out: tuple[str, ...]
    elsewhere: int

    @property
    def whole(self) -> bool:
        """Whether all is restored that the backup was to have."""
        return not (self.lost or self.lost_files)


def restore(folder: Path, into: Path, *, snapshot: str = "") -> Iterator[RestoreStarted | CopiedBlobs | RestoreReport]:
    """Make a station from a backup in a new or empty folder, and yield how that goes on and, last, the report.

    Args:
        folder: the backup.
        into: the new station; one that a killed run of the same command began is finished.
        snapshot: which backup of the folder, by default the newest.

    Raises:
        StateError: the folder is no backup, has no such snapshot, or its journal is damaged; or `into` is not empty.
        StoreFailed: a disk fails or is away.
        DiskFull: no room for the station.
    """
    into = into.absolute()
    with readable_target(folder) as target:
        found = find_snapshot(target, snapshot)
        with store_errors_named(into):
            _begin(into, target, found)
            _restore_journal(into, target, found)
            with closing(Journal(into / JOURNAL, write=True)) as journal:
                yield from _restored(journal, into, target, found)


def _begin(into: Path, target: Target, snapshot: Snapshot) -> None:
    if into == target.folder or into in target.folder.parents or target.folder in into.parents:
        raise UsageError(lazy("The new station and the backup lie one in the other."))
    this = _UnderWay(format=FORMAT, target=target.id, snapshot=snapshot.name)
    if not (into / _UNDER_WAY).exists():
        into.mkdir(parents=True, exist_ok=True)
        if any(not path.name.startswith(TEMP_PREFIX) for path in into.iterdir()):
            raise StateError(
                lazy("{folder} is not empty.", folder=into), remedy=lazy("Restore into a new or empty folder.")
            )
        write_atomic(into / _UNDER_WAY, json_bytes(this))
    elif read_json(into / _UNDER_WAY, _UnderWay) != this:
        raise StateError(
            lazy("{folder} contains another station that was not restored completely.", folder=into),
            remedy=lazy("Restore into a new or empty folder."),
        )
    for name in FOLDERS:
        (into / name).mkdir(exist_ok=True)
    sync_folder(into)


def _restore_journal(into: Path, target: Target, snapshot: Snapshot) -> None:
    if (into / JOURNAL).exists():
        return  # it was proved when the run that was killed copied it
    source = target.folder / JOURNALS / snapshot.journal
    with copying(into) as copier:
        place = {"source": str(source), "folder": str(into), "name": JOURNAL}
        failed = copier.copy([Copy(**place, digest=snapshot.journal, mode=_JOURNAL_MODE)])
    if failed:
        raise StateError(
            lazy("The journal of the backup {name} is missing or damaged.", name=snapshot.name),
            remedy=lazy("Use an earlier backup with --snapshot, or another disk. Empty {folder} before.", folder=into),
        )


def _restored(
    journal: Journal, into: Path, target: Target, snapshot: Snapshot
) -> Iterator[RestoreStarted | CopiedBlobs | RestoreReport]:
    total, wanted = by_folder(journal.db, NAMED_DIGESTS)
    yield RestoreStarted(total=total)
    blobs = CopiedBlobs()
    for done in copy_blobs(wanted, target.store, Store(into / STORE), before=target.require_there):
        blobs += done
        yield done
    settings = [file for file in snapshot.files if file.path == SETTINGS]
    lost_files = _restore_files(into, target, [file for file in snapshot.files if file not in settings])
    target.require_there()  # what a share that is away did not give is not lost
    lost_files += _restore_files(into, target, settings)
    (into / _UNDER_WAY).unlink()
    sync_folder(into)
    away = set(blobs.missing) - {digest for digest in blobs.missing if Store(into / STORE).has(digest)}
    elsewhere = {digest for digest, held_by in freed_masters(journal).items() if target.id not in held_by} & away
    named = owners(journal, away)
    yield RestoreReport(
        station=into,
        snapshot=snapshot.name,
        blobs=blobs,
        files=len(snapshot.files) - len(lost_files),
        lost={digest: named.get(digest, "?") for digest in sorted(away - elsewhere)},
        lost_files=lost_files,
        left_out=snapshot.left_out,
        elsewhere=len(elsewhere),
    )


def _restore_files(into: Path, target: Target, files: Sequence[KeptFile]) -> tuple[str, ...]:
    """Write files as they were, with their modes and times; return the paths of those that the backup has not whole."""
    copies = {}
    for file in files:
        place = into / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        copies[file] = Copy(
            source=str(target.store.path(file.digest)),
            folder=str(place.parent),
            name=place.name,
            digest=file.digest,
            mode=file.mode & 0o777,
        )
    with copying(into) as copier:
        failed = set(copier.copy(list(copies.values())))
    for file, copy in copies.items():
        if copy not in failed:
            os.utime(into / file.path, ns=(file.mtime_ns, file.mtime_ns))
    return tuple(file.path for file, copy in copies.items() if copy in failed)
