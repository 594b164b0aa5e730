"""Books that left this machine in a bag: they are in no list, until they come back."""

from dataclasses import dataclass

from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """When a book went out of this machine, or came in, and who moved it; `host` is where its bag was made."""

    direction: str
    facts: str
    host: str
    person: str
    at: str


def newest_move(journal: Journal, book: int) -> Move | None:
    """Return how a book last moved, None where it never did."""
    query = "SELECT direction, facts, host, person, at FROM book_move WHERE book = ? ORDER BY id DESC LIMIT 1"
    row = journal.db.execute(query, (book,)).fetchone()
    return Move(**dict(row)) if row else None


def add_move(journal: Journal, book: int, direction: str, *, facts: str, host: str, person: str) -> None:
    """Write that a book went out in a bag, or came in with one."""
    journal.add_fact("book_move", book=book, direction=direction, facts=facts, host=host, person=person)
