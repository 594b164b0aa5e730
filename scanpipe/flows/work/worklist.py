"""Today's work, in the order in which it is due: sheets without a fate, pages sent back, unfinished books, new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from scanpipe.flows.locking import holder_of_book
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Book
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.books import BookRow, open_books
from scanpipe.state.views import SheetRow
from scanpipe.state.work import BookProgress, book_progress, data_version


class Due(IntEnum):
    """Why a book is due; the lowest comes first."""

    PUT_BACK = 1
    SENT_BACK = 2
    UNFINISHED = 3
    NEW = 4
    DONE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A book and what is to be done with it.

    Attributes:
        row: its row in the journal.
        book: the book.
        due: why it is due.
        text: what to do, in words.
        done: pages that have a picture or are stated missing.
        expected: pages that it states, cover and notes included; None where it states no total.
        accepted: pages that were accepted.
        in_use: who works on it at this moment, empty for nobody.
    """

    row: int
    book: Book
    due: Due
    text: LazyText
    done: int
    expected: int | None
    accepted: int
    in_use: LazyText | str = ""


def worklist(station: Station) -> tuple[WorkItem, ...]:
    """Return every book that is not closed, those first that are due first; finished ones come last."""
    return work_items(station, book_progress(station.journal))


def work_items(station: Station, progress: Mapping[int, BookProgress]) -> tuple[WorkItem, ...]:
    """Return the worklist of a station whose books are that far, by their rows."""
    items = [_item(station, row, progress.get(row.row, BookProgress())) for row in open_books(station.journal)]
    return tuple(item for _key, item in sorted(items, key=lambda keyed: keyed[0]))


class WorkReader:
    """The worklist of a station, read again only where something was written since."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._version: tuple[int, int] | None = None
        self._items: tuple[WorkItem, ...] = ()

    def items(self) -> tuple[WorkItem, ...]:
        """Return the work as it stands."""
        journal = self._station.journal
        version = (data_version(journal), journal.db.total_changes)
        if version != self._version:
            self._version, self._items = version, worklist(self._station)
        return self._items


def expected_pages(book: Book) -> int | None:
    """Return how many pages a book states with its cover and notes; None where it states no total."""
    return None if book.pages is None else book.front + book.pages + book.back


def _item(station: Station, row: BookRow, progress: BookProgress) -> tuple[tuple[int, int, int], WorkItem]:
    holder = holder_of_book(station, row.row) if progress.suspects or progress.newest_sheet else None
    lost = tuple(sheet for sheet in progress.suspects if holder is None or sheet.row <= holder.mark)
    expected, done = expected_pages(row.book), progress.placed + progress.absent
    due = _due(progress, lost, done=done, expected=expected)
    item = WorkItem(
        row=row.row,
        book=row.book,
        due=due,
        text=_text(due, progress, lost, left=None if expected is None else max(0, expected - done)),
        done=done,
        expected=expected,
        accepted=progress.accepted,
        in_use=holder.description if holder else "",
    )
    # What was begun last lies on the desk; new books come in the order in which they were opened.
    return (due, row.row if due is Due.NEW else -progress.newest_sheet, row.row), item


def _due(progress: BookProgress, lost: tuple[SheetRow, ...], *, done: int, expected: int | None) -> Due:
    if lost:
        return Due.PUT_BACK
    if progress.sent_back or progress.failed:
        return Due.SENT_BACK
    if progress.finished:
        return Due.DONE
    if not progress.placed:
        return Due.NEW
    unfinished = done < expected if expected is not None else not progress.revision
    return Due.UNFINISHED if unfinished else Due.DONE


def _text(due: Due, progress: BookProgress, lost: tuple[SheetRow, ...], *, left: int | None) -> LazyText:
    match due:
        case Due.PUT_BACK:
            pages = ", ".join(dict.fromkeys(str(sheet.page or "?") for sheet in lost))
            return lazy("Put back the sheet of page {pages}", pages=pages)
        case Due.SENT_BACK if progress.sent_back:
            return lazy("Sent back: scan page {pages} again", pages=page_range(progress.sent_back))
        case Due.SENT_BACK:
            return lazy("Not scanned because of a fault: page {pages}", pages=page_range(progress.failed))
        case Due.UNFINISHED if left is not None:
            return lazy("{left} pages left", left=left)
        case Due.UNFINISHED:
            return lazy("Total of pages not stated")
        case Due.NEW:
            return lazy("New")
        case _ if progress.finished:
            return lazy("Finished by {person}", person=progress.finished)
        case _:
            return lazy("Scanned completely")
