"""Bringing a journal's tables to the form that this scanpipe knows, step by step, each with its own record."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from scanpipe.errors import StateError
from scanpipe.messages import lazy
from scanpipe.state.schema import MIGRATIONS


def is_journal(db: sqlite3.Connection) -> bool:
    """Return whether the file was ever a journal."""
    return db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").fetchone() is not None


def migrated(db: sqlite3.Connection) -> int:
    """Return how many steps were done."""
    return int(db.execute("SELECT coalesce(max(version), 0) FROM migration").fetchone()[0]) if is_journal(db) else 0


def migrate(
    db: sqlite3.Connection, path: Path, *, record: Callable[[int], object], upto: int = len(MIGRATIONS)
) -> None:
    """Do the steps that are left `upto` one of them, within a transaction; `record` writes that one was done.

    Raises:
        StateError: a newer scanpipe wrote the journal at `path`.
    """
    db.execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT")
    done = migrated(db)
    if done > len(MIGRATIONS):
        raise StateError(
            lazy("The journal {path} was written by a newer scanpipe.", path=path),
            remedy=lazy("Install the newer version; this version cannot read all records."),
        )
    for version, script in enumerate(MIGRATIONS[done:upto], done + 1):
        for statement in _statements(script):
            db.execute(statement)
        record(version)


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements; `executescript` would commit the transaction around it."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
