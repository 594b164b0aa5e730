"""Where the body of a book begins and ends: the pages before it are front matter, those after it back matter."""

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookDetails, BookFacts, book_facts
from scanpipe.flows.book.reorder import AmendedBook, ChangeReason, amend
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Page, Part


def begin_body(station: Station, name: str, label: str, *, why: ChangeReason | None = None) -> AmendedBook:
    """State that the body begins with a page; a stated total of pages changes as much.

    Raises:
        UsageError: a page after the body; or no page of the body is left; or pages are missing before it.
        StationLocked: another process works on the book.
    """
    facts, page = book_facts(station, name), Page.parse(label)
    if page.part is Part.BACK:
        _refuse(facts, page)
    more = page.number - 1 if page.part is Part.BODY else page.number - 1 - facts.book.front
    pages = None if facts.book.pages is None else _left(facts, page, facts.book.pages - more)
    return amend(station, name, BookDetails(front=facts.book.front + more, pages=pages), why=why)


def end_body(station: Station, name: str, label: str, *, why: ChangeReason | None = None) -> AmendedBook:
    """State that the body ends with a page, and so the total of its pages.

    Raises:
        UsageError: a page before the body, or pages are missing before it.
        StationLocked: another process works on the book.
    """
    facts, page = book_facts(station, name), Page.parse(label)
    if page.part is Part.FRONT:
        _refuse(facts, page)
    now = sum(1 for state in facts.pages if state.page.part is Part.BODY)
    total = page.number if page.part is Part.BODY else now + page.number
    return amend(station, name, BookDetails(pages=total, back=facts.book.back + now - total), why=why)


def _left(facts: BookFacts, page: Page, pages: int) -> int:
    if pages < 1:
        _refuse(facts, page)
    return pages


def _refuse(facts: BookFacts, page: Page) -> None:
    raise UsageError(lazy("{book}: page {page} cannot be a page of the body.", book=facts.book.id, page=page))
