"""Undoing what was done to a book, the newest first, and doing again what was undone.

Each is a further fact: what was undone stays in the journal, and every capture in the store.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.reorder import ChangeReason
from scanpipe.flows.book.tickets import ticket_for, ticket_in_hand
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.station import Station, same_person
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.model import Page
from scanpipe.package.reports.numbers import page_range
from scanpipe.state import undo
from scanpipe.state.undo import Before, Edit
from scanpipe.state.views import page_order

JUDGE: Final = "judge"
ACTIONS: Final = {
    "capture": lazy("capture"),
    "place": lazy("placement of pictures"),
    "shift": lazy("move of pages"),
    "insert": lazy("insertion of pages"),
    "move": lazy("move of a page"),
    "mark": lazy("statement about pages"),
    "drop": lazy("removal of pictures"),
    "restore": lazy("return of pictures"),
    "cases": lazy("change of cases"),
    "amend": lazy("change of the book's particulars"),
    "type": lazy("typing for the workbook"),
    "finish": lazy("completion of the book"),
    JUDGE: lazy("verdict"),
}
"""What a person does to a book, by its code in the journal."""
_MOVING: Final = ("shift", "insert", "move", "amend")
_OF_SINGLE_PAGES: Final = ("capture", JUDGE, "type")
_BESIDE: Final = (JUDGE, "type")  # these leave cases, places and statements alone
_UNASKED: Final = ("type", "finish")  # nobody needs a ticket for these


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was undone, or done again.

    Attributes:
        text: it in words.
        action: its code, of `ACTIONS`.
        pages: the pages that it was about.
        free: those of them that have no picture now.
        judged_again: those whose verdict no longer counts, since something else was said meanwhile.
    """

    text: LazyText
    action: str
    pages: tuple[Page, ...]
    free: tuple[Page, ...]
    judged_again: tuple[Page, ...]


def undo_last(station: Station, name: str, *, why: ChangeReason | None = None) -> Undone:
    """Undo the newest thing that a person did to a book and that is not undone: a capture, a move, a verdict.

    A page shows what it showed before, with the verdict that it had, unless the policy said another since; one that
    showed nothing is free. A capture that is undone is kept, as a dropped one. What the policy said is not undone.

    Raises:
        UsageError: there is nothing; or pages that were moved are awaited, and would come to the wrong place.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _undone(station, name, why or ChangeReason(), again=False)


def redo_last(station: Station, name: str, *, why: ChangeReason | None = None, own: bool = False) -> Undone:
    """Do again what was undone last, unless something else was done to the book since.

    With `own`, only what this person undid.

    Raises:
        UsageError: there is nothing; or pages that are moved are awaited, and would come to the wrong place.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _undone(station, name, why or ChangeReason(), again=True, own=own)


