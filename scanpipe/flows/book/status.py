"""Where every book of the station stands."""

from dataclasses import dataclass

from scanpipe.flows.book.counts import all_book_counts
from scanpipe.flows.locking import holders_of_books
from scanpipe.flows.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class BookStatus:
    """One book in numbers; `attention` says what needs a person, with the last reason of each failure.

    `in_use` says who works on it at this moment.
    """

    book: str
    scanned: int
    missing: int
    due: int
    waiting: int
    accepted: int
    revision: int
    in_use: str
    attention: tuple[str, ...]


def station_status(station: Station) -> tuple[BookStatus, ...]:
    """Return the status of every book."""
    holders = holders_of_books(station)
    return tuple(
        BookStatus(
            book=str(row.book.id),
            **{name: getattr(counts, name) for name in _NUMBERS},
            in_use=str(holders[row.row].description) if row.row in holders else "",
            attention=counts.words,
        )
        for row, counts in all_book_counts(station)
    )


_NUMBERS = ("scanned", "missing", "due", "waiting", "accepted", "revision")
