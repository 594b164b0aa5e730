"""Verdicts: by a person, or by the station's written policy."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Status
from scanpipe.flows.book.tickets import editing, ticket_in_hand
from scanpipe.flows.book.undo import JUDGE
from scanpipe.flows.locking import in_one_step
from scanpipe.flows.process.judges import Seen, refuse_outdated, refuse_own, scanned_by_judge
from scanpipe.flows.process.wanted import Wanted, pages_meant, refuse_unknown, scanned_pages, wanted_pages
from scanpipe.flows.processing_spec import processing_spec
from scanpipe.flows.station import Station
from scanpipe.messages import _, lazy
from scanpipe.model import Page, Placement
from scanpipe.settings.station import AcceptSettings
from scanpipe.vocabularies.flags import LOSSES, explain
from scanpipe.vocabularies.reasons import POLICY


def accept(
    station: Station,
    name: str,
    typed: Sequence[str],
    *,
    listed: Path | None = None,
    ticket: str = "",
    seen: Mapping[Page, Seen] | None = None,
) -> tuple[PageState, ...]:
    """Accept the pages named (see `named_pages`), or else every page of the book that waits and that the person may.

    A page that may not be all there is accepted only where it is named, and one that the same person scanned by
    another: see `left_waiting`. A page that was sent back to the scanner and is named here is taken as it was scanned.

    Args:
        station: the station.
        name: the book.
        typed: pages, PDFs or cases.
        listed: a file that names more of them (see `page_lists`).
        ticket: what asks for it.
        seen: what the person saw of pages.

    Raises:
        PageUnknown: the book has no such page.
        UsageError: a named page is not processed yet, or was scanned by the same person.
        VerdictOutdated: a page shows something else than the person saw.
        WorkbookError: the list cannot be read.
    """
    states = _accept(station, name, wanted_pages(typed, listed), ticket=ticket, seen=seen or {})
    _refuse_unready(name, states)
    return states


@in_one_step
def _accept(
    station: Station, name: str, wanted: Wanted, *, ticket: str, seen: Mapping[Page, Seen]
) -> tuple[PageState, ...]:
    """Accept pages; where some are not processed, only withdraw that they are to be scanned again."""
    facts = book_facts(station, name)
    pages = pages_meant(station, facts, wanted) if wanted else _acceptable(station, facts)
    back = _rescans(facts, pages)
    if not pages:
        return ()
    ticket = ticket_in_hand(station, facts.row, ticket)
    with station.journal.edit(facts.row, JUDGE, person=station.person, ticket=ticket):
        if back:
            station.journal.place_captures(facts.row, back, release=(), person=station.person, ticket=ticket)
            facts = book_facts(station, name)
        states = scanned_pages(facts, pages)
        refuse_outdated(facts, states, seen)
        refuse_own(station, facts, states)
        if not back:
            _refuse_unready(name, states)
        if not _unready(states):
            _write(station, states, decision="accept", ticket=ticket, person=station.person)
    return states


def _acceptable(station: Station, facts: BookFacts) -> tuple[Page, ...]:
    waiting = tuple(state for state in facts.processed if state.status is Status.WAITING and not _may_lack(state))
    own = scanned_by_judge(station, facts, waiting)
    return tuple(state.page for state in waiting if state not in own)


def _rescans(facts: BookFacts, pages: Collection[Page]) -> list[tuple[int, Placement]]:
    """Return the captures that were sent back by mistake, since their pages are accepted after all; and their places.

    The other half of a spread comes back as well.
    """
    refuse_unknown(facts, pages, {state.page for state in facts.pages})
    captures = {each.capture for each in facts.awaited if each.page in pages}
    back = (each for each in facts.awaited if each.capture in captures)
    return [(each.capture, each.placement) for each in back if each.capture is not None]


def _unready(states: Iterable[PageState]) -> list[str]:
    return [state.page.label for state in states if not isinstance(state, ProcessedPage)]


def _refuse_unready(name: str, states: Iterable[PageState]) -> None:
    if unready := _unready(states):
        raise UsageError(
            lazy(
                "{book}: pages {pages} cannot be accepted because they are not processed.",
                book=name,
                pages=", ".join(unready),
            ),
            remedy=lazy("Run 'scanpipe process {book}' first.", book=name),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftWaiting:
    """Pages that wait for a verdict and that a person does not accept unnamed.

    Attributes:
        to_be_named: a person looks at them one by one, since part of them may be lost.
        own: whoever accepts scanned them, so another person does it.
    """

    to_be_named: tuple[Page, ...]
    own: tuple[Page, ...]


def left_waiting(station: Station, name: str) -> LeftWaiting:
    """Return the pages of a book that 'accept' leaves waiting where nobody names pages."""
    facts = book_facts(station, name)
    waiting = tuple(state for state in facts.pages if state.status is Status.WAITING)
    own = tuple(state.page for state in scanned_by_judge(station, facts, waiting))
    lacking = (state.page for state in waiting if _may_lack(state))
    return LeftWaiting(to_be_named=tuple(page for page in lacking if page not in own), own=own)


def _may_lack(state: PageState) -> bool:
    return not LOSSES.isdisjoint(state.flags)


def reject(
    station: Station,
    name: str,
    typed: Sequence[str],
    *,
    listed: Path | None = None,
    reason: str,
    redo: str = "",
    rescan: bool = False,
    ticket: str = "",
    note: str = "",
    seen: Mapping[Page, Seen] | None = None,
) -> tuple[Page, ...]:
    """Reject pages (see `accept`): to wait, to be processed again with the recipe `redo`, or to be scanned again.

    Raises:
        PageUnknown: the book has no such page.
        UsageError: no page is named, a page has no capture, or has that very recipe already.
        VerdictOutdated: a page shows something else than the person saw.
        WorkbookError: the list cannot be read.
    """
    wanted = wanted_pages(typed, listed)
    if not wanted:
        raise UsageError(
            lazy("No page was given."),
            remedy=lazy("Give pages, PDFs or cases, or a file that lists them (--from)."),
        )
    why = {"reason": reason, "ticket": ticket, "note": note}
    return _reject(station, name, wanted, redo=redo, rescan=rescan, why=why, seen=seen or {})


@in_one_step
def _reject(
    station: Station,
    name: str,
    wanted: Wanted,
    *,
    redo: str,
    rescan: bool,
    why: Mapping[str, str],
    seen: Mapping[Page, Seen],
) -> tuple[Page, ...]:
    facts = book_facts(station, name)
    states = scanned_pages(facts, pages_meant(station, facts, wanted))
    refuse_outdated(facts, states, seen)
    if rescan and not redo:
        states = _whole_sheets(facts, states)
    with editing(station, facts.row, JUDGE, ticket=why["ticket"]) as number:
        recipe = _other_recipe(station, facts, states, redo) if redo else None
        decision = "redo" if redo else "rescan" if rescan else "reject"
        _write(station, states, decision=decision, person=station.person, recipe=recipe, **{**why, "ticket": number})
    return tuple(state.page for state in states)


def _other_recipe(station: Station, facts: BookFacts, states: Iterable[CapturedPage], redo: str) -> str:
    """Write the recipe that pages are to be processed with, and return its id.

    Raises:
        UsageError: a page has it already.
    """
    again = processing_spec(station, redo)
    same = [s.page.label for s in states if isinstance(s, ProcessedPage) and s.recipe == again.id]
    if same:
        raise UsageError(
            lazy(
                "{book}: pages {pages} already have the recipe {recipe}.",
                book=facts.book.id,
                pages=", ".join(same),
                recipe=redo,
            ),
            remedy=lazy("Choose another recipe, or use --rescan."),
        )
    station.journal.add_recipe(again.id, name=again.name, body=again.body)
    return again.id


@in_one_step
def apply_policy(station: Station, name: str) -> tuple[Page, ...]:
    """Accept the pages of a book that the station's policy accepts without a person; return them."""
    facts, policy = book_facts(station, name), station.settings.accept
    waiting = (state for state in facts.processed if state.status is Status.WAITING)
    states = tuple(state for state in waiting if not policy_doubts(state, policy))
    _write(station, states, decision="accept", reason=POLICY, person=POLICY)
    return tuple(state.page for state in states)


