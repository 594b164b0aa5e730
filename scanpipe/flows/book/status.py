"""Where every book of the station stands."""

from collections import Counter
from dataclasses import dataclass

from scanpipe.flows.book.books import BookFacts, all_book_facts
from scanpipe.flows.book.plan import CapturedPage, ProcessedPage, Status
from scanpipe.flows.book.readiness import awaited_obstacle, recipe_obstacles
from scanpipe.flows.book.sampling import sampling_obstacles
from scanpipe.flows.locking import holder_of_book
from scanpipe.flows.station import Station
from scanpipe.messages import _
from scanpipe.package.reports.numbers import page_range
from scanpipe.vocabularies.flags import explain_all


@dataclass(frozen=True, slots=True, kw_only=True)
class BookStatus:
    """One book in numbers; `attention` says what needs a person, with the last reason of each failure.

    `in_use` says who works on it at this moment.
    """

    book: str
    scanned: int
    missing: int
    due: int
    waiting: int
    accepted: int
    revision: int
    in_use: str
    attention: tuple[str, ...]


def station_status(station: Station) -> tuple[BookStatus, ...]:
    """Return the status of every book."""
    return tuple(_status(station, facts) for facts in all_book_facts(station))


def _status(station: Station, facts: BookFacts) -> BookStatus:
    holder = holder_of_book(station, facts.row)
    count = Counter(state.status for state in facts.pages)
    return BookStatus(
        book=str(facts.book.id),
        scanned=len(facts.captured),
        missing=count[Status.MISSING],
        due=count[Status.UNPROCESSED],
        waiting=count[Status.WAITING],
        accepted=count[Status.ACCEPTED],
        revision=facts.deliveries[-1].revision if facts.deliveries else 0,
        in_use=str(holder.description) if holder else "",
        attention=_attention(facts),
    )


def _attention(facts: BookFacts) -> tuple[str, ...]:
    lines = [str(found) for found in recipe_obstacles(facts)]
    for sheet in facts.unresolved_sheets:
        lines.append(_("put the sheet of page {page} back").format(page=sheet.page or "?"))
    rejected = [state.page for state in facts.pages if state.status is Status.REJECTED]
    if rejected:
        lines.append(_("rejected: pages {pages}").format(pages=page_range(rejected)))
    for state in facts.pages:
        flagged = state.status is Status.WAITING and state.flags
        if flagged:
            lines.append(_("page {page}: {flags}").format(page=state.page, flags=explain_all(state.flags)))
        if isinstance(state, CapturedPage) and state.facts.failures and not isinstance(state, ProcessedPage):
            message = state.facts.failures[-1][1]
            lines.append(_("page {page} failed: {message}").format(page=state.page, message=message))
    lines += [str(awaited_obstacle(awaited)) for awaited in facts.awaited]
    lines += [_("no place for {origin}").format(origin=picture.name) for picture in facts.unassigned]
    lines += map(str, sampling_obstacles(facts))
    return tuple(lines)
