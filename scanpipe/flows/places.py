"""Mending the order of a book: a page left out, a page too many, paper beyond the stated total.

Nothing is scanned or processed again: versions belong to captures, and only the captures' places change.
"""

from collections.abc import Sequence

from scanpipe.errors import UsageError
from scanpipe.flows.books import BookFacts, Terms, book_facts, stated_book
from scanpipe.flows.held import held_book, in_one_step
from scanpipe.flows.plan import PageState, empty_slots
from scanpipe.flows.station import Station
from scanpipe.messages import _
from scanpipe.model import Book, Page, Part, Place
from scanpipe.state.books import find_book


def shift(station: Station, name: str, label: str, *, by: int) -> tuple[Page, ...]:
    """Move a page and all body pages after it by some places; return the pages that moved, as they are called now.

    Moving up leaves free places for pages that were left out. Moving down puts pages in the place of those before
    them, which leave the book (their captures are kept): for pages captured twice, or for a place that a refused
    file holds although it was no page.

    Raises:
        UsageError: no body page, or nothing to move, or it would go before page 1.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _shifted(station, name, label, by=by)


@in_one_step
def _shifted(station: Station, name: str, label: str, *, by: int) -> tuple[Page, ...]:
    facts = book_facts(station, name)
    first = Page.parse(label)
    if first.part is not Part.BODY or by == 0 or first.number + by < 1:
        raise UsageError(
            _("{book}: page {page} cannot be moved by {by}.").format(book=facts.book.id, page=first, by=by),
            remedy=_("Only body pages move, and not to before page 1."),
        )
    moving = [s for s in facts.pages if s.page.part is Part.BODY and s.page.number >= first.number]
    if not any(state.facts for state in moving):
        raise UsageError(_("{book} has no page from {page} on.").format(book=facts.book.id, page=first))
    moved = [(state, Page(part=Part.BODY, number=state.page.number + by)) for state in moving if state.facts]
    _write(station, facts, moved)
    return tuple(page for _state, page in moved)


def amend(station: Station, name: str, terms: Terms) -> tuple[Book, tuple[Page, ...]]:
    """Change what a book states; pages get their places by it. Return the book and the pages newly placed.

    Raises:
        UsageError: other front or back pages, while pages are missing: the order of the paper is not known then; or
            spreads are to be split otherwise than those captured.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        # A page index takes its time to be read, and what a book states only its holder changes.
        book = stated_book(station, find_book(station.journal, name).book, terms)
        return _amended(station, name, book)


@in_one_step
def _amended(station: Station, name: str, book: Book) -> tuple[Book, tuple[Page, ...]]:
    before = book_facts(station, name)
    if book.spreads != before.book.spreads and any(s.facts and s.page.part is Part.BODY for s in before.pages):
        raise UsageError(
            _("{book}: its captures were taken as {spreads} already.").format(
                book=book.id, spreads=before.book.spreads
            ),
            remedy=_("State --spreads before the first page is captured."),
        )
    placed = [state for state in before.pages if state.facts]
    regrouped = (book.front, book.back) != (before.book.front, before.book.back) and bool(placed)
    if regrouped and any(state.facts is None for state in before.pages[: len(placed)]):
        raise UsageError(
            _("{book}: front or back pages cannot change while pages are missing before others.").format(book=book.id),
            remedy=_("Capture the missing pages first."),
        )
    station.journal.state_terms(before.row, book, person=station.person)
    if regrouped:
        _renumber(station, book, before)
    return book, place_unassigned(station, name)


def _renumber(station: Station, book: Book, before: BookFacts) -> None:
    """Call the captured pages anew, in the order of the paper."""
    placed = [state for state in before.pages if state.facts]
    slots, moved = empty_slots(book, ()), []
    for state in placed:
        page = slots.next()
        if page is None or state.facts is None:
            break
        moved.append((state.facts.capture, Place(page=page, region=state.facts.region)))
        slots = slots.fill(page)
    taken = {place.page for _capture, place in moved}
    free = [state.facts.placement for state in placed if state.facts and state.page not in taken]
    station.journal.place(before.row, moved, free=free, person=station.person)


def place_unassigned(station: Station, name: str) -> tuple[Page, ...]:
    """Give captures that never had a place the free places of the book, in the order they were captured."""
    facts = book_facts(station, name)
    slots = empty_slots(facts.book, facts.pages)
    rows: list[tuple[int, Place]] = []
    for capture in (picture.capture for picture in facts.unassigned):
        page = slots.next()
        if page is None:
            break
        places = slots.places(page)
        rows += [(capture, place) for place in places]
        slots = slots.fill(*(place.page for place in places))
    station.journal.place(facts.row, rows, free=(), person=station.person)
    return tuple(place.page for _capture, place in rows)


def _write(station: Station, facts: BookFacts, moved: Sequence[tuple[PageState, Page]]) -> None:
    """Write the new places, and free those that are left behind without a page."""
    taken = {page for _state, page in moved}
    first = min(state.page.number for state, _page in moved)
    low = min(first, *(page.number for page in taken))
    left_behind = [
        state.facts.placement
        for state in facts.pages
        if state.facts and state.page.part is Part.BODY and state.page.number >= low and state.page not in taken
    ]
    rows = [(s.facts.capture, Place(page=page, region=s.facts.region)) for s, page in moved if s.facts]
    station.journal.place(facts.row, rows, free=left_behind, person=station.person)
