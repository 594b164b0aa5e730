"""All rows of one book, numbered from 1 in each table: the same on every machine, whatever else its journal holds.

Rows are told apart by how they are known elsewhere:

- Most tables are sequences: a row is known by its number, and later rows came later.
- Recipes, PDFs and the ends of sheets and runs are known by what they are of (`KEYED`); their order says nothing.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec

from scanpipe.state.journal import json_text

Row: TypeAlias = dict[str, Any]
BookRows: TypeAlias = dict[str, list[Row]]

_SHEETS = "SELECT id FROM sheet WHERE book = :book"
_FEEDS = "SELECT id FROM feed WHERE book = :book"
_CAPTURES = f"SELECT id FROM capture WHERE sheet IN ({_SHEETS})"
_VERDICTS = "SELECT v.id FROM verdict v JOIN placement p ON p.id = v.placement WHERE p.book = :book"
_RECIPES = " UNION ".join(
    (
        f"SELECT recipe FROM version WHERE capture IN ({_CAPTURES})",
        f"SELECT recipe FROM failure WHERE capture IN ({_CAPTURES})",
        f"SELECT recipe FROM verdict WHERE id IN ({_VERDICTS})",
    )
)
_DELIVERED = "SELECT m.value FROM delivery d, json_each(d.members) m WHERE d.book = :book"

OF_BOOK: Final = {
    "book": "id = :book",
    "recipe": f"id IN ({_RECIPES})",
    **dict.fromkeys(("ticket", "edit", "statement", "feed"), "book = :book"),
    "feed_end": f"feed IN ({_FEEDS})",
    "sheet": "book = :book",
    "sheet_end": f"sheet IN ({_SHEETS})",
    "capture": f"sheet IN ({_SHEETS})",
    "placement": "book = :book",
    **dict.fromkeys(("version", "failure"), f"capture IN ({_CAPTURES})"),
    "verdict": f"id IN ({_VERDICTS})",
    "set_aside": f"capture IN ({_CAPTURES})",
    **dict.fromkeys(("page_statement", "book_closing", "book_finish", "qa_lot"), "book = :book"),
    "qa_page": "lot IN (SELECT id FROM qa_lot WHERE book = :book)",
    "second_opinion": f"verdict IN ({_VERDICTS})",
    **dict.fromkeys(("typed_cell", "typed_merged", "revision_file", "delivery"), "book = :book"),
    "document": f"digest IN ({_DELIVERED})",
}
"""Which rows of each table are a book's, in an order in which each row comes after those that it names."""

KEYED: Final[Mapping[str, tuple[str, ...]]] = {
    "recipe": ("id",),
    "document": ("key", "digest"),
    "sheet_end": ("sheet",),
    "feed_end": ("feed",),
}
BLOBS: Final[Mapping[str, tuple[str, ...]]] = {
    "capture": ("digest",),
    "version": ("image", "mask", "words", "text_layer", "writing"),
    "typed_cell": ("rows",),
    "revision_file": ("digest",),
    "document": ("digest",),
}
"""The columns that name stored files, "" for none."""

_NEWEST = "newest_"
_WITHOUT_NUMBERS = ("recipe", "document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """What a row's number becomes: `exact` that of a row that is there, `newest` that of the last row up to it."""

    exact: Callable[[str, int], int]
    newest: Callable[[str, int], int]


def book_rows(db: sqlite3.Connection, book: int) -> BookRows:
    """Return the rows of a book by table; `book` is its row."""
    found = {
        table: [dict(row) for row in db.execute(f"SELECT * FROM {table} WHERE {which} ORDER BY 1", {"book": book})]
        for table, which in OF_BOOK.items()
    }
    for row in found["document"]:
        del row["id"]  # it may have been made for several books
    ids = {table: [row["id"] for row in rows] for table, rows in found.items() if table not in KEYED}
    numbers = {table: {row: number for number, row in enumerate(of_table, 1)} for table, of_table in ids.items()}
    numbering = Numbering(
        exact=lambda table, row: numbers[table][row], newest=lambda table, row: bisect_right(ids[table], row)
    )
    return renumbered(db, found, numbering)


def renumbered(db: sqlite3.Connection, rows: BookRows, numbering: Numbering) -> BookRows:
    """Return the rows with other numbers, also where they name each other."""
    return {
        table: [_renumbered(table, row, references_of(db, table), numbering) for row in of_table]
        for table, of_table in rows.items()
    }


def references_of(db: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return the columns of a table that name rows by number, each with the table of those."""
    keys = db.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    named = {row["from"]: row["table"] for row in keys if row["table"] not in _WITHOUT_NUMBERS}
    return named if table in KEYED else {"id": table, **named}


def row_key(table: str, row: Row) -> tuple[Any, ...]:
    """Return what a row of a keyed table is known by."""
    return tuple(row[column] for column in KEYED[table])


def blobs_of(rows: BookRows) -> frozenset[str]:
    """Return the digests of all files that the rows name."""
    return frozenset(
        row[column] for table, columns in BLOBS.items() for row in rows[table] for column in columns if row[column]
    )


def row_lines(rows: BookRows) -> Iterator[str]:
    """Yield each row as a line of canonical JSON."""
    for table, of_table in rows.items():
        for row in of_table:
            yield json_text({"table": table, "row": row})


def _renumbered(table: str, row: Row, references: Mapping[str, str], numbering: Numbering) -> Row:
    changed = dict(row)
    for column, value in row.items():
        if value is None:
            continue
        if column in references:
            changed[column] = numbering.exact(references[column], value)
        elif column.startswith(_NEWEST):
            changed[column] = numbering.newest(column.removeprefix(_NEWEST), value)
    if table == "document":
        changed["facts"] = _with_verdicts(row["facts"], numbering)
    return changed


def _with_verdicts(facts: str, numbering: Numbering) -> str:
    """Return the facts of a PDF, whose `lacking` pairs pages with the verdicts that they were delivered by."""
    said = msgspec.json.decode(facts)
    if lacking := said.get("lacking"):
        said["lacking"] = [[page, numbering.newest("verdict", verdict)] for page, verdict in lacking]
    return json_text(said)
