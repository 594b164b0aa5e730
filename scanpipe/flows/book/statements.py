"""What people state about paper and pictures: pages missing, damaged or blank, surplus pictures, books closed."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Literal, NoReturn, TypeAlias

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.tickets import editing, ticket_for
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Page, Part, parse_pages
from scanpipe.package.reports.numbers import page_range
from scanpipe.state import stated
from scanpipe.state.books import BookRow, Closing, Departure, closings, departures, find_book, find_closed_book
from scanpipe.state.stated import FurtherPicture
from scanpipe.system.fsio import nfc

PaperState: TypeAlias = Literal["missing", "damaged", "blank"]


def state_pages(
    station: Station,
    name: str,
    labels: Sequence[str],
    state: PaperState,
    *,
    note: str,
    ticket: str = "",
) -> tuple[Page, ...]:
    """State that pages are missing from the paper book, damaged or blank; what was stated before no longer counts.

    A missing page is not to be scanned, and its book is delivered without it. A sheet of it that a crash left without a
    fate is not asked for any more.

    Raises:
        PageUnknown: the book has no such page.
        UsageError: a page is said to be missing and has a picture.
        StationLocked: another process works on the book that lacks a page.
    """
    with held_book(station, name) if state == "missing" else nullcontext():
        return _stated(station, name, parse_pages(labels), state, note=note, ticket=ticket)


@in_one_step
def _stated(
    station: Station, name: str, pages: tuple[Page, ...], state: PaperState, *, note: str, ticket: str
) -> tuple[Page, ...]:
    facts = book_facts(station, name)
    _refuse_unknown(facts, pages)
    if state == "missing":
        _refuse_pictured(facts, pages)
    with editing(station, facts.row, "mark", ticket=ticket) as number:
        for sheet in facts.unresolved_sheets if state == "missing" else ():
            if sheet.page in pages:  # whatever became of it, nobody looks for it any more
                station.journal.end_sheet(sheet.row, "replaced", state)
        station.journal.state_pages(facts.row, pages, state, note=note, person=station.person, ticket=number)
    return pages


@in_one_step
def withdraw_statements(
    station: Station, name: str, labels: Sequence[str], state: PaperState, *, ticket: str = ""
) -> tuple[Page, ...]:
    """Take back that pages are so: one that was missing is to be scanned again.

    Raises:
        PageUnknown: that is not stated about a page.
    """
    facts = book_facts(station, name)
    pages = parse_pages(labels)
    known = {each.page for each in facts.pages if each.stated and each.stated.state == state}
    if silent := [page for page in pages if page not in known]:
        raise PageUnknown(
            lazy(
                "{book}: there is no such statement about pages {pages}.", book=facts.book.id, pages=page_range(silent)
            ),
            remedy=lazy("Run 'scanpipe book show {book}' to list the statements.", book=facts.book.id),
        )
    with editing(station, facts.row, "mark", ticket=ticket) as number:
        station.journal.state_pages(facts.row, pages, "withdrawn", note="", person=station.person, ticket=number)
    return pages


def drop_pictures(
    station: Station, name: str, names: Sequence[str], *, note: str = "", ticket: str = ""
) -> tuple[Page, ...]:
    """Drop pictures that are no pages of the book, or stand on a page that they are not of; they stay in the store.

    Args:
        station: the station.
        name: the book.
        names: files without a place, scans without a place as "#57", or pages whose picture is meant.
        note: why.
        ticket: the ticket or letter that asks for it.

    Returns:
        The pages that have no picture now.

    Raises:
        PageUnknown: nothing is called so.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _dropped(station, name, names, note=note, ticket=ticket)


@in_one_step
def _dropped(station: Station, name: str, names: Sequence[str], *, note: str, ticket: str) -> tuple[Page, ...]:
    facts = book_facts(station, name)
    loose = {picture.capture for text in names for picture in _called(facts.unassigned, text)}
    pages = parse_pages(text for text in names if not _called(facts.unassigned, text))
    shown = {state.page: state.facts for state in facts.captured}
    if empty := [page for page in pages if page not in shown]:
        raise PageUnknown(
            lazy("{book} has no picture {names}.", book=facts.book.id, names=page_range(empty)),
            remedy=lazy(
                "Give a page that has a picture, or the name of a picture without a place. Run 'scanpipe book show' "
                "to list them."
            ),
        )
    kept = {fact.capture for page, fact in shown.items() if page not in pages}  # the other half of a spread
    with editing(station, facts.row, "drop", ticket=ticket) as number:
        said = {"person": station.person, "ticket": number}
        station.journal.place_captures(facts.row, (), release=[shown[page].placement for page in pages], **said)
        for capture in sorted((loose | {shown[page].capture for page in pages}) - kept):
            station.journal.set_aside(capture, reason="surplus", note=note, **said)
    return pages


