"""Both sides of sheets through a feeder that takes one: all fronts, then the turned stack with all backs. Pure.

A stack that is turned over as a whole gives its backs last sheet first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from scanpipe.flows.book.plan import Slots
from scanpipe.flows.capture.sheets import Sheet, Side, after
from scanpipe.model import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontsQueue:
    """The fronts of a stack: every other free page; the page after each is left to its back."""

    slots: Slots

    def next(self) -> Sheet | None:
        """Return the next front; None when the book is full."""
        page = self.slots.next()
        if page is None:
            return None
        placements = self.slots.placements_for(page)
        shows = tuple(placement.page for placement in placements)
        return Sheet(sides=(Side(name="front", shows=shows, placements=placements),))

    def without(self, sheet: Sheet) -> Self:
        """Return the queue that is left when a front is captured."""
        slots = self.slots.fill(*sheet.wanted)
        back = _next_page(slots, sheet.wanted[-1])
        return replace(self, slots=slots.fill(back) if back else slots)

    def sheets_to_reload(self, _most: float) -> tuple[Sheet, ...]:
        """Return nothing: the stack lies in order."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BacksQueue:
    """The backs of the fronts whose back is not there, last sheet first."""

    sheets: tuple[Sheet, ...]

    def next(self) -> Sheet | None:
        """Return the next back; None when every front has one."""
        return self.sheets[0] if self.sheets else None

    def without(self, _sheet: Sheet) -> Self:
        """Return the queue that is left when a back is captured."""
        return replace(self, sheets=self.sheets[1:])

    def sheets_to_reload(self, _most: float) -> tuple[Sheet, ...]:
        """Return nothing: the stack was turned over as a whole."""
        return ()


def backs_queue(slots: Slots, fronts: Sequence[tuple[Page, ...]]) -> BacksQueue:
    """Return the backs that are to come.

    Args:
        slots: the free places of the book.
        fronts: the pages that each front without a back shows, in the order in which they were scanned.
    """
    return BacksQueue(sheets=tuple(_back(slots, front) for front in reversed(fronts) if _waits(slots, front)))


def _waits(slots: Slots, front: tuple[Page, ...]) -> bool:
    page = _next_page(slots, front[-1])
    return page is None or page not in slots.filled


def _back(slots: Slots, front: tuple[Page, ...]) -> Sheet:
    page = _next_page(slots, front[-1])
    if page is None:  # the last sheet of an odd total
        return Sheet(sides=(Side(name="back"),))
    placements = slots.placements_for(page)
    return Sheet(
        sides=(Side(name="back", shows=tuple(placement.page for placement in placements), placements=placements),)
    )


def _next_page(slots: Slots, page: Page) -> Page | None:
    """Return the page after this one in the paper, which lacks the absent ones."""
    found = after(slots.book, page)
    while found in slots.absent:
        found = after(slots.book, found)
    return found
