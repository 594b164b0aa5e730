"""Captures one by one, newest first: what somebody sees who follows a scan."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scanpipe.messages import LazyText, text_from_json
from scanpipe.model import Page, Placement
from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal
from scanpipe.state.views import FilePage, file_page, page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """A capture as the journal has it.

    `placements` are the pages that it shows at this moment, in reading order; `set_aside` is the code why it needs
    none, "" where nobody says so; `checks` is the JSON of what was measured.
    """

    row: int
    book: int
    digest: str
    width: int
    height: int
    dpi: float
    side: str
    file: FilePage | None
    flags: tuple[str, ...]
    checks: str
    placements: tuple[Placement, ...]
    set_aside: str
    at: str


def newest_rows(journal: Journal) -> tuple[int, ...]:
    """Return numbers of which one is another as soon as something was captured, moved, set aside, or a run ended."""
    return tuple(journal.db.execute(_NEWEST).fetchone())


def why_stopped(journal: Journal, book: int | None, *, since: datetime) -> LazyText | str | None:
    """Return why the last run of a scanner was broken off, "" where nobody knows; None where it was not.

    Args:
        journal: the station's.
        book: the row of the book that it was for; None for any.
        since: what was broken off before then is past.
    """
    found = journal.db.execute(_LAST_RUN, {"book": book}).fetchone()
    if found is None or found["outcome"] not in ("halted", "failed") or datetime.fromisoformat(found["at"]) < since:
        return None
    return text_from_json(found["detail"] or found["sheet_detail"] or "")


def newest_capture(journal: Journal, book: int | None = None) -> int | None:
    """Return the row of the newest capture of a book, or of the station; None where there is none."""
    query = "SELECT max(id) FROM capture"
    if book is not None:
        query = "SELECT max(c.id) FROM sheet s JOIN capture c ON c.sheet = s.id WHERE s.book = ?"
    found = journal.db.execute(query, () if book is None else (book,)).fetchone()[0]
    return None if found is None else int(found)


def newest_captures(journal: Journal, book: int, *, most: int) -> tuple[CaptureRow, ...]:
    """Return the captures that came last into a book, newest first, without those that show no page now."""
    rows = [capture_row(journal, row["id"]) for row in journal.db.execute(_NEWEST_OF_BOOK, (book, most))]
    return tuple(row for row in rows if row and row.placements)


def capture_row(journal: Journal, capture: int) -> CaptureRow | None:
    """Return a capture, None where there is none of that number."""
    row = journal.db.execute(_CAPTURE, (capture,)).fetchone()
    if row is None:
        return None
    fields = {name: row[name] for name in ("book", "digest", "width", "height", "dpi", "side", "checks", "at")}
    return CaptureRow(
        row=capture,
        file=file_page(row),
        flags=from_json(row["flags"], tuple[str, ...]),
        placements=_placements(journal, row["book"], capture),
        set_aside=row["set_aside"] or "",
        **fields,
    )


def capture_before(journal: Journal, shown: CaptureRow) -> int | None:
    """Return the capture of the page before those that `shown` shows, in reading order; else the capture before it."""
    if shown.placements:
        first = page_order(shown.placements[0].page)
        there = [(page_order(Page.parse(row["page"])), row["capture"]) for row in _placed(journal, shown.book)]
        earlier = [place for place in there if place[0] < first]
        return max(earlier)[1] if earlier else None
    found = journal.db.execute(_CAPTURE_BEFORE, (shown.book, shown.row)).fetchone()[0]
    return None if found is None else int(found)


_NEWEST = """
SELECT (SELECT coalesce(max(id), 0) FROM capture), (SELECT coalesce(max(id), 0) FROM placement),
       (SELECT coalesce(max(id), 0) FROM verdict), (SELECT coalesce(max(id), 0) FROM set_aside),
       (SELECT coalesce(max(id), 0) FROM sheet), (SELECT count(*) FROM feed_end)
"""
# The run of the newest sheet: what was imported since has none.
_LAST_RUN = """
SELECT e.outcome, e.detail, e.at,
       (SELECT n.detail FROM sheet t JOIN sheet_end n ON n.sheet = t.id
        WHERE t.book = s.book AND t.feed = s.feed AND n.outcome = 'failed' ORDER BY t.id DESC LIMIT 1) AS sheet_detail
FROM sheet s LEFT JOIN feed_end e ON e.feed = s.feed
WHERE s.id = (SELECT max(id) FROM sheet WHERE :book IS NULL OR book = :book)
"""
_CAPTURE = """
SELECT c.*, s.book, s.file, s.file_page, a.reason AS set_aside
FROM capture c JOIN sheet s ON s.id = c.sheet LEFT JOIN current_set_aside a ON a.capture = c.id
WHERE c.id = ?
"""
_NEWEST_OF_BOOK = """
SELECT c.id FROM sheet s JOIN capture c ON c.sheet = s.id WHERE s.book = ? ORDER BY c.id DESC LIMIT ?
"""
_CAPTURE_BEFORE = "SELECT max(c.id) FROM sheet s JOIN capture c ON c.sheet = s.id WHERE s.book = ? AND c.id < ?"
# As the view current_placement, which looks through all books of the station: too slow for each picture of a scan.
_PLACED = """
SELECT p.page, p.capture, p.region FROM placement p
WHERE p.id IN (SELECT max(id) FROM placement WHERE book = ? GROUP BY page)
  AND coalesce((SELECT v.decision FROM verdict v WHERE v.placement = p.id ORDER BY v.id DESC LIMIT 1), '')
      NOT IN ('rescan', 'released')
"""


def _placed(journal: Journal, book: int) -> list[Any]:
    return journal.db.execute(_PLACED, (book,)).fetchall()


def _placements(journal: Journal, book: int, capture: int) -> tuple[Placement, ...]:
    found = [
        Placement(page=Page.parse(row["page"]), region=row["region"])
        for row in _placed(journal, book)
        if row["capture"] == capture
    ]
    return tuple(sorted(found, key=lambda placement: page_order(placement.page)))
