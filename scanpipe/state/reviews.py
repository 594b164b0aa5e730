"""Who judged which pages, and who captured how many: over all books of the station."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A page that a person judged, or gave a second opinion on: a verdict that was not undone, and when (ISO time)."""

    book: int
    person: str
    decision: str
    at: str


def reviews(journal: Journal, *, policy: str, since: str = "") -> tuple[Review, ...]:
    """Return what people said of pages since then (ISO time), oldest first; the policy is no person."""
    said = [*_verdicts(journal, policy, since), *_opinions(journal, since)]
    return tuple(sorted(said, key=lambda review: review.at))


def captured_pages(journal: Journal, *, since: str = "") -> dict[str, int]:
    """Return how many pages each operator captured since then; one that was captured again counts once."""
    rows = journal.db.execute(
        "SELECT operator, count(*) AS pages FROM (SELECT DISTINCT s.operator, p.book, p.page FROM placement p"
        " JOIN capture c ON c.id = p.capture JOIN sheet s ON s.id = c.sheet WHERE c.at >= ?) GROUP BY operator",
        (since,),
    )
    return {row["operator"]: row["pages"] for row in rows}


def books_with_lots(journal: Journal) -> tuple[int, ...]:
    """Return the books that a sample was drawn of."""
    return tuple(row["book"] for row in journal.db.execute("SELECT DISTINCT book FROM qa_lot ORDER BY book"))


def _verdicts(journal: Journal, policy: str, since: str) -> Iterator[Review]:
    rows = journal.db.execute(
        "SELECT p.book, v.person, v.decision, v.at FROM said_verdict v JOIN placement p ON p.id = v.placement"
        " WHERE v.decision <> 'released' AND v.person <> ? AND v.at >= ?",
        (policy, since),
    )
    return map(_review, rows)


def _opinions(journal: Journal, since: str) -> Iterator[Review]:
    rows = journal.db.execute(
        "SELECT p.book, o.person, o.decision, o.at FROM second_opinion o JOIN verdict v ON v.id = o.verdict"
        " JOIN placement p ON p.id = v.placement WHERE o.at >= ?",
        (since,),
    )
    return map(_review, rows)


def _review(row: Any) -> Review:
    return Review(**{key: row[key] for key in ("book", "person", "decision", "at")})
