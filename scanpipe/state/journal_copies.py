"""Copies of the journal beside it, in backups/: made while others write, read back, and the newest of them kept.

They help where the journal was damaged or a command went wrong. They are on the disk of the station: a backup is
elsewhere.
"""

import os
import re
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from scanpipe.errors import StateError
from scanpipe.messages import lazy
from scanpipe.state.connection import sqlite_errors_named
from scanpipe.state.journal import Journal
from scanpipe.system.fsio import store_errors_named, sync_folder, temporary_file

_NAME = re.compile(r"journal-\d{4}-\d{2}-\d{2}T\d{6}\.sqlite")


def copy_journal(journal: Journal, folder: Path, now: datetime) -> Path:
    """Copy the journal into `folder` by SQLite's online backup, read the copy back, and return it.

    Raises:
        StateError: the copy is not sound, because the journal is not.
        DiskFull: no room.
        StoreFailed: the disk fails.
    """
    target = folder / f"journal-{now:%Y-%m-%dT%H%M%S}.sqlite"
    with store_errors_named(target):
        folder.mkdir(exist_ok=True)
        with temporary_file(folder) as path:
            with sqlite_errors_named(path), closing(sqlite3.connect(path)) as copy:
                journal.db.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete by itself
                _refuse_unsound(copy, path)
            _sync(path)
            path.rename(target)
        sync_folder(folder)
    return target


def drop_old_copies(folder: Path, *, kept: int) -> int:
    """Remove all copies but the newest ones; return how many were removed."""
    copies = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    old = copies[: max(0, len(copies) - kept)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def newest_copy(folder: Path) -> Path | None:
    """Return the newest copy, None where there is none."""
    copies = sorted(path for path in folder.glob("journal-*") if _NAME.fullmatch(path.name))
    return copies[-1] if copies else None


def _refuse_unsound(copy: sqlite3.Connection, path: Path) -> None:
    found = [row[0] for row in copy.execute("PRAGMA integrity_check(1)")]
    if found != ["ok"]:
        raise StateError(
            lazy("The journal is damaged: its copy {path} is not sound ({error}).", path=path, error=found[0]),
            remedy=lazy("Keep all files. Run 'scanpipe check', and restore the newest backup beside them."),
        )


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
