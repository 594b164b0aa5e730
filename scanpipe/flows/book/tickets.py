"""Tickets, and the gate: what was delivered is changed only for a ticket that somebody approved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from scanpipe.errors import UsageError
from scanpipe.flows.locking import in_one_step
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.model import BookId
from scanpipe.state import tickets, views
from scanpipe.state.books import book_of_row, find_book
from scanpipe.state.rescans import sent_back
from scanpipe.state.tickets import Ticket as Ticket


@in_one_step
def add_ticket(station: Station, name: str, *, number: str, dated: date, approved_by: str, note: str = "") -> Ticket:
    """Write down a ticket of a book, and return it.

    Args:
        station: the station.
        name: the book.
        number: the number of the letter, as "CV 17".
        dated: its day.
        approved_by: who approved the change.
        note: what else is to be known.

    Raises:
        BookUnknown: there is no such book.
        UsageError: number or approver is empty, or the book has a ticket of that number.
    """
    found = find_book(station.journal, name)
    said = {"number": _line(number), "approved_by": _line(approved_by), "note": note.strip()}
    if not (said["number"] and said["approved_by"]):
        raise UsageError(lazy("A ticket needs a number and the name of the person who approved it."))
    if tickets.find_ticket(station.journal, found.row, said["number"]):
        raise UsageError(
            lazy("{book} already has the ticket {number}.", book=found.book.id, number=said["number"]),
            remedy=_listing(found.book.id),
        )
    tickets.add_ticket(station.journal, found.row, dated=dated, person=station.person, **said)
    return tickets.tickets(station.journal, found.row)[-1]


def tickets_of(station: Station, name: str) -> tuple[Ticket, ...]:
    """Return the tickets of a book, in the order in which they were written down.

    Raises:
        BookUnknown: there is no such book.
    """
    return tickets.tickets(station.journal, find_book(station.journal, name).row)


def recorded_ticket(station: Station, row: int, number: str) -> Ticket:
    """Return the ticket of a book with that number.

    Raises:
        UsageError: there is none.
    """
    found = tickets.find_ticket(station.journal, row, number)
    if found is None:
        book = book_of_row(station.journal, row).id
        raise UsageError(lazy("{book} has no ticket {number}.", book=book, number=number), remedy=_recording(book))
    return found


def ticket_in_hand(station: Station, row: int, given: str = "") -> str:
    """Return the ticket that is named, or else the one of the station where the book has it; "" where there is none."""
    return given or (station.ticket if tickets.find_ticket(station.journal, row, station.ticket) else "")


def ticket_for(station: Station, row: int, given: str = "") -> str:
    """Return the number of the ticket that a change of a book is made for; "" where it needs none and none is named.

    Raises:
        UsageError: the book was delivered, and no ticket is named, or none that was recorded.
    """
    delivered = views.deliveries(station.journal, row)
    if not delivered:
        return ticket_in_hand(station, row, given)
    number = given or station.ticket
    if not number:
        book = book_of_row(station.journal, row).id
        raise UsageError(
            lazy(
                "{book} was delivered (revision {revision}). It is changed only for a ticket.",
                book=book,
                revision=delivered[-1].revision,
            ),
            remedy=_recording(book),
        )
    return recorded_ticket(station, row, number).number


@contextmanager
def editing(station: Station, row: int, action: str, *, ticket: str = "") -> Iterator[str]:
    """Make the block one transaction and one thing that this person does to a book; yield the ticket that it is for.

    Raises:
        UsageError: the book was delivered, and no recorded ticket is named; nothing was written.
    """
    number = ticket_for(station, row, ticket)
    with station.journal.edit(row, action, person=station.person, ticket=number):
        yield number


def for_capture(station: Station, name: str, given: str = "") -> Station:
    """Return the station with the ticket that captures into a book are for, before any paper moves.

    Pages that were sent back for a ticket are scanned again for the same one.

    Raises:
        BookUnknown: there is no such book.
        UsageError: the book was delivered, and neither names anybody a ticket nor was a page sent back for one.
    """
    row = find_book(station.journal, name).row
    awaited = (each.ticket for each in sent_back(station.journal, row) if each.ticket)
    number = given or station.ticket or next(awaited, "")
    return replace(station, ticket=ticket_for(station, row, number))


def _line(text: str) -> str:
    return " ".join(text.split())


def _listing(book: BookId) -> LazyText:
    return lazy("Run 'scanpipe ticket list {book}' to see it.", book=book)


def _recording(book: BookId) -> LazyText:
    return lazy(
        "Record the ticket: scanpipe ticket add {book} --number NUMBER --date DATE --approved-by NAME. Then repeat the "
        "command with --ticket NUMBER.",
        book=book,
    )
