"""How much was captured, and how fast, by day and by operator: pure, from captures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from scanpipe.flows.work.production import active_seconds, an_hour
from scanpipe.state.work import DayCapture

Captures = Mapping[str, Mapping[int, DayCapture]]
"""The captures of each operator by their rows, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Pages that were captured, and the seconds in which somebody scanned; pauses are left out."""

    pages: int = 0
    active_s: float = 0.0

    @property
    def an_hour(self) -> float:
        """Pages an hour of one person's active time; 0 where there is too little to tell."""
        return an_hour(self.pages, self.active_s)

    def __add__(self, other: "Speed") -> "Speed":
        return Speed(pages=self.pages + other.pages, active_s=self.active_s + other.active_s)


def speed_of(captures: Iterable[DayCapture]) -> Speed:
    """Return the speed of one operator, whose captures stand in the order in which they came."""
    captures = list(captures)
    times = [datetime.fromisoformat(capture.at) for capture in captures]
    return Speed(pages=sum(capture.pages for capture in captures), active_s=active_seconds(times))


def speed_by_operator(captures: Captures) -> dict[str, Speed]:
    """Return the speed of each operator, who captured most first."""
    found = {operator: speed_of(theirs.values()) for operator, theirs in captures.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1].pages, item[0])))


def speed_by_day(captures: Captures, days: Mapping[int, date]) -> dict[date, Speed]:
    """Return the speed of each day on which something was captured, in order."""
    found: defaultdict[date, Speed] = defaultdict(Speed)
    for theirs in captures.values():
        of_day: defaultdict[date, list[DayCapture]] = defaultdict(list)
        for row, capture in theirs.items():
            of_day[days[row]].append(capture)
        for day, done in of_day.items():
            found[day] += speed_of(done)
    return dict(sorted(found.items()))


def days_of(captures: Captures) -> dict[int, date]:
    """Return on which day each capture came, by the clock of the station."""
    return {
        row: datetime.fromisoformat(capture.at).astimezone().date()
        for theirs in captures.values()
        for row, capture in theirs.items()
    }
