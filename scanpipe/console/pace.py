"""How fast the operator is, and how long the book still takes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scanpipe.console.state import KeptPage
from scanpipe.flows.work.production import PAUSE_S

_CAPTURES = 40  # the pace of now: the last ones
_LEAST_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Pages and sheets of A4 an hour, and the minutes left; 0 and None where there is too little to tell."""

    pages_an_hour: float = 0.0
    a4_an_hour: float = 0.0
    minutes_left: float | None = None


def pace(strip: Sequence[KeptPage], *, left: int | None) -> Pace:
    """Return the pace of the last captures, newest first; pauses of more than three minutes do not count."""
    timed = list(reversed(strip[:_CAPTURES]))
    gaps = [(later, later.seconds - earlier.seconds) for earlier, later in pairwise(timed)]
    worked = [(kept, gap) for kept, gap in gaps if 0 <= gap <= PAUSE_S]
    seconds = sum(gap for _kept, gap in worked)
    if seconds < _LEAST_S:
        return Pace()
    pages = sum(len(kept.pages) for kept, _gap in worked) / seconds * 3600
    paper = sum(kept.a4 for kept, _gap in worked) / seconds * 3600
    return Pace(
        pages_an_hour=pages, a4_an_hour=paper, minutes_left=left / pages * 60 if left is not None and pages else None
    )
