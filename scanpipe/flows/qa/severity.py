"""How strictly the next lot of an operator and a scanner is looked at: the switching rules of ISO 2859-1:1999, 9.3."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from scanpipe.flows.qa.iso2859 import Severity

ENOUGH_TO_REDUCE: Final = 30
"""The switching score that allows reduced inspection (9.3.3.1)."""
_IN_A_ROW: Final = 5
_STOPPED_AFTER: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LotResult:
    """How a lot was judged that came for the first time.

    Attributes:
        severity: how strictly it was looked at.
        accepted: whether it was accepted.
        acceptance: the acceptance number of its plan.
        accepted_tighter: whether it would have been accepted with the next smaller acceptance quality limit.
    """

    severity: Severity
    accepted: bool
    acceptance: int
    accepted_tighter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Where a series of lots stands.

    Attributes:
        severity: how strictly the next lot is looked at.
        score: the switching score of normal inspection.
        recent: whether each of the latest lots of this severity was accepted, oldest first.
        refused: lots not accepted since inspection is tightened.
    """

    severity: Severity = "normal"
    score: int = 0
    recent: tuple[bool, ...] = ()
    refused: int = 0

    @property
    def stopped(self) -> bool:
        """Whether so many lots failed that the cause must be mended before more are scanned (9.4)."""
        return self.refused >= _STOPPED_AFTER


def inspection_after(lots: Iterable[LotResult], *, may_reduce: bool) -> Inspection:
    """Return where a series of lots stands, oldest first.

    Args:
        lots: how each was judged.
        may_reduce: whether those in charge agree to reduced inspection (9.3.3.1).
    """
    stands = Inspection()
    for lot in lots:
        stands = _after(stands, lot, may_reduce=may_reduce)
    return stands


def _after(stands: Inspection, lot: LotResult, *, may_reduce: bool) -> Inspection:
    recent = (*stands.recent, lot.accepted)[-_IN_A_ROW:]
    if stands.severity == "reduced":
        return replace(stands, recent=recent) if lot.accepted and may_reduce else Inspection()
    if stands.severity == "tightened":
        if len(recent) == _IN_A_ROW and all(recent):
            return Inspection()
        return replace(stands, recent=recent, refused=stands.refused + (not lot.accepted))
    if recent.count(False) >= 2:
        return Inspection(severity="tightened")
    score = _score(stands.score, lot)
    if score >= ENOUGH_TO_REDUCE and may_reduce:
        return Inspection(severity="reduced")
    return replace(stands, recent=recent, score=score)


def _score(score: int, lot: LotResult) -> int:
    """Return the switching score after a lot (9.3.3.2)."""
    if lot.acceptance >= 2:
        return score + 3 if lot.accepted_tighter else 0
    return score + 2 if lot.accepted else 0
