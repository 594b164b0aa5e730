"""What one process at a time may do: work on a book, process pages; and steps that others cannot come between.

Verdicts need no lock: a person accepts and rejects while others scan and while the night runs.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from scanpipe.flows.station import LOCKS, Station
from scanpipe.messages import LazyText, lazy
from scanpipe.state.books import BookRow, find_book
from scanpipe.system.locks import Holder, exclusive_lock, holder_of

_BOOK = "book-"
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def held_book(station: Station, name: str) -> Iterator[None]:
    """Keep other processes from capturing into a book, moving its pages or delivering it while the block runs.

    Raises:
        BookUnknown: there is no such book.
        StationLocked: another process works on it; the message says which.
    """
    with held_row(station, find_book(station.journal, name)):
        yield


@contextmanager
def held_row(station: Station, found: BookRow) -> Iterator[None]:
    """Do the same for a book that may be in no list.

    Raises:
        StationLocked: another process works on it; the message says which.
    """
    what = lazy("The book {book}", book=found.book.id)
    path = _lock_of_book(station, found.row)

    def newest_sheet() -> int:
        return station.journal.newest("sheet")

    with exclusive_lock(path, what=what, purpose=station.purpose, person=station.person, mark=newest_sheet):
        yield


def with_book_held(
    flow: Callable[Concatenate[Station, str, P], Iterator[R]],
) -> Callable[Concatenate[Station, str, P], Generator[R, None, None]]:
    """Make a flow that tells its events one by one hold its book until the last of them."""

    @wraps(flow)
    def holding(station: Station, name: str, /, *args: P.args, **kwargs: P.kwargs) -> Generator[R, None, None]:
        with held_book(station, name):
            yield from flow(station, name, *args, **kwargs)

    return holding


@contextmanager
def held_processing(station: Station) -> Iterator[None]:
    """Keep other processes from processing pages of this station while the block runs.

    Raises:
        StationLocked: another process does it already; the message says which.
    """
    with _held(station, "processing", lazy("The processing of pages")):
        yield


@contextmanager
def held_night(station: Station) -> Iterator[None]:
    """Keep a second night from beginning while the block runs.

    Raises:
        StationLocked: a night goes on already; the message says whose.
    """
    with _held(station, "nightly", lazy("The night run")):
        yield


@contextmanager
def held_backups(station: Station) -> Iterator[None]:
    """Keep other processes from backing up this station, and from freeing its masters, while the block runs.

    Raises:
        StationLocked: another process does it already; the message says which.
    """
    with _held(station, "backup", lazy("The backup of the station")):
        yield


def _held(station: Station, name: str, what: LazyText) -> AbstractContextManager[None]:
    return exclusive_lock(station.folder / LOCKS / name, what=what, purpose=station.purpose, person=station.person)


def holder_of_book(station: Station, row: int) -> Holder | None:
    """Return who works on the book of that row at this moment, this process included.

    Its mark is the newest sheet that stood when it began: later sheets of the book are its own.
    """
    return holder_of(_lock_of_book(station, row))


def holders_of_books(station: Station) -> dict[int, Holder]:
    """Return who works on which books at this moment, by the row of the book."""
    with suppress(FileNotFoundError):
        names = (path.name for path in (station.folder / LOCKS).iterdir())
        rows = (name.removeprefix(_BOOK) for name in names if name.startswith(_BOOK))
        held = {int(row): holder_of_book(station, int(row)) for row in rows if row.isdecimal()}
        return {row: holder for row, holder in held.items() if holder}
    return {}


def in_one_step(flow: Callable[Concatenate[Station, P], R]) -> Callable[Concatenate[Station, P], R]:
    """Make what a flow reads and what it writes one step: its facts still hold when it writes.

    Nobody else writes meanwhile, so it must be quick; if it fails nothing is written.
    """

    @wraps(flow)
    def step(station: Station, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with station.journal.transaction():
            return flow(station, *args, **kwargs)

    return step


def _lock_of_book(station: Station, row: int) -> Path:
    return station.folder / LOCKS / f"{_BOOK}{row}"
