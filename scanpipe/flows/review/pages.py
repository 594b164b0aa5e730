"""The pages of a book as a person judges them, one after the other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from scanpipe.errors import PageUnknown
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Status
from scanpipe.flows.qa.lots import lot_reports
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Book, Region
from scanpipe.state.books import open_book
from scanpipe.state.qa import Shown
from scanpipe.vocabularies.flags import FLAGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was said of a page last: `decision` accept, reject, redo or rescan, and why, and by whom; `row` names it."""

    row: int
    decision: str
    reason: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """A page of the book, in reading order.

    Attributes:
        label: its name.
        status: where it stands.
        version: the row of the version that a verdict would be said of, None for a page that was not processed.
        capture: the row of its capture, None for a page without one.
        region: which half of the capture shows it.
        image: the digest of the processed page, "" where there is none.
        mask: the digest of its text mask.
        scan: the digest of the capture.
        size: of the processed page in pixels; that of the capture where its report does not say.
        scan_size: of the capture in pixels.
        recipe: the name of its recipe.
        flags: what a person should look at: code and words.
        score: how well it can be read (0-100), None for a page that was not processed.
        confidence: of its words (0-100).
        verdict: what was said of it.
        chosen: "random" or "worst" in a sample that a person looks at, "whole" in a lot that failed, else "".
        seen: whether a person judged it since it was scanned.
    """

    label: str
    status: Status
    version: int | None = None
    capture: int | None = None
    region: Region = ""
    image: str = ""
    mask: str = ""
    scan: str = ""
    size: tuple[int, int] = (0, 0)
    scan_size: tuple[int, int] = (0, 0)
    recipe: str = ""
    flags: tuple[tuple[str, LazyText | str], ...] = ()
    score: float | None = None
    confidence: float | None = None
    verdict: Verdict | None = None
    chosen: str = ""
    seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBook:
    """A book with all its pages; `revision` is the last one that was delivered, 0 for none."""

    row: int
    book: Book
    revision: int
    pages: tuple[ReviewPage, ...]


def review_book(station: Station, row: int) -> ReviewBook:
    """Return a book by its row.

    Raises:
        BookUnknown: there is none.
    """
    facts = book_facts(station, name_of(station, row))
    revision = max((each.revision for each in facts.deliveries), default=0)
    return ReviewBook(row=row, book=facts.book, revision=revision, pages=pages_of(station, facts))


def pages_of(station: Station, facts: BookFacts) -> tuple[ReviewPage, ...]:
    """Return the pages of a book that was read."""
    return _pages(station, facts, facts.pages)


def review_pages(station: Station, row: int, labels: Collection[str]) -> tuple[ReviewPage, ...]:
    """Return those pages of a book that have these labels, in reading order.

    Raises:
        BookUnknown: there is no such book.
    """
    facts = book_facts(station, name_of(station, row))
    return _pages(station, facts, (state for state in facts.pages if state.page.label in labels))


def review_page(station: Station, row: int, label: str) -> ReviewPage:
    """Return one page of a book by its label.

    Raises:
        BookUnknown: there is no such book.
        PageUnknown: it has no such page.
    """
    found = review_pages(station, row, (label,))
    if not found:
        raise PageUnknown(lazy("The book has no page {page}.", page=label))
    return found[0]


def name_of(station: Station, row: int) -> str:
    """Return the name of the book of that row that flows take.

    Raises:
        BookUnknown: there is none, or it was closed.
    """
    return open_book(station.journal, row).id.full_name


def _pages(station: Station, facts: BookFacts, states: Iterable[PageState]) -> tuple[ReviewPage, ...]:
    chosen, seen = _sampled(station, facts.row)
    return tuple(_page(state, chosen, seen) for state in states)


def _sampled(station: Station, book: int) -> tuple[Mapping[Shown, str], frozenset[Shown]]:
    """Return what is to be looked at, and what of the lots people judged."""
    reports = lot_reports(station, book)
    waiting = {page.shown: page.chosen or "whole" for report in reports for page in report.waiting}
    drawn = {page.shown: page.chosen for report in reports for page in report.lot.pages if page.chosen}
    return waiting | drawn, frozenset(shown for report in reports for shown in report.said)


class _Score(msgspec.Struct, frozen=True, kw_only=True):
    overall: float


class PageReport(msgspec.Struct, frozen=True, kw_only=True):
    """What of a version's report is shown in the list; those of old lack parts of it."""

    size_px: tuple[int, int] = (0, 0)
    score: _Score | None = None


def flag_words(codes: Iterable[str]) -> tuple[tuple[str, LazyText | str], ...]:
    """Return flags with their words; one of old that is not known stays as it was written."""
    return tuple((code, FLAGS[code].text if code in FLAGS else code) for code in codes)


def _page(state: PageState, chosen: Mapping[Shown, str], seen: frozenset[Shown]) -> ReviewPage:
    if not isinstance(state, CapturedPage):
        return ReviewPage(label=state.page.label, status=state.status)
    version = state.version if isinstance(state, ProcessedPage) else None
    report = msgspec.json.decode(version.report, type=PageReport) if version else PageReport()
    shown, said = (state.facts.capture, state.facts.region), state.facts.verdict
    return ReviewPage(
        label=state.page.label,
        status=state.status,
        version=version.row if version else None,
        capture=state.facts.capture,
        region=state.facts.region,
        image=version.image if version else "",
        mask=version.mask if version else "",
        scan=state.facts.digest,
        size=report.size_px if all(report.size_px) else state.facts.size_px,
        scan_size=state.facts.size_px,
        recipe=version.recipe_name if version else "",
        flags=flag_words(state.flags),
        score=report.score.overall if report.score else None,
        confidence=version.confidence if version else None,
        verdict=Verdict(row=said.row, decision=said.decision, reason=said.reason, person=said.person) if said else None,
        chosen=chosen.get(shown, ""),
        seen=shown in seen,
    )
