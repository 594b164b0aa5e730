"""A night that has an end: nothing begins that would not be done in time, and the next night goes on."""

import pytest

from scanpipe.errors import StationLocked
from scanpipe.flows.night.events import NightSummary
from scanpipe.flows.night.kept import kept_nights, last_paces
from scanpipe.flows.night.run import nightly
from scanpipe.flows.station import Station
from scanpipe.state.nights import begin_night, end_night


def take_long(station: Station, **paces: float) -> None:
    """Have the journal know a night in which things took that long, in seconds."""
    night = begin_night(station.journal, person="Lan")
    summary = {"started": "2026-03-05T20:00:00+00:00", "ended": "2026-03-05T21:00:00+00:00", "paces": paces}
    end_night(station.journal, night, outcome="done", summary=summary)


def summary(station: Station, until: str = "") -> NightSummary:
    last = list(nightly(station, until=until))[-1]
    assert isinstance(last, NightSummary)
    return last


def test_pages_that_would_not_be_done_in_time_are_left_for_the_next_night(station: Station) -> None:
    take_long(station, page_s=200_000)
    done = summary(station, "06:00")
    assert (done.outcome, done.processed, done.left, done.delivered, done.attention) == ("until", 0, 1, (), ())
    assert last_paces(station.journal).page_s == 200_000
    done = summary(station)
    assert (done.outcome, done.processed, done.left, len(done.delivered)) == ("done", 1, 0, 1)
    assert 0 < last_paces(station.journal).page_s < 200_000


def test_a_second_night_is_refused_while_one_goes_on(station: Station) -> None:
    first = nightly(station)
    next(first)
    with pytest.raises(StationLocked, match="The night run is in use by 'scanpipe test'"):
        next(nightly(station))
    *_more, last = first
    assert isinstance(last, NightSummary) and len(last.delivered) == 1
    assert len(kept_nights(station.journal, most=9)) == 1


def test_the_journal_keeps_what_a_night_did_and_that_one_was_killed(station: Station) -> None:
    done = summary(station)
    killed = nightly(station)
    next(killed)
    killed.close()  # type: ignore[attr-defined]
    second, first = kept_nights(station.journal, most=9)
    assert second.summary is None
    assert first.summary == done and first.summary.line == done.line
