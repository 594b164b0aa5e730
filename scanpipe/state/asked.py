"""What was asked for and changed in a book for one ticket."""

from dataclasses import dataclass

from scanpipe.model import Page
from scanpipe.state.journal import Journal
from scanpipe.state.tickets import plain_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page that was sent back for a ticket: the decision, why, and the name of the recipe of "redo"."""

    page: Page
    decision: str
    reason: str
    note: str
    recipe: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something that was done to a book for a ticket, by its code, on these pages; why, where it was said."""

    action: str
    pages: tuple[Page, ...]
    reason: str


def sent_back_for(journal: Journal, book: int, ticket: str) -> tuple[Asked, ...]:
    """Return what was sent back for a ticket and not undone, oldest first; of a page the last counts."""
    found = {
        row["page"]: Asked(
            page=Page.parse(row["page"]),
            recipe=row["recipe_name"] or "",
            **{key: row[key] for key in ("decision", "reason", "note")},
        )
        for row in journal.db.execute(_SENT_BACK, (book,))
        if plain_number(row["ticket"]) == plain_number(ticket)
    }
    return tuple(found.values())


def done_for(journal: Journal, book: int, ticket: str) -> tuple[Done, ...]:
    """Return what else was done for a ticket and not undone, oldest first."""
    edits = journal.db.execute(_EDITS, (book,)).fetchall()
    return tuple(
        Done(
            action=row["action"],
            pages=tuple(Page.parse(each["page"]) for each in journal.db.execute(_PAGES, {"edit": row["id"]})),
            reason=row["reason"] or "",
        )
        for row in edits
        if plain_number(row["ticket"]) == plain_number(ticket)
    )


_SENT_BACK = """
SELECT p.page, v.decision, v.reason, v.note, v.ticket, r.name AS recipe_name
FROM said_verdict v JOIN placement p ON p.id = v.placement LEFT JOIN recipe r ON r.id = v.recipe
WHERE p.book = ? AND v.decision IN ('reject', 'redo', 'rescan') ORDER BY v.id
"""
_EDITS = """
SELECT e.id, e.action, e.ticket,
    coalesce((SELECT max(s.reason) FROM statement s WHERE s.edit = e.id),
             (SELECT max(p.reason) FROM placement p WHERE p.edit = e.id)) AS reason
FROM edit e
WHERE e.book = ? AND e.ticket <> '' AND e.undoes IS NULL AND e.id NOT IN (SELECT edit FROM undone_edit)
    AND e.action <> 'judge' ORDER BY e.id
"""
_PAGES = """
SELECT page FROM placement WHERE edit = :edit
UNION SELECT page FROM page_statement WHERE edit = :edit
UNION SELECT p.page FROM verdict v JOIN placement p ON p.id = v.placement WHERE v.edit = :edit
"""
