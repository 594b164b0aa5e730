"""Verdicts: by a person, or by the station's written policy."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.page_lists import PageList, listed_pages, read_page_list
from scanpipe.flows.book.page_names import book_names, named_pages
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Status
from scanpipe.flows.locking import in_one_step
from scanpipe.flows.processing_spec import processing_spec
from scanpipe.flows.station import Station
from scanpipe.messages import _, lazy
from scanpipe.model import Page
from scanpipe.settings.station import AcceptSettings
from scanpipe.vocabularies.flags import LOSSES, explain
from scanpipe.vocabularies.reasons import POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The pages that a person means: those typed, and those of a list."""

    typed: Sequence[str]
    listed: PageList | None

    def __bool__(self) -> bool:
        return bool(self.typed or self.listed)


def accept(
    station: Station, name: str, typed: Sequence[str], *, listed: Path | None = None, ticket: str = ""
) -> tuple[PageState, ...]:
    """Accept the pages named (see `named_pages`), or else every processed page of the book that is not rejected.

    A page that may not be all there is accepted only where it is named: see `to_be_named`.

    A page that was sent back to the scanner and is named here is taken as it was scanned. `listed` is a file that
    names more pages (see `page_lists`).

    Raises:
        PageUnknown: the book has no such page.
        UsageError: a named page is not processed yet.
        WorkbookError: the list cannot be read.
    """
    wanted = _wanted(typed, listed)
    if wanted:
        _withdraw_rescans(station, name, wanted)
    return _accept(station, name, wanted, ticket=ticket)


@in_one_step
def _accept(station: Station, name: str, wanted: _Wanted, *, ticket: str) -> tuple[PageState, ...]:
    facts = book_facts(station, name)
    if wanted:
        states = _scanned(facts, _pages(station, facts, wanted))
    else:
        waiting = (state for state in facts.processed if state.status is Status.WAITING)
        states = tuple(state for state in waiting if not _may_lack(state))
    unready = [state.page.label for state in states if not isinstance(state, ProcessedPage)]
    if unready:
        raise UsageError(
            lazy(
                "{book}: pages {pages} cannot be accepted because they are not processed.",
                book=facts.book.id,
                pages=", ".join(unready),
            ),
            remedy=lazy("Run 'scanpipe process {book}' first.", book=facts.book.id),
        )
    _write(station, states, decision="accept", ticket=ticket, person=station.person)
    return states


def to_be_named(station: Station, name: str) -> tuple[Page, ...]:
    """Return the pages that wait for a verdict, and that a person looks at one by one: part of them may be lost."""
    return tuple(
        state.page
        for state in book_facts(station, name).pages
        if state.status is Status.WAITING and _may_lack(state)
    )  # fmt: skip


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
) -> tuple[Page, ...]:
    """Reject pages (see `accept`): to wait, to be processed again with the recipe `redo`, or to be scanned again.

    Raises:
        PageUnknown: the book has no such page.
        UsageError: no page is named, a page has no capture, or has that very recipe already.
        WorkbookError: the list cannot be read.
    """
    wanted = _wanted(typed, listed)
    if not wanted:
        raise UsageError(
            lazy("No page was given."),
            remedy=lazy("Give pages, PDFs or cases, or a file that lists them (--from)."),
        )
    why = {"reason": reason, "ticket": ticket, "note": note}
    return _reject(station, name, wanted, redo=redo, rescan=rescan, why=why)


@in_one_step
def _reject(
    station: Station, name: str, wanted: _Wanted, *, redo: str, rescan: bool, why: Mapping[str, str]
) -> tuple[Page, ...]:
    facts = book_facts(station, name)
    states = _scanned(facts, _pages(station, facts, wanted))
    if rescan and not redo:
        states = _whole_sheets(facts, states)
    if not redo:
        decision = "rescan" if rescan else "reject"
        _write(station, states, decision=decision, person=station.person, **why)
        return tuple(state.page for state in states)
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
    _write(station, states, decision="redo", person=station.person, recipe=again.id, **why)
    return tuple(state.page for state in states)


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


@in_one_step
def _withdraw_rescans(station: Station, name: str, named: _Wanted) -> None:
    """Give pages that were sent back by mistake, and are accepted after all, the capture that they had.

    It stands also where they cannot be accepted yet: then they are processed first.
    """
    facts = book_facts(station, name)
    wanted = _pages(station, facts, named)
    _refuse_unknown(facts, wanted, {state.page for state in facts.pages})
    captures = {a.capture for a in facts.awaited if a.page in wanted}
    back = [(a.capture, a.placement) for a in facts.awaited if a.capture is not None and a.capture in captures]
    if back:
        station.journal.place_captures(facts.row, back, release=(), person=station.person)


def _whole_sheets(facts: BookFacts, states: Sequence[CapturedPage]) -> tuple[CapturedPage, ...]:
    """Return the pages together with those on the other half of the same captures: a sheet is scanned as a whole."""
    captures = {state.facts.capture for state in states}
    return tuple(state for state in facts.captured if state.facts.capture in captures)


def _wanted(typed: Sequence[str], listed: Path | None) -> _Wanted:
    """Return what a person names; a list is read before the step that must be quick."""
    return _Wanted(typed=typed, listed=read_page_list(listed) if listed else None)


def _pages(station: Station, facts: BookFacts, wanted: _Wanted) -> tuple[Page, ...]:
    names = book_names(facts, convention_of(station, facts.book))
    listed = listed_pages(wanted.listed, names) if wanted.listed else ()
    return tuple(dict.fromkeys(named_pages(names, wanted.typed) + listed))


def _scanned(facts: BookFacts, wanted: Sequence[Page]) -> tuple[CapturedPage, ...]:
    known = {state.page: state for state in facts.captured}
    _refuse_unknown(facts, wanted, known)
    return tuple(known[page] for page in wanted)


def _refuse_unknown(facts: BookFacts, wanted: Sequence[Page], known: Collection[Page]) -> None:
    unknown = [page.label for page in wanted if page not in known]
    if unknown:
        raise PageUnknown(
            lazy("{book} has no scanned page {pages}.", book=facts.book.id, pages=", ".join(unknown)),
            remedy=lazy("Run 'scanpipe book show {book}' to list its pages.", book=facts.book.id),
        )


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
