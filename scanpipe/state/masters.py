"""The masters of a book, and whether anything was done to it since it was delivered."""

from scanpipe.state.journal import Journal
from scanpipe.state.references import OTHER_DIGESTS
from scanpipe.state.views import DeliveryRow

_OF_BOOK = "SELECT c.digest FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book = ?"


def masters(journal: Journal, book: int) -> dict[str, str]:
    """Return the digests of all captures of a book, each with its page, "?" where it has none."""
    rows = journal.db.execute(
        "SELECT c.digest, coalesce(max(p.page), '?') AS page FROM capture c JOIN sheet s ON s.id = c.sheet"
        " LEFT JOIN placement p ON p.capture = c.id WHERE s.book = ? GROUP BY c.digest ORDER BY min(c.id)",
        (book,),
    )
    return {row["digest"]: row["page"] for row in rows}


def freeable_masters(journal: Journal, book: int) -> tuple[str, ...]:
    """Return the masters of a book that are nothing else: neither masters of another book, nor made of any."""
    query = (
        f"{_OF_BOOK} EXCEPT SELECT c.digest FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book <> ?"
        f" EXCEPT SELECT digest FROM ({OTHER_DIGESTS})"
    )
    return tuple(row[0] for row in journal.db.execute(query, (book, book)))


def delivery_row(journal: Journal, book: int, revision: int) -> int:
    """Return the number of the row of a revision: later rows came later."""
    query = "SELECT id FROM delivery WHERE book = ? AND revision = ?"
    return int(journal.db.execute(query, (book, revision)).fetchone()[0])


def changed_since(journal: Journal, book: int, delivery: DeliveryRow) -> bool:
    """Return whether anything was done to a book after a delivery had read it, or nobody can tell."""
    if delivery.read is None or delivery.read.edit is None:
        return True
    query = (
        "SELECT EXISTS (SELECT 1 FROM edit WHERE book = :book AND id > :edit)"
        " OR EXISTS (SELECT 1 FROM statement WHERE book = :book AND id > :statement)"
        " OR EXISTS (SELECT 1 FROM placement WHERE book = :book AND id > :placement)"
        " OR EXISTS (SELECT 1 FROM verdict v JOIN placement p ON p.id = v.placement"
        "            WHERE p.book = :book AND v.id > :verdict)"
    )
    read = {table: getattr(delivery.read, table) for table in ("edit", "statement", "placement", "verdict")}
    return bool(journal.db.execute(query, {"book": book, **read}).fetchone()[0])
