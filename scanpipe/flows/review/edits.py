"""What a person changes of a book on the contact sheet: the changes of the shell, in words that say what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import msgspec

from scanpipe.errors import UsageError
from scanpipe.flows.book import cases, matter, page_edits, reorder, statements
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.cases import ChangedCases
from scanpipe.flows.book.reorder import AmendedBook, ChangeReason, MovedPages
from scanpipe.flows.book.undo import undo_own
from scanpipe.flows.review.pages import name_of
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Page

_Line = Annotated[str, msgspec.Meta(max_length=300)]


class _Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", kw_only=True):
    """Every change says why and for which ticket, where it does."""

    reason: _Line = ""
    ticket: _Line = ""

    @property
    def why(self) -> ChangeReason:
        """The reason and the ticket, as flows take them."""
        return ChangeReason(reason=self.reason, ticket=self.ticket)


class Move(_Edit, tag="move", frozen=True):
    """A page goes to its place."""

    page: str
    to: str


class Insert(_Edit, tag="insert", frozen=True):
    """Room is made before a page."""

    page: str


class Shift(_Edit, tag="shift", frozen=True):
    """A page and all after it move by some places."""

    page: str
    by: Annotated[int, msgspec.Meta(ge=-999, le=999)]


class Mark(_Edit, tag="mark", frozen=True):
    """Something is stated about the paper of pages, or taken back."""

    pages: Annotated[list[str], msgspec.Meta(min_length=1)]
    state: Literal["missing", "damaged", "blank"]
    back: bool = False


class Drop(_Edit, tag="drop", frozen=True):
    """Pictures are no pages of the book."""

    names: Annotated[list[str], msgspec.Meta(min_length=1)]


class PlaceLoose(_Edit, tag="place", frozen=True):
    """Pictures without a page get the free places, in the order in which they were captured."""


class Body(_Edit, tag="body", frozen=True):
    """The body begins or ends with a page."""

    page: str
    side: Literal["begin", "end"]


class Split(_Edit, tag="split", frozen=True):
    """A further case begins on a page."""

    page: str
    number: str


class Merge(_Edit, tag="merge", frozen=True):
    """The pages of a case belong to the one before it."""

    into: str
    case: str


class Give(_Edit, tag="give", frozen=True):
    """A page belongs to another case."""

    page: str
    case: str


class Renumber(_Edit, tag="renumber", frozen=True):
    """A case has another number."""

    case: str
    to: str
    page: str = ""
    following: bool = False


class Registered(_Edit, tag="date", frozen=True):
    """A case was registered on a day; an empty text says that nobody knows it."""

    case: str
    day: str
    page: str = ""


Edit: TypeAlias = Move | Insert | Shift | Mark | Drop | PlaceLoose | Body | Split | Merge | Give | Renumber | Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The pages that must be judged again."""

    judged_again: tuple[Page, ...] = ()


def edit_book(station: Station, row: int, edit: Edit) -> Edited:
    """Change a book.

    Raises:
        BookUnknown: there is no such book.
        PageUnknown: it has no such page.
        UsageError: it cannot be changed like that.
        StationLocked: another process works on the book.
    """
    moved = _edited(station, name_of(station, row), edit)
    if isinstance(moved, AmendedBook):
        moved = moved.moved
    again = moved.judged_again if isinstance(moved, MovedPages | ChangedCases) else ()
    return Edited(judged_again=again)


def undo_edit(station: Station, row: int) -> LazyText:
    """Undo the newest thing that this person did to a book; return it in words.

    Raises:
        BookUnknown: there is no such book.
        UsageError: there is nothing to undo, or somebody did something since that does not go with it.
        StationLocked: another process works on the book.
    """
    return undo_own(station, name_of(station, row)).text


def _edited(station: Station, name: str, edit: Edit) -> object:
    match edit:
        case Move():
            return page_edits.move_page(station, name, edit.page, edit.to, why=edit.why)
        case Insert():
            return page_edits.insert_pages(station, name, edit.page, why=edit.why)
        case Shift():
            return reorder.shift(station, name, edit.page, by=edit.by, why=edit.why)
        case Mark():
            return _marked(station, name, edit, edit.pages)
        case Drop():
            return statements.drop_pictures(station, name, edit.names, note=edit.reason, ticket=edit.ticket)
        case PlaceLoose():
            return _placed(station, name, edit)
        case Body():
            stated = matter.begin_body if edit.side == "begin" else matter.end_body
            return stated(station, name, edit.page, why=edit.why)
        case _:
            return _of_cases(station, name, edit)


def _placed(station: Station, name: str, edit: PlaceLoose) -> object:
    if not book_facts(station, name).unassigned:
        raise UsageError(lazy("{book} has no picture without a page.", book=name))
    return reorder.amend(station, name, BookDetails(), why=edit.why)


def _of_cases(station: Station, name: str, edit: Split | Merge | Give | Renumber | Registered) -> object:
    match edit:
        case Split():
            return cases.split_case(station, name, edit.page, edit.number, why=edit.why)
        case Merge():
            return cases.merge_case(station, name, edit.into, edit.case, why=edit.why)
        case Give():
            return cases.give_page(station, name, edit.page, edit.case, why=edit.why)
        case Renumber():
            return cases.renumber_case(
                station, name, edit.case, edit.to, page=edit.page, following=edit.following, why=edit.why
            )
        case Registered():
            day = cases.parse_date(edit.day)
            return cases.date_case(station, name, edit.case, day, page=edit.page, why=edit.why)


def _marked(station: Station, name: str, edit: Mark, labels: Sequence[str]) -> object:
    if edit.back:
        return statements.withdraw_statements(station, name, labels, edit.state, ticket=edit.ticket)
    return statements.state_pages(station, name, labels, edit.state, note=edit.reason, ticket=edit.ticket)