def undo_own(station: Station, name: str, *, but: Collection[str] = ()) -> Undone:
    """Undo the newest thing that this person did to a book, but for some kinds of acts, and nothing of others.

    What others judged, typed or captured of other pages since stays.

    Raises:
        UsageError: there is nothing; or somebody did something since that does not go with it.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _own_undone(station, name, but)


@in_one_step
def undo_verdict(station: Station, name: str, *, why: ChangeReason | None = None) -> Undone:
    """Undo the newest verdict of this person on pages of a book, whatever others did to other pages of it since.

    As to a verdict itself, the book need not be held.

    Raises:
        UsageError: there is none, or somebody did something else to its pages since.
    """
    facts = book_facts(station, name)
    done = undo.undo_stack(station.journal, facts.row).done
    own = [edit for edit in done if edit.action == JUDGE and same_person(edit.person, station.person)]
    if not own:
        raise UsageError(
            lazy("{book}: there is no verdict of {person} to undo.", book=facts.book.id, person=station.person)
        )
    past = undo.before(station.journal, facts.row, own[-1].row)
    changed = undo.changed_since(station.journal, facts.row, own[-1]).intersection(past.touched)
    if changed:
        raise UsageError(
            lazy(
                "{book}: pages {pages} were changed after this verdict.",
                book=facts.book.id,
                pages=page_range(sorted(changed, key=page_order)),
            ),
            remedy=lazy("Judge these pages again, or undo what was done since (scanpipe page undo)."),
        )
    return _restored(station, facts, own[-1], past, why or ChangeReason(), again=False)


@in_one_step
def _own_undone(station: Station, name: str, but: Collection[str]) -> Undone:
    facts = book_facts(station, name)
    done = undo.undo_stack(station.journal, facts.row).done
    own = [edit for edit in done if edit.action not in but and same_person(edit.person, station.person)]
    if not own:
        raise UsageError(
            lazy("{book}: there is nothing of {person} to undo.", book=facts.book.id, person=station.person),
            remedy=_UNDO_OF_OTHERS,
        )
    past = undo.before(station.journal, facts.row, own[-1].row)
    beside = _OF_SINGLE_PAGES if own[-1].action in _OF_SINGLE_PAGES else _BESIDE
    changed = undo.changed_since(station.journal, facts.row, own[-1]).intersection(past.touched)
    later = [edit for edit in done if edit.row > own[-1].row and (changed or edit.action not in beside)]
    if later:
        raise UsageError(
            lazy(
                "{book}: {person} did the last thing to it ({action}). Only what {self} did is undone here.",
                book=facts.book.id,
                person=later[-1].person,
                action=ACTIONS[later[-1].action],
                self=station.person,
            ),
            remedy=_UNDO_OF_OTHERS,
        )
    _refuse_awaited(facts, own[-1], past)
    return _restored(station, facts, own[-1], past, ChangeReason(), again=False)


_UNDO_OF_OTHERS: Final = lazy("Ask this person, or undo it in the shell: scanpipe page undo")


@in_one_step
def _undone(station: Station, name: str, why: ChangeReason, *, again: bool, own: bool = False) -> Undone:
    facts = book_facts(station, name)
    stack = undo.undo_stack(station.journal, facts.row)
    edits = stack.undone if again else stack.done
    if own and edits and not same_person(edits[-1].person, station.person):
        edits = ()
    if not edits:
        nothing = lazy("{book}: there is nothing to do again.") if again else lazy("{book}: there is nothing to undo.")
        raise UsageError(nothing.format(book=facts.book.id))
    past = undo.before(station.journal, facts.row, edits[-1].row)
    _refuse_awaited(facts, edits[-1], past)
    return _restored(station, facts, edits[-1], past, why, again=again)


def _restored(
    station: Station, facts: BookFacts, edit: Edit, past: Before, why: ChangeReason, *, again: bool
) -> Undone:
    said = {"reason": why.reason, "ticket": _ticket(station, facts, edit, why)}
    undo.restore(station.journal, facts.row, edit, past, person=station.person, **said)
    return _told(facts, book_facts(station, facts.book.id.full_name), edit, past, again=again)


def _ticket(station: Station, facts: BookFacts, edit: Edit, why: ChangeReason) -> str:
    """Return the ticket that undoing is for; what was done since the last delivery is undone without one."""
    read = facts.deliveries[-1].read if facts.deliveries else None
    if edit.action in _UNASKED or (read and read.edit is not None and edit.row > read.edit):
        return ticket_in_hand(station, facts.row, why.ticket)
    return ticket_for(station, facts.row, why.ticket)


def _refuse_awaited(facts: BookFacts, edit: Edit, past: Before) -> None:
    """Refuse to move pages back that are awaited: their files or sheets would come to the wrong places."""
    if edit.action not in _MOVING or not past.pages:
        return
    first = min(page_order(page) for page in past.touched)
    pages = {*(each.page for each in facts.awaited), *(sheet.page for sheet in facts.unresolved_sheets if sheet.page)}
    if awaited := sorted((page for page in pages if page_order(page) >= first), key=page_order):
        raise UsageError(
            lazy(
                "{book}: pages {pages} are not captured yet, and would get the wrong place.",
                book=facts.book.id,
                pages=page_range(awaited),
            ),
            remedy=lazy("Capture these pages first. Pages that were sent back by mistake can be accepted."),
        )


def _told(before: BookFacts, after: BookFacts, edit: Edit, past: Before, *, again: bool) -> Undone:
    pages = past.touched
    shown = {state.page: state.facts for state in after.captured if state.page in pages}
    judged = {(state.facts.capture, state.facts.region) for state in before.captured if state.facts.verdict}
    text = lazy("Done again: {action}") if again else lazy("Undone: {action}")
    where = lazy("(page {pages})", pages=page_range(pages)) if pages else ""
    return Undone(
        text=text.format(action=joined(ACTIONS[edit.action], where)),
        action=edit.action,
        pages=pages,
        free=tuple(page for page in pages if page not in shown),
        judged_again=tuple(
            page for page, now in shown.items() if not now.verdict and (now.capture, now.region) in judged
        ),
    )
