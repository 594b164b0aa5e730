"""What is to be done, from the facts alone: no clock, no disk, no pixels.

A page needs work when its placement has no version under its effective recipe and has not failed too often with it.
A verdict changes the effective recipe (redo) or frees the page (rescan), so a night run and a QA re-run are one thing.
"""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from scanpipe.model import Book, Page, Part, Placement
from scanpipe.state.page_facts import PageFacts, VersionRow
from scanpipe.state.stated import PageStatement
from scanpipe.state.views import AwaitedPage


class Status(StrEnum):
    """Where a page stands on its way."""

    MISSING = "missing"
    ABSENT = "absent"
    UNPROCESSED = "unprocessed"
    QUARANTINED = "quarantined"
    WAITING = "waiting"
    REJECTED = "rejected"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """A page and where it stands: one that is missing or absent, or else a `CapturedPage`.

    `stated` is what a person states about the page of the paper book. One that the book lacks is absent: it is not to
    be scanned, and stops nothing.
    """

    page: Page
    status: Status
    stated: PageStatement | None = None

    @property
    def taken(self) -> bool:
        """Whether no capture is to come here: the page has one, or the paper book has no such page."""
        return self.status is not Status.MISSING

    @property
    def flags(self) -> tuple[str, ...]:
        """What a person should look at, of the capture and of the processed page."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPage(PageState):
    """A page that has a picture; `recipe` is the one that it is, or is to be, processed by."""

    facts: PageFacts
    recipe: str

    @property
    def flags(self) -> tuple[str, ...]:
        """What a person should look at, of the capture."""
        return self.facts.capture_flags

    @property
    def redone(self) -> bool:
        """Whether a person sent this page back: such pages go first."""
        return self.facts.verdict is not None and self.facts.verdict.decision == "redo"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedPage(CapturedPage):
    """A page that was processed; `version` is the one that counts."""

    version: VersionRow

    @property
    def flags(self) -> tuple[str, ...]:
        """What a person should look at, of the capture and of the processed page."""
        return tuple(dict.fromkeys(self.facts.capture_flags + self.version.flags))


def page_states(
    book: Book,
    facts: Sequence[PageFacts],
    *,
    recipe: str,
    attempts: int,
    awaited: Iterable[Page] = (),
    stated: Iterable[PageStatement] = (),
) -> tuple[PageState, ...]:
    """Return every page of the book, front to back, with those still missing.

    Args:
        book: what the book states about itself.
        facts: its placed pages.
        recipe: id of the book's own recipe.
        attempts: failures after which a page is quarantined.
        awaited: pages that were sent back, refused or lost on the way; beyond the stated total they are forgotten.
        stated: what people state about pages of the paper book; beyond the stated total it is forgotten too.
    """
    placed = {fact.page: fact for fact in facts}
    said = {statement.page: statement for statement in stated}
    lacking = [page for page, statement in said.items() if statement.state == "missing"]
    return tuple(
        replace(_state(placed[page], recipe, attempts), stated=said.get(page))
        if page in placed
        else PageState(page=page, status=Status.ABSENT if page in lacking else Status.MISSING, stated=said.get(page))
        for page in page_slots(book, placed, (*awaited, *lacking))
    )


def empty_slots(book: Book, states: Iterable[PageState]) -> "Slots":
    """Return the places that the next captures of the book go to; `states` are the pages it has already."""
    states = tuple(states)
    return Slots(
        book=book,
        filled=frozenset(state.page for state in states if state.taken),
        absent=frozenset(state.page for state in states if state.status is Status.ABSENT),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """The free places of a book, in the order in which its paper is scanned.

    `filled` are the pages that no capture is to come to, `absent` those of them that the paper book lacks.
    """

    book: Book
    filled: frozenset[Page]
    absent: frozenset[Page] = frozenset()

    def next(self, first: Sequence[Page] = ()) -> Page | None:
        """Return the first free page: those asked for, then gaps, then the next; None when the book is full."""
        for page in first:
            if page not in self.filled:
                return page
        book = self.book
        front = (Page(part=Part.FRONT, number=n) for n in range(1, book.front + 1))
        last = max((page.number for page in self.filled if page.part is Part.BODY), default=0)
        body = (Page(part=Part.BODY, number=n) for n in range(1, (book.pages or last + 1) + 1))
        back = (Page(part=Part.BACK, number=n) for n in range(1, book.back + 1))
        return next((page for pages in (front, body, back) for page in pages if page not in self.filled), None)

    def fill(self, *pages: Page) -> "Slots":
        """Return the places left when `pages` are taken."""
        return replace(self, filled=self.filled | frozenset(pages))

    def placements_for(self, page: Page, awaited: Iterable[AwaitedPage] = ()) -> tuple[Placement, ...]:
        """Return what one capture made for `page` shows: that page, or both pages of a spread.

        A sheet that was sent back shows again what it showed before. Only the body of a book is in spreads; a right
        half that has no page of its own, at the end of the book or beside a page that is there, gets no place. Where
        pages are absent, the one after them stands beside the one before them.
        """
        back = {each.page: each for each in awaited if each.capture is not None and each.page not in self.filled}
        if page in back:
            return tuple(each.placement for each in back.values() if each.capture == back[page].capture)
        if self.book.spreads == "keep" or page.part is not Part.BODY:
            return (Placement(page=page),)
        after = (Page(part=Part.BODY, number=number) for number in itertools.count(page.number + 1))
        right = next(each for each in after if each not in self.absent)
        fits = right not in self.filled and right.number <= (self.book.pages or right.number)
        return (Placement(page=page, region="left"), *((Placement(page=right, region="right"),) if fits else ()))


def position(book: Book, page: Page) -> int:
    """Return the 1-based position of a page in a stack that lacks none: cover first, closing notes last."""
    shown = 2 if book.spreads == "split" else 1
    before = {Part.FRONT: 0, Part.BODY: book.front, Part.BACK: book.front + -(-(book.pages or 0) // shown)}
    return before[page.part] + (-(-page.number // shown) if page.part is Part.BODY else page.number)


def due(states: Iterable[PageState]) -> tuple[CapturedPage, ...]:
    """Return the pages to be processed, in reading order."""
    captured = (state for state in states if isinstance(state, CapturedPage))
    return tuple(state for state in captured if state.status is Status.UNPROCESSED)


def page_slots(book: Book, placed: Iterable[Page], awaited: Iterable[Page] = ()) -> list[Page]:
    """Return every page of a book, front to back, by what it states, what is placed and what is to come."""
    stated = {Part.FRONT: book.front, Part.BODY: book.pages, Part.BACK: book.back}
    numbers: dict[Part, list[int]] = {part: [total or 0] for part, total in stated.items()}
    for page in placed:
        numbers[page.part].append(page.number)
    for page in awaited:
        if stated[page.part] is None:
            numbers[page.part].append(page.number)
    return [Page(part=part, number=n) for part in stated for n in range(1, max(numbers[part]) + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a captured page stands, by which recipe it is, or is to be, processed, and the row of its version."""

    status: Status
    recipe: str
    version: int | None = None


