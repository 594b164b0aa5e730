"""All pages of all books at once: a few queries where asking book by book would take minutes."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from scanpipe.model import Page
from scanpipe.state.journal import Journal
from scanpipe.state.page_facts import came_after
from scanpipe.state.qa import Shown
from scanpipe.state.work import CAPTURED, CURRENT, DayCapture, day_capture


class Said(NamedTuple):
    """What was said last of a page."""

    decision: str
    version: int | None
    recipe: str | None


class PlacedPage(NamedTuple):
    """A page that has a picture, with what decides where it stands.

    Attributes:
        page: the page.
        shown: what it shows.
        verdict: what was said last of it.
        made: the recipes of its versions by their rows, oldest first.
        failed: the recipe of each failure since the verdict.
        given_up: those of them that failed for good.
        flagged: whether the capture was flagged for something.
        flagged_versions: the versions that were.
    """

    page: Page
    shown: Shown
    verdict: Said | None
    made: Mapping[int, str]
    failed: tuple[str, ...] = ()
    given_up: frozenset[str] = frozenset()
    flagged: bool = False
    flagged_versions: frozenset[int] = frozenset()


def placed_pages(journal: Journal) -> dict[int, list[PlacedPage]]:
    """Return the placed pages of every book, by its row.

    Of an accepted page only the version that was accepted is told.
    """
    made, failures = _by_shown(journal, _VERSIONS), _by_shown(journal, _FAILURES)
    page_of = cache(Page.parse)
    found: defaultdict[int, list[PlacedPage]] = defaultdict(list)
    for row in journal.db.execute(_PLACED):
        page, shown = page_of(row["page"]), (row["capture"], row["region"])
        said = Said(row["decision"], row["version"], row["recipe"]) if row["decision"] else None
        if said and said.decision == "accept" and said.version is not None:
            found[row["book"]].append(PlacedPage(page, shown, said, {said.version: ""}))
            continue
        versions = made.get(shown, ())
        counting = [failure for failure in failures.get(shown, ()) if came_after(failure, said and row)]
        found[row["book"]].append(
            PlacedPage(
                page,
                shown,
                said,
                {version["id"]: version["recipe"] for version in versions},
                tuple(failure["recipe"] for failure in counting),
                frozenset(failure["recipe"] for failure in counting if failure["final"]),
                flagged=bool(row["flagged"]),
                flagged_versions=frozenset(version["id"] for version in versions if version["flagged"]),
            )
        )
    return found


def shown_now(journal: Journal) -> dict[int, frozenset[Shown]]:
    """Return what the pages of every book show now, by its row."""
    found: defaultdict[int, set[Shown]] = defaultdict(set)
    for row in journal.db.execute(f"WITH {CURRENT} SELECT book, capture, region FROM current_page"):
        found[row["book"]].add((row["capture"], row["region"]))
    return {book: frozenset(shown) for book, shown in found.items()}


def lacking_pages(journal: Journal) -> dict[int, frozenset[Page]]:
    """Return the pages that people state missing from the paper book, by the row of the book."""
    found: defaultdict[int, set[Page]] = defaultdict(set)
    for row in journal.db.execute("SELECT book, page FROM current_page_statement WHERE state = 'missing'"):
        found[row["book"]].add(Page.parse(row["page"]))
    return {book: frozenset(pages) for book, pages in found.items()}


def sent_back_once(journal: Journal) -> frozenset[Shown]:
    """Return what people ever sent back, and what took its place."""
    rows = journal.db.execute("SELECT capture, region FROM ever_sent_back")
    return frozenset((row["capture"], row["region"]) for row in rows)


def unplaced_pictures(journal: Journal) -> dict[int, int]:
    """Return how many pictures of each book need a page."""
    rows = journal.db.execute("SELECT book, count(*) AS n FROM unassigned GROUP BY book")
    return {row["book"]: row["n"] for row in rows}


def changed_since_delivery(journal: Journal) -> frozenset[int]:
    """Return the books of which something was said, stated or placed after their last revision had been read."""
    return frozenset(row["book"] for row in journal.db.execute(_CHANGED))


def rejected_without_ticket(journal: Journal) -> dict[int, int]:
    """Return of how many pages of each delivered book people said that they are not good, without a ticket for it."""
    return {row["book"]: row["n"] for row in journal.db.execute(_WITHOUT_TICKET)}


def captures_since(journal: Journal, since: datetime | None) -> dict[str, dict[int, DayCapture]]:
    """Return what each operator captured since then, oldest first, by the rows of the captures."""
    moment = since.isoformat(timespec="milliseconds") if since else ""
    found: defaultdict[str, dict[int, DayCapture]] = defaultdict(dict)
    for row in journal.db.execute(f"{CAPTURED} WHERE c.at >= ? ORDER BY c.id", (moment,)):
        found[row["operator"]][row["id"]] = day_capture(row)
    return found


def _by_shown(journal: Journal, query: str) -> dict[Shown, list[Any]]:
    found: defaultdict[Shown, list[Any]] = defaultdict(list)
    for row in journal.db.execute(query):
        found[row["capture"], row["region"]].append(row)
    return found


_PLACED = f"""
WITH {CURRENT}
SELECT p.*, c.flags <> '[]' AS flagged FROM current_page p JOIN capture c ON c.id = p.capture
"""
_VERSIONS = f"""
WITH {CURRENT}
SELECT v.id, v.capture, v.region, v.recipe, v.flags <> '[]' AS flagged
FROM current_page p JOIN version v ON v.capture = p.capture AND v.region = p.region
WHERE p.decision IS NOT 'accept' OR p.version IS NULL ORDER BY v.id
"""
_FAILURES = "SELECT id, capture, region, recipe, final, at FROM failure ORDER BY id"
_WITHOUT_TICKET = """
SELECT p.book, count(*) AS n FROM newest_placement p JOIN current_verdict v ON v.placement = p.id
WHERE v.decision IN ('reject', 'redo', 'rescan') AND v.ticket = '' AND p.book IN (SELECT book FROM delivery)
GROUP BY p.book
"""
_CHANGED = """
WITH newest AS MATERIALIZED (SELECT p.book, max(p.id) AS placement, max(v.id) AS verdict
                             FROM placement p LEFT JOIN verdict v ON v.placement = p.id GROUP BY p.book)
SELECT d.book FROM delivery d JOIN newest n ON n.book = d.book
WHERE d.id IN (SELECT max(id) FROM delivery GROUP BY book) AND d.newest_verdict IS NOT NULL
    AND (n.verdict > d.newest_verdict OR n.placement > d.newest_placement
         OR EXISTS (SELECT 1 FROM statement s WHERE s.book = d.book AND s.id > d.newest_statement))
"""
