"""How the samples of a book stand: pure, from its lots."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanpipe.flows.dashboard.standings import BookStanding
from scanpipe.flows.qa.lots import LotReport, LotState
from scanpipe.state.qa import Shown


class SampleState(StrEnum):
    """Where the samples of a book stand, the worst of its lots first."""

    FAILED = "failed"
    WAITING = "waiting"
    DUE = "due"
    PASSED = "passed"
    LATER = "later"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSample:
    """The samples of a book: pages of its lots, and those that a person is still to look at (`left`)."""

    state: SampleState
    pages: int = 0
    left: int = 0


def book_sample(lots: Sequence[LotReport] | None, standing: BookStanding, sent_back: Collection[Shown]) -> BookSample:
    """Return how the samples of a book stand.

    Args:
        lots: its lots; None where the station draws no samples.
        standing: where its pages stand.
        sent_back: what people ever sent back: it is in no lot, and is judged anyway.
    """
    if lots is None:
        return BookSample(state=SampleState.OFF)
    known = {page.shown for report in lots for page in report.lot.pages}
    left = sum(len(report.waiting) for report in lots)
    pages = sum(1 for report in lots for page in report.lot.pages if page.chosen)
    undrawn = standing.complete and any(shown not in sent_back for shown in standing.processed_shown - known)
    return BookSample(state=_state(lots, left=left, undrawn=undrawn), pages=pages, left=left)


def _state(lots: Sequence[LotReport], *, left: int, undrawn: bool) -> SampleState:
    if left and any(report.state is LotState.FAILED for report in lots):
        return SampleState.FAILED
    if left:
        return SampleState.WAITING
    if undrawn:
        return SampleState.DUE
    return SampleState.PASSED if lots else SampleState.LATER
