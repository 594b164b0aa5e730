"""A second person judges a part of the sample without knowing what the first one said; no page changes by it."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.locking import in_one_step
from scanpipe.flows.qa.agreement import Pair
from scanpipe.flows.station import Station, same_person
from scanpipe.messages import lazy
from scanpipe.model import BookId, Page
from scanpipe.state.opinions import Opinion, add_opinion, opinions
from scanpipe.state.qa import Judgement, LotPage, judgements, lots, scanned_by
from scanpipe.vocabularies.reasons import POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class TwiceShown:
    """A page that two people are shown, with what each said; None where he said nothing yet.

    `judges` are all who judged it, `operator` is who scanned it.
    """

    page: LotPage
    operator: str
    first: Judgement | None = None
    judges: frozenset[str] = frozenset()
    second: Opinion | None = None


def twice_shown(station: Station, book: int) -> tuple[TwiceShown, ...]:
    """Return the pages of the samples of a book that two people are shown."""
    pages = [page for lot in lots(station.journal, book) for page in lot.pages if page.twice]
    return tuple(_twice_shown(station, book, pages)) if pages else ()


def may_be_second(station: Station, asked: TwiceShown, person: str) -> bool:
    """Whether a person may judge a page as the second one: who scanned or judged it may not."""
    own_scan = station.settings.qa.two_persons and same_person(asked.operator, person)
    return not own_scan and not any(same_person(judge, person) for judge in asked.judges)


def second_opinion(
    station: Station, name: str, page: str, *, decision: str, reason: str = "", shown: tuple[int, str] | None = None
) -> Page:
    """Write what the station's person thinks of a page that another person judged; return the page.

    Args:
        station: the station.
        name: the book.
        page: the label of the page.
        decision: "accept" or "reject".
        reason: the code of the reason to reject.
        shown: what the person saw of the page, where it may be something else by now.

    Raises:
        UsageError: nobody else is asked about this page, it was not judged yet, or this person judged or scanned it.
        BookUnknown: there is no such book.
    """
    return _second_opinion(station, name, Page.parse(page), shown, decision=decision, reason=reason)


def pairs_of(pages: tuple[TwiceShown, ...]) -> tuple[Pair, ...]:
    """Return those that two people judged."""
    return tuple(
        Pair(page=each.page.page, first=each.first, second=each.second)
        for each in pages
        if each.first and each.second
    )  # fmt: skip


@in_one_step
def _second_opinion(
    station: Station, name: str, page: Page, shown: tuple[int, str] | None, *, decision: str, reason: str
) -> Page:
    facts = book_facts(station, name)
    of_page = (each for each in twice_shown(station, facts.row) if each.page.page == page)
    asked = next((each for each in of_page if shown in (None, each.page.shown)), None)
    verdict = _judged(station, facts.book.id, page, asked)
    add_opinion(station.journal, verdict.row, decision=decision, reason=reason, person=station.person)
    return page


def _judged(station: Station, book: BookId, page: Page, asked: TwiceShown | None) -> Judgement:
    """Return the verdict that a second opinion on a page is about."""
    if asked is None:
        raise UsageError(
            lazy("{book}: page {page} is not shown to a second person.", book=book, page=page),
            remedy=lazy("Run 'scanpipe qa show {book}' to list the pages that are.", book=book),
        )
    if asked.first is None:
        raise UsageError(
            lazy("{book}: nobody judged page {page} yet.", book=book, page=page),
            remedy=lazy("Accept or reject it first."),
        )
    if not may_be_second(station, asked, station.person):
        raise UsageError(
            lazy("{book}: {person} scanned or judged page {page}.", book=book, page=page, person=station.person),
            remedy=lazy("The second opinion is another person's: scanpipe --person NAME qa second ..."),
        )
    return asked.first


def _twice_shown(station: Station, book: int, pages: list[LotPage]) -> Iterator[TwiceShown]:
    said, scans = judgements(station.journal, book, policy=POLICY), scanned_by(station.journal, book)
    seconds = opinions(station.journal, book)
    for page in pages:
        of_page = said.get(page.shown, [])
        first = of_page[0] if of_page else None
        yield TwiceShown(
            page=page,
            operator=scans[page.shown[0]].operator,
            first=first,
            judges=frozenset(each.person for each in of_page),
            second=seconds.get(first.row) if first else None,
        )
