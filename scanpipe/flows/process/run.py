"""From captures to page versions: plan, engine, one worker call a page, journal."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import msgspec

from scanpipe.engine.base import Failure, Job, Outcome
from scanpipe.errors import DiskFull, StoreFailed, ToolMissing, TooManyFailures
from scanpipe.flows.book.books import BookFacts, book_facts_of, own_recipe
from scanpipe.flows.book.counts import book_counts
from scanpipe.flows.book.plan import CapturedPage, due
from scanpipe.flows.engines import choose_engine
from scanpipe.flows.locking import held_processing
from scanpipe.flows.process.derived import retire_damaged
from scanpipe.flows.processing_spec import book_spec
from scanpipe.flows.station import CACHE, Station
from scanpipe.messages import lazy
from scanpipe.model import BookId, Page
from scanpipe.ocr.tesseract import require_language
from scanpipe.state import views
from scanpipe.state.books import BookRow, find_book, open_books
from scanpipe.state.journal import Value
from scanpipe.state.page_facts import PageFacts

PAGE_TASK = "scanpipe.flows.process.page_task:process_page"
_FEWEST_FOR_RATIO = 10
_STOPPING = {kind.__name__: kind for kind in (DiskFull, StoreFailed, ToolMissing)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The plan is made: so many pages are due of each book that has any."""

    due: Mapping[BookId, int]

    @property
    def total(self) -> int:
        """How many pages are due in all."""
        return sum(self.due.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDone:
    """A page has a new version; `flags` say what a person should look at."""

    book: BookId
    page: Page
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFailed:
    """A page failed; with `quarantined` it will not be tried again by itself."""

    book: BookId
    page: Page
    message: str
    quarantined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A page to be processed."""

    book: BookId
    state: CapturedPage

    @property
    def facts(self) -> PageFacts:
        """What is known of it."""
        return self.state.facts

    @property
    def key(self) -> str:
        """What its version is unique on: a capture that stands on two pages is processed once."""
        return " ".join((str(self.facts.capture), self.facts.region, self.state.recipe))


def process(
    station: Station,
    names: Sequence[str] | None = None,
    *,
    reread: bool = False,
    engine: str = "",
    workers: int = 0,
) -> Generator[Started | PageDone | PageFailed, None, None]:
    """Process every page that is due in the named books (by default in all): pages sent back first, then book by book.

    With `reread`, files of what was processed before are read, and those that are damaged made again.

    Raises:
        ToolMissing: Tesseract or its language is not installed.
        DiskFull: no room; what was done so far is kept.
        StoreFailed: the station's disk fails or cannot be written; nothing is held against a page.
        TooManyFailures: more pages failed than the station's bound allows.
        StationLocked: another process processes pages of this station.
    """
    with held_processing(station):
        yield from _process(station, names, reread=reread, engine=engine, workers=workers)


def process_within(
    station: Station, name: str, *, engine: str = "", workers: int = 0
) -> Iterator[Started | PageDone | PageFailed]:
    """Process what is due in a book that this process delivers, also while it, or another, processes pages already.

    A page that two processes make at once comes out as one version.
    """
    return _process(station, [name], reread=True, engine=engine, workers=workers)


def _process(
    station: Station, names: Sequence[str] | None, *, reread: bool, engine: str, workers: int
) -> Iterator[Started | PageDone | PageFailed]:
    require_language(station.settings.process.language)
    rows = _named(station, names)
    if reread:
        books = [_sound(station, row) for row in rows]
    else:
        books = [_facts(station, row) for row in _with_due(station, rows)]
    pages = {page.key: page for page in _due(books)}
    yield Started(due=Counter(page.book for page in pages.values()))
    if not pages:
        return
    _keep_recipes(station, books)
    failed = 0
    run = choose_engine(station, engine=engine, workers=workers).run(PAGE_TASK, _jobs(station, pages.values()))
    with closing(run) as outcomes:
        for done, outcome in enumerate(outcomes, 1):
            event = _record(station, pages[outcome.key], outcome)
            failed += isinstance(event, PageFailed)
            yield event
            _stop_when_hopeless(failed, done, station.settings.process.stop_at_failure_ratio)


def _named(station: Station, names: Sequence[str] | None) -> list[BookRow]:
    rows = open_books(station.journal)
    if names is None:
        return list(rows)
    full = {row.book.id.full_name: row for row in rows}
    return [full.get(name) or find_book(station.journal, name) for name in dict.fromkeys(names)]


def _with_due(station: Station, rows: Sequence[BookRow]) -> list[BookRow]:
    """Return the books that have pages to be processed, and those of which nobody can tell."""
    counted = book_counts(station, rows)
    return [row for row in rows if counted[row.row].due or own_recipe(station, row.book)[1]]


def _facts(station: Station, row: BookRow) -> BookFacts:
    """Return how a book stands.

    Raises:
        ConfigError: its recipe cannot be read.
    """
    facts = book_facts_of(station, row)
    if facts.recipe_fault:
        raise facts.recipe_fault
    return facts


def _sound(station: Station, row: BookRow) -> BookFacts:
    """Return a book without versions whose files are damaged."""
    facts = _facts(station, row)
    return _facts(station, row) if retire_damaged(station, facts) else facts


def raise_stopping(failure: Failure) -> None:
    """Raise a failure again that is not the page's fault: nothing is held against the page, and the batch stops."""
    if failure.code in _STOPPING:
        raise _STOPPING[failure.code](failure.why)


def _due(books: Iterable[BookFacts]) -> list[_Due]:
    """Return the pages to be processed: those that a person sent back first, then book by book."""
    pages = [_Due(book=book.book.id, state=state) for book in books for state in due(book.pages)]
    return sorted(pages, key=lambda page: not page.state.redone)


def _keep_recipes(station: Station, books: Iterable[BookFacts]) -> None:
    for spec in {spec.id: spec for spec in (book_spec(station, book.book) for book in books)}.values():
        station.journal.add_recipe(spec.id, name=spec.name, body=spec.body)


def _jobs(station: Station, pages: Iterable[_Due]) -> Iterator[Job]:
    for page in pages:
        body = views.recipe_body(station.journal, page.state.recipe)
        facts = page.facts
        source = {"digest": facts.digest, "dpi": facts.dpi, "region": facts.region}
        folders = {
            "store": str(station.store.folder),
            "spool": str(station.spool),
            "screen": str(station.folder / CACHE),
        }
        yield Job(key=page.key, data={**body, **source, **folders})


def _record(station: Station, page: _Due, outcome: Outcome) -> PageDone | PageFailed:
    made_from: dict[str, Value] = {
        "capture": page.facts.capture,
        "region": page.facts.region,
        "recipe": page.state.recipe,
    }
    if outcome.failure is None:
        result = outcome.result or {}
        station.journal.add_version(**made_from, **result)
        return PageDone(
            book=page.book, page=page.state.page, flags=msgspec.json.decode(result["flags"], type=tuple[str, ...])
        )
    failure = outcome.failure
    raise_stopping(failure)
    station.journal.add_fact("failure", **made_from, code=failure.code, message=failure.text or failure.message)
    before = sum(1 for recipe, _message in page.facts.failures if recipe == page.state.recipe)
    quarantined = before + 1 >= station.settings.process.attempts
    return PageFailed(book=page.book, page=page.state.page, message=failure.message, quarantined=quarantined)


def _stop_when_hopeless(failed: int, done: int, bound: float) -> None:
    if done >= _FEWEST_FOR_RATIO and failed > bound * done:
        raise TooManyFailures(
            lazy("{failed} of {done} pages failed, so the other pages were not processed.", failed=failed, done=done),
            remedy=lazy("Run 'scanpipe status' to see the reasons. Solve the problem and run the same command again."),
        )
