"""From captures to page versions: plan, engine, one worker call a page, journal."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import takewhile

import msgspec

from scanpipe.engine.base import Bounds, Failure, Job, Outcome
from scanpipe.errors import BeyondBounds, DiskFull, StoreFailed, ToolMissing, TooManyFailures, WorkerDied
from scanpipe.flows.engines import choose_engine
from scanpipe.flows.locking import held_processing
from scanpipe.flows.process.due import DueBook, DuePage, due_again, due_book, in_turn, with_due
from scanpipe.flows.station import CACHE, Station
from scanpipe.messages import _, lazy
from scanpipe.model import BookId, Page
from scanpipe.ocr.tesseract import require_language
from scanpipe.state import views
from scanpipe.state.backups import folders_with
from scanpipe.state.books import BookRow, find_book, open_books
from scanpipe.state.journal import Value

PAGE_TASK = "scanpipe.flows.process.page_task:process_page"
_FEWEST_FOR_RATIO = 10
_DEADLY = (BeyondBounds.__name__, WorkerDied.__name__)
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
    """A page has a new version; `flags` say what a person should look at, `seconds` how long it took."""

    book: BookId
    page: Page
    flags: tuple[str, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFailed:
    """A page failed; with `quarantined` it will not be tried again by itself."""

    book: BookId
    page: Page
    message: str
    quarantined: bool


RunEvent = Started | PageDone | PageFailed
More = Callable[[], bool]


def always() -> bool:
    """Return that more pages may be begun."""
    return True


def process(
    station: Station,
    names: Sequence[str] | None = None,
    *,
    reread: bool = False,
    engine: str = "",
    workers: int = 0,
) -> Generator[RunEvent, None, None]:
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
        rows = _named(station, names)
        if reread:
            books = [due_again(station, row) for row in rows]
        else:
            books = [due_book(station, row) for row in with_due(station, rows)]
        yield from process_books(station, books, engine=engine, workers=workers)


def process_within(station: Station, name: str, *, engine: str = "", workers: int = 0) -> Iterator[RunEvent]:
    """Process what is due in a book that this process delivers, also while it, or another, processes pages already.

    A page that two processes make at once comes out as one version.
    """
    books = [due_again(station, row) for row in _named(station, [name])]
    return process_books(station, books, engine=engine, workers=workers)


def process_books(
    station: Station, books: Sequence[DueBook], *, engine: str = "", workers: int = 0, more: More = always
) -> Generator[RunEvent, None, None]:
    """Process what is due in these books, as long as `more` says that a page may be begun.

    A page that killed its process, or went beyond its bounds, is tried once more after all others, alone.
    """
    require_language(station.settings.process.language)
    pages = {page.key: page for page in in_turn(books)}
    yield Started(due=Counter(page.book for page in pages.values()))
    away = {key: told for key, page in pages.items() if (told := _only_in_backups(station, page))}
    for key, told in away.items():
        page = pages.pop(key)
        yield PageFailed(book=page.book, page=page.page, message=told, quarantined=False)
    if not pages:
        return
    _keep_recipes(station, books)
    alone: list[Outcome] = []
    begun = takewhile(lambda _page: more(), pages.values())
    run = choose_engine(station, engine=engine, workers=workers).run(PAGE_TASK, _jobs(station, begun))
    failed = 0
    try:
        with closing(run) as outcomes:
            for done, outcome in enumerate(outcomes, 1):
                failed += outcome.failure is not None
                if _deadly(outcome):
                    alone.append(outcome)
                else:
                    yield _record(station, pages[outcome.key], outcome)
                _stop_when_hopeless(failed, done, station.settings.process.stop_at_failure_ratio)
    except TooManyFailures:
        yield from (_record(station, pages[outcome.key], outcome) for outcome in alone)
        raise
    for outcome in alone:
        page = pages[outcome.key]
        yield _tried_alone(station, page) if more() else _record(station, page, outcome)


def _deadly(outcome: Outcome) -> bool:
    """Whether a page killed its process, or went beyond its bounds."""
    return outcome.failure is not None and outcome.failure.code in _DEADLY


def _tried_alone(station: Station, page: DuePage) -> PageDone | PageFailed:
    """Process a page in a process of its own while nothing else is at work; if it is as bad again, that is final."""
    (outcome,) = choose_engine(station, engine="pool", workers=1).run(PAGE_TASK, _jobs(station, [page]))
    return _record(station, page, outcome, final=_deadly(outcome))


def _named(station: Station, names: Sequence[str] | None) -> list[BookRow]:
    rows = open_books(station.journal)
    if names is None:
        return list(rows)
    full = {row.book.id.full_name: row for row in rows}
    return [full.get(name) or find_book(station.journal, name) for name in dict.fromkeys(names)]


def raise_stopping(failure: Failure) -> None:
    """Raise a failure again that is not the page's fault: nothing is held against the page, and the batch stops."""
    if failure.code in _STOPPING:
        raise _STOPPING[failure.code](failure.why)


def _only_in_backups(station: Station, page: DuePage) -> str:
    """Return which backups hold the master of a page, where it was freed; nothing is held against the page."""
    if station.store.has(page.digest) or not (folders := folders_with(station.journal, page.digest)):
        return ""
    text = _("its master was freed; run 'scanpipe restore {folder} --masters {book}', then 'scanpipe process {book}'")
    return text.format(folder=folders[0], book=page.book)


def _keep_recipes(station: Station, books: Iterable[DueBook]) -> None:
    for spec in {book.spec.id: book.spec for book in books}.values():
        station.journal.add_recipe(spec.id, name=spec.name, body=spec.body)


def _jobs(station: Station, pages: Iterable[DuePage]) -> Iterator[Job]:
    settings = station.settings.process
    bounds = Bounds(cpu_s=settings.page_seconds, memory_mb=settings.page_memory_mb)
    for page in pages:
        body = views.recipe_body(station.journal, page.recipe)
        source = {"digest": page.digest, "dpi": page.dpi, "region": page.region}
        folders = {
            "store": str(station.store.folder),
            "spool": str(station.spool),
            "screen": str(station.folder / CACHE),
        }
        yield Job(key=page.key, data={**body, **source, **folders}, bounds=bounds)


def _record(station: Station, page: DuePage, outcome: Outcome, *, final: bool = False) -> PageDone | PageFailed:
    made_from: dict[str, Value] = {
        "capture": page.capture,
        "region": page.region,
        "recipe": page.recipe,
    }
    if outcome.failure is None:
        result = outcome.result or {}
        station.journal.add_version(**made_from, **result)
        flags = msgspec.json.decode(result["flags"], type=tuple[str, ...])
        return PageDone(book=page.book, page=page.page, flags=flags, seconds=outcome.seconds)
    failure = outcome.failure
    raise_stopping(failure)
    message = failure.text or failure.message
    station.journal.add_fact("failure", **made_from, code=failure.code, message=message, final=int(final))
    quarantined = final or page.failed + 1 >= station.settings.process.attempts
    return PageFailed(book=page.book, page=page.page, message=failure.message, quarantined=quarantined)


def _stop_when_hopeless(failed: int, done: int, bound: float) -> None:
    if done >= _FEWEST_FOR_RATIO and failed > bound * done:
        raise TooManyFailures(
            lazy("{failed} of {done} pages failed, so the other pages were not processed.", failed=failed, done=done),
            remedy=lazy("Run 'scanpipe status' to see the reasons. Solve the problem and run the same command again."),
        )
