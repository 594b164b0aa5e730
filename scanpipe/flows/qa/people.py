"""What reviewers judged and how fast, and what samples say of operators: over all books."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import chain, pairwise

from scanpipe.flows.qa.agreement import Agreement, Pair, agreement
from scanpipe.flows.qa.estimate import Estimate, estimate
from scanpipe.flows.qa.lots import ACCEPT, LotReport, all_lot_reports, is_defect
from scanpipe.flows.qa.second_opinions import pairs_of, twice_shown
from scanpipe.flows.station import Station
from scanpipe.flows.work.production import active_seconds, an_hour
from scanpipe.state.reviews import Review, books_with_lots, captured_pages, reviews
from scanpipe.vocabularies.reasons import POLICY

_AT_ONCE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """What a person judged.

    Attributes:
        person: who.
        reviewed: verdicts and second opinions.
        accepted: those by which a page was accepted.
        rejected: the others.
        an_hour: pages an hour of active time, where pages that one command judges count as one; 0 where there is too
            little to tell.
        agreement: with whoever judged the same pages.
    """

    person: str
    reviewed: int
    accepted: int
    rejected: int
    an_hour: float
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What samples say of what a person scanned.

    Attributes:
        person: who.
        pages: pages captured.
        judged: those of them that stood in a random sample and were judged.
        found: those of these that are defective.
        rate: what this says of all pages of the lots; None where nothing was judged.
        reasons: the reasons, with how many pages each.
    """

    person: str
    pages: int
    judged: int
    found: int
    rate: Estimate | None
    reasons: dict[str, int]


def reviewers(station: Station, *, since: date | None = None) -> tuple[Reviewer, ...]:
    """Return what each person judged since that day, who judged most first."""
    said: defaultdict[str, list[Review]] = defaultdict(list)
    for review in reviews(station.journal, policy=POLICY, since=_moment(since)):
        said[review.person].append(review)
    pairs = [
        pair
        for book in books_with_lots(station.journal)
        for pair in pairs_of(twice_shown(station, book))
        if pair.second.at >= _moment(since)
    ]
    found = (_reviewer(person, theirs, pairs) for person, theirs in said.items())
    return tuple(sorted(found, key=lambda reviewer: -reviewer.reviewed))


def operators(station: Station, *, since: date | None = None) -> tuple[Operator, ...]:
    """Return what the samples that were drawn since that day say of each operator, who captured most first."""
    lots: defaultdict[str, list[LotReport]] = defaultdict(list)
    for report in chain.from_iterable(all_lot_reports(station).values()):
        if report.lot.at >= _moment(since):
            lots[report.lot.operator].append(report)
    pages = captured_pages(station.journal, since=_moment(since))
    found = (_operator(person, pages.get(person, 0), lots[person]) for person in {*pages, *lots})
    return tuple(sorted(found, key=lambda operator: (-operator.pages, operator.person)))


def reviewed_an_hour(moments: Sequence[datetime]) -> float:
    """Return how many pages somebody judges in an hour, by when he judged each; at once counts as one."""
    alone = 1 + sum((later - earlier).total_seconds() > _AT_ONCE_S for earlier, later in pairwise(moments))
    return an_hour(alone, active_seconds(moments))


def _reviewer(person: str, said: Sequence[Review], pairs: Iterable[Pair]) -> Reviewer:
    accepted = sum(review.decision == ACCEPT for review in said)
    return Reviewer(
        person=person,
        reviewed=len(said),
        accepted=accepted,
        rejected=len(said) - accepted,
        an_hour=reviewed_an_hour([datetime.fromisoformat(review.at) for review in said]),
        agreement=agreement([pair for pair in pairs if person in (pair.first.person, pair.second.person)]),
    )


def _operator(person: str, pages: int, lots: Sequence[LotReport]) -> Operator:
    judged, found = sum(lot.judged for lot in lots), sum(lot.found for lot in lots)
    whole = sum(len(lot.lot.pages) for lot in lots)
    said = (lot.said.get(page.shown) for lot in lots for page in lot.random)
    reasons = Counter(each.reason for each in said if each and is_defect(each))
    return Operator(
        person=person,
        pages=pages,
        judged=judged,
        found=found,
        rate=estimate(lot=whole, sample=judged, found=found) if judged else None,
        reasons=dict(reasons.most_common()),
    )


def _moment(day: date | None) -> str:
    """Return when a day begins by the clock of the station, as the journal writes moments; "" for no day."""
    if day is None:
        return ""
    return datetime.combine(day, time()).astimezone().astimezone(UTC).isoformat(timespec="milliseconds")
