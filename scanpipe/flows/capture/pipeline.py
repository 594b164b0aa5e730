"""Sides of sheets on their way from the scanner into the journal: while one is scanned, those before it are kept.

The scanner is asked in a thread of its own; pictures are checked, encoded and stored in others; the journal is written
by whoever runs the flow, in the order of the paper. A side is told only when it is stored and written down.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from scanpipe.capture.scanner import Scanned
from scanpipe.capture.separators import SeparatorSheet
from scanpipe.flows.capture.events import CaptureEvent
from scanpipe.flows.capture.keep import StoredMaster

_MOST_WAITING = 3  # pictures, each as large in memory as it is uncompressed
_STORING_THREADS = 2

Write = Callable[[StoredMaster], CaptureEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A side as it was scanned; `separator` is what it says if it is a separator sheet."""

    scanned: Scanned
    separator: SeparatorSheet | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    stored: "Future[StoredMaster]"
    write: Write


class Pipeline:
    """What is under way between the scanner and the journal, in the order in which it came."""

    def __init__(self) -> None:
        self._scanning = ThreadPoolExecutor(1, "scan")
        self._storing = ThreadPoolExecutor(_STORING_THREADS, "store")
        self._waiting: deque[_Waiting] = deque()

    def scan(self, scan: Callable[[], Taken]) -> "Future[Taken]":
        """Begin to scan a side."""
        return self._scanning.submit(scan)

    def store(self, store: Callable[[], StoredMaster], write: Write) -> None:
        """Have a picture stored, and written down when it is its turn."""
        self._waiting.append(_Waiting(self._storing.submit(store), write))

    def kept_until(self, scanned: "Future[Taken]") -> Iterator[CaptureEvent]:
        """Tell what is kept until a side is scanned."""
        while not scanned.done():
            if not self._waiting:
                wait([scanned])
                return
            oldest = self._waiting[0].stored
            either: list[Future[Any]] = [scanned, oldest]
            wait(either, return_when=FIRST_COMPLETED)
            if oldest.done():
                yield self._written()

    def kept_to_make_room(self) -> Iterator[CaptureEvent]:
        """Tell what is kept until the next picture may come."""
        while len(self._waiting) >= _MOST_WAITING:
            yield self._written()

    def rest(self) -> Iterator[CaptureEvent]:
        """Tell all that is still under way as it is kept."""
        while self._waiting:
            yield self._written()

    def close(self) -> None:
        """Let the threads end."""
        self._scanning.shutdown()
        self._storing.shutdown()

    def _written(self) -> CaptureEvent:
        oldest = self._waiting.popleft()
        return oldest.write(oldest.stored.result())
