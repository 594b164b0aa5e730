"""What is current: frozen values read from the journal's views."""

from dataclasses import dataclass
from typing import Any, NamedTuple

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
class SheetRow:
    """A sheet whose fate is unknown."""

    row: int
    page: Page | None
    source: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedPage:
    """A page that is to come (again): `outcome` is rescan, refused or failed, `file` what it was imported from.

    `capture` is the one that was sent back, `side` that of its sheet, `region` what of it showed the page, `note` what
    the person added who sent it back.
    """

    page: Page
    capture: int | None
    outcome: str
    file: FilePage | None
    detail: LazyText | str
    region: Region = ""
    side: str = ""
    note: str = ""

    @property
    def placement(self) -> Placement:
        """The page and what of a capture is to show it."""
        return Placement(page=self.page, region=self.region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest rows of the station at one moment: later rows came later, whatever the clock said.

    `edit` is None where an older scanpipe did not keep it.
    """

    verdict: int
    statement: int
    placement: int
    edit: int | None = None


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


def page_order(page: Page) -> tuple[int, int]:
    """Return the sort key of reading order: front, body, back."""
    return ("front", "body", "back").index(page.part), page.number


def unresolved_sheets(journal: Journal, book: int | None = None) -> tuple[SheetRow, ...]:
    """Return the sheets whose fate is unknown, of one book or of all that were not closed."""
    which = "book NOT IN (SELECT book FROM closed_book UNION SELECT book FROM exported_book)"
    if book is not None:
        which = f"book = {book:d}"
    rows = journal.db.execute(f"SELECT * FROM suspect WHERE {which} ORDER BY id")
    return tuple(
        SheetRow(row=r["id"], page=Page.parse(r["page"]) if r["page"] else None, source=r["source"], at=r["at"])
        for r in rows
    )


def awaited_pages(journal: Journal, book: int) -> tuple[AwaitedPage, ...]:
    """Return the pages that were sent back, refused or lost on the way and are not there yet, in reading order."""
    rows = journal.db.execute(
        "SELECT a.*, coalesce((SELECT p.region FROM placement p WHERE p.book = a.book AND p.page = a.page"
        " ORDER BY p.id DESC LIMIT 1), '') AS region, coalesce(c.side, '') AS side,"
        " coalesce((SELECT v.note FROM placement p JOIN verdict v ON v.placement = p.id WHERE p.book = a.book"
        " AND p.page = a.page AND a.outcome = 'rescan' ORDER BY p.id DESC, v.id DESC LIMIT 1), '') AS note"
        " FROM awaited a LEFT JOIN capture c ON c.id = a.capture WHERE a.book = ?",
        (book,),
    )
    names = ("capture", "outcome", "region", "side", "note")
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


def last_printed(journal: Journal, book: int, device: str) -> int | None:
    """Return the number on the last sheet of a device, where that sheet is of this book and none moved after it."""
    row = journal.db.execute(_LAST_PRINTED, {"book": book, "device": device}).fetchone()
    return row["printed"] if row else None


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
        "SELECT p.capture, p.region, v.reason FROM said_verdict v JOIN placement p ON p.id = v.placement"
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


# Sheets of other books, self-tests aside, and sheets that failed have numbers, too.
_LAST_PRINTED = """
SELECT c.printed FROM capture c JOIN sheet s ON s.id = c.sheet
WHERE c.id = (SELECT max(id) FROM capture WHERE device = :device) AND s.book = :book
    AND NOT EXISTS (
        SELECT 1 FROM sheet t LEFT JOIN sheet_end e ON e.sheet = t.id
        WHERE t.id > s.id AND t.source = :device AND coalesce(e.outcome, '') <> 'empty')
"""
