"""The nights that the journal knows, read back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from scanpipe.flows.night.events import NightSummary, Paces
from scanpipe.state.journal import Journal
from scanpipe.state.nights import nights


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNight:
    """A night: when it began, and what it did; None where it was killed, or goes on."""

    began: str
    summary: NightSummary | None

    @property
    def begun(self) -> datetime:
        """When it began, by the clock of the station."""
        return datetime.fromisoformat(self.began).astimezone()

    @property
    def hours(self) -> float:
        """How long it took; 0 where nobody knows."""
        if self.summary is None:
            return 0.0
        took = datetime.fromisoformat(self.summary.ended) - datetime.fromisoformat(self.summary.started)
        return took / timedelta(hours=1)


def kept_nights(journal: Journal, *, most: int) -> tuple[KeptNight, ...]:
    """Return the newest nights, the newest first."""
    return tuple(
        KeptNight(began=row.began, summary=msgspec.convert(row.summary, type=NightSummary) if row.ended else None)
        for row in nights(journal, most=most)
    )


def last_paces(journal: Journal) -> Paces:
    """Return how long things took in the newest night that came to its end."""
    known = (night.summary for night in kept_nights(journal, most=_LOOKED_BACK))
    return next((summary.paces for summary in known if summary and summary.outcome != "broken"), Paces())


_LOOKED_BACK = 10
