"""What people state about the paper and its pictures: frozen values read from the journal's views."""

from dataclasses import dataclass
from typing import Any, Literal

from scanpipe.model import Page, Placement
from scanpipe.state.journal import Journal
from scanpipe.state.views import FilePage, file_page, page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStatement:
    """What a person states about a page of the paper book."""

    page: Page
    state: Literal["missing", "damaged", "blank"]
    note: str
    person: str
    ticket: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherPicture:
    """A capture that stands on no page: there is no room for it, or a person dropped it; `last` is where it stood."""

    capture: int
    file: FilePage | None
    last: Placement | None = None

    @property
    def name(self) -> str:
        """What a person calls it by: its folder and file, or the number of a scan."""
        return str(self.file) if self.file else f"#{self.capture}"


def page_statements(journal: Journal, book: int) -> tuple[PageStatement, ...]:
    """Return what is stated about pages of the paper book, in reading order."""
    rows = journal.db.execute("SELECT * FROM current_page_statement WHERE book = ?", (book,))
    found = [
        PageStatement(
            page=Page.parse(row["page"]), **{key: row[key] for key in ("state", "note", "person", "ticket", "at")}
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda statement: page_order(statement.page)))


def unassigned(journal: Journal, book: int) -> tuple[FurtherPicture, ...]:
    """Return the captures of the book that have never had a place and need one, oldest first."""
    rows = journal.db.execute(
        "SELECT u.id, s.file, s.file_page FROM unassigned u JOIN sheet s ON s.id = u.sheet"
        " WHERE u.book = ? ORDER BY u.id",
        (book,),
    )
    return tuple(FurtherPicture(capture=row["id"], file=file_page(row)) for row in rows)


def dropped(journal: Journal, book: int) -> tuple[FurtherPicture, ...]:
    """Return the captures of the book that a person dropped as surplus, oldest first."""
    rows = journal.db.execute(
        "SELECT c.id AS capture, s.file, s.file_page, p.page, p.region FROM current_set_aside a"
        " JOIN capture c ON c.id = a.capture JOIN sheet s ON s.id = c.sheet LEFT JOIN placement p"
        " ON p.id = (SELECT max(q.id) FROM placement q WHERE q.capture = c.id)"
        " WHERE s.book = ? AND a.reason = 'surplus' ORDER BY c.id",
        (book,),
    )
    return tuple(_dropped(row) for row in rows)


def set_aside_pictures(journal: Journal, book: int, reason: str) -> int:
    """Return how many different pictures of the book need no page for that reason."""
    query = (
        "SELECT count(DISTINCT c.digest) FROM current_set_aside a JOIN capture c ON c.id = a.capture"
        " JOIN sheet s ON s.id = c.sheet WHERE s.book = ? AND a.reason = ?"
    )
    return int(journal.db.execute(query, (book, reason)).fetchone()[0])


def set_aside_files(journal: Journal, book: int, reason: str) -> frozenset[FilePage]:
    """Return the pages of files whose pictures need no page of the book for that reason."""
    rows = journal.db.execute(
        "SELECT s.file, s.file_page FROM current_set_aside a JOIN capture c ON c.id = a.capture"
        " JOIN sheet s ON s.id = c.sheet WHERE s.book = ? AND a.reason = ?",
        (book, reason),
    )
    return frozenset(page for row in rows if (page := file_page(row)))


def _dropped(row: Any) -> FurtherPicture:
    last = Placement(page=Page.parse(row["page"]), region=row["region"]) if row["page"] else None
    return FurtherPicture(capture=row["capture"], file=file_page(row), last=last)
