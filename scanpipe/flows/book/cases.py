"""Which pages make which case, mended by a person or by separator sheets: cases begin, are split, merged, renumbered.

Each change is an ordinary statement of the book's terms: the newest counts, and the older ones stay. No page is
processed again, and a case whose pages and number stay keeps its PDF to the byte.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.page_edits import moves_behind
from scanpipe.flows.book.reorder import ChangeReason, body_page, move_pages
from scanpipe.flows.book.tickets import editing
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import CaseKey, Page, PageSet, Part
from scanpipe.package.cases import case_edits
from scanpipe.package.cases.case_edits import CaseRows, case_rows
from scanpipe.package.naming.case_number import normal_number

_Change = Callable[[BookFacts, CaseRows], CaseRows]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCases:
    """The cases whose pages or number are not what they were, as they are now, and those that are no more.

    `judged_again` are the pages that are called otherwise, and lost their verdict by that.
    """

    changed: tuple[PageSet, ...]
    gone: tuple[CaseKey, ...]
    judged_again: tuple[Page, ...] = ()


@in_one_step
def begin_case(station: Station, name: str, page: Page, key: CaseKey) -> None:
    """State that a case begins with a page that is captured next, as the separator sheet before it says.

    The caller holds the book's lock. A book whose rule counts pages or cases goes by separators from here on: of its
    cases only those stay whose first page is there.

    Raises:
        UsageError: the page is no body page; the case begins on another page, or another case on this one; or the page
            index of the book says otherwise.
    """
    facts = book_facts(station, name)
    if page.part is not Part.BODY:
        raise UsageError(lazy("{book}: page {page} cannot belong to a case.", book=facts.book.id, page=page))
    cases = case_rows(facts.book, _body_pages(facts))
    if facts.book.rule.kind in ("pages", "cases"):
        there = {state.page.number for state in facts.pages if state.taken and state.page.part is Part.BODY}
        cases = cases.with_rows(row for row in cases.rows if row.first in there - {page.number})
    _state(station, facts, case_edits.begun(cases, page.number, key), ChangeReason())


def split_case(
    station: Station, name: str, label: str, number: str, *, why: ChangeReason | None = None
) -> ChangedCases:
    """State that a further case begins on a page that the book has, or stands on it alone beside others.

    Raises:
        UsageError: no body page, no case number, such a case exists, or what is stated cannot be split so.
        StationLocked: another process works on the book.
    """

    def change(facts: BookFacts, cases: CaseRows) -> CaseRows:
        first, pages = _body_page(facts, label), _body_pages(facts)
        covering = [row.year or 0 for row in cases.rows if row.first <= first <= row.last]
        key = parse_case(number, year=max(covering, default=facts.book.id.year))
        return case_edits.split(cases, first, key, pages=pages)

    return _changed(station, name, change, why)


def merge_case(station: Station, name: str, into: str, number: str, *, why: ChangeReason | None = None) -> ChangedCases:
    """State that the pages of a case belong to the one before it, which keeps its number.

    Raises:
        UsageError: there is no such case; it does not directly follow; or one shares its page with a third case.
        StationLocked: another process works on the book.
    """

    def change(facts: BookFacts, cases: CaseRows) -> CaseRows:
        kept, gone = (parse_case(each, year=facts.book.id.year) for each in (into, number))
        return case_edits.merged(cases, kept, gone)

    return _changed(station, name, change, why)


def renumber_case(
    station: Station,
    name: str,
    number: str,
    to: str,
    *,
    page: str = "",
    following: bool = False,
    why: ChangeReason | None = None,
) -> ChangedCases:
    """State that a case has another number, and with `following` that all later ones of its year are off as much.

    Args:
        station: the station.
        name: the book.
        number: the number that the case has, with its year where it is not the book's: 12, 12a/2010.
        to: the number that it is to have; the year stays where none is named.
        page: the page on which it begins, where several cases have the number.
        following: change later numbers by the same difference.
        why: the reason and the ticket.

    Raises:
        UsageError: there is no such case, or another one has the number.
        StationLocked: another process works on the book.
    """

    def change(facts: BookFacts, cases: CaseRows) -> CaseRows:
        key = parse_case(number, year=facts.book.id.year)
        begins = _body_page(facts, page) if page else None
        return case_edits.renumbered(cases, key, parse_case(to, year=key.year), page=begins, following=following)

    return _changed(station, name, change, why)


def give_page(station: Station, name: str, label: str, number: str, *, why: ChangeReason | None = None) -> ChangedCases:
    """State that a page belongs to a case: one that stands beside it takes the pages between, too.

    Of a case that stands elsewhere it becomes the last page: it goes there, and the pages between close up.

    Raises:
        PageUnknown: the page has no picture, and would have to go elsewhere.
        UsageError: no body page, or there is no such case; the page's own case would keep none; or the page cannot go
            there: its picture shows another one, too, or a page between is awaited.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _given(station, name, label, number, why or ChangeReason())


