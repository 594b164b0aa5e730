"""Versions of pages one by one, of whatever book."""

from dataclasses import dataclass

from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """What is stored of a processed page: the row of its capture, digests, the JSON of its report and of its flags."""

    capture: int
    image: str
    mask: str
    words: str
    report: str
    flags: str


def version_row(journal: Journal, version: int) -> StoredVersion | None:
    """Return a version, None where there is none of that number."""
    query = "SELECT capture, image, mask, words, report, flags FROM version WHERE id = ?"
    row = journal.db.execute(query, (version,)).fetchone()
    return StoredVersion(**dict(row)) if row else None
