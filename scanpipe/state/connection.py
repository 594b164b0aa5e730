"""A connection to the journal's file: SQLite's errors as ours, and looking where nothing can be written."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scanpipe.errors import StateError, StationLocked, StoreFailed
from scanpipe.messages import lazy
from scanpipe.system.fsio import disk_full

T = TypeVar("T")
_BUSY_MS = 30_000  # a transaction takes milliseconds; on a disk that hardly answers, seconds
_LEAST_ROOM = 1_000_000  # bytes: the shared memory and the log of SQLite's WAL, with a margin
_FAILED_DISK = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_LOG = "-wal"


class Connection(sqlite3.Connection):
    """A connection whose errors are SQLite's also where SQLite quotes damaged bytes in what it says."""

    def execute(self, *words: Any) -> sqlite3.Cursor:
        """Execute a statement."""
        try:
            return super().execute(*words)
        except UnicodeDecodeError as error:
            raise sqlite3.DatabaseError(str(error)) from error


def connect(path: Path, mode: str) -> Connection:
    """Return a connection to the file with SQLite's `mode`: rwc makes it, rw writes, ro looks.

    Raises:
        StateError: it cannot be opened.
    """
    try:
        db = _connected(path, f"mode={mode}")
        if mode == "ro" and not _can_be_read(db):
            db.close()
            db = _copied(path)
    except sqlite3.OperationalError as error:
        raise StateError(lazy("The journal {path} cannot be opened: {error}.", path=path, error=error)) from error
    return db


def scratch_database() -> Connection:
    """Return an empty database of this process alone, in memory as far as it is small: a large one goes to a file."""
    return sqlite3.connect("", isolation_level=None, factory=Connection)


def from_json(text: str | bytes, kind: type[T]) -> T:
    """Return what a column holds as JSON.

    Raises:
        sqlite3.DatabaseError: it does not, for it is damaged.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise sqlite3.DatabaseError(str(error)) from error


def from_plain(value: Any, kind: type[T]) -> T:
    """Return what a column holds that was read as plain JSON values.

    Raises:
        sqlite3.DatabaseError: it does not, for it is damaged.
    """
    try:
        return msgspec.convert(value, type=kind)
    except msgspec.ValidationError as error:
        raise sqlite3.DatabaseError(str(error)) from error


def _connected(path: Path, options: str) -> Connection:
    uri = f"{path.resolve().as_uri()}?{options}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, factory=Connection)
    db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    return db


def _can_be_read(db: Connection) -> bool:
    """Return whether SQLite can make, or finds, the files that it keeps beside a journal which others may write."""
    try:
        db.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        return _code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
    except sqlite3.DatabaseError:
        pass  # whoever reads it next is told what is damaged
    return True


def _copied(path: Path) -> Connection:
    """Return a copy of one's own of a journal that lies where nothing can be written, so that nobody writes it either.

    Its log, left by a command that was killed, is a part of it, which SQLite reads only where it may write.
    """
    copy = scratch_database()
    log = path.with_name(path.name + _LOG)
    if not (log.is_file() and log.stat().st_size):
        with closing(_connected(path, "mode=ro&immutable=1")) as db:
            db.backup(copy)
        return copy
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        for source in (path, log):
            shutil.copyfile(source, whole.with_name(source.name))
        with closing(_connected(whole, "mode=rw")) as db:
            db.backup(copy)
    return copy


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's code of an error, 0 where Python found it: text that is no text."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _for_want_of_room(error: sqlite3.OperationalError, path: Path) -> bool:
    """Whether SQLite had no room: it says so, or could not grow a file beside the journal on a disk that is full."""
    if _code(error) == sqlite3.SQLITE_FULL:
        return True
    failed_file = _code(error) in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
    return failed_file and shutil.disk_usage(path.parent).free < _LEAST_ROOM


@contextmanager
def sqlite_errors_named(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, which name the journal and the way out.

    Raises:
        DiskFull: no room.
        StationLocked: another process wrote for too long.
        StoreFailed: the disk fails, or the journal cannot be written.
        StateError: the journal is damaged.
    """
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a fact that contradicts the schema is a mistake of the program, not of the disk
    except sqlite3.OperationalError as error:
        if _for_want_of_room(error, path):
            raise disk_full(path) from error
        raise _operational(error, path) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(error, path) from error


def _operational(error: sqlite3.OperationalError, path: Path) -> StateError:
    if _code(error) == sqlite3.SQLITE_BUSY:
        return StationLocked(
            lazy("Another scanpipe command has blocked {path} for too long.", path=path),
            remedy=lazy(
                "No data was lost. Run the same command again. If the error persists, find the process that hangs."
            ),
        )
    if _code(error) in _FAILED_DISK:
        return StoreFailed(lazy("The journal {path} cannot be written: {error}.", path=path, error=error))
    return _damaged(error, path)


def _damaged(error: sqlite3.DatabaseError, path: Path) -> StateError:
    return StateError(
        lazy("The journal {path} is damaged: {error}.", path=path, error=error),
        remedy=lazy("Keep the file, restore the newest backup beside it, and run 'scanpipe check'."),
    )
