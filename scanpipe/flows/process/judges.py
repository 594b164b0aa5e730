"""Who may judge a page, and whether it is still the page that was looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scanpipe.errors import UsageError, VerdictOutdated
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Status
from scanpipe.flows.station import Station, same_person
from scanpipe.messages import lazy
from scanpipe.model import Page
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.qa import scanned_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a person saw of a page: its capture, and the version made of that, None where it was not processed."""

    capture: int
    version: int | None = None


def seen_of(state: CapturedPage) -> Seen:
    """Return what a page shows at this moment."""
    return Seen(
        capture=state.facts.capture, version=state.version.row if isinstance(state, ProcessedPage) else None
    )  # fmt: skip


def refuse_outdated(facts: BookFacts, states: Iterable[CapturedPage], seen: Mapping[Page, Seen]) -> None:
    """Refuse verdicts on pages that show something else than the person saw; pages not in `seen` are taken as they are.

    Raises:
        VerdictOutdated: there are such pages.
    """
    changed = [state.page for state in states if seen.get(state.page, seen_of(state)) != seen_of(state)]
    if changed:
        raise VerdictOutdated(
            lazy(
                "{book}: pages {pages} were scanned or processed again after they were looked at.",
                book=facts.book.id,
                pages=page_range(changed),
            ),
            remedy=lazy("Look at these pages again, then judge them."),
        )


def scanned_by_judge(station: Station, facts: BookFacts, states: Iterable[PageState]) -> tuple[CapturedPage, ...]:
    """Return the pages that the person who judges may not accept, since this person scanned them."""
    if not station.settings.qa.two_persons:
        return ()
    who = scanned_by(station.journal, facts.row)
    captured = (state for state in states if isinstance(state, CapturedPage))
    return tuple(state for state in captured if same_person(who[state.facts.capture].operator, station.person))


def accepted_by_scanner(station: Station, facts: BookFacts) -> tuple[Page, ...]:
    """Return the pages that were accepted by the person who scanned them, in reading order."""
    who = scanned_by(station.journal, facts.row)
    return tuple(
        state.page
        for state in facts.captured
        if (said := state.facts.verdict)
        and state.status is Status.ACCEPTED
        and same_person(said.person, who[state.facts.capture].operator)
    )


def refuse_own(station: Station, facts: BookFacts, states: Sequence[PageState]) -> None:
    """Refuse that a person accepts what this person scanned.

    Raises:
        UsageError: there are such pages.
    """
    own = scanned_by_judge(station, facts, states)
    if own:
        raise UsageError(
            lazy(
                "{book}: pages {pages} were scanned by {person}, who may not accept them.",
                book=facts.book.id,
                pages=page_range([state.page for state in own]),
                person=station.person,
            ),
            remedy=lazy(
                "Another person accepts these pages (--person NAME). If one person works alone at this station, set "
                "two_persons = false under [qa] in station.toml; the report and the delivery note then say so."
            ),
        )
