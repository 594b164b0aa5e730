"""One backup: which journal, and which files beside the store; what blobs it needs is what its journal names.

A snapshot is written last, so what it names is there. Their numbers tell which is the newest, never the clock.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import msgspec

from scanpipe.errors import StateError
from scanpipe.flows.backup.target import FORMAT, JOURNALS, SNAPSHOTS, Target, json_bytes, read_json, target_errors_named
from scanpipe.messages import lazy
from scanpipe.system.fsio import write_new

_SUFFIX = ".json"


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the station beside its store: its path there, its content, and how it was."""

    path: str
    digest: str
    size: int
    mode: int
    mtime_ns: int

    def __post_init__(self) -> None:
        """Refuse a path that leads out of the station: a backup may lie where others write."""
        path = PurePosixPath(self.path)
        if path.is_absolute() or not path.parts or {"..", "\0"} & {*path.parts, *self.path}:
            raise ValueError(self.path)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A backup.

    Attributes:
        format: of this file.
        number: its place in the order of the target's backups, from 1.
        target: the id of the target that it was made on.
        made: when, as ISO 8601.
        journal: the sha256 of the copy of the journal.
        files: what lies beside the store.
        left_out: files that are not in it.
        lacking: blobs that the station had lost.
    """

    format: int
    number: int
    target: str
    made: str
    journal: str
    files: tuple[KeptFile, ...]
    left_out: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name, for people: the number and the time."""
        return f"{self.number:06d}-{datetime.fromisoformat(self.made):%Y%m%dT%H%M%SZ}"


def new_snapshot(
    target: Target,
    before: Snapshot | None,
    *,
    journal: str,
    files: tuple[KeptFile, ...],
    left_out: tuple[str, ...],
    lacking: tuple[str, ...],
) -> Snapshot:
    """Return the snapshot after that one, made now; see `Snapshot` for what it holds."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    number = max((snapshot_number(path) for path in _paths(target)), default=before.number if before else 0) + 1
    return Snapshot(
        format=FORMAT,
        number=number,
        target=target.id,
        made=made,
        journal=journal,
        files=files,
        left_out=left_out,
        lacking=lacking,
    )


def write_snapshot(target: Target, snapshot: Snapshot) -> None:
    """Write a snapshot; from then on it counts."""
    with target_errors_named(target.folder):
        write_new(target.folder / SNAPSHOTS / f"{snapshot.name}{_SUFFIX}", json_bytes(snapshot))


def newest_snapshot(target: Target) -> Snapshot | None:
    """Return the newest backup that can be read, None where there is none."""
    for path in reversed(_paths(target)):
        try:
            return _read(path)
        except StateError:
            continue
    return None


def find_snapshot(target: Target, name: str) -> Snapshot:
    """Return a backup by its name, or the newest where the name is empty.

    Raises:
        StateError: there is none, or its file is damaged.
    """
    paths = _paths(target)
    wanted = [path for path in paths if name in ("", path.stem)]
    if not wanted:
        raise StateError(
            lazy("{folder} has no backup {name}.", folder=target.folder, name=name),
            remedy=lazy("It has: {names}.", names=", ".join(path.stem for path in paths[-20:]) or "-"),
        )
    with target_errors_named(target.folder):
        return _read(wanted[-1])


def forget_old(target: Target, *, keep: int) -> None:
    """Remove the snapshots before the newest `keep`, and then the journals that no snapshot names; blobs stay."""
    with target_errors_named(target.folder):
        for path in _paths(target)[:-keep]:
            path.unlink()
        try:
            named = {_read(path).journal for path in _paths(target)}
        except StateError:
            return  # nobody can tell which journal a damaged snapshot names
        for path in (target.folder / JOURNALS).iterdir():
            if path.name not in named:
                path.unlink()


def snapshot_number(path: Path) -> int:
    """Return the number in the name of a snapshot's file, 0 where it has none."""
    number = path.name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def _paths(target: Target) -> list[Path]:
    with target_errors_named(target.folder):
        return sorted(_found(target), key=snapshot_number)


def _found(target: Target) -> Iterator[Path]:
    for path in (target.folder / SNAPSHOTS).iterdir():
        if path.suffix == _SUFFIX and snapshot_number(path):
            yield path


def _read(path: Path) -> Snapshot:
    return read_json(path, Snapshot)
