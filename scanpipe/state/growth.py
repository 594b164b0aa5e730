"""How fast the store grows: by what was captured, processed and delivered in the last days."""

from datetime import UTC, datetime, timedelta

from scanpipe.state.journal import Journal
from scanpipe.state.store import Store

_LOOKED_AT = 2000
_MADE = """
SELECT digest FROM capture WHERE at >= :since
UNION ALL SELECT image FROM version WHERE at >= :since
UNION ALL SELECT mask FROM version WHERE at >= :since
UNION ALL SELECT writing FROM version WHERE at >= :since AND writing <> ''
UNION ALL SELECT words FROM version WHERE at >= :since
UNION ALL SELECT text_layer FROM version WHERE at >= :since
UNION ALL SELECT digest FROM document WHERE at >= :since
"""


def bytes_a_day(journal: Journal, store: Store, now: datetime, *, days: int) -> int:
    """Return by how many bytes a day the store grew in the last days; of many files, some are looked at."""
    since = now.astimezone(UTC) - timedelta(days=days)
    made = [row[0] for row in journal.db.execute(_MADE, {"since": since.isoformat(timespec="milliseconds")})]
    some = made[:: max(1, len(made) // _LOOKED_AT)]
    mean = sum(map(store.size, some)) / max(1, len(some))
    return round(mean * len(made) / _days_at_work(journal, now, days))


def _days_at_work(journal: Journal, now: datetime, days: int) -> float:
    """Return how many of these days the station was there."""
    first = journal.db.execute("SELECT min(at) FROM capture").fetchone()[0]
    age = (now - datetime.fromisoformat(first)) / timedelta(days=1) if first else float(days)
    return min(float(days), max(1.0, age))