@in_one_step
def _given(station: Station, name: str, label: str, number: str, why: ChangeReason) -> ChangedCases:
    facts = book_facts(station, name)
    cases, page = case_rows(facts.book, _body_pages(facts)), _body_page(facts, label)
    key = parse_case(number, year=facts.book.id.year)
    if case_edits.is_beside(cases, page, key):
        return _changed_in_one_step(station, name, lambda _facts, cases: case_edits.given(cases, page, key), why)
    _refuse_open_end(facts)
    moves = moves_behind(facts, body_page(page), cases.find(key).last)
    after = case_edits.given_from_afar(cases, page, key, {old.number: new.number for old, new in moves.items()})
    with editing(station, facts.row, "move", ticket=why.ticket) as ticket:
        why = replace(why, ticket=ticket)
        moved = move_pages(station, facts, moves, why)
        _state(station, book_facts(station, name), after, why)
    return replace(_changes(facts, book_facts(station, name)), judged_again=moved.judged_again)


def date_case(
    station: Station, name: str, number: str, day: date | None, *, page: str = "", why: ChangeReason | None = None
) -> ChangedCases:
    """State when a case was registered; with None, that nobody knows it.

    Raises:
        UsageError: there is no such case, or the day is of another year; or several have the number, and no `page` says
            which.
        StationLocked: another process works on the book.
    """

    def change(facts: BookFacts, cases: CaseRows) -> CaseRows:
        key = parse_case(number, year=facts.book.id.year)
        return case_edits.dated(cases, key, day, page=_body_page(facts, page) if page else None)

    return _changed(station, name, change, why)


def parse_date(text: str) -> date | None:
    """Read a day as it is written: 27.10.2008, 27/10/2008, 2008-10-27; None for an empty text.

    Raises:
        UsageError: it is none.
    """
    for form in ("%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()
    if text.strip():
        raise UsageError(lazy("{text!r} is not a valid date.", text=text), remedy=lazy("Use, for example, 27.10.2008."))
    return None


def parse_case(text: str, *, year: int) -> CaseKey:
    """Read a case number with or without its year: 12, 12a, 12a/2010.

    Raises:
        UsageError: it is none.
    """
    number, slash, of_year = text.strip().partition("/")
    normal = normal_number(number)
    if normal is None or (slash and not re.fullmatch(r"[12][0-9]{3}", of_year.strip(), re.ASCII)):
        raise UsageError(
            lazy("{text!r} is not a valid case number.", text=text),
            remedy=lazy("Use, for example, 12, 12a or 12/2010."),
        )
    return CaseKey(year=int(of_year) if slash else year, number=normal)


def _changed(station: Station, name: str, change: _Change, why: ChangeReason | None) -> ChangedCases:
    with held_book(station, name):
        return _changed_in_one_step(station, name, change, why or ChangeReason())


@in_one_step
def _changed_in_one_step(station: Station, name: str, change: _Change, why: ChangeReason) -> ChangedCases:
    facts = book_facts(station, name)
    _refuse_open_end(facts)
    _state(station, facts, change(facts, case_rows(facts.book, _body_pages(facts))), why)
    return _changes(facts, book_facts(station, name))


def _changes(before: BookFacts, after: BookFacts) -> ChangedCases:
    were = {found.key: found for found in before.sets.sets}
    keys = {found.key for found in after.sets.sets}
    return ChangedCases(
        changed=tuple(found for found in after.sets.sets if were.get(found.key) != found),
        gone=tuple(key for key in were if key not in keys),
    )


def _state(station: Station, facts: BookFacts, cases: CaseRows, why: ChangeReason) -> None:
    changed = replace(facts.book, rule=cases.rule)
    if changed == facts.book:
        return
    with editing(station, facts.row, "cases", ticket=why.ticket) as ticket:
        station.journal.state_terms(facts.row, changed, person=station.person, reason=why.reason, ticket=ticket)


def _refuse_open_end(facts: BookFacts) -> None:
    """Refuse to list the cases of a book that counts them while nobody knows how many pages are to come."""
    if facts.book.rule.kind in ("pages", "cases") and facts.book.pages is None:
        raise UsageError(
            lazy("{book}: the total of pages is not stated, so its cases cannot be listed.", book=facts.book.id),
            remedy=lazy("State the total first: scanpipe book amend {book} --pages N", book=facts.book.id),
        )


def _body_pages(facts: BookFacts) -> int:
    return sum(1 for state in facts.pages if state.page.part is Part.BODY)


def _body_page(facts: BookFacts, label: str) -> int:
    page = Page.parse(label)
    if page.part is not Part.BODY or page.number > _body_pages(facts):
        raise UsageError(
            lazy("{book}: page {page} cannot belong to a case.", book=facts.book.id, page=page),
            remedy=lazy("Name a body page that the book has."),
        )
    return page.number
