"""A page that kills its process is tried once more, alone; then it waits for a person."""

from pathlib import Path

import pytest

from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.plan import Status
from scanpipe.flows.process import run
from scanpipe.flows.process.run import PageFailed, process
from scanpipe.flows.station import Station
from tests.small_books import BOOK, statuses


def failures(station: Station, task: str, monkeypatch: pytest.MonkeyPatch) -> list[PageFailed]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setattr(run, "PAGE_TASK", f"deadly_tasks:{task}")
    return [event for event in process(station, [BOOK], engine="pool") if isinstance(event, PageFailed)]


def test_a_page_that_kills_its_process_alone_as_well_is_quarantined(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    (failed,) = failures(station, "kill", monkeypatch)
    assert failed.quarantined and "signal 9" in failed.message
    assert statuses(station) == {"1": Status.QUARANTINED}
    assert len(book_facts(station, BOOK).captured[0].facts.failures) == 1


def test_a_page_that_is_no_more_deadly_alone_fails_as_any_other(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    (failed,) = failures(station, "kill_once", monkeypatch)
    assert not failed.quarantined and failed.message == "no page"
    assert statuses(station) == {"1": Status.UNPROCESSED}