class Verdict(Protocol):
    """What of a verdict decides where a page stands."""

    @property
    def decision(self) -> str:
        """The decision."""

    @property
    def version(self) -> int | None:
        """The row of the version that it was said of."""

    @property
    def recipe(self) -> str | None:
        """The recipe of "redo"."""


def standing(
    verdict: Verdict | None,
    made: Mapping[int, str],
    failed: Sequence[str],
    *,
    recipe: str,
    attempts: int,
    given_up: Collection[str] = (),
) -> Standing:
    """Return where a captured page stands.

    Args:
        verdict: what was said of it last.
        made: the recipes of its versions by their rows, oldest first.
        failed: the recipe of each failure since the verdict.
        recipe: id of the book's own recipe.
        attempts: failures after which a page is quarantined.
        given_up: recipes that failed for good.
    """
    decision = verdict.decision if verdict else ""
    judged = verdict.version if verdict else None
    if decision == "accept" and judged is not None and judged in made:
        return Standing(status=Status.ACCEPTED, recipe=made[judged], version=judged)
    wanted = verdict.recipe if verdict and decision == "redo" and verdict.recipe else recipe
    version = next((row for row, own in made.items() if own == wanted), None)
    if version is not None:
        status = Status.REJECTED if decision == "reject" else Status.WAITING
        return Standing(status=status, recipe=wanted, version=version)
    hopeless = wanted in given_up or failed.count(wanted) >= attempts
    status = Status.QUARANTINED if hopeless else Status.UNPROCESSED
    return Standing(status=status, recipe=wanted)


def _state(facts: PageFacts, recipe: str, attempts: int) -> CapturedPage:
    by_row = {version.row: version for version in facts.versions}
    made = {row: version.recipe for row, version in by_row.items()}
    failed = [own for own, _message in facts.failures]
    found = standing(facts.verdict, made, failed, recipe=recipe, attempts=attempts, given_up=facts.given_up)
    if found.version is None:
        return CapturedPage(page=facts.page, status=found.status, facts=facts, recipe=found.recipe)
    version = by_row[found.version]
    return ProcessedPage(page=facts.page, status=found.status, facts=facts, recipe=found.recipe, version=version)
