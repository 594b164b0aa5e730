"""Pages that nothing is to come to any more."""

from collections.abc import Sequence

from scanpipe.model import Page
from scanpipe.state.journal import Journal


def await_no_more(journal: Journal, book: int, pages: Sequence[Page], *, person: str) -> None:
    """Write, in one step, that no sheet, file or scan is to come to these pages any more."""
    released = {"version": None, "decision": "released", "reason": "", "recipe": None, "ticket": ""}
    with journal.transaction():
        for page in pages:
            for row in journal.db.execute(_AWAITED, (book, page.label)).fetchall():
                if row["placement"] is not None:
                    journal.append("verdict", placement=row["placement"], person=person, **released)
                else:
                    sheet = journal.append("sheet", book=book, page=page.label, source=row["source"], operator=person)
                    journal.append("sheet_end", sheet=sheet, outcome="replaced", detail=row["detail"])


_AWAITED = """
SELECT a.source, a.detail, CASE WHEN a.outcome = 'rescan' THEN
    (SELECT max(p.id) FROM placement p WHERE p.book = a.book AND p.page = a.page) END AS placement
FROM awaited a WHERE a.book = ? AND a.page = ?
"""
