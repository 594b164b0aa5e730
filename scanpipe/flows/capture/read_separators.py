"""What separator sheets among scans or image files mean for their book: which case begins, or why the run stops."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanpipe.capture.separators import SeparatorSheet
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.cases import begin_case
from scanpipe.flows.capture.events import CaptureEvent, SeparatorMissing, SeparatorRead, SurplusCase
from scanpipe.flows.capture.keep import SEPARATOR
from scanpipe.flows.capture.separated import Begins, Missing, Refused, case_tracker
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.model import CaseKey, Page
from scanpipe.state.stated import set_aside_pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSeparator:
    """What a sheet means.

    Attributes:
        case: the case that begins on `first`; None for a cover sheet and one that is refused.
        first: the page that is captured next.
        missing: what shows that a sheet before it may be missing.
        surplus: it is the first case beyond the number that the book states.
        halt: why the run stops; None: it goes on.
        page: it is kept as a page all the same.
    """

    case: CaseKey | None = None
    first: Page | None = None
    missing: Missing | None = None
    surplus: bool = False
    halt: LazyText | None = None
    page: bool = False


class SeparatorReader:
    """Reads the separator sheets of one run; `met` counts the pictures of all that its book ever had."""

    def __init__(self, station: Station, facts: BookFacts) -> None:
        self.met = set_aside_pictures(station.journal, facts.row, SEPARATOR)
        self._station, self._book = station, facts.book
        self._tracker = case_tracker(facts.book)
        self._separated = facts.book.rule.kind == "starts"

    def read(self, separator: SeparatorSheet, first: Page | None) -> FoundSeparator:
        """Return what a sheet means that came in place of the page `first`; None: the book has no room for more."""
        if separator.patch and not self._separated:
            # Bars without data: in a book that no sheet separates they may as well be a form's own.
            return FoundSeparator(
                page=True,
                halt=lazy(
                    "Page {page} looks like a separator sheet without data. Put the cover sheet of the book first.",
                    page=first or "?",
                ),
            )
        before = self._tracker
        self._tracker, meaning, missing = before.read(separator, first)
        if isinstance(meaning, Refused):
            return FoundSeparator(halt=meaning.reason)
        self._separated = True
        return FoundSeparator(
            case=meaning.key if isinstance(meaning, Begins) else None,
            first=first,
            missing=missing,
            surplus=self._tracker.surplus and not before.surplus,
        )

    def begin(self, found: FoundSeparator) -> Iterator[CaptureEvent]:
        """Write down the case that begins, and tell it.

        Raises:
            UsageError: what the book states stands against it.
        """
        if found.halt:
            return
        if found.case and found.first:
            begin_case(self._station, self._book.id.full_name, found.first, found.case)
        yield SeparatorRead(case=found.case)
        if found.missing:
            yield SeparatorMissing(before=found.missing.before, reason=found.missing.reason)
        if found.surplus and self._book.cases is not None:
            yield SurplusCase(stated=self._book.cases)
