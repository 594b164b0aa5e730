"""What is to be done on a station, and what an operator did on a day: a few queries for all books together.

A station holds hundreds of books. Reading the facts of each takes seconds; these counts take milliseconds.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scanpipe.model import Page
from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal
from scanpipe.state.views import SheetRow, page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class BookProgress:
    """How far one book is.

    Attributes:
        placed: pages that have a picture.
        accepted: those of them that were accepted.
        absent: pages that a person states missing from the paper.
        sent_back: pages that a person sent back to the scanner and that did not come yet.
        failed: pages whose sheet or file came to grief.
        suspects: sheets without a fate, also one that is in the scanner at this moment.
        revision: the last one that was delivered, 0 for none.
        newest_sheet: a number that is the higher the later something was scanned into it.
        finished: who finished it, "" while nobody did.
    """

    placed: int = 0
    accepted: int = 0
    absent: int = 0
    sent_back: tuple[Page, ...] = ()
    failed: tuple[Page, ...] = ()
    suspects: tuple[SheetRow, ...] = ()
    revision: int = 0
    newest_sheet: int = 0
    finished: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCapture:
    """A capture of a day: when it came (ISO time, UTC), its size, what it was flagged for, how many pages it shows."""

    at: str
    width_mm: float
    height_mm: float
    flags: tuple[str, ...]
    pages: int


def book_progress(journal: Journal) -> dict[int, BookProgress]:
    """Return how far every book is, by its row; books with nothing to tell are left out."""
    with journal.snapshot():
        counted = {name: _numbers(journal, query) for name, query in _COUNTS.items()}
        placed = journal.db.execute(_PLACED).fetchall()
        counted |= {name: {row["book"]: row[name] for row in placed} for name in ("placed", "accepted")}
        waiting = _awaited(journal)
        suspects = _suspects(journal)
        finished = {row["book"]: row["person"] for row in journal.db.execute("SELECT book, person FROM finished_book")}
    books = {*suspects, *waiting, *finished, *(row for rows in counted.values() for row in rows)}
    return {
        row: BookProgress(
            **{name: rows.get(row, 0) for name, rows in counted.items()},
            sent_back=_pages(waiting[row], rescan=True),
            failed=_pages(waiting[row], rescan=False),
            suspects=suspects.get(row, ()),
            finished=finished.get(row, ""),
        )
        for row in books
    }


def data_version(journal: Journal) -> int:
    """Return a number that changes when another connection has written into the journal."""
    return int(journal.db.execute("PRAGMA data_version").fetchone()[0])


def day_captures(journal: Journal, operator: str, *, since: datetime) -> tuple[DayCapture, ...]:
    """Return what an operator captured since then, oldest first."""
    rows = journal.db.execute(
        f"{CAPTURED} WHERE s.operator = ? AND c.at >= ? ORDER BY c.id",
        (operator, since.isoformat(timespec="milliseconds")),
    )
    return tuple(map(day_capture, rows))


def rejected_since(journal: Journal, operator: str, *, since: datetime) -> int:
    """Return how many pages that an operator captured, whenever, people sent back since then."""
    query = (
        "SELECT count(*) FROM (SELECT DISTINCT p.book, p.page"
        " FROM said_verdict v JOIN placement p ON p.id = v.placement"
        " JOIN capture c ON c.id = p.capture JOIN sheet s ON s.id = c.sheet"
        " WHERE s.operator = ? AND v.at >= ? AND v.decision IN ('reject', 'redo', 'rescan'))"
    )
    return int(journal.db.execute(query, (operator, since.isoformat(timespec="milliseconds"))).fetchone()[0])


def day_capture(row: Any) -> DayCapture:
    """Return a capture of a row of `CAPTURED`."""
    dpi = row["dpi"] or 1.0
    return DayCapture(
        at=row["at"],
        width_mm=row["width"] / dpi * 25.4,
        height_mm=row["height"] / dpi * 25.4,
        flags=from_json(row["flags"], tuple[str, ...]),
        pages=row["pages"],
    )


# The views of what is current are made to be asked about one book: over all books they take minutes.
CURRENT: Final = """
newest AS MATERIALIZED (SELECT max(id) AS id FROM placement GROUP BY book, page),
said AS MATERIALIZED (SELECT placement, max(id) AS id FROM verdict GROUP BY placement),
current_page AS MATERIALIZED (
    SELECT p.book, p.page, p.capture, p.region, v.decision, v.version, v.recipe, v.newest_failure, v.at
    FROM newest n JOIN placement p ON p.id = n.id
    LEFT JOIN said s ON s.placement = p.id LEFT JOIN verdict v ON v.id = s.id
    WHERE coalesce(v.decision, '') NOT IN ('rescan', 'released'))
"""
"""To be said after WITH: `current_page` are the pages of all books that have a picture, with what was said last."""

CAPTURED: Final = """
SELECT c.id, s.operator, c.at, c.width, c.height, c.dpi, c.flags,
    (SELECT count(*) FROM (SELECT DISTINCT p.page FROM placement p WHERE p.capture = c.id)) AS pages
FROM capture c JOIN sheet s ON s.id = c.sheet
"""
"""Captures with who made them and how many pages they show, to be narrowed down."""

_PLACED = f"""
WITH {CURRENT}
SELECT book, count(*) AS placed, sum(coalesce(decision, '') = 'accept') AS accepted FROM current_page GROUP BY book
"""
_COUNTS = {
    "absent": "SELECT book, count(*) AS n FROM current_page_statement WHERE state = 'missing' GROUP BY book",
    "revision": "SELECT book, max(revision) AS n FROM delivery GROUP BY book",
    "newest_sheet": "SELECT book, max(id) AS n FROM sheet GROUP BY book",
}


def _numbers(journal: Journal, query: str) -> dict[int, int]:
    return {row["book"]: row["n"] for row in journal.db.execute(query)}


def _awaited(journal: Journal) -> defaultdict[int, list[Any]]:
    absent = {
        (row["book"], row["page"])
        for row in journal.db.execute("SELECT book, page FROM current_page_statement WHERE state = 'missing'")
    }
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in journal.db.execute("SELECT book, page, outcome FROM awaited"):
        if (row["book"], row["page"]) not in absent:
            found[row["book"]].append(row)
    return found


def _pages(rows: Iterable[Any], *, rescan: bool) -> tuple[Page, ...]:
    pages = {Page.parse(row["page"]) for row in rows if (row["outcome"] == "rescan") is rescan}
    return tuple(sorted(pages, key=page_order))


def _suspects(journal: Journal) -> dict[int, tuple[SheetRow, ...]]:
    found: dict[int, tuple[SheetRow, ...]] = {}
    for r in journal.db.execute("SELECT * FROM suspect ORDER BY id"):
        sheet = SheetRow(row=r["id"], page=Page.parse(r["page"]) if r["page"] else None, source=r["source"], at=r["at"])
        found[r["book"]] = (*found.get(r["book"], ()), sheet)
    return found
