"""Sheets of paper in a feeder: what each side shows, and which sheet goes in next. Pure, from the facts.

A two-sided feeder takes a sheet whole, its front first, so a page never goes in alone: the other side comes along. That
side is kept as a further capture; where its page is there already, that page stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from scanpipe.flows.book.plan import Slots
from scanpipe.messages import _
from scanpipe.model import Book, Page, Part, Placement
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.views import AwaitedPage, page_order

SideName = Literal["front", "back", "single"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a sheet: which, the pages that it shows, and the placements that its capture takes.

    No placements: the pages that it shows are there already, or it shows none of the book.
    """

    name: SideName = "single"
    shows: tuple[Page, ...] = ()
    placements: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet to go in: its front and its back, or the one side that a simple feeder or the glass takes.

    `known` says that it went through a two-sided feeder before.
    """

    sides: tuple[Side, ...]
    known: bool = False

    @property
    def page(self) -> Page | None:
        """The page that it is known by; None for one that shows none of the book."""
        pages = (*self.wanted, *(page for side in self.sides for page in side.shows))
        return pages[0] if pages else None

    @property
    def wanted(self) -> tuple[Page, ...]:
        """The pages that it goes in for."""
        return tuple(placement.page for side in self.sides for placement in side.placements)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSide:
    """What is known of a page's newest capture: front, back or single, the pages it shows, whether no back followed."""

    side: str
    pages: tuple[Page, ...]
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetQueue:
    """The sheets of a book as a scanner takes them; `first` are pages whose sheets go before all others."""

    slots: Slots
    two_sided: bool
    known_sides: Mapping[Page, KnownSide]
    awaited: tuple[AwaitedPage, ...] = ()
    first: tuple[Page, ...] = ()

    def next(self) -> Sheet | None:
        """Return the sheet of the next free page; None when the book is full."""
        page = self.slots.next(self.first)
        if page is None:
            return None
        if not self.two_sided:
            return Sheet(sides=(self._side("single", page),))
        front, back = self._sheet_of(page)
        known = any(each in self.known_sides for each in (front, back))
        return Sheet(sides=(self._side("front", front), self._side("back", back)), known=known)

    def without(self, sheet: Sheet) -> Self:
        """Return the queue that is left when a sheet is captured."""
        known_sides = {page: KnownSide(side=side.name, pages=side.shows) for side in sheet.sides for page in side.shows}
        return replace(self, slots=self.slots.fill(*sheet.wanted), known_sides={**known_sides, **self.known_sides})

    def sheets_to_reload(self, most: float) -> tuple[Sheet, ...]:
        """Return the sheets, of the next `most` pages, that a person must pick out and put on top, in that order.

        They are those of pages that are awaited or were passed over, and halves of sheets; what follows the last page
        that is there lies on the stack anyway.
        """
        return tuple(self._sheets_to_reload(most))

    def _sheets_to_reload(self, most: float) -> Iterator[Sheet]:
        awaited = {*self.first, *(each.page for each in self.awaited)}
        queue = self
        while most > 0 and (sheet := queue.next()):
            last = max(map(page_order, queue.slots.filled - queue.slots.absent), default=(0, 0))
            half = any(side.shows and not side.placements for side in sheet.sides)
            if not (half or awaited & {*sheet.wanted} or page_order(sheet.wanted[0]) < last):
                return
            yield sheet
            queue, most = queue.without(sheet), most - sum(1 for side in sheet.sides if side.placements)

    def _side(self, name: SideName, page: Page | None) -> Side:
        if page is None:
            return Side(name=name)
        placements = () if page in self.slots.filled else self.slots.placements_for(page, self.awaited)
        return Side(name=name, shows=self._together(page), placements=placements)

    def _together(self, page: Page) -> tuple[Page, ...]:
        """Return the pages that one capture shows together with this page."""
        known = self.known_sides.get(page)
        return known.pages if known else tuple(placement.page for placement in self.slots.placements_for(page))

    def _sheet_of(self, page: Page) -> tuple[Page | None, Page | None]:
        """Return a page of the front and one of the back of the sheet that shows `page`.

        A page that never was scanned is a back only where the page before it is a front whose back never came. Pages
        that were scanned one by one say nothing of their sheets: each is taken for a front.
        """
        shown, known = self._together(page), self.known_sides.get(page)
        earlier, later = self._neighbour(before, shown[0]), self._neighbour(after, shown[-1])
        lone = earlier is not None and earlier in self.known_sides and self.known_sides[earlier].alone
        if known.side == "back" if known else lone:
            return (None if self._side_seen(earlier) == "back" else earlier), page
        goes_on = known is None or known.alone if self._side_seen(later) is None else self._side_seen(later) == "back"
        return page, (later if goes_on else None)

    def _neighbour(self, step: Callable[[Book, Page], Page | None], page: Page) -> Page | None:
        """Return the page before or after in the order of the paper, which lacks the absent ones."""
        found = step(self.slots.book, page)
        while found in self.slots.absent:
            found = step(self.slots.book, found)
        return found

    def _side_seen(self, page: Page | None) -> str | None:
        return self.known_sides[page].side if page and page in self.known_sides else None


