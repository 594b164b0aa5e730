"""Mending the order of a book: a page left out, a page too many, paper beyond the stated total.

Nothing is scanned or processed again: versions belong to captures, and only the captures' places change. A page that
stays where it is keeps its verdict; one that is called otherwise is judged again, for it is another page of the book.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookDetails, BookFacts, book_facts, updated_book
from scanpipe.flows.book.plan import PageState, Slots, Status, empty_slots
from scanpipe.flows.book.tickets import editing
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Book, Page, Part, Placement
from scanpipe.package.cases.case_edits import moved_starts
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.awaiting import await_no_more
from scanpipe.state.books import find_book
from scanpipe.state.views import page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPages:
    """What was moved: the pages as they are called now, and those of them whose verdict was lost."""

    pages: tuple[Page, ...] = ()
    judged_again: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedBook:
    """A book as it states itself now, the pages that were newly placed, and those that are called otherwise."""

    book: Book
    placed: tuple[Page, ...]
    moved: MovedPages


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReason:
    """Why a book's details or placements are changed, and for which ticket."""

    reason: str = ""
    ticket: str = ""


NO_REASON: Final = ChangeReason()


def shift(station: Station, name: str, label: str, *, by: int, why: ChangeReason | None = None) -> MovedPages:
    """Move a page and all body pages after it by some places, with their cases and what is stated about them.

    Moving up leaves free places for pages that were left out. Moving down puts pages in the place of those before
    them, which leave the book (their captures are kept): for pages captured twice, or for a place that a refused
    file holds although it was no page.

    Raises:
        UsageError: no body page, or nothing to move, or it would go before page 1; or a page from there on waits for a
            file or a scan, which would come to the wrong place.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _shifted(station, name, label, by=by, why=why or ChangeReason())


@in_one_step
def _shifted(station: Station, name: str, label: str, *, by: int, why: ChangeReason) -> MovedPages:
    facts = book_facts(station, name)
    first = Page.parse(label)
    if first.part is not Part.BODY or by == 0 or first.number + by < 1:
        raise UsageError(
            lazy("{book}: page {page} cannot be moved by {by}.", book=facts.book.id, page=first, by=by),
            remedy=lazy("Only body pages can be moved, and not before page 1."),
        )
    with editing(station, facts.row, "shift", ticket=why.ticket) as ticket:
        return shift_pages(station, facts, first, by=by, why=replace(why, ticket=ticket))


def shift_pages(station: Station, facts: BookFacts, first: Page, *, by: int, why: ChangeReason) -> MovedPages:
    """Move a body page and those after it, within one step with `facts`.

    Raises:
        UsageError: nothing is there to move, or a page from there on is awaited.
    """
    later = [s for s in facts.pages if s.page.part is Part.BODY and s.page.number >= first.number]
    if not any(state.taken or state.stated for state in later):
        raise UsageError(lazy("{book} has no page from {page} on.", book=facts.book.id, page=first))
    refuse_awaited(facts, lambda page: page.number >= first.number)
    last = max(later[-1].page.number, *(row.first for row in facts.book.rule.rows), 0)
    moves = {body_page(number): body_page(number + by) for number in range(first.number, last + 1)}
    gone = map(body_page, range(first.number + by, first.number))
    return move_pages(station, facts, moves, why, gone=frozenset(gone))


def body_page(number: int) -> Page:
    """Return the body page with that number."""
    return Page(part=Part.BODY, number=number)


def refuse_awaited(facts: BookFacts, moved: Callable[[Page], bool]) -> None:
    """Refuse to move body pages that are awaited: their files or sheets would find their places by the old numbers.

    Raises:
        UsageError: there are such pages.
    """
    pages = {*(each.page for each in facts.awaited), *(sheet.page for sheet in facts.unresolved_sheets if sheet.page)}
    awaited = sorted((page for page in pages if page.part is Part.BODY and moved(page)), key=page_order)
    if awaited:
        raise UsageError(
            lazy(
                "{book}: pages {pages} are not captured yet, and would get the wrong place.",
                book=facts.book.id,
                pages=page_range(awaited),
            ),
            remedy=lazy(
                "Capture these pages first, or state them as missing (scanpipe page mark), then move the pages. "
                "If a file was not a page, move the pages after it to its place (scanpipe book shift), beginning "
                "with the last such file. If it was at the end of the book, state the total of pages (scanpipe book "
                "amend --pages)."
            ),
        )


def amend(station: Station, name: str, details: BookDetails, *, why: ChangeReason | None = None) -> AmendedBook:
    """Change what a book states; pages get their places by it.

    Raises:
        UsageError: other front or back pages, while pages are missing: the order of the paper is not known then; or
            fewer places than pages; or spreads are to be split otherwise than those captured.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        # A page index takes its time to be read, and what a book states only its holder changes.
        book = updated_book(station, find_book(station.journal, name).book, details)
        return _amended(station, name, book, why or ChangeReason())