@in_one_step
def take_back_pictures(station: Station, name: str, names: Sequence[str], *, ticket: str = "") -> tuple[Page, ...]:
    """Make dropped pictures pictures of the book again: on the page that they stood on, where it is still free.

    Returns:
        The pages that have their picture again. Pictures that never had one get a place by `book amend`.

    Raises:
        PageUnknown: no dropped picture is called so.
        UsageError: its page has another picture.
    """
    facts = book_facts(station, name)
    gone = stated.dropped(station.journal, facts.row)
    taken = {state.page for state in facts.pages if state.taken}
    back = [picture for text in names for picture in (_called(gone, text) or _refuse_uncalled(facts, text))]
    if occupied := [picture.last.page for picture in back if picture.last and picture.last.page in taken]:
        raise UsageError(
            lazy("{book}: pages {pages} already have a picture.", book=facts.book.id, pages=page_range(occupied))
        )
    placed = [(picture.capture, picture.last) for picture in back if picture.last]
    with editing(station, facts.row, "restore", ticket=ticket) as number:
        said = {"person": station.person, "ticket": number}
        for picture in back:
            station.journal.set_aside(picture.capture, reason="taken_back", **said)
        station.journal.place_captures(facts.row, placed, release=(), **said)
    return tuple(place.page for _capture, place in placed)


def _called(pictures: Iterable[FurtherPicture], text: str) -> list[FurtherPicture]:
    """Return the pictures with that name, with or without a folder, or else the newest that stood on that page."""
    wanted = nfc(text)
    named = [p for p in pictures if wanted in (nfc(p.name), nfc(p.name).rpartition("/")[2])]
    return named or [p for p in pictures if p.last and p.last.page.label == wanted.upper()][-1:]


def _refuse_uncalled(facts: BookFacts, text: str) -> NoReturn:
    raise PageUnknown(lazy("{book} has no dropped picture {name}.", book=facts.book.id, name=text))


def close_book(station: Station, name: str, *, reason: str, ticket: str = "") -> BookRow:
    """Take a book that was opened by mistake out of every list; all that it has is kept.

    Raises:
        BookUnknown: there is none of that name, or it is closed already.
        StationLocked: another process works on it.
    """
    with held_book(station, name):
        row = find_book(station.journal, name)
        number = ticket_for(station, row.row, ticket)
        station.journal.close_book(row.row, reason=reason, person=station.person, ticket=number)
        return row


def reopen_book(station: Station, name: str, *, reason: str = "", ticket: str = "") -> BookRow:
    """Make a closed book one like any other again.

    Raises:
        BookUnknown: no closed book has that name.
    """
    row = find_closed_book(station.journal, name)
    station.journal.reopen_book(row.row, reason=reason, person=station.person, ticket=ticket)
    return row


def closed_books(station: Station) -> tuple[Closing, ...]:
    """Return the books that were closed, and why."""
    return closings(station.journal)


def exported_books(station: Station) -> tuple[Departure, ...]:
    """Return the books that left this machine in a bag, who exported them, and when."""
    return departures(station.journal)


def _refuse_unknown(facts: BookFacts, pages: Sequence[Page]) -> None:
    known = {state.page for state in facts.pages}
    open_end = facts.book.pages is None
    if beyond := [page for page in pages if page not in known and not (open_end and page.part is Part.BODY)]:
        raise PageUnknown(
            lazy("{book} has no pages {pages}.", book=facts.book.id, pages=page_range(beyond)),
            remedy=lazy("Use 'scanpipe book amend' to state the total of pages, with --front and --back."),
        )


def _refuse_pictured(facts: BookFacts, pages: Sequence[Page]) -> None:
    if pictured := [state.page for state in facts.captured if state.page in pages]:
        raise UsageError(
            lazy("{book}: pages {pages} have a picture.", book=facts.book.id, pages=page_range(pictured)),
            remedy=lazy(
                "If the picture belongs to another page, drop it first: scanpipe book drop {book} {page}",
                book=facts.book.id,
                page=pictured[0],
            ),
        )
