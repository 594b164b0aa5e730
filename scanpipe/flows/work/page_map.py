"""The map of a book: one cell for each page, and what stands there. Pure, from the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import CapturedPage, PageState, Status
from scanpipe.flows.book.readiness import why_sent_back
from scanpipe.messages import LazyText
from scanpipe.model import Page


class Cell(StrEnum):
    """What stands on a page."""

    EMPTY = "empty"
    CAPTURED = "captured"
    WARNED = "warned"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    ABSENT = "absent"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedPage:
    """A page of the map.

    Attributes:
        page: the page.
        cell: what stands there.
        free: whether a capture is to come here.
        capture: the row of its picture, 0 for none.
        flags: what it is flagged for.
        cases: the numbers of its cases.
        stated: what a person states about it.
        why: why it is to be scanned again, with what the person added who sent it back; "" where it is not.
        suspect: whether its sheet is without a fate, and goes in before all others.
    """

    page: Page
    cell: Cell
    free: bool = False
    capture: int = 0
    flags: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    stated: str = ""
    why: LazyText | str = ""
    suspect: bool = False


def page_map(facts: BookFacts) -> tuple[MappedPage, ...]:
    """Return every page of a book in the order of its paper."""
    lost = {sheet.page for sheet in facts.unresolved_sheets}
    sent_back = {awaited.page for awaited in facts.awaited if awaited.outcome != "failed"}
    put_back = lost | {awaited.page for awaited in facts.awaited if awaited.outcome == "failed"}
    why = {awaited.page: why_sent_back(awaited) for awaited in facts.awaited if awaited.outcome == "rescan"}
    cases: dict[Page, tuple[str, ...]] = {}
    for found in facts.sets.sets:
        for page in found.pages:
            cases[page] = (*cases.get(page, ()), str(found.key))
    return tuple(
        MappedPage(
            page=state.page,
            cell=_cell(state, put_back=state.page in put_back, sent_back=state.page in sent_back),
            free=not state.taken,
            capture=state.facts.capture if isinstance(state, CapturedPage) else 0,
            flags=state.flags,
            cases=cases.get(state.page, ()),
            stated=state.stated.state if state.stated else "",
            why=why.get(state.page, ""),
            suspect=state.page in lost and not state.taken,
        )
        for state in facts.pages
    )


def next_free(cells: Sequence[MappedPage]) -> MappedPage | None:
    """Return the page that the next capture comes to: a lost one first, then the first free one."""
    free = [each for each in cells if each.free]
    suspect = [each for each in free if each.suspect]
    return next(iter(suspect or free), None)


def _cell(state: PageState, *, put_back: bool, sent_back: bool) -> Cell:
    match state.status:
        case Status.ABSENT:
            return Cell.ABSENT
        case Status.MISSING if put_back:
            return Cell.LOST
        case Status.MISSING:
            return Cell.SENT_BACK if sent_back else Cell.EMPTY
        case Status.REJECTED:
            return Cell.SENT_BACK
        case Status.ACCEPTED:
            return Cell.ACCEPTED
        case _:
            return Cell.WARNED if state.flags else Cell.CAPTURED
