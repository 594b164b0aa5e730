"""Which pages of a book the pages of image files take. Pure, from the facts.

A page of a file is known by the file's and its folder's name, whatever their Unicode form, and its number in the file.
Files that the book knows keep to their places: a page that was refused or sent back has its own, and further pages of a
file follow directly on its earlier ones. Files that it does not know take the next free places.
"""

from dataclasses import dataclass

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import empty_slots
from scanpipe.flows.capture.sheets import after
from scanpipe.model import Page, Placement

FilePlace = tuple[str, int]
"""The name of folder and file, and the page of it from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFile:
    """What came from a page of a file: the pages of the book that it stands on, and the digest of its master."""

    pages: tuple[Page, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRoom:
    """So many pages of a file do not fit; `before` is the page that stands there, `page` the last one they follow."""

    page: Page
    more: int
    before: Page


class FileSlots:
    """The places of a book while files come in.

    `placed` tells what came from each page of a file, `known` the names of the files that had any place before, `aside`
    which pages of files are no pages of the book.
    """

    def __init__(self, facts: BookFacts, aside: frozenset[FilePlace] = frozenset()) -> None:
        there = [state.facts for state in facts.captured]
        slots = empty_slots(facts.book, facts.pages)
        self.placed: dict[FilePlace, PlacedFile] = {}
        for file, page in ((each.file.place, each) for each in there if each.file):
            pages = (*self.placed[file].pages, page.page) if file in self.placed else (page.page,)
            self.placed[file] = PlacedFile(pages=pages, digest=page.digest)
        awaited = {gone.file.place: gone for gone in facts.awaited if gone.file}
        self._held = {file: slots.placements_for(gone.page, facts.awaited) for file, gone in awaited.items()}
        for file, gone in awaited.items():
            if gone.outcome == "refused":
                slots = slots.fill(*(placement.page for placement in self._held[file]))
        self._slots, self._aside = slots, {*aside}
        self._refused: dict[FilePlace, NoRoom] = {}
        self.known = frozenset(name for name, _number in (*self.placed, *self._held))

    def take(self, page: FilePlace, count: int) -> tuple[Placement, ...] | NoRoom:
        """Take the places of a page of a file that has `count`; none where the book is full.

        Pages that come in a row without places of their own are given them all, or none: see `NoRoom`.
        """
        placements = self.look(page, count)
        if isinstance(placements, NoRoom):
            return placements
        self._held.pop(page, None)
        self._slots = self._slots.fill(*(placement.page for placement in placements))
        if placements:
            self.placed[page] = PlacedFile(pages=tuple(placement.page for placement in placements), digest="")
        return placements

    def pass_over(self, page: FilePlace) -> tuple[Page, ...]:
        """Leave out a page of a file that is none of the book; return the places that were held for it."""
        self._aside.add(page)
        return tuple(placement.page for placement in self._held.pop(page, ()))

    def look(self, page: FilePlace, count: int) -> tuple[Placement, ...] | NoRoom:
        """Return the places that a page of a file would take."""
        name, _number = page
        own, before = self._held.get(page), self._before(page)
        follows = name in self.known and before[1] >= 0 and not own
        if follows and before in self._refused:
            self._refused[page] = self._refused[before]
            return self._refused[page]
        last = own[-1].page if own else self._last_of(before) if follows else None
        short = self._short(last, self._in_a_row(page, count) + (not own)) if last else None
        if short:
            self._refused[page] = short
            return short
        free = (after(self._slots.book, last) if last else None) if follows else self._slots.next()
        return own or (self._slots.placements_for(free) if free else ())

    def _before(self, page: FilePlace) -> FilePlace:
        """Return the page of the file before this one that is no separator; its number is -1 where there is none."""
        name, number = page
        while (name, number := number - 1) in self._aside:
            pass
        return name, number

    def _last_of(self, page: FilePlace) -> Page | None:
        """Return the last page of the book that a page of a file takes."""
        if page in self._held:
            return self._held[page][-1].page
        return self.placed[page].pages[-1] if page in self.placed else None

    def _in_a_row(self, page: FilePlace, count: int) -> int:
        """Return how many pages of the file follow this one without places of their own."""
        name, number = page
        later = range(number + 1, count)
        return next((n - number - 1 for n in later if self._has_own((name, n))), max(0, count - number - 1))

    def _has_own(self, page: FilePlace) -> bool:
        return page in self._held or page in self.placed

    def _short(self, last: Page, captures: int) -> NoRoom | None:
        """Say what is in the way of so many captures right after a page; beyond the book's end nothing is."""
        slots, page, found = self._slots, after(self._slots.book, last), 0
        while page and found < captures:
            if page in slots.absent:
                page = after(slots.book, page)
                continue
            if page in slots.filled:
                shown = 2 if slots.book.spreads == "split" else 1
                return NoRoom(page=last, more=(captures - found) * shown, before=page)
            placements = slots.placements_for(page)
            found, page = found + 1, after(slots.book, placements[-1].page)
        return None