@in_one_step
def _amended(station: Station, name: str, book: Book, why: ChangeReason) -> AmendedBook:
    before = book_facts(station, name)
    if book.spreads != before.book.spreads and any(state.page.part is Part.BODY for state in before.captured):
        raise UsageError(
            lazy(
                "{book} already has pages captured with --spreads {spreads}.", book=book.id, spreads=before.book.spreads
            ),
            remedy=lazy("Set --spreads before you capture the first page."),
        )
    moves = _renumbered(book, before) if (book.front, book.back) != (before.book.front, before.book.back) else {}
    with editing(station, before.row, "amend", ticket=why.ticket) as ticket:
        why = replace(why, ticket=ticket)
        station.journal.state_terms(before.row, book, person=station.person, reason=why.reason, ticket=why.ticket)
        moved = move_pages(station, replace(before, book=book), moves, why)
        return AmendedBook(book=book, placed=place_unassigned(station, name), moved=moved)


def _renumbered(book: Book, before: BookFacts) -> dict[Page, Page]:
    """Return what the pages are called from now on, in the order of the paper."""
    taken = [state.page for state in before.pages if state.taken]
    missing_before = not all(state.taken for state in before.pages[: len(taken)])
    if taken and (missing_before or before.awaited or before.unresolved_sheets):
        raise UsageError(
            lazy(
                "{book}: the number of front or back pages cannot change while earlier pages are missing.", book=book.id
            ),
            remedy=lazy("Capture the missing pages first, or state them as missing (scanpipe page mark)."),
        )
    moves: dict[Page, Page] = {}
    slots = Slots(book=book, filled=frozenset())
    for old in taken:
        new = slots.next()
        if new is None:
            raise UsageError(
                lazy("{book}: pages {pages} would have no place.", book=book.id, pages=page_range(taken[len(moves) :])),
                remedy=lazy("Also state the total of pages: --pages N."),
            )
        moves[old], slots = new, slots.fill(new)
    return moves


def place_unassigned(station: Station, name: str) -> tuple[Page, ...]:
    """Give captures that never had a place the free places of the book, in the order they were captured."""
    facts = book_facts(station, name)
    slots = empty_slots(facts.book, facts.pages)
    rows: list[tuple[int, Placement]] = []
    for capture in (picture.capture for picture in facts.unassigned):
        page = slots.next()
        if page is None:
            break
        placements = slots.placements_for(page)
        rows += [(capture, placement) for placement in placements]
        slots = slots.fill(*(placement.page for placement in placements))
    station.journal.place_captures(facts.row, rows, release=(), person=station.person)
    return tuple(placement.page for _capture, placement in rows)


def move_pages(
    station: Station,
    facts: BookFacts,
    moves: Mapping[Page, Page],
    why: ChangeReason,
    *,
    gone: Collection[Page] = frozenset(),
) -> MovedPages:
    """Write the new places of pages, old to new, and free those that are left behind or give way.

    To be called within one step with `facts`. First pages of cases move along. `gone` are places that are no more: a
    case whose first page is one of them begins with what follows.
    """
    moves = {old: new for old, new in moves.items() if old != new}
    moving = [state for state in facts.pages if state.page in moves]
    pictures = [
        (state.facts, Placement(page=moves[state.page], region=state.facts.region))
        for state in facts.captured
        if state.page in moves
    ]
    covered = {placement.page for _facts, placement in pictures}
    left = {*moves, *moves.values(), *gone} - covered
    station.journal.place_captures(
        facts.row,
        [(shown.capture, placement) for shown, placement in pictures],
        release=[state.facts.placement for state in facts.captured if state.page in left],
        person=station.person,
        reason=why.reason,
        ticket=why.ticket,
    )
    _move_statements(station, facts, moves, moving, gone)
    _move_starts(station, facts, moves, gone, why)
    return MovedPages(
        pages=_in_order(moves[state.page] for state in moving if state.taken or state.stated),
        judged_again=_in_order(placement.page for shown, placement in pictures if shown.verdict),
    )


def _in_order(pages: Iterable[Page]) -> tuple[Page, ...]:
    return tuple(sorted(pages, key=page_order))


def _move_starts(
    station: Station, facts: BookFacts, moves: Mapping[Page, Page], gone: Collection[Page], why: ChangeReason
) -> None:
    body = {old.number: new.number for old, new in moves.items() if old.part is new.part is Part.BODY}
    left = {old.number for old, new in moves.items() if old.part is Part.BODY and new.part is not Part.BODY}
    rule = moved_starts(facts.book.rule, body, left | {page.number for page in gone})
    if rule != facts.book.rule:
        book = replace(facts.book, rule=rule)
        station.journal.state_terms(facts.row, book, person=station.person, reason=why.reason, ticket=why.ticket)


def _move_statements(
    station: Station,
    facts: BookFacts,
    moves: Mapping[Page, Page],
    moving: list[PageState],
    gone: Collection[Page],
) -> None:
    """Let what is stated about pages go with them; what was stated about a page that gave way no longer counts.

    What was awaited of a page that is missing is to come no more, neither to its old place nor to its new one.
    """
    touched = {*moves, *moves.values(), *gone}
    absent = {state.page for state in moving if state.status is Status.ABSENT}
    await_no_more(station.journal, facts.row, sorted(absent, key=page_order), person=station.person)
    gone = [state.page for state in facts.pages if state.stated and state.page in touched]
    station.journal.state_pages(facts.row, gone, "withdrawn", note="", person=station.person)
    for said, page in ((state.stated, moves[state.page]) for state in moving):
        if said:
            station.journal.state_pages(
                facts.row, [page], said.state, note=said.note, person=said.person, ticket=said.ticket
            )
