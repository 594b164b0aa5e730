"""The books of a station, and which of them a name means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from scanpipe.errors import BookUnknown, UsageError
from scanpipe.messages import lazy
from scanpipe.model import Book, BookId
from scanpipe.state.connection import from_json, from_plain
from scanpipe.state.journal import Journal
from scanpipe.state.moves import newest_move


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRow:
    """A book and the number of its row."""

    row: int
    book: Book


PUT_AWAY: Final = "SELECT book FROM closed_book UNION SELECT book FROM exported_book"
"""The rows of books that are in no list."""
_OPEN: Final = f"b.id NOT IN ({PUT_AWAY})"
_CLOSED: Final = "b.id IN (SELECT book FROM closed_book)"
_EXPORTED: Final = "b.id IN (SELECT book FROM exported_book)"
_WHEN: Final = "printf('%04d.%02d', b.year, b.volume)"  # as BookId.label ends


def open_books(journal: Journal) -> tuple[BookRow, ...]:
    """Return every book that was not closed, and not exported, ordered by unit, kind, year and volume."""
    return _books(journal, f"WHERE {_OPEN}")


def exported_books(journal: Journal) -> tuple[BookRow, ...]:
    """Return every book that left this machine in a bag, in the same order."""
    return _books(journal, f"WHERE {_EXPORTED}")


def find_any_book(journal: Journal, identity: BookId) -> BookRow | None:
    """Return the book with that identity, also where it was closed or exported."""
    found = _books(journal, "")
    return next((row for row in found if row.book.id == identity), None)


def closed_books(journal: Journal) -> tuple[BookRow, ...]:
    """Return every book that was closed as opened by mistake, in the same order."""
    return _books(journal, f"WHERE {_CLOSED}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Why a book was closed, by whom and when."""

    book: str
    unit: str
    person: str
    reason: str
    ticket: str
    at: str


def closings(journal: Journal) -> tuple[Closing, ...]:
    """Return why each closed book was closed, in the order of the books."""
    return tuple(_closing(journal, row) for row in closed_books(journal))


def _closing(journal: Journal, row: BookRow) -> Closing:
    query = "SELECT person, reason, ticket, at FROM closed_book WHERE book = ?"
    said = journal.db.execute(query, (row.row,)).fetchone()
    return Closing(book=str(row.book.id), unit=_unit(row.book), **dict(said))


def _books(journal: Journal, which: str, *values: object) -> tuple[BookRow, ...]:
    rows = journal.db.execute(
        f"SELECT b.*, s.terms FROM book b JOIN current_statement s ON s.book = b.id {which}"
        " ORDER BY b.unit_code, b.unit_list, b.kind, b.year, b.volume",
        values,
    )
    known: dict[str, Book] = {}  # most books of a station state the same
    return tuple(_book(row, known) for row in rows)


def book_of_row(journal: Journal, row: int) -> Book:
    """Return the book of that row, closed or not; it must be there, as rows of the journal name it."""
    return _books(journal, "WHERE b.id = ?", row)[0].book


def open_book(journal: Journal, row: int) -> Book:
    """Return the book of that row.

    Raises:
        BookUnknown: there is none, or it was closed or exported.
    """
    found = _books(journal, f"WHERE b.id = ? AND {_OPEN}", row)
    if not found:
        raise BookUnknown(lazy("This book is not on the station, or was closed."))
    return found[0].book


def find_book(journal: Journal, name: str) -> BookRow:
    """Return the book that `name` means: `KS.2010.01`, `14758/KS.2010.01` or `14758@2025-07-01/KS.2010.01`.

    Raises:
        BookUnknown: there is none, or it was closed.
        UsageError: the short name fits several books.
    """
    found = _only(_named(journal, _OPEN, name), name)
    if found is None:
        _refuse_put_away(journal, name)
        raise BookUnknown(
            lazy("There is no book {name} on this station.", name=name),
            remedy=lazy("Run 'scanpipe book list' to list the books, or 'scanpipe book add' to open one."),
        )
    return found


def find_closed_book(journal: Journal, name: str) -> BookRow:
    """Return the closed book that `name` means.

    Raises:
        BookUnknown: no closed book has that name.
        UsageError: the short name fits several of them.
    """
    found = _only(_named(journal, _CLOSED, name), name)
    if found is None:
        raise BookUnknown(
            lazy("There is no closed book {name} on this station.", name=name),
            remedy=lazy("Run 'scanpipe book list --closed' to list the closed books."),
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Who exported a book, and when."""

    book: str
    unit: str
    person: str
    at: str


def departures(journal: Journal) -> tuple[Departure, ...]:
    """Return when each exported book left, in the order of the books."""
    moves = ((row.book, newest_move(journal, row.row)) for row in exported_books(journal))
    return tuple(
        Departure(book=str(book.id), unit=_unit(book), person=move.person, at=move.at) for book, move in moves if move
    )


def _unit(book: Book) -> str:
    return f"{book.id.unit_folder} {book.unit_name}".strip()


def exported(journal: Journal, row: BookRow) -> BookUnknown:
    """Return the error that says that a book left this machine."""
    move = newest_move(journal, row.row)
    assert move is not None
    return BookUnknown(
        lazy(
            "The book {book} was exported from this machine by {person} on {day}.",
            book=row.book.id,
            person=move.person,
            day=move.at[:10],
        ),
        remedy=lazy(
            "Work on it on the machine that imported it. To go on with it here, import its newest bag: scanpipe book "
            "import BAG"
        ),
    )


def _named(journal: Journal, which: str, name: str) -> list[BookRow]:
    """Return the books that have that name; only those of its year and volume are read."""
    wanted = name.strip().upper()
    rows = _books(journal, f"WHERE {which} AND {_WHEN} = ?", ".".join(wanted.split(".")[-2:]))
    return [row for row in rows if wanted in _names(row.book.id)]


def _only(found: Sequence[BookRow], name: str) -> BookRow | None:
    if len(found) > 1:
        full = ", ".join(row.book.id.full_name for row in found)
        raise UsageError(
            lazy("{name} can mean several books: {books}.", name=name, books=full), remedy=lazy("Give the full name.")
        )
    return found[0] if found else None


def _refuse_put_away(journal: Journal, name: str) -> None:
    for row in _named(journal, _EXPORTED, name):
        raise exported(journal, row)
    for row in _named(journal, _CLOSED, name):
        said = _closing(journal, row)
        raise BookUnknown(
            lazy(
                "The book {book} was closed by {person}: {reason}",
                book=row.book.id,
                person=said.person,
                reason=said.reason,
            ),
            remedy=lazy("Run 'scanpipe book reopen {book}' to open it again.", book=row.book.id),
        )


def _names(book: BookId) -> set[str]:
    return {name.upper() for name in (book.label, str(book), book.full_name)}


def _book(row: Any, known: dict[str, Book]) -> BookRow:
    identity = {key: row[key] for key in ("unit_code", "unit_list", "kind", "year", "volume")}
    terms = row["terms"]
    if terms not in known:
        known[terms] = from_plain({**from_json(terms, dict[str, Any]), "id": identity}, Book)
    return BookRow(row=row["id"], book=replace(known[terms], id=from_plain(identity, BookId)))
