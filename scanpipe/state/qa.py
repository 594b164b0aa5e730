"""What was planned to be looked at of a book, and what people said of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from scanpipe.model import Page, Region
from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal, json_text

Shown = tuple[int, Region]
"""A capture, and the half of it that shows a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPage:
    """A page of a lot: `chosen` is "random" or "worst", "" where it is not looked at; some are shown to two people."""

    page: Page
    shown: Shown
    chosen: str
    twice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A lot and its plan: it is accepted with so many nonconforming pages (`accept`) in its random sample."""

    row: int
    book: int
    operator: str
    device: str
    seed: str
    method: str
    terms: dict[str, Any]
    accept: int
    person: str
    at: str
    pages: tuple[LotPage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotCount:
    """What counts of a lot of so many pages: nonconforming ones `found` in its sample, and whether a chosen one waits.

    `method`, `terms` and `accept` are those of its plan.
    """

    method: str
    terms: dict[str, Any]
    accept: int
    pages: int
    found: int
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict of a person that was not undone; `row` tells which came later.

    `version` is the version that it was said of, None where the page was not processed.
    """

    row: int
    decision: str
    reason: str
    person: str
    at: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedBy:
    """Who scanned a page, and with what."""

    operator: str
    device: str


def lots(journal: Journal, book: int) -> tuple[LotRow, ...]:
    """Return the lots of a book, oldest first."""
    rows = journal.db.execute("SELECT * FROM qa_lot WHERE book = ? ORDER BY id", (book,)).fetchall()
    return tuple(_lot(journal, row) for row in rows)


def all_lots(journal: Journal) -> dict[int, list[LotRow]]:
    """Return the lots of every book that has any, by its row, oldest first."""
    found: defaultdict[int, list[LotRow]] = defaultdict(list)
    for row in journal.db.execute("SELECT * FROM qa_lot ORDER BY id").fetchall():
        found[row["book"]].append(_lot(journal, row))
    return found


def lot_counts(journal: Journal, who: ScannedBy, *, policy: str, harmless: Collection[str]) -> tuple[LotCount, ...]:
    """Return what counts of the lots that one operator scanned with one scanner, oldest first.

    The policy is no person. A page that was sent back for `harmless` reasons only is not nonconforming.
    """
    asked = {"operator": who.operator, "device": who.device, "policy": policy, "harmless": json_text([*harmless])}
    rows = journal.db.execute(_COUNTS, asked).fetchall()
    plain = ("method", "accept", "pages", "found")
    return tuple(
        LotCount(
            terms=from_json(row["terms"], dict[str, Any]),
            waits=bool(row["waiting"]),
            **{key: row[key] for key in plain},
        )
        for row in rows
    )


_COUNTS = """
SELECT l.method, l.terms, l.accept, (SELECT count(*) FROM qa_page WHERE lot = l.id) AS pages,
    (SELECT count(*) FROM qa_page q WHERE q.lot = l.id AND q.chosen = 'random' AND EXISTS (
        SELECT 1 FROM placement p JOIN said_verdict v ON v.placement = p.id
        WHERE p.capture = q.capture AND p.region = q.region AND v.decision NOT IN ('accept', 'released')
            AND v.person <> :policy AND v.reason NOT IN (SELECT value FROM json_each(:harmless)))) AS found,
    EXISTS (SELECT 1 FROM qa_page q WHERE q.lot = l.id AND q.chosen <> ''
        AND NOT EXISTS (
            SELECT 1 FROM placement p JOIN said_verdict v ON v.placement = p.id
            WHERE p.capture = q.capture AND p.region = q.region AND v.decision <> 'released' AND v.person <> :policy)
        AND EXISTS (SELECT 1 FROM placement p JOIN current_placement c ON c.id = p.id
            WHERE p.capture = q.capture AND p.region = q.region AND p.book = l.book)) AS waiting
FROM qa_lot l WHERE l.operator = :operator AND l.device = :device ORDER BY l.id
"""


def scanned_by(journal: Journal, book: int) -> dict[int, ScannedBy]:
    """Return who scanned each capture of a book; a file was imported by its operator from its folder."""
    rows = journal.db.execute(
        "SELECT c.id, s.operator, c.device FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book = ?", (book,)
    )
    return {row["id"]: ScannedBy(operator=row["operator"], device=row["device"]) for row in rows}


def standing(journal: Journal, book: int) -> frozenset[Shown]:
    """Return what the pages of a book show now."""
    rows = journal.db.execute("SELECT capture, region FROM current_placement WHERE book = ?", (book,))
    return frozenset((row["capture"], row["region"]) for row in rows)


def judgements(journal: Journal, book: int, *, policy: str) -> Mapping[Shown, list[Judgement]]:
    """Return what people said of what pages of the book show, oldest first; the policy is no person."""
    query = f"{_SAID} AND p.book = :book ORDER BY v.id"
    return _by_shown(journal.db.execute(query, {"policy": policy, "book": book}))


def all_judgements(journal: Journal, *, policy: str) -> dict[Shown, list[Judgement]]:
    """Return what people said of what pages of any book show, oldest first."""
    return _by_shown(journal.db.execute(f"{_SAID} ORDER BY v.id", {"policy": policy}))


def _by_shown(rows: Iterable[Any]) -> dict[Shown, list[Judgement]]:
    said: dict[Shown, list[Judgement]] = defaultdict(list)
    for row in rows:
        said[row["capture"], row["region"]].append(_judgement(row))
    return said


_SAID = """
SELECT v.id, v.decision, v.reason, v.person, v.at, v.version, p.capture, p.region
FROM said_verdict v JOIN placement p ON p.id = v.placement WHERE v.decision <> 'released' AND v.person <> :policy
"""


def _judgement(row: Any) -> Judgement:
    return Judgement(row=row["id"], **{key: row[key] for key in ("decision", "reason", "person", "at", "version")})


def add_lot(journal: Journal, lot: LotRow) -> int:
    """Write a lot with its pages; the row that it carries does not count."""
    with journal.transaction():
        row = journal.append(
            "qa_lot",
            **{key: getattr(lot, key) for key in ("book", "operator", "device", "seed", "method", "accept", "person")},
            terms=json_text(lot.terms),
        )
        for page in lot.pages:
            capture, region = page.shown
            journal.append(
                "qa_page",
                lot=row,
                page=page.page.label,
                capture=capture,
                region=region,
                chosen=page.chosen,
                twice=int(page.twice),
            )
    return row


@cache
def _page_of(label: str) -> Page:
    return Page.parse(label)


def _lot(journal: Journal, row: Any) -> LotRow:
    pages = journal.db.execute("SELECT * FROM qa_page WHERE lot = ? ORDER BY id", (row["id"],))
    fields = {key: row[key] for key in ("book", "operator", "device", "seed", "method", "accept", "person", "at")}
    return LotRow(
        row=row["id"],
        terms=from_json(row["terms"], dict[str, Any]),
        pages=tuple(
            LotPage(
                page=_page_of(page["page"]),
                shown=(page["capture"], page["region"]),
                chosen=page["chosen"],
                twice=bool(page["twice"]),
            )
            for page in pages
        ),
        **fields,
    )
