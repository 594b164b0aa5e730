"""Finishing a book: a person states that it is scanned completely."""

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.station import Station
from scanpipe.flows.work.completeness import Completeness, completeness
from scanpipe.messages import joined, lazy
from scanpipe.state import finishes


def finish_book(station: Station, name: str, *, incomplete: bool = False) -> Completeness:
    """State that a book is scanned completely, and return what it lacks all the same.

    A capture, room for a page or a dropped picture makes it unfinished again, and so does undo.

    Args:
        station: the station.
        name: the book.
        incomplete: finish it although it lacks something.

    Raises:
        UsageError: it lacks something, which is named.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _finished(station, name, incomplete=incomplete)


@in_one_step
def _finished(station: Station, name: str, *, incomplete: bool) -> Completeness:
    facts = book_facts(station, name)
    found = completeness(facts)
    if not (found.whole or incomplete):
        _refuse(facts, found)
    lacking = joined(*found.lines, by="; ")
    if facts.finished is None or str(facts.finished.lacking) != str(lacking):
        finishes.finish_book(station.journal, facts.row, lacking=lacking, person=station.person)
    return found


def _refuse(facts: BookFacts, found: Completeness) -> None:
    raise UsageError(
        lazy("{book} is not complete: {lacking}", book=facts.book.id, lacking=joined(*found.lines, by="; ")),
        remedy=lazy("Scan what is missing, or state it (scanpipe page mark). To finish the book as it is, add --yes."),
    )
