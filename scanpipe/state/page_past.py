"""Everything that the journal holds about one page of a book, in the order in which it became known."""

from dataclasses import dataclass
from typing import Any

from scanpipe.model import Page
from scanpipe.state.fact_order import in_order
from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFact:
    """One fact: `kind` is that of `KINDS`, `values` what its row says of it; `undone` one that was taken back."""

    kind: str
    at: str
    person: str
    values: dict[str, Any]
    undone: bool = False


def page_past(journal: Journal, book: int, page: Page) -> tuple[PastFact, ...]:
    """Return all facts about a page, oldest first: what it showed at any time, what was made and said of that.

    Of facts of one moment whose rows do not tell, the order of KINDS counts.
    """
    which = {"book": book, "page": page.label}
    with journal.snapshot():
        facts = [_fact(kind, row) for kind, query in KINDS.items() for row in journal.db.execute(query, which)]
    return tuple(in_order(facts))


def _fact(kind: str, row: Any) -> PastFact:
    values = {key: row[key] for key in row.keys() if key not in ("at", "person", "undone")}  # noqa: SIM118
    return PastFact(kind=kind, at=row["at"], person=row["person"], values=values, undone=bool(row["undone"]))


_SHOWN = "SELECT capture, region FROM placement WHERE book = :book AND page = :page"
_UNDONE = "coalesce({0}.edit IN (SELECT edit FROM undone_edit), 0)"

KINDS = {
    "failed": """
        SELECT s.id AS row, e.outcome, e.detail, s.file, s.file_page, e.at, s.operator AS person, 0 AS undone
        FROM sheet s JOIN sheet_end e ON e.sheet = s.id
        WHERE s.book = :book AND s.page = :page AND e.outcome IN ('failed', 'refused')
    """,
    "captured": f"""
        SELECT c.id AS row, c.id AS capture, c.sheet, c.edit, c.device, c.flags, s.file, s.file_page,
               coalesce(e.ticket, '') AS ticket, c.at, s.operator AS person, {_UNDONE.format("c")} AS undone
        FROM capture c JOIN sheet s ON s.id = c.sheet LEFT JOIN edit e ON e.id = c.edit
        WHERE c.id IN (SELECT capture FROM placement WHERE book = :book AND page = :page)
    """,
    "placed": f"""
        SELECT p.id AS row, p.edit, p.capture, p.region, p.reason, p.ticket, p.at, p.person,
               {_UNDONE.format("p")} AS undone
        FROM placement p JOIN capture c ON c.id = p.capture LEFT JOIN edit e ON e.id = p.edit
        WHERE p.book = :book AND p.page = :page AND p.edit IS NOT c.edit AND e.undoes IS NULL
    """,
    "processed": f"""
        SELECT v.id AS row, v.capture, v.region, r.name AS recipe, v.flags, v.report, v.confidence, v.at, '' AS person,
               0 AS undone
        FROM version v JOIN recipe r ON r.id = v.recipe WHERE (v.capture, v.region) IN ({_SHOWN})
    """,
    "not_processed": f"""
        SELECT f.id AS row, f.capture, f.region, r.name AS recipe, f.message, f.at, '' AS person, 0 AS undone
        FROM failure f JOIN recipe r ON r.id = f.recipe WHERE (f.capture, f.region) IN ({_SHOWN})
    """,
    "judged": f"""
        SELECT v.id AS row, v.edit, p.capture, v.version, v.newest_failure, v.decision, v.reason, v.note, v.ticket,
               r.name AS recipe, v.at, v.person, {_UNDONE.format("v")} AS undone
        FROM verdict v JOIN placement p ON p.id = v.placement LEFT JOIN recipe r ON r.id = v.recipe
        LEFT JOIN edit e ON e.id = v.edit
        WHERE p.book = :book AND p.page = :page AND v.decision <> 'released' AND e.undoes IS NULL
    """,
    "ticket": """
        SELECT t.id AS row, t.number, t.dated, t.approved_by, t.note, t.at, t.person, 0 AS undone FROM ticket t
        WHERE t.book = :book AND t.number IN (
            SELECT e.ticket FROM edit e JOIN placement p ON p.edit = e.id WHERE p.book = :book AND p.page = :page
            UNION
            SELECT e.ticket FROM edit e JOIN verdict v ON v.edit = e.id JOIN placement p ON p.id = v.placement
            WHERE p.book = :book AND p.page = :page
            UNION
            SELECT e.ticket FROM edit e JOIN page_statement s ON s.edit = e.id
            WHERE s.book = :book AND s.page = :page)
    """,
    "second_opinion": """
        SELECT o.id AS row, o.verdict, o.decision, o.reason, o.at, o.person, 0 AS undone
        FROM second_opinion o JOIN verdict v ON v.id = o.verdict JOIN placement p ON p.id = v.placement
        WHERE p.book = :book AND p.page = :page
    """,
    "stated": f"""
        SELECT s.id AS row, s.edit, s.state, s.note, s.ticket, s.at, s.person, {_UNDONE.format("s")} AS undone
        FROM page_statement s LEFT JOIN edit e ON e.id = s.edit
        WHERE s.book = :book AND s.page = :page AND e.undoes IS NULL
    """,
    "delivered": """
        SELECT d.id AS row, d.newest_edit, d.newest_verdict, d.newest_placement, d.revision, d.at, d.person, 0 AS undone
        FROM delivery d JOIN (SELECT min(id) AS id, min(at) AS at FROM placement WHERE book = :book AND page = :page) p
        WHERE d.book = :book AND iif(d.newest_placement IS NULL, d.at >= p.at, d.newest_placement >= p.id)
    """,
}
"""The queries of what is known of a page, by the kind of fact: values, when, by whom, and whether it was undone."""
