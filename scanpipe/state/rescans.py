"""Pages that people sent back to the scanner: who, why, and the picture that is to be replaced."""

from dataclasses import dataclass

from scanpipe.model import Page
from scanpipe.state.journal import Journal
from scanpipe.state.views import page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """A page that a person sent back to the scanner and that did not come yet.

    `digest` and `dpi` are those of the master that it showed.
    """

    page: Page
    reason: str
    note: str
    person: str
    ticket: str
    at: str
    digest: str
    dpi: float


def sent_back(journal: Journal, book: int) -> tuple[SentBack, ...]:
    """Return the pages of a book that are to be scanned again, in reading order."""
    plain = ("reason", "note", "person", "ticket", "at", "digest", "dpi")
    rows = journal.db.execute(_SENT_BACK, (book,)).fetchall()
    found = [SentBack(page=Page.parse(row["page"]), **{key: row[key] for key in plain}) for row in rows]
    return tuple(sorted(found, key=lambda each: page_order(each.page)))


_SENT_BACK = """
SELECT p.page, v.reason, v.note, v.person, v.ticket, v.at, c.digest, c.dpi
FROM awaited a
JOIN placement p ON p.id = (SELECT max(q.id) FROM placement q WHERE q.book = a.book AND q.page = a.page)
JOIN current_verdict v ON v.placement = p.id JOIN capture c ON c.id = p.capture
WHERE a.book = ? AND a.outcome = 'rescan'
"""
