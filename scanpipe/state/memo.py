"""What was worked out of a book's facts, kept until they change; whoever deletes the file waits a little longer."""

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_TABLE = """
CREATE TABLE IF NOT EXISTS memo (
    book INTEGER PRIMARY KEY, basis TEXT NOT NULL, mark TEXT NOT NULL, body BLOB NOT NULL
) STRICT
"""
_BUSY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """A file of what is known of books, and what else it was worked out of: the `basis`, such as the settings.

    What cannot be read is not known, and what cannot be written is worked out again: nothing here is worth an error.
    """

    path: Path

    def known(self, bases: Mapping[int, str], marks: Mapping[int, str]) -> dict[int, bytes]:
        """Return what still holds, by the row of the book; `bases` and `marks` are those of now."""
        rows = self._do("SELECT book, basis, mark, body FROM memo")
        now = {book: (basis, marks.get(book, "")) for book, basis in bases.items()}
        return {book: body for book, basis, mark, body in rows if now.get(book) == (basis, mark)}

    def keep(self, bases: Mapping[int, str], marks: Mapping[int, str], bodies: Mapping[int, bytes]) -> None:
        """Keep what was worked out while books had these marks."""
        rows = [(book, bases[book], marks.get(book, ""), body) for book, body in bodies.items()]
        if rows:
            self._do("INSERT OR REPLACE INTO memo VALUES (?, ?, ?, ?)", *rows)

    def forget(self, *books: int) -> None:
        """Have what was worked out of these books worked out again: more than the journal tells of them changed."""
        self._do("DELETE FROM memo WHERE book = ?", *((book,) for book in books))

    def _do(self, statement: str, *rows: tuple[object, ...]) -> list[Any]:
        """Execute a statement, for each row where there are any, and return what it finds."""
        try:
            self.path.parent.mkdir(exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_BUSY_S)) as db, db:
                db.execute("PRAGMA synchronous = OFF")
                db.execute(_TABLE)
                return (db.executemany(statement, rows) if rows else db.execute(statement)).fetchall()
        except (sqlite3.OperationalError, OSError) as error:
            log.debug("%s: %s", self.path, error)
        except sqlite3.DatabaseError as error:
            log.info("%s is damaged, and made anew: %s", self.path, error)
            with suppress(OSError):
                self.path.unlink()
        return []
