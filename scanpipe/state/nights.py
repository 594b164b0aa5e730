"""What the journal knows of nights: when they ran, what they did, and which folders of the store they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal, json_text


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRow:
    """A night: when it began and ended (ISO 8601), how, and its summary; one that was killed has but its beginning."""

    row: int
    began: str
    ended: str
    outcome: str
    summary: Mapping[str, Any]


def begin_night(journal: Journal, *, person: str) -> int:
    """Write that a night begins; return its row."""
    return journal.add_fact("night", person=person)


def end_night(journal: Journal, night: int, *, outcome: str, summary: object) -> None:
    """Write how a night ended."""
    journal.add_fact("night_end", night=night, outcome=outcome, summary=json_text(summary))


def nights(journal: Journal, *, most: int) -> tuple[NightRow, ...]:
    """Return the newest nights, the newest first."""
    rows = journal.db.execute(
        "SELECT n.id, n.at AS began, coalesce(e.at, '') AS ended, coalesce(e.outcome, '') AS outcome,"
        " coalesce(e.summary, '{}') AS summary"
        " FROM night n LEFT JOIN night_end e ON e.night = n.id ORDER BY n.id DESC LIMIT ?",
        (most,),
    )
    return tuple(
        NightRow(
            row=row["id"],
            began=row["began"],
            ended=row["ended"],
            outcome=row["outcome"],
            summary=from_json(row["summary"], dict[str, Any]),
        )
        for row in rows
    )


def add_reading(journal: Journal, folder: str, *, files: int, size: int, damaged: tuple[str, ...]) -> None:
    """Write that every file of a folder of the store was read."""
    journal.add_fact("store_reading", folder=folder, files=files, bytes=size, damaged=json_text(damaged))


def last_readings(journal: Journal) -> dict[str, datetime]:
    """Return when each folder of the store was read last, by its name."""
    rows = journal.db.execute("SELECT folder, max(at) AS at FROM store_reading GROUP BY folder")
    return {row["folder"]: datetime.fromisoformat(row["at"]) for row in rows}


def book_openings(journal: Journal) -> dict[int, datetime]:
    """Return when each book was opened on this station, by its row."""
    return {row["id"]: datetime.fromisoformat(row["at"]) for row in journal.db.execute("SELECT id, at FROM book")}
