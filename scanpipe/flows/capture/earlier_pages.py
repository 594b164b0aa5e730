"""The latest pages of a book, beside which the next one is looked at."""

from collections import deque
from dataclasses import replace

from scanpipe.capture.checks import CaptureChecks, CheckLimits, compare_capture
from scanpipe.capture.checks.compare import MOST_COMPARED
from scanpipe.capture.checks.page_number import follows
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.capture.check_limits import check_limits
from scanpipe.flows.station import Station
from scanpipe.state import page_facts


class EarlierPages:
    """What was measured on the latest captures of a book; `limits` say from where on something is told."""

    def __init__(self, station: Station, facts: BookFacts) -> None:
        self.limits: CheckLimits = check_limits(station.settings.checks)
        known = page_facts.capture_checks(station.journal, facts.row, CaptureChecks, most=MOST_COMPARED)
        self._checks = deque(known, maxlen=MOST_COMPARED)
        self._split = facts.book.spreads == "split"

    def compared(self, checks: CaptureChecks, *, body: bool) -> CaptureChecks:
        """Return the checks of the next page with what only shows beside those before; `body`: no cover or note."""
        flags = compare_capture(checks, tuple(self._checks), limits=self.limits, spread=self._split and body)
        if checks.page_number and not follows(checks.page_number, [other.page_number for other in self._checks]):
            flags = (*flags, "number_gap")
        self._checks.append(checks)
        return replace(checks, flags=(*checks.flags, *flags))
