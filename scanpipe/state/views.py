"""What is current: frozen values read from the journal's views."""

from dataclasses import dataclass
from typing import Any

from scanpipe.messages import Text, text_from_json
from scanpipe.model import Page, Placement, Region
from scanpipe.state.connection import from_json
from scanpipe.state.journal import Journal


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
    """All that is known of one placed page; `region` is the half of the capture that shows it, where it is a spread."""

    page: Page
    placement: int
    capture: int
    region: Region
    digest: str
    dpi: float
    origin: str
    side: str
    capture_flags: tuple[str, ...]
    verdict: VerdictRow | None
    versions: tuple[VersionRow, ...]
    failures: tuple[tuple[str, Text | str], ...]
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
    """A page that is to come (again): `outcome` is rescan, refused or failed, `source` the file or device it was.

    `capture` is the one that was sent back, `side` that of its sheet, `region` what of it showed the page.
    """

    page: Page
    capture: int | None
    outcome: str
    source: str
    detail: Text | str
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
        "SELECT p.id AS placement, p.page, p.capture, p.region, c.digest, c.dpi, c.origin, c.side, c.flags"
        " FROM current_placement p JOIN capture c ON c.id = p.capture WHERE p.book = ?",
        (book,),
    ).fetchall()
    sent_back = _ever_sent_back(journal, book)
    facts = [_page_facts(journal, row, sent_back) for row in rows]
    return tuple(sorted(facts, key=lambda f: page_order(f.page)))


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
    names = ("capture", "outcome", "source", "region", "side")
    found = [
        AwaitedPage(page=Page.parse(r["page"]), detail=text_from_json(r["detail"]), **{name: r[name] for name in names})
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


def origins(journal: Journal, book: int) -> frozenset[str]:
    """Return the origin of every capture of the book, but for those that were sent back to the scanner."""
    rows = journal.db.execute(
        "SELECT c.origin FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book = ?"
        " EXCEPT SELECT source FROM awaited WHERE book = ? AND outcome = 'rescan'",
        (book, book),
    )
    return frozenset(row["origin"] for row in rows)


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


def documents(journal: Journal, beginning: str) -> dict[str, str]:
    """Return the digest of each document whose key begins so, by the rest of its key, the oldest first."""
    rows = journal.db.execute(
        "SELECT key, digest FROM document WHERE key >= ? AND key < ? ORDER BY id",
        (beginning, beginning + chr(0x10FFFF)),
    )
    return {row["key"][len(beginning) :]: row["digest"] for row in rows}


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
            read=_read(r),
            at=r["at"],
        )
        for r in rows
    )


def newest(journal: Journal) -> Newest:
    """Return the newest rows of the station at this moment."""
    return Newest(**{table: journal.newest(table) for table in Newest.__dataclass_fields__})


def _read(row: Any) -> Newest | None:
    if row["newest_verdict"] is None:
        return None
    return Newest(**{table: row[f"newest_{table}"] for table in Newest.__dataclass_fields__})


def _ever_sent_back(journal: Journal, book: int) -> frozenset[tuple[int, Region]]:
    rows = journal.db.execute("SELECT capture, region FROM ever_sent_back WHERE book = ?", (book,))
    return frozenset((row["capture"], row["region"]) for row in rows)


def _page_facts(journal: Journal, row: Any, sent_back: frozenset[tuple[int, Region]]) -> PageFacts:
    key = (row["capture"], row["region"])
    verdict = journal.db.execute("SELECT * FROM current_verdict WHERE placement = ?", (row["placement"],)).fetchone()
    versions = journal.db.execute(
        "SELECT v.*, r.name AS recipe_name FROM version v JOIN recipe r ON r.id = v.recipe"
        " WHERE capture = ? AND region = ? ORDER BY v.id",
        key,
    )
    failures = journal.db.execute(
        "SELECT recipe, message FROM failure WHERE capture = ? AND region = ?"
        " AND CASE WHEN ? IS NULL THEN at > ? ELSE id > ? END ORDER BY id",
        (*key, *_before_it(verdict)),
    )
    return PageFacts(
        page=Page.parse(row["page"]),
        placement=row["placement"],
        capture=row["capture"],
        region=row["region"],
        digest=row["digest"],
        dpi=row["dpi"],
        origin=row["origin"],
        side=row["side"],
        capture_flags=from_json(row["flags"], tuple[str, ...]),
        verdict=_verdict(verdict) if verdict else None,
        versions=tuple(_version(v) for v in versions),
        failures=tuple((f["recipe"], text_from_json(f["message"])) for f in failures),
        ever_sent_back=key in sent_back,
    )


def _before_it(verdict: Any) -> tuple[int | None, str, int | None]:
    """Return what came before a verdict: the newest failure, and where that was not kept yet the time."""
    return (verdict["newest_failure"], verdict["at"], verdict["newest_failure"]) if verdict else (0, "", 0)


def _verdict(row: Any) -> VerdictRow:
    fields = {key: row[key] for key in VerdictRow.__dataclass_fields__ if key != "row"}
    return VerdictRow(row=row["id"], **fields)


def _version(row: Any) -> VersionRow:
    fields = {key: row[key] for key in VersionRow.__dataclass_fields__ if key not in ("row", "flags")}
    return VersionRow(row=row["id"], flags=from_json(row["flags"], tuple[str, ...]), **fields)
