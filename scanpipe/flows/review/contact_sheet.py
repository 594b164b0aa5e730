"""All pages of a book at once, with their cases, and the pictures that stand on no page."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.review.pages import ReviewPage, name_of, pages_of
from scanpipe.flows.station import Station
from scanpipe.model import Book, CaseKey, Page
from scanpipe.state.captures import capture_row


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A page among the others.

    Attributes:
        page: what is seen of it and said.
        cases: the cases that it belongs to.
        stated: what is stated about the paper: missing, damaged, blank, or "".
        awaited: whether it is to be scanned again, or its file is to come.
    """

    page: ReviewPage
    cases: tuple[CaseKey, ...]
    stated: str
    awaited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCase:
    """A case: its pages, the day of its registration where it is stated, and what is wrong with it, as codes."""

    key: CaseKey
    pages: tuple[Page, ...]
    registered: date | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoosePicture:
    """A picture that stands on no page: its capture, its digest, and what a person calls it by."""

    capture: int
    digest: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSheet:
    """A book: its pages in reading order, its cases in order of their numbers, its pictures without a page."""

    row: int
    book: Book
    pages: tuple[SheetPage, ...]
    cases: tuple[SheetCase, ...]
    loose: tuple[LoosePicture, ...]


def contact_sheet(station: Station, row: int) -> ContactSheet:
    """Return a book by its row.

    Raises:
        BookUnknown: there is none.
    """
    with station.journal.snapshot():
        facts = book_facts(station, name_of(station, row))
        return ContactSheet(
            row=row,
            book=facts.book,
            pages=_pages(station, facts),
            cases=_cases(facts),
            loose=_loose(station, facts),
        )


def _pages(station: Station, facts: BookFacts) -> tuple[SheetPage, ...]:
    cases, awaited = _cases_by_page(facts), {each.page.label for each in facts.awaited}
    stated = {state.page.label: state.stated.state for state in facts.pages if state.stated}
    return tuple(
        SheetPage(
            page=page,
            cases=cases.get(page.label, ()),
            stated=stated.get(page.label, ""),
            awaited=page.label in awaited,
        )
        for page in pages_of(station, facts)
    )


def _cases_by_page(facts: BookFacts) -> Mapping[str, tuple[CaseKey, ...]]:
    found: defaultdict[str, list[CaseKey]] = defaultdict(list)
    for each in facts.sets.sets:
        for page in each.pages:
            found[page.label].append(each.key)
    return {label: tuple(keys) for label, keys in found.items()}


def _cases(facts: BookFacts) -> tuple[SheetCase, ...]:
    faults = {"repeated": facts.sets.duplicates, "incomplete": facts.sets.incomplete}
    return tuple(
        SheetCase(
            key=each.key,
            pages=each.pages,
            registered=each.registered,
            faults=tuple(fault for fault, keys in faults.items() if each.key in keys),
        )
        for each in facts.sets.sets
    )


def _loose(station: Station, facts: BookFacts) -> tuple[LoosePicture, ...]:
    rows = ((picture, capture_row(station.journal, picture.capture)) for picture in facts.unassigned)
    return tuple(
        LoosePicture(capture=picture.capture, digest=row.digest, name=picture.name) for picture, row in rows if row
    )
