"""When what happened to each book: a few queries for all books together. Days are those of the station's clock."""

from collections import defaultdict
from datetime import date, timedelta

from scanpipe.state.journal import Journal
from scanpipe.state.work import CURRENT

_LAST_CAPTURES = """
SELECT s.book, max(date(c.at, 'localtime')) AS day FROM capture c JOIN sheet s ON s.id = c.sheet GROUP BY s.book
"""
_LAST_REJECTIONS = """
SELECT p.book, max(date(v.at, 'localtime')) AS day FROM verdict v JOIN placement p ON p.id = v.placement
WHERE v.decision IN ('reject', 'redo', 'rescan') GROUP BY p.book
"""
_LAST_MOVES = "SELECT book, date(max(at), 'localtime') AS day FROM book_move GROUP BY book"
_OPENED = "SELECT id AS book, date(at, 'localtime') AS day FROM book"
_DELIVERIES = "SELECT book, date(at, 'localtime') AS day FROM delivery ORDER BY book, revision"
_CAPTURES = """
SELECT s.book, date(c.at, 'localtime') AS day, count(*) AS n FROM capture c JOIN sheet s ON s.id = c.sheet
GROUP BY s.book, day
"""
_BODIES = f"""
WITH {CURRENT}
SELECT book, count(*) AS n FROM current_page WHERE page NOT LIKE 'F%' AND page NOT LIKE 'B%' GROUP BY book
"""


def last_days(journal: Journal) -> dict[str, dict[int, date]]:
    """Return the day of the last capture, rejection, move, and of the opening, of each book, by what it was."""
    queries = {"captured": _LAST_CAPTURES, "rejected": _LAST_REJECTIONS, "moved": _LAST_MOVES, "opened": _OPENED}
    return {
        name: {row["book"]: date.fromisoformat(row["day"]) for row in journal.db.execute(query)}
        for name, query in queries.items()
    }


def delivery_days(journal: Journal) -> dict[int, tuple[date, ...]]:
    """Return the day of each revision of each book, oldest first."""
    found: defaultdict[int, tuple[date, ...]] = defaultdict(tuple)
    for row in journal.db.execute(_DELIVERIES):
        found[row["book"]] += (date.fromisoformat(row["day"]),)
    return dict(found)


def captures_by_week(journal: Journal) -> dict[int, dict[date, int]]:
    """Return how many pictures came for each book, by the Monday of the week."""
    found: defaultdict[int, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in journal.db.execute(_CAPTURES):
        found[row["book"]][monday(date.fromisoformat(row["day"]))] += row["n"]
    return {book: dict(weeks) for book, weeks in found.items()}


def body_pages(journal: Journal) -> dict[int, int]:
    """Return how many body pages of each book have a picture."""
    return {row["book"]: row["n"] for row in journal.db.execute(_BODIES)}


def monday(day: date) -> date:
    """Return the Monday of the week of a day (ISO 8601)."""
    return day - timedelta(days=day.weekday())
