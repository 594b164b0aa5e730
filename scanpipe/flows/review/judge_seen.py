"""What a person says of pages that she sees: the verdicts of the shell, of the very versions that she saw."""

from collections.abc import Sequence
from dataclasses import dataclass

from scanpipe.errors import UsageError, VerdictOutdated
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.plan import CapturedPage, ProcessedPage
from scanpipe.flows.book.tickets import ticket_in_hand
from scanpipe.flows.book.undo import undo_verdict
from scanpipe.flows.locking import in_one_step
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.words import DECISIONS
from scanpipe.flows.review.pages import ReviewPage, name_of, review_pages
from scanpipe.flows.station import Station, same_person
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Page
from scanpipe.state.page_facts import VerdictRow
from scanpipe.vocabularies.reasons import POLICY, REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict.

    Attributes:
        page: the label of the page.
        capture: the row of the capture that she saw.
        version: the row of the version that she saw, None where the page was not processed.
        judged: the row of the verdict that she saw on it, 0 where she saw none.
        decision: accept, reject (to wait for a person), redo or rescan.
        reason: the code of the reason; with "accept", what is wrong with the paper and delivered with a note.
        recipe: the name of the recipe of "redo".
        note: what else she says of why she rejects it.
        ticket: the number of the ticket that asks for it.
    """

    page: str
    capture: int
    version: int | None
    decision: str
    reason: str = ""
    recipe: str = ""
    judged: int = 0
    note: str = ""
    ticket: str = ""


@in_one_step
def judge(station: Station, row: int, said: Said) -> tuple[ReviewPage, ...]:
    """Write a verdict; return the pages that it was about, as they are now.

    Raises:
        BookUnknown: there is no such book.
        PageUnknown: it has no such page.
        UsageError: the verdict is none, or the page cannot be judged like that.
        VerdictOutdated: the page is not as she saw it, or somebody else judged it meanwhile.
        ConfigError: there is no such recipe.
    """
    return review_pages(station, row, {page.label for page in judge_all(station, row, (said,))})


@in_one_step
def judge_all(station: Station, row: int, said: Sequence[Said]) -> tuple[Page, ...]:
    """Write one verdict on several pages; return the pages that it was about.

    Raises:
        BookUnknown: there is no such book.
        PageUnknown: it has no such page.
        UsageError: there is no verdict, or another one on each page; or a page cannot be judged like that.
        VerdictOutdated: a page is not as she saw it, or somebody else judged it meanwhile.
        ConfigError: there is no such recipe.
    """
    name, verdicts = name_of(station, row), {(each.decision, each.reason, each.recipe) for each in said}
    if len(verdicts) != 1:
        raise UsageError(lazy("This is no verdict."))
    _refuse_unknown(said[0])
    _refuse_outdated(station, name, said)
    labels = [each.page for each in said]
    with station.journal.edit(row, "judge", person=station.person, ticket=ticket_in_hand(station, row, said[0].ticket)):
        pages = _rejected(station, name, labels, said[0]) if said[0].reason else ()
        if said[0].decision == "accept":
            pages = tuple(state.page for state in accept(station, name, labels, ticket=said[0].ticket))
    return pages


def _rejected(station: Station, name: str, labels: Sequence[str], said: Said) -> tuple[Page, ...]:
    redo = said.recipe if said.decision == "redo" else ""
    rescan = said.decision == "rescan"
    return reject(
        station, name, labels, reason=said.reason, redo=redo, rescan=rescan, ticket=said.ticket, note=said.note
    )


def _refuse_unknown(said: Said) -> None:
    known = said.reason in REASONS or (said.decision == "accept" and not said.reason)
    if not known or said.decision not in DECISIONS or bool(said.recipe) != (said.decision == "redo"):
        raise UsageError(lazy("This is no verdict."))


def _refuse_outdated(station: Station, name: str, said: Sequence[Said]) -> None:
    states = {state.page.label: state for state in book_facts(station, name).pages}
    for each in said:
        state = states.get(each.page)
        version = state.version.row if isinstance(state, ProcessedPage) else None
        capture = state.facts.capture if isinstance(state, CapturedPage) else None
        if (capture, version) != (each.capture, each.version):
            raise VerdictOutdated(lazy("Page {page} is not as it was when you looked at it.", page=each.page))
        verdict = state.facts.verdict if isinstance(state, CapturedPage) else None
        if verdict and verdict.row > each.judged and not _expected(station, verdict):
            raise VerdictOutdated(
                lazy("{person} judged page {page} meanwhile.", person=verdict.person, page=each.page),
                remedy=lazy("Look at it again, then judge it if you see it otherwise."),
            )


def _expected(station: Station, verdict: VerdictRow) -> bool:
    """Whether a verdict that she did not see changes nothing for her: it is her own, or the policy's."""
    return verdict.person == POLICY or same_person(verdict.person, station.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneVerdict:
    """What was undone, in words, and the pages as they are now."""

    text: LazyText
    pages: tuple[ReviewPage, ...]


def undo_own(station: Station, row: int) -> UndoneVerdict:
    """Undo the newest verdict of this person on pages of a book.

    Raises:
        BookUnknown: there is no such book.
        UsageError: there is none, or its pages were changed since.
    """
    undone = undo_verdict(station, name_of(station, row))
    return UndoneVerdict(text=undone.text, pages=review_pages(station, row, {page.label for page in undone.pages}))
