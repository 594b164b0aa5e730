"""Until when a night takes work: pure, from what its pages and deliveries have taken so far."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

_RECENT = 50


def next_time(clock: str, now: datetime) -> datetime:
    """Return when it is next "06:00", by the clock of the station."""
    today = datetime.combine(now.date(), time.fromisoformat(clock))
    wanted = today.astimezone()
    return wanted if wanted > now else (today + timedelta(days=1)).astimezone()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What things of one kind take, in seconds each: `known` before any was done, else by the slowest of the last."""

    known: float = 0.0
    recent: tuple[float, ...] = ()

    def after(self, seconds: float) -> "Pace":
        """Return the pace once one more has taken so long."""
        return replace(self, recent=(*self.recent, seconds)[-_RECENT:])

    @property
    def slowest(self) -> float:
        """What the next one may take."""
        return max(self.recent, default=self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """From `begun` to `until`, None for as long as it takes, `reserve_s` of it kept for what comes last."""

    begun: datetime
    until: datetime | None = None
    reserve_s: float = 0.0

    def leaves(self, seconds: float, now: datetime) -> bool:
        """Whether what takes so long can be begun now, and be done in time."""
        return self.until is None or now + timedelta(seconds=seconds + self.reserve_s) <= self.until

    def ever_leaves(self, seconds: float) -> bool:
        """Whether it could have been done within this night, had the night begun with it."""
        return self.leaves(seconds, self.begun)
