"""What separator sheets among the scans of a run mean for its book: which case begins, or why the run stops."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from scanpipe.capture.separators import SeparatorSheet, read_separator
from scanpipe.flows.book.cases import begin_case
from scanpipe.flows.capture.events import CaptureEvent, SeparatorMissing, SeparatorRead
from scanpipe.flows.capture.feed_run import FeedRun
from scanpipe.flows.capture.keep_scans import SEPARATOR
from scanpipe.flows.capture.separated import Begins, Missing, Refused, case_tracker
from scanpipe.flows.capture.sheets import Sheet
from scanpipe.messages import LazyText, lazy
from scanpipe.model import CaseKey, Page
from scanpipe.raster import Raster
from scanpipe.state.stated import set_aside_pictures

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSeparator:
    """What a sheet means.

    Attributes:
        case: the case that begins on `first`; None for a cover sheet and one that is refused.
        first: the page that is captured next.
        missing: what shows that a sheet before it may be missing.
        halt: why the run stops; None: it goes on.
        page: it is kept as a page all the same.
    """

    case: CaseKey | None = None
    first: Page | None = None
    missing: Missing | None = None
    halt: LazyText | None = None
    page: bool = False


def separator_of(raster: Raster) -> SeparatorSheet | None:
    """Return what a picture says as a separator sheet; None, too, where it cannot be looked at: it stays a page."""
    try:
        return read_separator(raster)
    except Exception:  # the reading of codes lies in other hands, and no page is lost for it
        _log.exception("a picture could not be looked at for separators")
        return None


class SeparatorReader:
    """Reads the separator sheets of one run; `met` counts the pictures of all that its book ever had."""

    def __init__(self, run: FeedRun) -> None:
        self.met = set_aside_pictures(run.station.journal, run.facts.row, SEPARATOR)
        self._run = run
        self._tracker = case_tracker(run.facts.book)
        self._separated = run.facts.book.rule.kind == "starts"

    def read(self, separator: SeparatorSheet, sheet: Sheet) -> FoundSeparator:
        """Return what a sheet means that came in place of `sheet`."""
        if separator.patch and not self._separated:
            # Bars without data: in a book that no sheet separates they may as well be a form's own.
            return FoundSeparator(
                page=True,
                halt=lazy(
                    "Page {page} looks like a separator sheet without data. Put the cover sheet of the book first.",
                    page=sheet.page or "?",
                ),
            )
        first = next(iter(sheet.wanted), None)
        self._tracker, meaning, missing = self._tracker.read(separator, first)
        if isinstance(meaning, Refused):
            return FoundSeparator(halt=meaning.reason)
        self._separated = True
        return FoundSeparator(case=meaning.key if isinstance(meaning, Begins) else None, first=first, missing=missing)

    def begin(self, found: FoundSeparator) -> Iterator[CaptureEvent]:
        """Write down the case that begins, and tell it."""
        if found.halt:
            return
        if found.case and found.first:
            begin_case(self._run.station, self._run.facts.book.id.full_name, found.first, found.case)
        yield SeparatorRead(case=found.case)
        if found.missing:
            yield SeparatorMissing(before=found.missing.before, reason=found.missing.reason)
