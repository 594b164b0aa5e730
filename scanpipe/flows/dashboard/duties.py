"""Who waits for what: what each role has to do, with the books that it is about. Pure, from the figures of books."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from scanpipe.flows.book.plan import Status
from scanpipe.flows.dashboard.samples import BookSample, SampleState
from scanpipe.flows.dashboard.standings import BookStanding
from scanpipe.flows.work.worklist import Due
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Book


class Role(StrEnum):
    """Who does it."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    NIGHT = "night"


ROLES: Final = {
    Role.OPERATOR: lazy("Operator"),
    Role.REVIEWER: lazy("Reviewer"),
    Role.MANAGER: lazy("Manager"),
    Role.NIGHT: lazy("The night's run"),
}
"""What they are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFigures:
    """A book in figures.

    Attributes:
        row: its row in the journal.
        book: the book.
        due: why an operator is to scan it, or that it is done.
        to_scan: pages that an operator is to scan, None where nobody knows how many.
        expected: pages that it states, cover and notes included; None where it states no total.
        standing: where its pages stand.
        sample: how its samples stand.
        unplaced: pictures that need a page.
        unticketed: pages that were rejected after a delivery without a ticket.
        revision: the last one that was delivered, 0 for none.
        changed: whether something of it changed since then.
        in_use: who works on it at this moment, empty for nobody.
    """

    row: int
    book: Book
    due: Due
    to_scan: int | None
    expected: int | None
    standing: BookStanding
    sample: BookSample
    unplaced: int = 0
    unticketed: int = 0
    revision: int = 0
    changed: bool = False
    in_use: LazyText | str = ""

    @property
    def accepted(self) -> bool:
        """Whether nothing of its pages stands in the way of a delivery."""
        done = self.standing.complete and self.standing.count[Status.ACCEPTED] == self.standing.captured
        return done and not self.unplaced and self.due is Due.DONE and self.sample.state not in _IN_THE_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to do: the text, and the books with how many pages each; None where that says nothing.

    What is `ordinary` is the work of each day, and waits for nobody.
    """

    role: Role
    text: LazyText
    ordinary: bool
    books: tuple[tuple[BookFigures, int | None], ...]


def duties(books: Sequence[BookFigures]) -> tuple[Duty, ...]:
    """Return what there is to do, the most urgent of each role first."""
    found = (
        Duty(role=row.role, text=row.text, ordinary=row.ordinary, books=tuple(_concerned(books, row.pages)))
        for row in _DUTIES
    )
    return tuple(duty for duty in found if duty.books)


_IN_THE_WAY = (SampleState.FAILED, SampleState.WAITING, SampleState.DUE)
_Pages = Callable[[BookFigures], int | bool | None]
"""How many pages of a book are concerned: True where that says nothing, 0 or False where the book is not."""


def _concerned(books: Iterable[BookFigures], pages: _Pages) -> Iterable[tuple[BookFigures, int | None]]:
    for book in books:
        count = pages(book)
        if count:
            yield book, None if count is True else count


def _due(due: Due) -> _Pages:
    return lambda book: book.due is due and (book.to_scan or True)


def _sample(state: SampleState) -> _Pages:
    return lambda book: book.sample.state is state and (book.sample.left or True)


def _standing(status: Status) -> _Pages:
    return lambda book: book.standing.count[status]


def _unflagged(book: BookFigures) -> int:
    sampled = book.sample.state in _IN_THE_WAY
    return 0 if sampled else book.standing.count[Status.WAITING] - book.standing.flagged


class _Row(NamedTuple):
    role: Role
    text: LazyText
    pages: _Pages
    ordinary: bool = False


_DUTIES: Final = (
    _Row(Role.OPERATOR, lazy("Put back sheets that were lost on the way"), _due(Due.PUT_BACK)),
    _Row(Role.OPERATOR, lazy("Scan pages again that were sent back or failed"), _due(Due.SENT_BACK)),
    _Row(Role.OPERATOR, lazy("Give pictures a page that have none"), lambda book: book.unplaced),
    _Row(Role.OPERATOR, lazy("Go on with books that are not complete"), _due(Due.UNFINISHED), ordinary=True),
    _Row(Role.OPERATOR, lazy("Begin new books"), _due(Due.NEW), ordinary=True),
    _Row(Role.REVIEWER, lazy("Look at all pages of lots that failed"), _sample(SampleState.FAILED)),
    _Row(Role.REVIEWER, lazy("Judge the pages of samples"), _sample(SampleState.WAITING)),
    _Row(Role.REVIEWER, lazy("Look at flagged pages"), lambda book: book.standing.flagged),
    _Row(Role.REVIEWER, lazy("Say what is to be done with rejected pages"), _standing(Status.REJECTED)),
    _Row(Role.REVIEWER, lazy("Find out why processing fails"), _standing(Status.QUARANTINED)),
    _Row(Role.REVIEWER, lazy("Judge other pages that wait"), _unflagged, ordinary=True),
    _Row(Role.MANAGER, lazy("Record the ticket: pages were rejected after the delivery"), lambda book: book.unticketed),
    _Row(Role.MANAGER, lazy("Deliver books whose pages are all accepted"), lambda b: b.accepted and not b.revision),
    _Row(
        Role.MANAGER,
        lazy("Deliver books again that changed since"),
        lambda book: book.accepted and book.revision > 0 and book.changed,
    ),
    _Row(Role.NIGHT, lazy("Process pages"), _standing(Status.UNPROCESSED), ordinary=True),
    _Row(Role.NIGHT, lazy("Draw samples of books that are processed"), _sample(SampleState.DUE), ordinary=True),
)
