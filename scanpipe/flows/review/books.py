"""The books of a station, with what waits for a person who judges pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from scanpipe.flows.locking import holder_of_book
from scanpipe.flows.qa.lots import LotReport, LotState, all_lot_reports
from scanpipe.flows.station import Station
from scanpipe.flows.work.worklist import expected_pages
from scanpipe.messages import LazyText
from scanpipe.model import Book
from scanpipe.state.books import BookRow, find_book, open_books
from scanpipe.state.work import BookProgress, book_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """A book in numbers.

    Attributes:
        row: its row in the journal.
        book: the book.
        expected: pages that it states, cover and notes included; None where it states no total.
        scanned: pages that have a picture.
        accepted: those of them that were accepted.
        sent_back: pages that are to be scanned again.
        sample: pages of its lots that a person is still to look at.
        failed: whether a lot failed, and is looked at whole.
        revision: the last one that was delivered, 0 for none.
        in_use: who works on it at this moment, empty for nobody.
    """

    row: int
    book: Book
    expected: int | None
    scanned: int
    accepted: int
    sent_back: int
    sample: int
    failed: bool
    revision: int
    in_use: LazyText | str

    @property
    def waiting(self) -> int:
        """How many pages are to be judged, or processed before that."""
        return self.scanned - self.accepted


def book_lines(station: Station) -> tuple[BookLine, ...]:
    """Return every book that is not closed, those first of which most is to be judged."""
    progress = book_progress(station.journal)
    lots = all_lot_reports(station)
    lines = [
        _line(station, row, progress.get(row.row, BookProgress()), lots.get(row.row, ()))
        for row in open_books(station.journal)
    ]
    return tuple(sorted(lines, key=lambda line: (not line.sample, not line.waiting, line.row)))


def book_row(station: Station, name: str) -> int:
    """Return the row of the book that a name means.

    Raises:
        BookUnknown: there is none.
        UsageError: the name fits several books.
    """
    return find_book(station.journal, name).row


def _line(station: Station, row: BookRow, progress: BookProgress, lots: Sequence[LotReport]) -> BookLine:
    holder = holder_of_book(station, row.row) if progress.newest_sheet else None
    return BookLine(
        row=row.row,
        book=row.book,
        expected=expected_pages(row.book),
        scanned=progress.placed,
        accepted=progress.accepted,
        sent_back=len(progress.sent_back),
        sample=sum(len(lot.waiting) for lot in lots),
        failed=any(lot.state is LotState.FAILED for lot in lots),
        revision=progress.revision,
        in_use=holder.description if holder else "",
    )
