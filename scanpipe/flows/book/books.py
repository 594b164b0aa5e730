"""Opening books and telling how they stand."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from scanpipe.errors import ConfigError, UsageError
from scanpipe.flows.book.conventions import load_convention
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Status, page_states
from scanpipe.flows.book.units import find_unit
from scanpipe.flows.locking import holder_of_book
from scanpipe.flows.processing_spec import book_spec
from scanpipe.flows.qa.lots import LotReport, lot_reports
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Book, BookId, PageSetRule, Part
from scanpipe.package.cases.page_sets import PageSetPlan, page_sets, parse_rule, without_absent
from scanpipe.package.naming.convention import Convention
from scanpipe.state import stated, views
from scanpipe.state.books import BookRow, find_book, open_books
from scanpipe.state.finishes import Finish, finish
from scanpipe.state.page_facts import PageFacts, VerdictRow, VersionRow, page_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFacts:
    """A book with everything that decides whether it can be delivered.

    `newest` are the rows they were read with. With `recipe_fault`, its recipe cannot be read: none of its pages can be
    processed. `lots` are those that samples were drawn of; None where the station draws none.
    """

    row: int
    book: Book
    pages: tuple[PageState, ...]
    sets: PageSetPlan
    unresolved_sheets: tuple[views.SheetRow, ...]
    unassigned: tuple[stated.FurtherPicture, ...]
    awaited: tuple[views.AwaitedPage, ...]
    deliveries: tuple[views.DeliveryRow, ...]
    newest: views.Newest
    finished: Finish | None = None
    recipe_fault: ConfigError | None = None
    lots: tuple[LotReport, ...] | None = None

    @property
    def captured(self) -> tuple[CapturedPage, ...]:
        """The pages that have a picture."""
        return tuple(state for state in self.pages if isinstance(state, CapturedPage))

    @property
    def processed(self) -> tuple[ProcessedPage, ...]:
        """The pages that were processed."""
        return tuple(state for state in self.pages if isinstance(state, ProcessedPage))

    def count(self, status: Status) -> int:
        """Return how many pages stand there."""
        return Counter(page.status for page in self.pages)[status]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDetails:
    """What a person states about a book; None means: nothing is said."""

    opened: date | None = None
    closed: date | None = None
    pages: int | None = None
    cases: int | None = None
    first_number: int | None = None
    front: int | None = None
    back: int | None = None
    rule: str | None = None
    convention: str | None = None
    recipe: str | None = None
    spreads: str | None = None
    due: date | None = None


def add_book(station: Station, *, kind: str, year: int, volume: int, unit: str, details: BookDetails) -> Book:
    """Open a book.

    Raises:
        UsageError: a kind the convention does not know, a unit that may be two, a back without a stated total.
        BookExists: it is on this station already.
    """
    issuer = find_unit(station, unit, year=year)
    identity = BookId(unit_code=issuer.code, unit_list=issuer.list_version, kind=kind.upper(), year=year, volume=volume)
    settings = station.settings
    blank = Book(
        id=identity,
        unit_name=issuer.name,
        convention=settings.deliver.convention,
        recipe=settings.process.recipe,
    )
    book = updated_book(station, blank, details)
    station.journal.add_book(book, person=station.person)
    return book


def book_facts(station: Station, name: str) -> BookFacts:
    """Return how one book stands."""
    return book_facts_of(station, find_book(station.journal, name))


def book_facts_of(station: Station, row: BookRow) -> BookFacts:
    """Return how the book of a row stands, as at one moment."""
    with station.journal.snapshot():
        return _facts_now(station, row)


def all_book_facts(station: Station) -> tuple[BookFacts, ...]:
    """Return how every book stands."""
    return tuple(book_facts_of(station, row) for row in open_books(station.journal))


def unresolved_sheets(station: Station, row: int) -> tuple[views.SheetRow, ...]:
    """Return the sheets of a book whose fate is unknown, without one that is in the scanner at this moment."""
    sheets = views.unresolved_sheets(station.journal, row)
    holder = holder_of_book(station, row) if sheets else None
    return tuple(sheet for sheet in sheets if holder is None or sheet.row <= holder.mark)


def own_recipes(station: Station, rows: Iterable[BookRow]) -> dict[str, tuple[str, ConfigError | None]]:
    """Return `own_recipe` for each recipe that these books name; each is read once."""
    return {name: own_recipe(station, book) for name, book in {row.book.recipe: row.book for row in rows}.items()}


def convention_of(station: Station, book: Book) -> Convention:
    """Return the convention that the book is packaged by."""
    return load_convention(book.convention, station.folder)


def own_recipe(station: Station, book: Book) -> tuple[str, ConfigError | None]:
    """Return the id of the book's own recipe, or why there is none: other books are shown and done all the same."""
    try:
        return book_spec(station, book).id, None
    except ConfigError as error:
        return "", error


