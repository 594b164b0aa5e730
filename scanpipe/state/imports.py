"""The rows of a book that come from another machine: read, compared with those that are here, and added.

They are put into an empty journal in memory first, which brings them to the form of today and refuses what no journal
may hold.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from scanpipe.errors import StateError
from scanpipe.messages import lazy
from scanpipe.model import BookId
from scanpipe.state.book_rows import (
    BLOBS,
    KEYED,
    OF_BOOK,
    BookRows,
    Numbering,
    Row,
    book_rows,
    renumbered,
    row_key,
)
from scanpipe.state.connection import scratch_database
from scanpipe.state.journal import Journal
from scanpipe.state.migration import migrate
from scanpipe.state.schema import MIGRATIONS


class Standing(StrEnum):
    """How rows of a book that come stand to those that are here."""

    NEW = "new"
    SAME = "same"
    LATER = "later"
    EARLIER = "earlier"
    OTHER = "other"


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    table: str
    row: dict[str, str | int | float | None]


def read_rows(lines: Iterable[str | bytes], *, journal: int) -> BookRows:
    """Return the rows that were written as lines from a journal after so many migrations, in the form of today.

    Raises:
        StateError: a newer scanpipe wrote them.
        ValueError: they are not the rows of one book.
    """
    if journal > len(MIGRATIONS):
        raise StateError(
            lazy("The book was exported by a newer scanpipe."),
            remedy=lazy("Install the newer version on this machine, and repeat the command."),
        )
    db = scratch_database()
    db.row_factory = sqlite3.Row
    try:
        migrate(db, Path(), record=_record(db), upto=journal)
        count = sum(_insert_line(db, line) for line in lines)
        migrate(db, Path(), record=_record(db))
        rows = _checked(db)
    except (sqlite3.Error, msgspec.DecodeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if sum(map(len, rows.values())) < count:
        raise ValueError("rows of another book")
    return rows


def _record(db: sqlite3.Connection) -> Any:
    return lambda version: db.execute("INSERT INTO migration (version, at) VALUES (?, '')", (version,))


def _insert_line(db: sqlite3.Connection, line: str | bytes) -> int:
    said = msgspec.json.decode(line, type=_Line)
    columns = {row["name"] for row in db.execute("SELECT name FROM pragma_table_info(?)", (said.table,))}
    if said.table not in OF_BOOK or not said.row.keys() <= columns:
        raise ValueError(f"{said.table}: {', '.join(said.row.keys() - columns)}")
    insert_row(db, said.table, said.row)
    return 1


def insert_row(db: sqlite3.Connection, table: str, row: Row) -> None:
    """Write a row as it is; names of tables and columns were looked up in the schema."""
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def _checked(db: sqlite3.Connection) -> BookRows:
    books = [row["id"] for row in db.execute("SELECT id FROM book")]
    if len(books) != 1:
        raise ValueError(f"{len(books)} books")
    if broken := db.execute("PRAGMA foreign_key_check").fetchall():
        raise ValueError(f"{broken[0]['table']} row {broken[0]['rowid']} -> {broken[0]['parent']}")
    rows = book_rows(db, books[0])
    if wrong := next(_unsafe(rows), None):
        raise ValueError(wrong)
    return rows


_DIGEST = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"[^/\x00]+")


def _unsafe(rows: BookRows) -> Iterator[str]:
    """Yield texts that become paths and are none that scanpipe writes."""
    book = book_id(rows)
    for table, columns in BLOBS.items():
        names = (row[column] for row in rows[table] for column in columns)
        yield from (repr(name) for name in names if name and not _DIGEST.fullmatch(name))
    for name in (book.unit_folder, book.kind, *(row["name"] for row in rows["revision_file"])):
        if name and (name in (".", "..") or not _PART.fullmatch(name)):
            yield repr(name)
    for row in rows["delivery"]:
        if row["folder"] != f"out/{book.full_name}/r{row['revision']}":
            yield repr(row["folder"])


def book_id(rows: BookRows) -> BookId:
    """Return the book that the rows are of."""
    fields = dict(rows["book"][0])
    return BookId(**{name: fields[name] for name in ("unit_code", "unit_list", "kind", "year", "volume")})


def standing_of(come: BookRows, here: BookRows | None) -> Standing:
    """Return how rows that come stand to those that are here: later ones hold all that is here, and more."""
    if here is None:
        return Standing.NEW
    later = all(_goes_on(table, come[table], here[table]) for table in OF_BOOK)
    earlier = all(_goes_on(table, here[table], come[table]) for table in OF_BOOK)
    if later and earlier:
        return Standing.SAME
    return Standing.LATER if later else Standing.EARLIER if earlier else Standing.OTHER


def _goes_on(table: str, longer: list[Row], shorter: list[Row]) -> bool:
    """Tell whether a table holds all rows of the other; of a sequence, as its first ones."""
    if table == "document":  # a machine may have made its own once more
        return True
    if table not in KEYED:
        return longer[: len(shorter)] == shorter
    known = {row_key(table, row): row for row in longer}
    if table == "recipe":
        return all(row_key(table, row) in known for row in shorter)
    return all(known.get(row_key(table, row)) == row for row in shorter)


def add_rows(journal: Journal, come: BookRows, *, book: int | None) -> int:
    """Write, within a transaction, the rows that are not here yet; return the row of the book.

    Rows keep who wrote them and when, and come after all that the journal holds.
    """
    db = journal.db
    known = {table: _numbers_here(db, table, book) for table in OF_BOOK if table not in KEYED}
    base = {table: journal.newest(table) for table in known}

    def number(table: str, row: int) -> int:
        theirs = known[table]
        return theirs[row - 1] if 0 < row <= len(theirs) else base[table] + row - len(theirs) if row else 0

    rows = renumbered(db, come, Numbering(exact=number, newest=number))
    with _without_triggers(db):
        for table, of_table in rows.items():
            for row in _lacking(table, of_table, len(known.get(table, ())), db):
                insert_row(db, table, row)
    return number("book", 1)


@contextmanager
def _without_triggers(db: sqlite3.Connection) -> Iterator[None]:
    """Keep the journal from writing, in the block, facts that follow from others: they come with them."""
    query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'edit_unfinishes'"
    triggers = db.execute(query).fetchall()
    for trigger in triggers:
        db.execute(f"DROP TRIGGER {trigger['name']}")
    yield
    for trigger in triggers:
        db.execute(trigger["sql"])


def _numbers_here(db: sqlite3.Connection, table: str, book: int | None) -> list[int]:
    if book is None:
        return []
    query = f"SELECT id FROM {table} WHERE {OF_BOOK[table]} ORDER BY id"
    return [row["id"] for row in db.execute(query, {"book": book})]


def _lacking(table: str, rows: list[Row], known: int, db: sqlite3.Connection) -> list[Row]:
    if table not in KEYED:
        return rows[known:]
    where = " AND ".join(f"{column} = ?" for column in KEYED[table])
    query = f"SELECT 1 FROM {table} WHERE {where}"
    return [row for row in rows if db.execute(query, row_key(table, row)).fetchone() is None]