def policy_doubts(state: ProcessedPage, policy: AcceptSettings) -> tuple[str, ...]:
    """Return why the policy leaves a processed page to a person, in words; nothing where it accepts the page."""
    return tuple(_policy_doubts(state, policy))


def _policy_doubts(state: ProcessedPage, policy: AcceptSettings) -> Iterator[str]:
    if policy.by != "policy":
        yield _("the policy leaves every page to a person")
    if state.facts.ever_sent_back:
        yield _("the page was rejected before, so a person must accept it")
    tolerated = set(policy.tolerated_flags)
    yield from (explain(flag) for flag in state.flags if flag not in tolerated)
    confidence = state.version.confidence
    if confidence is not None and confidence < policy.min_word_confidence:
        yield _("the confidence of the words is {confidence:.0f}; the policy requires {least:g}").format(
            confidence=confidence, least=policy.min_word_confidence
        )


def _whole_sheets(facts: BookFacts, states: Sequence[CapturedPage]) -> tuple[CapturedPage, ...]:
    """Return the pages together with those on the other half of the same captures: a sheet is scanned as a whole."""
    captures = {state.facts.capture for state in states}
    return tuple(state for state in facts.captured if state.facts.capture in captures)


def _write(
    station: Station,
    states: Iterable[CapturedPage],
    *,
    decision: str,
    person: str,
    reason: str = "",
    ticket: str = "",
    note: str = "",
    recipe: str | None = None,
) -> None:
    rows = [
        {
            "placement": state.facts.placement,
            "version": state.version.row if isinstance(state, ProcessedPage) else None,
            "decision": decision,
            "reason": reason,
            "recipe": recipe,
            "person": person,
            "ticket": ticket,
            "note": note,
        }
        for state in states
    ]
    station.journal.add_facts("verdict", rows)
