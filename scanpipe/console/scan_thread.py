"""A run of the scanner in a thread of its own, with a station that is opened there; it tells what happens as events."""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

from scanpipe.console.effects import Asked, Event, RunEnded, Seen
from scanpipe.console.kept import kept_page
from scanpipe.console.state import KeptPage
from scanpipe.errors import EngineError, ScanpipeError
from scanpipe.flows.capture.events import Captured, CaptureEvent
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.practice import practice_scanner
from scanpipe.flows.station import Station, open_station
from scanpipe.messages import lazy
from scanpipe.model import Page

Reply = Literal["yes", "no"]
log = logging.getLogger(__name__)


class ScanThread:
    """One run; `tell` is called from its thread.

    The first page on the glass is not asked for: whoever pressed the key has laid it there.
    """

    def __init__(
        self,
        folder: Path,
        book: str,
        request: ScanRequest,
        *,
        person: str,
        ticket: str = "",
        tell: Callable[[Event], None],
    ) -> None:
        self._folder, self._book, self._request, self._tell = folder, book, request, tell
        self._person, self._ticket = person, ticket
        self._stop = threading.Event()
        self._answers: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._laid = True
        self._thread = threading.Thread(target=self._run, name="scan")

    def start(self) -> None:
        """Start to scan."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the sheet under way; a question that waits is answered by no."""
        self._stop.set()
        self._answers.put("no")

    def answer(self, *, yes: bool) -> None:
        """Answer what was asked."""
        self._answers.put("yes" if yes else "no")

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; return whether it came."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._scan()
        except ScanpipeError as error:
            self._tell(RunEnded(error=error))
        except Exception as error:  # the console goes on whatever happens to a run
            log.exception("a run of the scanner failed")
            text = lazy("The run failed: {error}", error=repr(error))
            self._tell(RunEnded(error=EngineError(text, remedy=lazy("Every reported page is kept. Scan again."))))
        else:
            self._tell(RunEnded())

    def _scan(self) -> None:
        with open_station(self._folder, purpose="console", person=self._person, ticket=self._ticket) as station:
            flow = practice_scanner if station.settings.practice else capture_scanner
            events = flow(
                station, self._book, self._request, ready=self._ready, confirm=self._confirm, stop=self._stop.is_set
            )
            with closing(events):
                for event in events:
                    self._tell(Seen(event=event, kept=_kept(station, event)))

    def _ready(self, page: Page) -> bool:
        if self._laid:
            self._laid = False
            return True
        return self._asked(page)

    def _confirm(self) -> bool:
        return self._asked(None)

    def _asked(self, page: Page | None) -> bool:
        if self._stop.is_set():
            return False
        self._tell(Asked(page=page))
        return self._answers.get() == "yes"


def _kept(station: Station, event: CaptureEvent) -> KeptPage | None:
    return kept_page(station, event.capture, event.pages) if isinstance(event, Captured) else None
