"""One run of a scanner over a stack, as values: where it is kept, and what went in and came of it."""

from dataclasses import dataclass
from typing import Protocol

from scanpipe.capture.scanner import ScanSession, ScanSettings
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.reorder import NO_REASON, ChangeReason
from scanpipe.flows.capture.sheets import Sheet
from scanpipe.flows.station import Station
from scanpipe.package.naming.limits import Limits


class Queue(Protocol):
    """The sheets that are to come, in the order of the stack."""

    def next(self) -> Sheet | None:
        """Return the next sheet; None when there is none to come."""
        ...

    def without(self, sheet: Sheet) -> "Queue":
        """Return the queue that is left when a sheet is captured."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRun:
    """One run of a scanner: where it is kept, what the scanner was set to, what the convention asks.

    `row` is that of the run in the journal, `why` the reason for pages that are scanned again.
    """

    station: Station
    facts: BookFacts
    session: ScanSession
    settings: ScanSettings
    limits: Limits
    row: int
    why: ChangeReason = NO_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCount:
    """What went in and what came of it: sheets, pictures, and pictures that stand on pages."""

    sheets: int = 0
    images: int = 0
    placed: int = 0
