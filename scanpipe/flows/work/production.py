"""What an operator produced on a day: pages, sheets of A4, speed, defects. Read from the journal; counted purely."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from scanpipe.flows.station import Station
from scanpipe.package.paper_area import a4_of
from scanpipe.state.work import DayCapture, day_captures, rejected_since

PAUSE_S: Final = 180.0
"""Nobody scans in a longer gap between two captures: it is no active time."""
_LEAST_S: Final = 60.0  # a speed from less than a minute says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """The day of an operator.

    Attributes:
        pages: pages captured.
        a4: their paper as scanned, in sheets of A4.
        active_s: seconds in which he scanned: gaps of up to three minutes between captures.
        flagged: captures that a person should look at.
        rejected: pages of his that were sent back on this day.
    """

    pages: int = 0
    a4: float = 0.0
    active_s: float = 0.0
    flagged: int = 0
    rejected: int = 0

    @property
    def pages_an_hour(self) -> float:
        """Pages an hour of active time; 0 where there is too little to tell."""
        return an_hour(self.pages, self.active_s)

    @property
    def a4_an_hour(self) -> float:
        """Sheets of A4 an hour of active time; 0 where there is too little to tell."""
        return an_hour(self.a4, self.active_s)


def production_today(station: Station, *, now: datetime | None = None) -> Production:
    """Return what the station's person produced since midnight, by the clock of the station."""
    local = (now or datetime.now(UTC)).astimezone()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    captures = day_captures(station.journal, station.person, since=midnight)
    rejected = rejected_since(station.journal, station.person, since=midnight)
    return production_of(captures, rejected=rejected, iso_sizes=station.settings.handover.iso_sizes)


def production_of(captures: Sequence[DayCapture], *, rejected: int, iso_sizes: bool) -> Production:
    """Count captures, which stand in the order in which they came."""
    counted = [capture for capture in captures if capture.pages]
    return Production(
        pages=sum(capture.pages for capture in counted),
        a4=round(sum(a4_of(c.width_mm, c.height_mm, iso_sizes=iso_sizes) for c in counted), 2),
        active_s=active_seconds([datetime.fromisoformat(capture.at) for capture in captures]),
        flagged=sum(bool(capture.flags) for capture in counted),
        rejected=rejected,
    )


def an_hour(count: float, active_s: float) -> float:
    """Return a speed; 0 where less than a minute of active time is too little to tell."""
    return count / active_s * 3600 if active_s >= _LEAST_S else 0.0


def active_seconds(times: Sequence[datetime]) -> float:
    """Return how long somebody worked who was seen at these times, in order."""
    gaps = ((later - earlier).total_seconds() for earlier, later in pairwise(times))
    return sum(gap for gap in gaps if 0 <= gap <= PAUSE_S)
