"""What is current: frozen values read from the journal's views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from scanpipe.messages import LazyText, text_from_json
from scanpipe.model import Page, Placement, Region
from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal
from scanpipe.system.fsio import nfc


class FilePage(NamedTuple):
    """A page of a file: the names of its folder and itself, and its number where the file has several.

    The name has one Unicode form (NFC), whatever the file system's is.
    """

    file: str
    number: int | None = None

    @property
    def place(self) -> tuple[str, int]:
        """The file, and where in it the page stands, from 0, whether or not it was known to have several."""
        return self.file, (self.number or 1) - 1

    def __str__(self) -> str:
        return f"{self.file}#{self.number}" if self.number else self.file


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

    Of two, that with the higher row was said later.
    """

    decision: str
    version: int | None
    recipe: str | None
    reason: str
    person: str
    ticket: str
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
    ever_sent_back: bool = False
    """Whether a person sent it back once, or what it took the place of: from then on only people accept it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A sheet whose fate is unknown."""

    row: int
    page: Page | None
    source: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedPage:
    """A page that is to come (again): `outcome` is rescan, refused or failed, `file` what it was imported from.

    `capture` is the one that was sent back, `side` that of its sheet, `region` what of it showed the page.
    """

    page: Page
    capture: int | None
    outcome: str
    file: FilePage | None
    detail: LazyText | str
    region: Region = ""
    side: str = ""

    @property
    def placement(self) -> Placement:
        """The page and what of a capture is to show it."""
        return Placement(page=self.page, region=self.region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest rows of the station at one moment: later rows came later, whatever the clock said."""

    verdict: int
    statement: int
    placement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A published revision: what is compared of it, by name, and its workbook's digest as it was published.

    `person` delivered it, "" where scanpipe did not keep that yet; `read` is what it knew, None there.
    """

    revision: int
    zip_digest: str
    folder: str
    members: dict[str, str]
    workbook: str
    person: str
    read: Newest | None
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A PDF that was made: its digest, and what is known of it as JSON."""

    digest: str
    facts: str


def page_facts(journal: Journal, book: int) -> tuple[PageFacts, ...]:
    """Return what is known of every placed page of the book, front to back."""
    rows = journal.db.execute(
        "SELECT p.id AS placement, p.page, p.capture, p.region, c.digest, c.dpi, c.side, c.flags, s.file, s.file_page"
        " FROM current_placement p JOIN capture c ON c.id = p.capture JOIN sheet s ON s.id = c.sheet"
        " WHERE p.book = ?",
        (book,),
    ).fetchall()
    known = _Known.of(journal, book)
    return tuple(sorted((_page_facts(row, known) for row in rows), key=lambda facts: page_order(facts.page)))


def page_order(page: Page) -> tuple[int, int]:
    """Return the sort key of reading order: front, body, back."""
    return ("front", "body", "back").index(page.part), page.number


def unresolved_sheets(journal: Journal, book: int | None = None) -> tuple[SheetRow, ...]:
    """Return the sheets whose fate is unknown, of one book or of all that were not closed."""
    rows = journal.db.execute(
        "SELECT * FROM suspect WHERE book = ? OR (? IS NULL AND book NOT IN (SELECT book FROM closed_book))"
        " ORDER BY id",
        (book, book),
    )
    return tuple(
        SheetRow(row=r["id"], page=Page.parse(r["page"]) if r["page"] else None, source=r["source"], at=r["at"])
        for r in rows
    )


def awaited_pages(journal: Journal, book: int) -> tuple[AwaitedPage, ...]:
    """Return the pages that were sent back, refused or lost on the way and are not there yet, in reading order."""
    rows = journal.db.execute(
        "SELECT a.*, coalesce((SELECT p.region FROM placement p WHERE p.book = a.book AND p.page = a.page"
        " ORDER BY p.id DESC LIMIT 1), '') AS region, coalesce(c.side, '') AS side"
        " FROM awaited a LEFT JOIN capture c ON c.id = a.capture WHERE a.book = ?",
        (book,),
    )
    names = ("capture", "outcome", "region", "side")
    found = [
        AwaitedPage(
            page=Page.parse(r["page"]),
            file=file_page(r),
            detail=text_from_json(r["detail"]),
            **{name: r[name] for name in names},
        )
        for r in rows
    ]
    return tuple(sorted(found, key=lambda awaited: page_order(awaited.page)))


def lone_fronts(journal: Journal, book: int) -> frozenset[int]:
    """Return the captures of the book that are fronts of sheets whose back never came."""
    rows = journal.db.execute(
        "SELECT id FROM (SELECT c.id, c.side, lead(c.side, 1, '') OVER (ORDER BY c.id) AS following"
        " FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book = ?)"
        " WHERE side = 'front' AND following <> 'back'",
        (book,),
    )
    return frozenset(row["id"] for row in rows)


def imported_files(journal: Journal, book: int) -> frozenset[tuple[FilePage, str]]:
    """Return the pages of files that the book has, with the digests of the files, but for those sent back to scan."""
    rows = journal.db.execute(
        "SELECT s.file, s.file_page, c.file_digest FROM capture c JOIN sheet s ON s.id = c.sheet"
        " WHERE s.book = ? AND s.file <> '' EXCEPT SELECT a.file, a.file_page, c.file_digest"
        " FROM awaited a JOIN capture c ON c.id = a.capture WHERE a.book = ? AND a.outcome = 'rescan'",
        (book, book),
    )
    return frozenset((page, row["file_digest"]) for row in rows if (page := file_page(row)))


def file_page(row: Any) -> FilePage | None:
    """Return the page of a file that a row with `file` and `file_page` names, None where it names none."""
    return FilePage(nfc(row["file"]), row["file_page"]) if row["file"] else None


def is_placed(journal: Journal, book: int, digest: str) -> bool:
    """Return whether a page of the book shows the very picture with that digest."""
    query = "SELECT 1 FROM current_placement p JOIN capture c ON c.id = p.capture WHERE p.book = ? AND c.digest = ?"
    return journal.db.execute(query, (book, digest)).fetchone() is not None


def rejection_reasons(journal: Journal, book: int) -> dict[tuple[int, Region], frozenset[str]]:
    """Return the reasons that people ever rejected a capture of the book for, or half of one, without a new scan."""
    rows = journal.db.execute(
        "SELECT p.capture, p.region, v.reason FROM verdict v JOIN placement p ON p.id = v.placement"
        " WHERE p.book = ? AND v.decision IN ('reject', 'redo')",
        (book,),
    )
    found: dict[tuple[int, Region], frozenset[str]] = {}
    for row in rows:
        key = (row["capture"], row["region"])
        found[key] = found.get(key, frozenset()) | {row["reason"]}
    return found


def recipe_body(journal: Journal, recipe: str) -> dict[str, Any]:
    """Return the body of a recipe that is in the journal."""
    row = journal.db.execute("SELECT body FROM recipe WHERE id = ?", (recipe,)).fetchone()
    return from_json(row["body"], dict[str, Any])


def document(journal: Journal, key: str) -> DocumentRow | None:
    """Return the PDF that was made from the inputs with that key."""
    row = journal.db.execute("SELECT digest, facts FROM document WHERE key = ? ORDER BY id DESC", (key,)).fetchone()
    return DocumentRow(digest=row["digest"], facts=row["facts"]) if row else None


def deliveries(journal: Journal, book: int) -> tuple[DeliveryRow, ...]:
    """Return the published revisions of the book, oldest first."""
    rows = journal.db.execute("SELECT * FROM delivery WHERE book = ? ORDER BY revision", (book,))
    return tuple(
        DeliveryRow(
            revision=r["revision"],
            zip_digest=r["zip_digest"],
            folder=r["folder"],
            members=from_json(r["members"], dict[str, str]),
            workbook=r["workbook"],
            person=r["person"],
            read=newest_read(r),
            at=r["at"],
        )
        for r in rows
    )


def newest(journal: Journal) -> Newest:
    """Return the newest rows of the station at this moment."""
    return Newest(**{table: journal.newest(table) for table in Newest.__dataclass_fields__})


def newest_read(row: Any) -> Newest | None:
    """Return the newest rows that a row says were read, None where it says nothing."""
    if row["newest_verdict"] is None:
        return None
    return Newest(**{table: row[f"newest_{table}"] for table in Newest.__dataclass_fields__})


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
    failures = [failure for failure in known.failures.get(shown, ()) if _came_after(failure, verdict)]
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
        ever_sent_back=shown in known.sent_back,
    )


def _came_after(failure: Any, verdict: Any) -> bool:
    """Return whether a failure counts: one before the verdict does not; of verdicts of old, only the time is known."""
    if verdict is None:
        return True
    if verdict["newest_failure"] is None:
        return bool(failure["at"] > verdict["at"])
    return bool(failure["id"] > verdict["newest_failure"])


def _verdict(row: Any) -> VerdictRow:
    fields = {key: row[key] for key in VerdictRow.__dataclass_fields__ if key != "row"}
    return VerdictRow(row=row["id"], **fields)


def _version(row: Any) -> VersionRow:
    fields = {key: row[key] for key in VersionRow.__dataclass_fields__ if key not in ("row", "flags")}
    return VersionRow(row=row["id"], flags=from_json(row["flags"], tuple[str, ...]), **fields)