def _facts_now(station: Station, row: BookRow) -> BookFacts:
    journal, book = station.journal, row.book
    recipe, recipe_fault = own_recipe(station, book)
    awaited = views.awaited_pages(journal, row.row)
    states = page_states(
        book,
        [_with_blobs(station, facts) for facts in page_facts(journal, row.row)],
        recipe=recipe,
        attempts=station.settings.process.attempts,
        awaited=[page.page for page in awaited],
        stated=stated.page_statements(journal, row.row),
    )
    body = sum(1 for state in states if state.page.part is Part.BODY)
    missing = {state.page for state in states if state.status is Status.MISSING}
    return BookFacts(
        row=row.row,
        book=book,
        pages=states,
        sets=without_absent(
            page_sets(book.rule, year=book.id.year, first_number=book.first_number, pages=body, cases=book.cases),
            frozenset(state.page for state in states if state.status is Status.ABSENT),
        ),
        unresolved_sheets=unresolved_sheets(station, row.row),
        unassigned=stated.unassigned(journal, row.row),
        awaited=tuple(page for page in awaited if page.page in missing),
        deliveries=views.deliveries(journal, row.row),
        newest=views.newest(journal),
        finished=finish(journal, row.row),
        recipe_fault=recipe_fault,
        lots=lot_reports(station, row.row) if station.settings.qa.method != "off" else None,
    )


def _with_blobs(station: Station, facts: PageFacts) -> PageFacts:
    """Leave out versions that lost a file: they are due to be made again from the master."""
    kept = tuple(v for v in facts.versions if all(map(station.store.has, v.blobs)))
    return replace(facts, versions=kept, verdict=_carried_over(facts, kept))


def _carried_over(facts: PageFacts, kept: Sequence[VersionRow]) -> VerdictRow | None:
    """Return the verdict; one on a version that lost its text counts for the one that shows the very same picture."""
    verdict = facts.verdict
    judged = next((v for v in facts.versions if verdict and v.row == verdict.version), None)
    if verdict is None or judged is None or judged in kept:
        return verdict
    again = [v.row for v in kept if (v.recipe, v.image, v.mask) == (judged.recipe, judged.image, judged.mask)]
    return replace(verdict, version=again[-1]) if again else verdict


def updated_book(station: Station, book: Book, details: BookDetails) -> Book:
    """Return the book with what is stated about it from now on.

    Raises:
        UsageError: the statements contradict each other or the convention.
        ConfigError: no such recipe or convention.
        WorkbookError: the page index cannot be read.
    """
    said = {key: value for key, value in asdict(details).items() if value is not None}
    if "rule" in said:
        said["rule"] = _rule(said["rule"])
    for name in ("recipe", "convention"):
        if str(said.get(name, "")).endswith(".toml"):
            said[name] = str(Path(said[name]).resolve())  # the night runs in another folder
    changed = replace(book, **said)
    _refuse_impossible(station, changed)
    return changed


def _rule(text: str) -> PageSetRule:
    from scanpipe.package.cases.page_index import read_page_index

    parsed = parse_rule(text)
    if parsed.path is None:
        return PageSetRule(kind=parsed.kind, count=parsed.count)
    return PageSetRule(kind="index", rows=read_page_index(Path(parsed.path)))


def _refuse_impossible(station: Station, book: Book) -> None:
    book_spec(station, book)
    convention = convention_of(station, book)
    known = list(convention.kinds)
    if book.id.kind not in known:
        raise UsageError(
            lazy(
                "{kind!r} is not a valid kind of book in the convention {name}.",
                kind=book.id.kind,
                name=book.convention,
            ),
            remedy=lazy("Choose from: {known}. A convention file can add others.", known=", ".join(known)),
        )
    if book.back and book.pages is None:
        raise UsageError(
            lazy("Use --back together with --pages. The total of pages tells where the back matter begins."),
        )
    if book.opened and book.closed and book.closed < book.opened:
        raise UsageError(lazy("The closing date is before the opening date."))
