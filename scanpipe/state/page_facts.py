"""What is known of the pages of a book: their captures, versions, verdicts and failures."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import msgspec

from scanpipe.messages import LazyText, text_from_json
from scanpipe.model import Page, Region
from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal
from scanpipe.state.views import FilePage, file_page, page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A page as it came out of processing; the texts but the first two are digests or JSON.

    `writing` is where writing was found on the scan; versions of old have none.
    """

    row: int
    recipe: str
    recipe_name: str
    image: str
    mask: str
    words: str
    text_layer: str
    dpi: float
    confidence: float | None
    flags: tuple[str, ...]
    report: str
    tools: str
    writing: str = ""

    @property
    def blobs(self) -> tuple[str, ...]:
        """The digests of the files that it needs."""
        return tuple(filter(None, (self.image, self.mask, self.words, self.text_layer, self.writing)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """What a person or the policy said of a placement; `version` is the one it was said of.

    Of two, that with the higher row was said later; one that undoing brought back has the row of the first.
    """

    decision: str
    version: int | None
    recipe: str | None
    reason: str
    person: str
    ticket: str
    note: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """All that is known of one placed page.

    `region` is the half of the capture that shows it, where it is a spread; `file` what it was imported from.
    """

    page: Page
    placement: int
    capture: int
    region: Region
    digest: str
    dpi: float
    file: FilePage | None
    side: str
    capture_flags: tuple[str, ...]
    verdict: VerdictRow | None
    versions: tuple[VersionRow, ...]
    failures: tuple[tuple[str, LazyText | str], ...]
    """(recipe, message) since the newest verdict, oldest first."""
    given_up: frozenset[str] = frozenset()
    """The recipes that failed for good: by them the page, alone, killed its process, or went beyond its bounds."""
    ever_sent_back: bool = False
    """Whether a person sent it back once, or what it took the place of: from then on only people accept it."""
    size_px: tuple[int, int] = (0, 0)
    """Width and height of the capture."""


def page_facts(journal: Journal, book: int) -> tuple[PageFacts, ...]:
    """Return what is known of every placed page of the book, front to back."""
    rows = journal.db.execute(
        "SELECT p.id AS placement, p.page, p.capture, p.region, c.digest, c.dpi, c.width, c.height, c.side, c.flags,"
        " s.file, s.file_page"
        " FROM current_placement p JOIN capture c ON c.id = p.capture JOIN sheet s ON s.id = c.sheet"
        " WHERE p.book = ?",
        (book,),
    ).fetchall()
    known = _Known.of(journal, book)
    return tuple(sorted((_page_facts(row, known) for row in rows), key=lambda facts: page_order(facts.page)))


Checks = TypeVar("Checks")


def capture_checks(journal: Journal, book: int, kind: type[Checks], *, most: int) -> tuple[Checks, ...]:
    """Return what was measured on the latest captures that pages of the book show, oldest first.

    Those of which less is known than `kind` tells are left out: they only serve for comparison.
    """
    rows = journal.db.execute(
        "SELECT DISTINCT c.id, c.checks FROM current_placement p JOIN capture c ON c.id = p.capture"
        " WHERE p.book = ? ORDER BY c.id DESC LIMIT ?",
        (book, most),
    ).fetchall()
    return tuple(_known_checks((row["checks"] for row in reversed(rows)), kind))


def _known_checks(texts: Iterable[str], kind: type[Checks]) -> Iterator[Checks]:
    for text in texts:
        with suppress(msgspec.ValidationError):
            yield msgspec.json.decode(text, type=kind)


def came_after(failure: Any, verdict: Any) -> bool:
    """Return whether a failure counts: one before the verdict does not; of verdicts of old, only the time is known."""
    if verdict is None:
        return True
    if verdict["newest_failure"] is None:
        return bool(failure["at"] > verdict["at"])
    return bool(failure["id"] > verdict["newest_failure"])


_Shown = tuple[int, Region]
"""A capture, and the half of it that shows a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of all pages of a book: verdicts by placement, the rest by what the page shows."""

    verdicts: Mapping[int, Any]
    versions: Mapping[_Shown, list[Any]]
    failures: Mapping[_Shown, list[Any]]
    sent_back: frozenset[_Shown]

    @classmethod
    def of(cls, journal: Journal, book: int) -> Self:
        """Read it, with one query for each kind."""
        verdicts = journal.db.execute(
            "SELECT v.* FROM verdict v JOIN placement p ON p.id = v.placement WHERE p.book = ? ORDER BY v.id", (book,)
        )
        versions = journal.db.execute(
            "SELECT v.*, r.name AS recipe_name FROM version v JOIN recipe r ON r.id = v.recipe"
            f" WHERE v.capture IN ({_CAPTURES}) ORDER BY v.id",
            (book,),
        )
        failures = journal.db.execute(
            f"SELECT * FROM failure WHERE capture IN ({_CAPTURES}) ORDER BY id",
            (book,),
        )
        sent_back = journal.db.execute("SELECT capture, region FROM ever_sent_back WHERE book = ?", (book,))
        return cls(
            verdicts={row["placement"]: row for row in verdicts},  # the newest of each counts
            versions=_by_shown(versions),
            failures=_by_shown(failures),
            sent_back=frozenset(map(_shown, sent_back)),
        )


_CAPTURES = "SELECT c.id FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book = ?"


def _shown(row: Any) -> _Shown:
    return row["capture"], row["region"]


def _by_shown(rows: Iterable[Any]) -> dict[_Shown, list[Any]]:
    shown: dict[_Shown, list[Any]] = {}
    for row in rows:
        shown.setdefault(_shown(row), []).append(row)
    return shown


def _page_facts(row: Any, known: _Known) -> PageFacts:
    shown, verdict = _shown(row), known.verdicts.get(row["placement"])
    failures = [failure for failure in known.failures.get(shown, ()) if came_after(failure, verdict)]
    return PageFacts(
        page=Page.parse(row["page"]),
        placement=row["placement"],
        capture=row["capture"],
        region=row["region"],
        digest=row["digest"],
        dpi=row["dpi"],
        file=file_page(row),
        side=row["side"],
        capture_flags=from_json(row["flags"], tuple[str, ...]),
        verdict=_verdict(verdict) if verdict else None,
        versions=tuple(_version(version) for version in known.versions.get(shown, ())),
        failures=tuple((failure["recipe"], text_from_json(failure["message"])) for failure in failures),
        given_up=frozenset(failure["recipe"] for failure in failures if failure["final"]),
        ever_sent_back=shown in known.sent_back,
        size_px=(row["width"], row["height"]),
    )


def _verdict(row: Any) -> VerdictRow:
    fields = {key: row[key] for key in VerdictRow.__dataclass_fields__ if key != "row"}
    return VerdictRow(row=row["repeats"] or row["id"], **fields)


def _version(row: Any) -> VersionRow:
    fields = {key: row[key] for key in VersionRow.__dataclass_fields__ if key not in ("row", "flags")}
    return VersionRow(row=row["id"], flags=from_json(row["flags"], tuple[str, ...]), **fields)
