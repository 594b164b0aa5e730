"""The folder that holds backups of one station: `scanpipe-backup.json` says so, and nothing else is written into it.

store/ab/abcd...        blobs, as in the station
journals/abcd...        copies of the journal, by their sha256
snapshots/000012-20270131T200000Z.json    each one backup, written last
"""

import errno
import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scanpipe.errors import DiskFull, StateError, StoreFailed, UsageError
from scanpipe.flows.station import STORE, Station
from scanpipe.messages import lazy
from scanpipe.state.backups import add_target, knows_target, newest_backups
from scanpipe.state.store import Store
from scanpipe.system.copies import CopyDiffers
from scanpipe.system.fsio import NO_ROOM, TEMP_PREFIX, readable_name, sync_folder, write_atomic
from scanpipe.system.os_errors import describe

MARKER = "scanpipe-backup.json"
JOURNALS, SNAPSHOTS = "journals", "snapshots"
FORMAT = 1
T = TypeVar("T")


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What `scanpipe-backup.json` says: the target's id, and of which station it is."""

    format: int
    target: str
    station: str
    host: str
    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A folder of backups as one command has it open; `handle` tells whether it is still the same folder."""

    folder: Path
    id: str
    handle: int

    @property
    def store(self) -> Store:
        """Its blobs."""
        return Store(self.folder / STORE)

    def require_there(self) -> None:
        """Refuse to go on where the disk or the share is gone, and an empty folder of this computer shows instead.

        Raises:
            StoreFailed: it is.
        """
        with target_errors_named(self.folder):
            if not os.path.samestat(os.fstat(self.handle), self.folder.stat()):
                raise OSError(errno.ENOENT, "", str(self.folder))


@contextmanager
def target_errors_named(folder: Path) -> Iterator[None]:
    """Turn what the system says of the disk of a backup into an error that names it and says that all else is whole.

    Raises:
        DiskFull: no room.
        StoreFailed: anything else.
    """
    try:
        yield
    except OSError as error:
        path = readable_name(str(error.filename or folder))
        if error.errno == errno.EFBIG:
            raise StoreFailed(
                lazy("{path} is too large for the disk of the backup.", path=path),
                remedy=lazy(
                    "Earlier backups are whole. A disk with FAT32 takes no file of 4 GB. Use a disk with exFAT, NTFS "
                    "or ext4."
                ),
            ) from error
        if error.errno in NO_ROOM:
            raise DiskFull(
                lazy("The disk of the backup is full; {path} was not written.", path=path),
                remedy=lazy("Earlier backups are whole. Free some space there, and run the same command again."),
            ) from error
        why = lazy("what was written reads back differently") if isinstance(error, CopyDiffers) else describe(error)
        raise StoreFailed(
            lazy("{path}: {reason}.", path=path, reason=why),
            remedy=lazy(
                "Earlier backups are whole. Connect the disk or the share again, examine it, and run the same command "
                "again."
            ),
        ) from error


@contextmanager
def writable_target(station: Station, folder: Path, *, new: bool) -> Iterator[Target]:
    """Yield the folder as a target of this station's backups; an empty or new one is made one.

    Raises:
        UsageError: it lies in the station, or the station in it.
        StateError: it is the backup of another station, or holds other files; or the backup that was there is gone,
            and nobody said that a new one begins.
        StoreFailed: it cannot be written.
        DiskFull: no room.
    """
    folder = folder.absolute()
    _refuse_nested(station, folder)
    with target_errors_named(folder):
        if not (folder / MARKER).exists():
            _refuse_unfit(station, folder, new=new)
            _make_target(station, folder)
    with readable_target(folder) as target:
        if not knows_target(station.journal, target.id):
            made_of = _marker(folder)
            raise StateError(
                lazy(
                    "{folder} is the backup of another station: {station} on {host}.",
                    folder=folder,
                    station=made_of.station,
                    host=made_of.host,
                ),
                remedy=lazy("Choose another folder for this station."),
            )
        with target_errors_named(folder):
            for name in (STORE, JOURNALS, SNAPSHOTS):
                _make_folder(folder / name)
        yield target


@contextmanager
def readable_target(folder: Path) -> Iterator[Target]:
    """Yield a folder of backups, to read them.

    Raises:
        StateError: it is none, or a newer scanpipe made it.
        StoreFailed: it cannot be read.
    """
    folder = folder.absolute()
    if not (folder / MARKER).is_file():
        raise StateError(
            lazy("{folder} is not a backup.", folder=folder),
            remedy=lazy("Check the name. Connect the disk or the share that holds the backup."),
        )
    marker = _marker(folder)
    with target_errors_named(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Target(folder=folder, id=marker.target, handle=handle)
    finally:
        os.close(handle)


def _marker(folder: Path) -> Marker:
    with target_errors_named(folder):
        return read_json(folder / MARKER, Marker)


def read_json(path: Path, kind: type[T]) -> T:
    """Return what a file of a backup says; names in it may be no UTF-8.

    Raises:
        StateError: it is damaged, or a newer scanpipe wrote it.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    try:
        plain: dict[str, Any] = json.loads(data)
        if plain["format"] == FORMAT:
            return msgspec.convert(plain, type=kind)
    except (ValueError, TypeError, KeyError, msgspec.ValidationError) as error:
        raise StateError(
            lazy("{path} is damaged.", path=path), remedy=lazy("Use an earlier backup, or another disk.")
        ) from error
    raise StateError(
        lazy("{path} was written by a newer scanpipe.", path=path), remedy=lazy("Install the newer version.")
    )


def json_bytes(value: msgspec.Struct) -> bytes:
    """Return a value as a file of a backup."""
    return json.dumps(msgspec.to_builtins(value), indent=1).encode()


def _refuse_nested(station: Station, folder: Path) -> None:
    real, own = folder.resolve(), station.folder.resolve()
    places = {own, (own / STORE).resolve()}
    if any(real == place or place in real.parents or real in place.parents for place in places):
        raise UsageError(
            lazy("{folder} and the station {station} lie one in the other.", folder=folder, station=own),
            remedy=lazy("Choose a folder on another disk."),
        )


def _refuse_unfit(station: Station, folder: Path, *, new: bool) -> None:
    if not new and str(folder) in {backup.folder for backup in newest_backups(station.journal)}:
        raise StateError(
            lazy("The backup that was in {folder} is not there.", folder=folder),
            remedy=lazy("Connect its disk or share. To begin a new backup in this folder, add --new."),
        )
    if folder.exists() and any(not path.name.startswith(TEMP_PREFIX) for path in folder.iterdir()):
        raise StateError(
            lazy("{folder} contains files that are no backup.", folder=folder),
            remedy=lazy("Choose a new or empty folder."),
        )


def _make_target(station: Station, folder: Path) -> None:
    """Make the folder a target; the journal knows its id before the folder does."""
    marker = Marker(
        format=FORMAT,
        target=uuid.uuid4().hex,
        station=readable_name(str(station.folder)),
        host=socket.gethostname(),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    if not folder.exists():
        _make_folder(folder)
    add_target(station.journal, marker.target, str(folder), person=station.person)
    write_atomic(folder / MARKER, json_bytes(marker))


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o750)
        sync_folder(folder.parent)
