"""Rejections that come back from outside as a list: each row names a PDF or a case, and says what is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.page_lists import ListedName, PageList, listed_names, read_page_list
from scanpipe.flows.book.page_names import book_names
from scanpipe.flows.book.plan import ProcessedPage
from scanpipe.flows.book.tickets import editing
from scanpipe.flows.book.undo import JUDGE
from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.processing_spec import processing_spec
from scanpipe.flows.station import Station
from scanpipe.model import Page
from scanpipe.vocabularies.reason_words import reasons_in
from scanpipe.vocabularies.reasons import REASONS, Remedy

Outcome = Literal["redo", "rescan", "reject", "awaited"]
OTHER: Final = "other"
_FIRST: Final[tuple[Remedy, ...]] = ("rescan", "renumber", "redo", "accept")
"""Of several reasons the one counts whose remedy comes first here: a new scan mends what another recipe would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedied:
    """What is done with a page that is sent back: an outcome, and the name of the recipe where it is redone."""

    outcome: Outcome
    recipe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A page that came back.

    Attributes:
        page: the page.
        lines: the rows of the list that mean it.
        text: what they say.
        reason: the code of the reason, "other" where no word of the text is known.
        outcome: what is done: processed again by `recipe`, scanned again, left to a person; "awaited" where it is sent
            back to the scanner already.
        recipe: the name of the recipe.
    """

    page: Page
    lines: tuple[int, ...]
    text: str
    reason: str
    outcome: Outcome
    recipe: str = ""


def import_rejections(
    station: Station, name: str, path: Path, *, ticket: str = "", instead: Remedied | None = None, dry_run: bool = False
) -> tuple[Returned, ...]:
    """Send back the pages that a list names, all or none; return what was done with each.

    Args:
        station: the station.
        name: the book.
        path: the list, csv or xlsx.
        ticket: what asks for it.
        instead: what is done with all pages; None does what their reasons ask for.
        dry_run: only tell what would be done.

    Raises:
        BookUnknown: there is no such book.
        PageUnknown: the book does not know all names, or a page was never scanned; nothing was written.
        WorkbookError: the list cannot be read.
    """
    listed = read_page_list(path)
    if dry_run:
        return _returned(station, book_facts(station, name), listed, instead)
    with station.journal.transaction():
        facts = book_facts(station, name)
        returned = _returned(station, facts, listed, instead)
        with editing(station, facts.row, JUDGE, ticket=ticket) as number:
            _reject(station, name, returned, ticket=number)
    return returned


def _reject(station: Station, name: str, returned: Sequence[Returned], *, ticket: str) -> None:
    for how, pages in _alike(returned).items():
        reject(
            station,
            name,
            [page.label for page in pages],
            reason=how.reason,
            redo=how.recipe,
            rescan=how.outcome == "rescan",
            ticket=ticket,
            note=how.text,
        )


def reason_of(text: str) -> str:
    """Return the reason that a text means; of several, the one whose remedy mends the others, too."""
    return min(reasons_in(text), key=lambda code: _FIRST.index(REASONS[code].remedy), default=OTHER)


def _returned(station: Station, facts: BookFacts, listed: PageList, instead: Remedied | None) -> tuple[Returned, ...]:
    rows: defaultdict[Page, list[ListedName]] = defaultdict(list)
    for each in listed_names(listed, book_names(facts, convention_of(station, facts.book))):
        for page in each.pages:
            rows[page].append(each)
    remedies = _Remedies(station, facts, instead)
    return tuple(remedies.of(_said(page, of_page)) for page, of_page in rows.items())


def _said(page: Page, rows: Sequence[ListedName]) -> Returned:
    text = "; ".join(dict.fromkeys(row.remark for row in rows if row.remark))
    lines = tuple(dict.fromkeys(row.line for row in rows))
    return Returned(page=page, lines=lines, text=text, reason=reason_of(text), outcome="reject")


class _Remedies:
    """What becomes of pages of a book by their reasons, or what is done with all of them instead."""

    def __init__(self, station: Station, facts: BookFacts, instead: Remedied | None) -> None:
        self._station, self._instead = station, instead
        self._processed: Mapping[Page, ProcessedPage] = {state.page: state for state in facts.processed}
        self._awaited = {each.page for each in facts.awaited if each.outcome == "rescan"}

    def of(self, said: Returned) -> Returned:
        if said.page in self._awaited:
            return replace(said, outcome="awaited")
        wanted = self._instead or self._usual(said)
        return replace(said, outcome=wanted.outcome, recipe=wanted.recipe)

    def _usual(self, said: Returned) -> Remedied:
        """Return the remedy of the reason; what no word explains, and what no machine can mend, waits for a person."""
        row = REASONS[said.reason]
        if said.reason != OTHER and row.remedy == "rescan":
            return Remedied(outcome="rescan")
        if row.remedy == "redo" and not self._has(said.page, row.recipe):
            return Remedied(outcome="redo", recipe=row.recipe)
        return Remedied(outcome="reject")

    def _has(self, page: Page, recipe: str) -> bool:
        """Whether a page was processed by that very recipe already."""
        state = self._processed.get(page)
        return state is not None and state.recipe == processing_spec(self._station, recipe).id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How pages are sent back."""

    reason: str
    outcome: Outcome
    recipe: str
    text: str


def _alike(returned: Iterable[Returned]) -> dict[_Way, list[Page]]:
    """Return the pages that are sent back, by how they are."""
    ways: defaultdict[_Way, list[Page]] = defaultdict(list)
    for each in returned:
        if each.outcome != "awaited":
            ways[_Way(reason=each.reason, outcome=each.outcome, recipe=each.recipe, text=each.text)].append(each.page)
    return ways
