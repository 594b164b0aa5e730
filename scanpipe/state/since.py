"""What changed in a book since it was delivered, by the order of the rows: a clock may stand still or jump back."""

from dataclasses import dataclass
from typing import Any

from scanpipe.model import Page
from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal
from scanpipe.state.views import DeliveryRow, page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why a page was sent back or replaced, what else was said of it, by whom, and for which ticket."""

    decision: str
    reason: str
    note: str
    person: str
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What a book stated from some time on, and before; by whom, why and for which ticket."""

    before: dict[str, Any]
    after: dict[str, Any]
    person: str
    reason: str
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPage:
    """A page that is called otherwise than before; by whom, why and for which ticket."""

    before: Page
    after: Page
    person: str
    reason: str
    ticket: str


def rejections(journal: Journal, book: int, *, since: DeliveryRow) -> dict[str, Rejection]:
    """Return why each page, by its label, was last sent back after a delivery."""
    rows = journal.db.execute(
        "SELECT p.page, v.decision, v.reason, v.note, v.person, v.ticket"
        " FROM said_verdict v JOIN placement p ON p.id = v.placement"
        f" WHERE p.book = :book AND {_later('v')} AND v.decision IN ('reject', 'redo', 'rescan') ORDER BY v.id",
        {"book": book, **_known("verdict", since)},
    )
    return {row["page"]: Rejection(**{key: row[key] for key in Rejection.__dataclass_fields__}) for row in rows}


def replacements(journal: Journal, book: int, *, since: DeliveryRow) -> dict[str, Rejection]:
    """Return why each page, by its label, got another picture after a delivery, unless it was sent back since."""
    rows = journal.db.execute(
        "SELECT p.page, 'replaced' AS decision, p.reason, '' AS note, p.person, p.ticket FROM current_placement p"
        f" WHERE p.book = :book AND {_later('p')} AND p.reason || p.ticket <> ''"
        " AND p.id = (SELECT min(q.id) FROM placement q WHERE q.capture = p.capture AND q.region = p.region)"
        " AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.placement = p.id AND v.decision IN ('reject', 'redo'))",
        {"book": book, **_known("placement", since)},
    )
    return {row["page"]: Rejection(**{key: row[key] for key in Rejection.__dataclass_fields__}) for row in rows}


def amendments(journal: Journal, book: int, *, since: DeliveryRow) -> tuple[Amendment, ...]:
    """Return how what the book states about itself changed after a delivery, oldest first."""
    rows = journal.db.execute(
        "SELECT * FROM (SELECT *, lag(terms) OVER (ORDER BY id) AS earlier FROM statement WHERE book = :book) s"
        f" WHERE {_later('s')} AND earlier IS NOT NULL ORDER BY id",
        {"book": book, **_known("statement", since)},
    )
    return tuple(
        Amendment(
            before=from_json(row["earlier"], dict[str, Any]),
            after=from_json(row["terms"], dict[str, Any]),
            **{key: row[key] for key in ("person", "reason", "ticket")},
        )
        for row in rows
    )


def moved_pages(journal: Journal, book: int, *, since: DeliveryRow) -> tuple[MovedPage, ...]:
    """Return the pages of the book whose capture stood on another one when it was delivered, in reading order."""
    rows = journal.db.execute(
        "SELECT * FROM (SELECT p.*, (SELECT q.page FROM placement q WHERE q.capture = p.capture AND"
        f" q.region = p.region AND NOT {_later('q')} ORDER BY q.id DESC LIMIT 1) AS earlier"
        f" FROM current_placement p WHERE p.book = :book AND {_later('p')}) WHERE earlier <> page",
        {"book": book, **_known("placement", since)},
    )
    found = [
        MovedPage(
            before=Page.parse(row["earlier"]),
            after=Page.parse(row["page"]),
            **{key: row[key] for key in ("person", "reason", "ticket")},
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda moved: page_order(moved.after)))


def _later(row: str) -> str:
    """Return the condition that a row came after a delivery; of deliveries of old, only the time is known."""
    return f"CASE WHEN :newest IS NULL THEN {row}.at > :at ELSE {row}.id > :newest END"


def _known(table: str, delivery: DeliveryRow) -> dict[str, Any]:
    """Return what `_later` compares the rows of a table with."""
    return {"newest": getattr(delivery.read, table, None), "at": delivery.at}
