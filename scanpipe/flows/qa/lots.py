"""What was looked at of each lot, and what that says of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scanpipe.flows.qa.estimate import Estimate, estimate
from scanpipe.flows.qa.iso2859 import sampling_plan, tighter
from scanpipe.flows.qa.severity import LotResult
from scanpipe.flows.station import Station
from scanpipe.state.qa import (
    Judgement,
    LotCount,
    LotPage,
    LotRow,
    ScannedBy,
    Shown,
    all_judgements,
    all_lots,
    judgements,
    lot_counts,
    lots,
    standing,
)
from scanpipe.state.whole_station import shown_now
from scanpipe.vocabularies.reasons import DEFECTS, POLICY, REASONS

ACCEPT = "accept"


class LotState(StrEnum):
    """Where a lot stands: a lot that failed is looked at whole."""

    OPEN = "open"
    ACCEPTED = "accepted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotReport:
    """A lot with what people said of its pages.

    `said` are the pages that somebody judged, each with the first verdict that found a defect, or else the last one.
    `standing` is what pages of the book show now: what took the place of a capture belongs to another lot.
    """

    lot: LotRow
    said: Mapping[Shown, Judgement]
    standing: Collection[Shown]

    @property
    def random(self) -> tuple[LotPage, ...]:
        """The pages that were drawn."""
        return tuple(page for page in self.lot.pages if page.chosen == "random")

    @property
    def judged(self) -> int:
        """How many pages of the random sample a person judged."""
        return sum(page.shown in self.said for page in self.random)

    @property
    def found(self) -> int:
        """How many pages of the random sample are nonconforming."""
        return sum(is_defect(self.said.get(page.shown)) for page in self.random)

    @property
    def state(self) -> LotState:
        """Where the lot stands; the worst pages count in no sample, but are looked at before the lot is accepted."""
        if self.found > self.lot.accept:
            return LotState.FAILED
        return LotState.OPEN if self.waiting else LotState.ACCEPTED

    @property
    def waiting(self) -> tuple[LotPage, ...]:
        """The pages that a person is still to look at."""
        failed = self.found > self.lot.accept
        wanted = (page for page in self.lot.pages if (failed or page.chosen) and page.shown not in self.said)
        return tuple(page for page in wanted if page.shown in self.standing)

    @property
    def rate(self) -> Estimate:
        """The share of nonconforming pages of the lot, by those of the random sample that were judged."""
        return estimate(lot=len(self.lot.pages), sample=self.judged, found=self.found)

    @property
    def result(self) -> LotResult | None:
        """How the lot counts for the next ones of its operator and scanner; None where it does not, or not yet."""
        return result_of(
            LotCount(
                method=self.lot.method,
                terms=self.lot.terms,
                accept=self.lot.accept,
                pages=len(self.lot.pages),
                found=self.found,
                waits=self.state is LotState.OPEN,
            )
        )


def results(station: Station, who: ScannedBy) -> tuple[LotResult, ...]:
    """Return how the lots of an operator and a scanner were judged that count for the next ones, oldest first."""
    counts = lot_counts(station.journal, who, policy=POLICY, harmless=_HARMLESS)
    return tuple(filter(None, map(result_of, counts)))


_HARMLESS: Final = frozenset(REASONS) - frozenset(DEFECTS)


def result_of(lot: LotCount) -> LotResult | None:
    """Return how a lot counts for the next ones; None where it does not, or not yet."""
    accepted = lot.found <= lot.accept
    if lot.method != "iso2859" or (accepted and lot.waits):
        return None
    terms = lot.terms
    plan = sampling_plan(lot.pages, level=terms["level"], aql=tighter(terms["aql"]), severity=terms["severity"])
    return LotResult(
        severity=terms["severity"],
        accepted=accepted,
        acceptance=lot.accept,
        accepted_tighter=lot.found <= plan.accept,
    )


def lot_reports(station: Station, book: int) -> tuple[LotReport, ...]:
    """Return how the lots of a book stand, oldest first."""
    journal = station.journal
    planned = lots(journal, book)
    if not planned:
        return ()
    said, now = judgements(journal, book, policy=POLICY), standing(journal, book)
    return tuple(_report(lot, said, now) for lot in planned)


def all_lot_reports(
    station: Station, now: Mapping[int, Collection[Shown]] | None = None
) -> dict[int, tuple[LotReport, ...]]:
    """Return how the lots of every book stand that has any, by its row, oldest first.

    `now` is what the pages of each book show, where that was read already.
    """
    journal = station.journal
    with journal.snapshot():
        planned = all_lots(journal)
        if not planned:
            return {}
        said, now = all_judgements(journal, policy=POLICY), shown_now(journal) if now is None else now
    return {book: tuple(_report(lot, said, now.get(book, ())) for lot in theirs) for book, theirs in planned.items()}


def _report(lot: LotRow, said: Mapping[Shown, Sequence[Judgement]], now: Collection[Shown]) -> LotReport:
    shown = [page.shown for page in lot.pages]
    return LotReport(lot=lot, said={each: _counts(said[each]) for each in shown if said.get(each)}, standing=now)


def is_defect(said: Judgement | None) -> bool:
    """Whether a verdict says that the page was not captured as it should be."""
    return said is not None and said.decision != ACCEPT and (said.reason in DEFECTS or said.reason not in REASONS)


def _counts(said: Sequence[Judgement]) -> Judgement:
    """Return the verdict that counts: a page that was scanned badly is not made good by what came after."""
    return next((each for each in said if is_defect(each)), said[-1])