def after(book: Book, page: Page) -> Page | None:
    """Return the page that follows in the order of the paper; None after the last."""
    stated = {Part.FRONT: book.front, Part.BODY: book.pages, Part.BACK: book.back}
    total = stated[page.part]
    if total is None or page.number < total:
        return Page(part=page.part, number=page.number + 1)
    parts = list(stated)
    following = (part for part in parts[parts.index(page.part) + 1 :] if stated[part] != 0)
    return next((Page(part=part, number=1) for part in following), None)


def before(book: Book, page: Page) -> Page | None:
    """Return the page that goes before in the order of the paper; None before the first."""
    if page.number > 1:
        return Page(part=page.part, number=page.number - 1)
    stated = {Part.FRONT: book.front, Part.BODY: book.pages or 0, Part.BACK: book.back}
    parts = list(stated)
    earlier = (part for part in reversed(parts[: parts.index(page.part)]) if stated[part])
    return next((Page(part=part, number=stated[part]) for part in earlier), None)


def sheet_queue(
    slots: Slots,
    captured: Iterable[tuple[Page, int, str]],
    *,
    awaited: Sequence[AwaitedPage],
    alone: frozenset[int],
    first: Sequence[Page],
    two_sided: bool,
) -> SheetQueue:
    """Return the sheets of a book that are to come.

    Args:
        slots: its free places.
        captured: page, capture and side of every page that is there.
        awaited: its pages that are to come again.
        alone: the captures of fronts whose back never came.
        first: pages whose sheets go in before all others.
        two_sided: whether the feeder takes both sides.
    """
    back = [(each.page, each.capture, each.side) for each in awaited if each.capture is not None]
    rows = sorted((*captured, *back), key=lambda row: page_order(row[0]))
    shown: dict[int, tuple[Page, ...]] = {}
    for page, capture, _side in rows:
        shown[capture] = (*shown.get(capture, ()), page)
    known_sides = {
        page: KnownSide(side=side, pages=shown[capture], alone=side == "front" and capture in alone)
        for page, capture, side in rows
    }
    return SheetQueue(
        slots=slots, two_sided=two_sided, known_sides=known_sides, awaited=tuple(awaited), first=tuple(first)
    )


def sheet_line(sheet: Sheet) -> str:
    """Return, for the person at the feeder, which sheet it is and which way up it goes in."""
    wanted = page_range(sheet.wanted)
    if len(sheet.sides) == 1:
        return _("the sheet of page {wanted}").format(wanted=wanted)
    front, back = (pages_text(side.shows) for side in sheet.sides)
    if not front:
        return _("the sheet with page {back} on its second side (for page {wanted})").format(back=back, wanted=wanted)
    if not back:
        return _("the sheet with page {front} on its first side (for page {wanted})").format(front=front, wanted=wanted)
    return _("the sheet of pages {front} and {back}, {front} on its first side (for page {wanted})").format(
        front=front, back=back, wanted=wanted
    )


def pages_text(pages: Sequence[Page]) -> str:
    """Return pages that one side shows, as 3 or 3-4."""
    return "-".join(map(str, pages))
