"""Locks that say who holds them, and folders that belong to one process.

The system frees a lock when its holder dies, however it dies. What stands in a lock file is a note for people; the lock
itself is the system's (`flock`), so it needs a local disk, as the journal does.
"""

import fcntl
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from scanpipe.errors import StateError, StationLocked
from scanpipe.messages import LazyText, lazy
from scanpipe.system.fsio import store_errors_named

# Whoever looks who holds a lock holds it for an instant: one try could be refused by somebody who only looked.
_PATIENCE_S, _STEP_S = 0.25, 0.02


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a lock: the command, the person, the process, since when (ISO time with its zone).

    `mark` is what the taker noted once it held the lock: a row number from which on all facts are its own.
    """

    purpose: str = ""
    person: str = ""
    pid: int = 0
    host: str = ""
    since: str = ""
    mark: int = 0

    @property
    def description(self) -> LazyText:
        """The holder in words; an unreadable note leaves them general."""
        if not (self.purpose and self.since):
            return lazy("another scanpipe")
        return lazy(
            "'scanpipe {purpose}' ({person}, process {pid} on {host}, since {since})",
            **{**msgspec.structs.asdict(self), "since": self.begun.astimezone().isoformat(timespec="seconds")},
        )

    @property
    def begun(self) -> datetime:
        """When it was taken; the beginning of time where the note does not say."""
        try:
            return datetime.fromisoformat(self.since)
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)


@contextmanager
def exclusive_lock(
    path: Path, *, what: LazyText | str, purpose: str, person: str, mark: Callable[[], int] = lambda: 0
) -> Iterator[None]:
    """Hold the lock file `path` while the block runs.

    Args:
        path: the file; it is made where it is not there, and stays.
        what: the thing that is locked, for the one who is refused: "The book 14758/KS.2010.01".
        purpose: the command that holds it.
        person: who works with it.
        mark: called once the lock is held; its number stands in the note.

    Raises:
        StationLocked: another process, or another part of this one, holds it; the message says which.
        StateError: the place cannot be locked.
        StoreFailed: it cannot be written.
        DiskFull: no room to write down who holds it.
    """
    with store_errors_named(path):
        path.parent.mkdir(exist_ok=True)
        stream = path.open("a+b", buffering=0)
    with stream:
        if not _taken(path, stream):
            raise StationLocked(
                lazy("{what} is in use by {who}.", what=what, who=_note(stream).description),
                remedy=lazy("Wait until that command ends, or stop it."),
            )
        with store_errors_named(path):
            os.truncate(stream.fileno(), 0)
        noted = msgspec.json.encode(_holder(purpose, person, mark()))
        with store_errors_named(path):
            stream.write(noted)
        yield


def holder_of(path: Path) -> Holder | None:
    """Return who holds the lock file `path` at this moment; None where nobody does."""
    try:
        stream = path.open("rb", buffering=0)
    except FileNotFoundError:
        return None
    with stream:
        return None if _tried(stream, fcntl.LOCK_SH) else _note(stream)


@contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """Yield a new folder in `parent` that only this process uses; what dead processes left there is removed first."""
    with store_errors_named(parent):
        parent.mkdir(exist_ok=True)  # copying a station may drop empty folders
        _sweep(parent)
        folder, handle = _claimed(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _claimed(parent: Path) -> tuple[Path, int]:
    """Return a new folder and the handle that it is locked by; another process may sweep one before it is locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        if _tried(handle, fcntl.LOCK_EX) and folder.is_dir():
            return folder, handle
        os.close(handle)


def _sweep(parent: Path) -> None:
    for path in parent.iterdir():
        if not path.is_dir() or path.is_symlink():
            path.unlink(missing_ok=True)
            continue
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # its owner ended just now
        try:
            if _tried(handle, fcntl.LOCK_EX):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(handle)


def _taken(path: Path, stream: BinaryIO) -> bool:
    deadline = time.monotonic() + _PATIENCE_S
    try:
        while not _tried(stream, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                return False
            time.sleep(_STEP_S)
    except OSError as error:
        raise StateError(lazy("Cannot lock {path}: {error}.", path=path, error=error)) from error
    return True


def _tried(file: BinaryIO | int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(purpose: str, person: str, mark: int) -> Holder:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Holder(purpose=purpose, person=person, pid=os.getpid(), host=socket.gethostname(), since=now, mark=mark)


def _note(stream: BinaryIO) -> Holder:
    stream.seek(0)
    try:
        return msgspec.json.decode(stream.read(), type=Holder)
    except (ValueError, msgspec.DecodeError):
        return Holder()
