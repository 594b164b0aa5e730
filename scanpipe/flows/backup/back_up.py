"""A backup: what the station has and the target lacks is copied and read back; the snapshot that names it comes last.

The journal is copied first. A blob is stored before a row names it, so the store holds all that the copy names, whoever
works meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanpipe.flows.backup.blobs import CopiedBlobs, by_folder, copy_blobs
from scanpipe.flows.backup.journal_copy import JournalCopy, copied_journal
from scanpipe.flows.backup.keep_files import KeptFiles, keep_files
from scanpipe.flows.backup.snapshot import Snapshot, forget_old, new_snapshot, newest_snapshot, write_snapshot
from scanpipe.flows.backup.station_files import station_files
from scanpipe.flows.backup.target import JOURNALS, Target, target_errors_named, writable_target
from scanpipe.flows.locking import held_backups
from scanpipe.flows.station import Station
from scanpipe.state.backups import BackupRow, add_backup, freed_masters
from scanpipe.state.check import Share
from scanpipe.state.references import NAMED_DIGESTS, owners
from scanpipe.system.copies import Copy, copying, read_digest
from scanpipe.system.fsio import store_errors_named


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupStarted:
    """So many stored files belong to the backup."""

    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """A backup that was read back.

    Attributes:
        folder: the target.
        snapshot: its name.
        blobs: the stored files that it has, and what became of them.
        files: how many files it has beside them.
        left_out: paths of files that it has not.
        mended: what files of the backup are, by their digests, that were damaged there and were copied again.
        only_there: what stored files are that the station has lost, and the backup still has whole.
        lacking: what stored files are that neither has, by their digests.
        elsewhere: how many freed masters only other backups hold.
        same_disk: whether the backup lies on the station's own disk.
    """

    folder: Path
    snapshot: str
    blobs: CopiedBlobs
    files: int
    left_out: tuple[str, ...]
    mended: dict[str, str]
    only_there: dict[str, str]
    lacking: dict[str, str]
    elsewhere: int
    same_disk: bool

    @property
    def whole(self) -> bool:
        """Whether all that belongs to the station is in the backup, and in the station."""
        return not (self.lacking or self.only_there)


def back_up(
    station: Station, folder: Path, *, reread: tuple[int, int] | None = None, new: bool = False
) -> Iterator[BackupStarted | CopiedBlobs | BackupReport]:
    """Copy what is new of a station into a folder, read it back, and yield how that goes on and, last, the report.

    Args:
        station: the station; others may work with it.
        folder: an empty folder, or one that holds backups of this station.
        reread: which share of the stored files there is read as well, of how many; None for none.
        new: whether a new backup begins in a folder whose earlier one is gone.

    Raises:
        UsageError: the folder lies in the station, or the station in it.
        StateError: the folder is no place for the backup, or the journal is damaged.
        StationLocked: another backup is being made, or masters are freed.
        StoreFailed: a disk fails or is away; the earlier backups are whole.
        DiskFull: no room.
    """
    with held_backups(station), writable_target(station, folder, new=new) as target, copied_journal(station) as copy:
        with target_errors_named(target.folder):
            total, wanted = by_folder(copy.db, NAMED_DIGESTS)
            yield BackupStarted(total=total)
            blobs = CopiedBlobs()

            def require_both() -> None:
                target.require_there()
                with store_errors_named(station.store.folder):
                    station.store.folder.stat()

            share = Share(number=reread[0], of=reread[1]) if reread else None
            for done in copy_blobs(wanted, station.store, target.store, reread=share, before=require_both):
                blobs += done
                yield done
            lost = _Lost.of(station, target, blobs)
            before = newest_snapshot(target)
            there = station_files(station, copy.revisions)
            files = keep_files(station.folder, there, target, before, reread=share)
            snapshot = _snapshot(target, before, copy, files, lost.nowhere)
            target.require_there()
            write_snapshot(target, snapshot)
        _record(station, target, copy, snapshot, blobs)
        forget_old(target, keep=station.settings.backup.keep)
        yield _report(station, target, snapshot, blobs, lost, files)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """What the store cannot give: blobs that only this target has, that nobody has, and masters other backups hold."""

    only_there: tuple[str, ...]
    nowhere: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @staticmethod
    def of(station: Station, target: Target, blobs: CopiedBlobs) -> "_Lost":
        freed = freed_masters(station.journal) if blobs.missing else {}
        missing = set(blobs.missing)
        held = {digest for digest in missing if target.store.has(digest)}
        not_freed = sorted(missing - freed.keys())
        whole = {digest for digest in not_freed if read_digest(str(target.store.path(digest))) == digest}
        elsewhere = {d for d in missing - held if d in freed and target.id not in freed[d]}
        return _Lost(
            only_there=tuple(sorted(whole)),
            nowhere=tuple(sorted((missing - held - elsewhere) | (set(not_freed) - whole))),
            elsewhere=tuple(elsewhere),
        )


def _snapshot(
    target: Target, before: Snapshot | None, copy: JournalCopy, files: KeptFiles, lacking: tuple[str, ...]
) -> Snapshot:
    """Copy the journal, and return what names it and the files; it is not written yet."""
    with copying(target.folder) as copier:
        place = str(target.folder / JOURNALS)
        copier.copy([Copy(source=str(copy.path), folder=place, name=copy.digest, digest=copy.digest)])
    return new_snapshot(
        target,
        before,
        journal=copy.digest,
        files=files.files,
        left_out=files.left_out,
        lacking=lacking,
    )


def _record(station: Station, target: Target, copy: JournalCopy, snapshot: Snapshot, blobs: CopiedBlobs) -> None:
    done = BackupRow(
        target=target.id,
        folder=str(target.folder),
        snapshot=snapshot.name,
        newest_delivery=copy.newest_delivery,
        blobs=blobs.blobs,
        bytes=blobs.size,
        copied=blobs.copied,
        lacking=len(snapshot.lacking),
    )
    add_backup(station.journal, done, person=station.person)


def _report(
    station: Station,
    target: Target,
    snapshot: Snapshot,
    blobs: CopiedBlobs,
    lost: _Lost,
    files: KeptFiles,
) -> BackupReport:
    told = {*blobs.damaged, *lost.only_there, *lost.nowhere}
    named = owners(station.journal, told)

    def what(digests: tuple[str, ...]) -> dict[str, str]:
        return {digest: named.get(digest, "?") for digest in digests}

    return BackupReport(
        folder=target.folder,
        snapshot=snapshot.name,
        blobs=blobs,
        files=len(snapshot.files),
        left_out=snapshot.left_out,
        mended={**what(tuple(d for d in blobs.damaged if d not in lost.nowhere)), **files.damaged},
        only_there=what(lost.only_there),
        lacking=what(lost.nowhere),
        elsewhere=len(lost.elsewhere),
        same_disk=target.folder.stat().st_dev == station.store.folder.stat().st_dev,
    )
