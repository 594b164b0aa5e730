"""What an operator is told when he finishes a book: its pages against the totals that it states. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import Status
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Part
from scanpipe.package.reports.numbers import page_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """A book compared with what it states: what is missing or does not agree; empty where nothing is."""

    pages: int
    expected: int | None
    lines: tuple[LazyText, ...]

    @property
    def whole(self) -> bool:
        """Whether all that the book states is there."""
        return not self.lines


def completeness(facts: BookFacts) -> Completeness:
    """Compare the pages of a book with its stated totals."""
    book = facts.book
    expected = None if book.pages is None else book.front + book.pages + book.back
    taken = sum(state.taken for state in facts.pages)
    return Completeness(pages=taken, expected=expected, lines=tuple(_lines(facts)))


def _lines(facts: BookFacts) -> Iterator[LazyText]:
    lost = [sheet.page for sheet in facts.unresolved_sheets if sheet.page]
    if lost:
        yield lazy("Put these sheets back: page {pages}", pages=page_range(lost))
    back = [awaited.page for awaited in facts.awaited]
    if back:
        yield lazy("To be scanned again: page {pages}", pages=page_range(back))
    missing = [s.page for s in facts.pages if s.status is Status.MISSING and s.page not in (*lost, *back)]
    if missing:
        yield lazy("Not scanned yet: page {pages}", pages=page_range(missing))
    yield from _totals(facts)
    for picture in facts.unassigned:
        yield lazy("A picture has no page: {picture}", picture=picture.name)


def _totals(facts: BookFacts) -> Iterator[LazyText]:
    book = facts.book
    body = sum(1 for state in facts.pages if state.taken and state.page.part is Part.BODY)
    if book.pages is None:
        yield lazy("The book does not state its total of pages; {n} were scanned.", n=body)
    elif body > book.pages:
        yield lazy("{n} pages were scanned, but the book states {stated}.", n=body, stated=book.pages)
    found = len(facts.sets.sets) + len(facts.sets.lost)
    if book.cases is not None and found != book.cases:
        yield lazy("{n} cases were found, but the book states {stated}.", n=found, stated=book.cases)
