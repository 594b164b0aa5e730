"""Which pages are to be processed, and no more of them than their workers must be told.

The facts of a book are read, and let go, before those of the next one: a plan of many pages stays small.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanpipe.flows.book.books import BookFacts, book_facts_of, own_recipes
from scanpipe.flows.book.counts import book_counts
from scanpipe.flows.book.plan import CapturedPage, due
from scanpipe.flows.process.derived import retire_damaged
from scanpipe.flows.processing_spec import ProcessingSpec, book_spec
from scanpipe.flows.station import Station
from scanpipe.model import BookId, Page, Region
from scanpipe.state.books import BookRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """A page to be processed by `recipe`: `region` of the capture whose file is `digest`.

    `redone`: a person sent it back. `failed` is how often it failed by this recipe.
    """

    book: BookId
    page: Page
    capture: int
    region: Region
    recipe: str
    digest: str
    dpi: float
    redone: bool
    failed: int

    @property
    def key(self) -> str:
        """What its version is unique on: a capture that stands on two pages is processed once."""
        return " ".join((str(self.capture), self.region, self.recipe))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueBook:
    """A book's pages to be processed, front to back, and how its pages are processed by default."""

    spec: ProcessingSpec
    pages: tuple[DuePage, ...]


def with_due(station: Station, rows: Sequence[BookRow]) -> list[BookRow]:
    """Return the books that have pages to be processed, and those of which nobody can tell."""
    counted = book_counts(station, rows)
    recipes = own_recipes(station, rows)
    return [row for row in rows if counted[row.row].due or recipes[row.book.recipe][1]]


def due_book(station: Station, row: BookRow) -> DueBook:
    """Return what is to be processed of a book.

    Raises:
        ConfigError: its recipe cannot be read.
    """
    return _due_of(station, _readable(book_facts_of(station, row)))


def due_again(station: Station, row: BookRow) -> DueBook:
    """Return what is to be processed of a book, with the pages whose files turn out to be damaged.

    Raises:
        ConfigError: its recipe cannot be read.
    """
    facts = _readable(book_facts_of(station, row))
    return due_book(station, row) if retire_damaged(station, facts) else _due_of(station, facts)


def in_turn(books: Iterable[DueBook]) -> list[DuePage]:
    """Return the pages in the order of their processing: those that a person sent back, then book by book."""
    return sorted((page for book in books for page in book.pages), key=lambda page: not page.redone)


def _readable(facts: BookFacts) -> BookFacts:
    if facts.recipe_fault:
        raise facts.recipe_fault
    return facts


def _due_of(station: Station, facts: BookFacts) -> DueBook:
    pages = tuple(_due_page(facts.book.id, state) for state in due(facts.pages))
    return DueBook(spec=book_spec(station, facts.book), pages=pages)


def _due_page(book: BookId, state: CapturedPage) -> DuePage:
    facts = state.facts
    return DuePage(
        book=book,
        page=state.page,
        capture=facts.capture,
        region=facts.region,
        recipe=state.recipe,
        digest=facts.digest,
        dpi=facts.dpi,
        redone=state.redone,
        failed=sum(1 for recipe, _message in facts.failures if recipe == state.recipe),
    )
