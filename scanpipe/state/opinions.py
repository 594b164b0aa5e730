"""What second persons think of pages that were judged: it changes nothing of those pages."""

from dataclasses import dataclass

from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What another person said: `decision` is "accept" or "reject"."""

    decision: str
    reason: str
    person: str
    at: str


def opinions(journal: Journal, book: int) -> dict[int, Opinion]:
    """Return the second opinions on pages of a book by the row of the verdict that they are about; the last counts."""
    rows = journal.db.execute(
        "SELECT o.* FROM second_opinion o JOIN verdict v ON v.id = o.verdict JOIN placement p ON p.id = v.placement"
        " WHERE p.book = ? ORDER BY o.id",
        (book,),
    )
    return {
        row["verdict"]: Opinion(**{key: row[key] for key in ("decision", "reason", "person", "at")}) for row in rows
    }


def add_opinion(journal: Journal, verdict: int, *, decision: str, reason: str, person: str) -> None:
    """Write what a second person thinks of a page that was judged."""
    journal.add_fact("second_opinion", verdict=verdict, decision=decision, reason=reason, person=person)
