"""Tickets of books, and which of them stand behind what was done since a delivery."""

from dataclasses import dataclass
from datetime import date

from scanpipe.state.journal import Journal
from scanpipe.state.views import DeliveryRow
from scanpipe.system.fsio import nfc


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A letter that asks for a change: its number and day, and who approved it.

    `person` wrote it down, at that time.
    """

    number: str
    dated: date
    approved_by: str
    note: str
    person: str
    at: str


def tickets(journal: Journal, book: int) -> tuple[Ticket, ...]:
    """Return the tickets of a book, in the order in which they were written down."""
    plain = ("number", "approved_by", "note", "person", "at")
    return tuple(
        Ticket(dated=date.fromisoformat(row["dated"]), **{key: row[key] for key in plain})
        for row in journal.db.execute("SELECT * FROM ticket WHERE book = ? ORDER BY id", (book,))
    )


def find_ticket(journal: Journal, book: int, number: str) -> Ticket | None:
    """Return the ticket of a book with that number, however it is spaced and written; None where there is none."""
    return next((each for each in tickets(journal, book) if plain_number(each.number) == plain_number(number)), None)


def plain_number(number: str) -> str:
    """Return the form of a number by which two of them are compared."""
    return " ".join(nfc(number).casefold().split())


def add_ticket(
    journal: Journal, book: int, *, number: str, dated: date, approved_by: str, note: str, person: str
) -> None:
    """Write down a ticket."""
    said = {"number": number, "dated": dated.isoformat(), "approved_by": approved_by, "note": note}
    journal.add_fact("ticket", book=book, person=person, **said)


def used_tickets(journal: Journal, book: int, *, since: DeliveryRow) -> tuple[str, ...]:
    """Return the tickets for which something was done since a delivery that was not undone, in that order."""
    newest = since.read.edit if since.read else None
    rows = journal.db.execute(_USED, {"book": book, "newest": newest, "at": since.at})
    return tuple(dict.fromkeys(row["ticket"] for row in rows))


_USED = """
SELECT ticket FROM edit
WHERE book = :book AND ticket <> '' AND undoes IS NULL AND id NOT IN (SELECT edit FROM undone_edit)
    AND CASE WHEN :newest IS NULL THEN at > :at ELSE id > :newest END
ORDER BY id
"""
