"""The picture that was captured last, and the page before it: what somebody sees who follows a scan."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from scanpipe.errors import BookUnknown
from scanpipe.flows.station import JOURNAL, open_journal
from scanpipe.messages import LazyText
from scanpipe.model import Book, Region
from scanpipe.raster.lengths import mm_of
from scanpipe.state.books import book_of_row, find_book
from scanpipe.state.captures import CaptureRow, capture_before, capture_row, newest_capture, newest_rows, why_stopped
from scanpipe.state.journal import Journal
from scanpipe.vocabularies.flags import FLAGS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedMark:
    """Where a warning is about something: shares (0-1) of the picture's width and height; `warning` is its number."""

    warning: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCapture:
    """A capture with what people are told of it.

    Attributes:
        capture: its row.
        digest: the master in the store.
        width: in pixels, as `height`.
        height: in pixels.
        dpi: its resolution.
        book: the book that it came into.
        pages: the labels of the pages that it shows; none where it shows none.
        regions: which part of it shows each of them.
        set_aside: the code why it needs no page, "" where there is none.
        side: "front" or "back" of a sheet, or "single".
        file: the name of the file that it was imported from, "" for a scan.
        at: when it came, ISO time in UTC.
        warnings: what a person should look at, one text for each flag.
        marks: where these are about something.
    """

    capture: int
    digest: str
    width: int
    height: int
    dpi: float
    book: Book
    pages: tuple[str, ...]
    regions: tuple[Region, ...]
    set_aside: str
    side: str
    file: str
    at: str
    warnings: tuple[LazyText | str, ...]
    marks: tuple[PlacedMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePage:
    """The newest capture and the page before it; None where nothing was captured.

    `stopped` says why the last run of the scanner was broken off a moment ago, None where it was not.
    """

    newest: ShownCapture | None = None
    before: ShownCapture | None = None
    stopped: LazyText | str | None = None


Trace = tuple[tuple[int, int], ...]
"""When the files of a journal were last written, in ns, and their sizes."""

_STOP_COUNTS = timedelta(minutes=30)  # nobody is to be alarmed in the morning by what stopped in the evening
_SETTLED_NS = 2_000_000_000  # clocks of file systems are coarse: two writes may carry the same time


def trace(folder: Path) -> Trace:
    """Return what shows, without opening the journal of the station in `folder`, that nobody wrote it."""
    return tuple(_written(folder / name) for name in (JOURNAL, f"{JOURNAL}-wal"))


def settled(seen: Trace) -> bool:
    """Return whether who sees the same trace again may know that nobody wrote in between."""
    return all(time.time_ns() - written > _SETTLED_NS for written, _size in seen)


def _written(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return (found.st_mtime_ns, found.st_size) if found.st_size else (0, 0)  # SQLite makes an empty log to look


Moment = tuple[int, ...]


def moment(folder: Path) -> Moment:
    """Return numbers that are others as soon as something was captured or moved on the station in `folder`.

    Raises:
        StateError: the journal cannot be read.
    """
    with open_journal(folder) as journal:
        return newest_rows(journal)


def live_page(folder: Path, name: str = "") -> LivePage:
    """Return what was captured last into the book `name`, into any book of the station without one.

    Raises:
        StateError: the journal cannot be read.
    """
    with _looking(folder) as journal:
        book = _book_row(journal, name) if name else None
        capture = newest_capture(journal, book)
        stopped = why_stopped(journal, book, since=datetime.now(UTC) - _STOP_COUNTS)
        newest = capture_row(journal, capture) if capture is not None else None
        if newest is None:
            return LivePage(stopped=stopped)
        earlier = capture_before(journal, newest)
        before = capture_row(journal, earlier) if earlier is not None else None
        shown = _shown(journal, before) if before else None
        return LivePage(newest=_shown(journal, newest), before=shown, stopped=stopped)


def shown_capture(folder: Path, capture: int) -> ShownCapture | None:
    """Return one capture of the station, None where there is none of that number.

    Raises:
        StateError: the journal cannot be read.
    """
    with _looking(folder) as journal:
        row = capture_row(journal, capture)
        return _shown(journal, row) if row else None


@contextmanager
def _looking(folder: Path) -> Iterator[Journal]:
    with open_journal(folder) as journal, journal.snapshot():
        yield journal


def _book_row(journal: Journal, name: str) -> int | None:
    """Return the row of a book; -1, which no book has, where there is none of that name."""
    with suppress(BookUnknown):
        return find_book(journal, name).row
    return -1


def _shown(journal: Journal, row: CaptureRow) -> ShownCapture:
    return ShownCapture(
        capture=row.row,
        digest=row.digest,
        width=row.width,
        height=row.height,
        dpi=row.dpi,
        book=book_of_row(journal, row.book),
        pages=tuple(placement.page.label for placement in row.placements),
        regions=tuple(placement.region for placement in row.placements),
        set_aside=row.set_aside,
        side=row.side,
        file=str(row.file or ""),
        at=row.at,
        warnings=tuple(FLAGS[code].text if code in FLAGS else code for code in row.flags),
        marks=tuple(placed_marks(row)),
    )


class _Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the picture, as the checks of a capture tell it."""

    flag: str
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


class _Checks(msgspec.Struct, frozen=True, kw_only=True):
    """What of the checks is drawn; those of an older scanpipe name no places."""

    marks: tuple[_Mark, ...] = ()


def placed_marks(row: CaptureRow) -> Iterator[PlacedMark]:
    """Yield where on the picture flags of a capture are about something."""
    try:
        checks = msgspec.json.decode(row.checks, type=_Checks)
    except msgspec.DecodeError:
        return
    across, down = (mm_of(side, row.dpi) for side in (row.width, row.height))
    for mark in checks.marks:
        if mark.flag in row.flags:
            left, top = _within(mark.left_mm / across), _within(mark.top_mm / down)
            right = _within((mark.left_mm + mark.width_mm) / across)
            bottom = _within((mark.top_mm + mark.height_mm) / down)
            number = row.flags.index(mark.flag) + 1
            yield PlacedMark(warning=number, left=left, top=top, width=right - left, height=bottom - top)


def _within(share: float) -> float:
    return min(1.0, max(0.0, round(share, 4)))
