"""How many pages of each book stand where, worked out of its facts once for each change of them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from scanpipe.flows.book.books import BookFacts, book_facts_of, own_recipes
from scanpipe.flows.book.plan import CapturedPage, ProcessedPage, Status
from scanpipe.flows.book.readiness import awaited_obstacle, recipe_obstacles
from scanpipe.flows.book.sampling import sampling_obstacles
from scanpipe.flows.locking import holders_of_books
from scanpipe.flows.station import CACHE, Station
from scanpipe.messages import LazyText, lazy, text_from_json, text_to_json
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.books import BookRow, open_books
from scanpipe.state.changes import change_marks
from scanpipe.state.memo import Memo
from scanpipe.vocabularies.flags import explained

MEMO: Final = "books.sqlite"
_FORM = 1  # to be raised where pages are counted otherwise: what is kept no longer holds then
_KEPT_AT_ONCE = 100


class BookCounts(msgspec.Struct, frozen=True, kw_only=True):
    """One book in numbers; `attention` says what needs a person, with the last reason of each failure, as kept texts.

    `pages` are those that it is to have, without those that the paper book lacks.
    """

    pages: int
    scanned: int
    missing: int
    due: int
    waiting: int
    accepted: int
    cases: int
    revision: int
    attention: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What needs a person, in words."""
        return tuple(str(text_from_json(text)) for text in self.attention)


def book_memo(station: Station) -> Memo:
    """Return where it is kept how books stand."""
    return Memo(path=station.folder / CACHE / MEMO)


def all_book_counts(station: Station) -> list[tuple[BookRow, BookCounts]]:
    """Return how every book stands, in the order of the books."""
    rows = open_books(station.journal)
    counted = book_counts(station, rows)
    return [(row, counted[row.row]) for row in rows]


def book_counts(station: Station, rows: Iterable[BookRow]) -> dict[int, BookCounts]:
    """Return how these books stand, by their rows; books whose facts are as they were are not read again.

    A file that the store lost since then is not looked for: `check`, the night's slice of the store and the delivery
    of the book find it.
    """
    rows = tuple(rows)
    memo, marks, bases = book_memo(station), change_marks(station.journal), _bases(station, rows)
    holders = holders_of_books(station)
    known = {row: body for row, body in memo.known(bases, marks).items() if row not in holders}
    found = {row: msgspec.json.decode(body, type=BookCounts) for row, body in known.items()}
    unknown = [row for row in rows if row.row not in found]
    for start in range(0, len(unknown), _KEPT_AT_ONCE):
        fresh = {row.row: counts_of(book_facts_of(station, row)) for row in unknown[start : start + _KEPT_AT_ONCE]}
        whole = {row: counts for row, counts in fresh.items() if row in bases and row not in holders}
        memo.keep(bases, marks, {row: msgspec.json.encode(counts) for row, counts in whole.items()})
        found |= fresh
    return found


def _bases(station: Station, rows: Sequence[BookRow]) -> Mapping[int, str]:
    """Return what else a book's counts come from, as a digest; a book whose recipe cannot be read has none."""
    settings = station.settings
    common = [_FORM, settings.process.attempts, msgspec.to_builtins(settings.qa)]
    digests = {
        name: hashlib.sha256(msgspec.json.encode([*common, recipe], order="sorted")).hexdigest()
        for name, (recipe, fault) in own_recipes(station, rows).items()
        if not fault
    }
    return {row.row: digests[row.book.recipe] for row in rows if row.book.recipe in digests}


def counts_of(facts: BookFacts) -> BookCounts:
    """Count where the pages of a book stand."""
    count = Counter(state.status for state in facts.pages)
    return BookCounts(
        pages=len(facts.pages) - count[Status.ABSENT],
        scanned=len(facts.captured),
        missing=count[Status.MISSING],
        due=count[Status.UNPROCESSED],
        waiting=count[Status.WAITING],
        accepted=count[Status.ACCEPTED],
        cases=len(facts.sets.sets),
        revision=facts.deliveries[-1].revision if facts.deliveries else 0,
        attention=tuple(map(text_to_json, _attention(facts))),
    )


def _attention(facts: BookFacts) -> Iterator[LazyText]:
    yield from (found.text for found in recipe_obstacles(facts))
    for sheet in facts.unresolved_sheets:
        yield lazy("put the sheet of page {page} back", page=sheet.page or "?")
    rejected = [state.page for state in facts.pages if state.status is Status.REJECTED]
    if rejected:
        yield lazy("rejected: pages {pages}", pages=page_range(rejected))
    for state in facts.pages:
        if state.status is Status.WAITING and state.flags:
            yield lazy("page {page}: {flags}", page=state.page, flags=explained(state.flags))
        if isinstance(state, CapturedPage) and state.facts.failures and not isinstance(state, ProcessedPage):
            yield lazy("page {page} failed: {message}", page=state.page, message=state.facts.failures[-1][1])
    yield from (awaited_obstacle(awaited).text for awaited in facts.awaited)
    for picture in facts.unassigned:
        yield lazy("no place for {origin}", origin=picture.name)
    yield from (found.text for found in sampling_obstacles(facts))
