"""Undoing what a person did to a book: each thing is made as it was before, by further rows; nothing goes away.

An undo is itself such a thing, so that it can be undone as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scanpipe.model import Page, Placement, Region
from scanpipe.state.finishes import state_finish
from scanpipe.state.journal import Journal, json_text
from scanpipe.state.views import page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing that a person did to a book: `undoes` is the row of the one that it took back."""

    row: int
    action: str
    undoes: int | None
    person: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStack:
    """What can be undone and what can be done again, the newest last."""

    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A page and what it shows as before, which may be nothing; `verdict` is the row of what was said of that."""

    page: Page
    capture: int | None
    region: Region = ""
    verdict: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How it was before an edit, as far as the edit changed it.

    Attributes:
        terms: what the book stated about itself, as JSON; None where that was not changed.
        pages: its pages.
        statements: pages with the row of what was stated about them, None where nothing was.
        set_aside: captures with the row that said why they need no page; None where they needed one.
        made: the captures that came with the edit.
        unplaced: captures that were there and had never had a place.
        finishes: the row that said whether the book is finished, None where there was none; empty: not changed.
    """

    terms: str | None
    pages: tuple[Restored, ...]
    statements: tuple[tuple[str, Any], ...]
    set_aside: tuple[tuple[int, Any], ...]
    made: tuple[int, ...]
    unplaced: tuple[int, ...]
    finishes: tuple[Any, ...] = ()

    @property
    def touched(self) -> tuple[Page, ...]:
        """The pages that the edit changed, in reading order."""
        pages = {*(each.page for each in self.pages), *(Page.parse(label) for label, _row in self.statements)}
        return tuple(sorted(pages, key=page_order))


def undo_stack(journal: Journal, book: int) -> UndoStack:
    """Return what can be undone and done again in a book."""
    rows = journal.db.execute("SELECT * FROM edit WHERE book = ? ORDER BY id", (book,))
    return stacked(map(_edit, rows))


def _edit(row: Any) -> Edit:
    return Edit(row=row["id"], action=row["action"], undoes=row["undoes"], person=row["person"], at=row["at"])


def stacked(edits: Iterable[Edit]) -> UndoStack:
    """Return the stack that edits leave, oldest first. What was undone is forgotten with the next ordinary edit.

    Whoever takes back his own verdict may leave later edits of others standing.
    """
    done: list[Edit] = []
    undone: list[Edit] = []
    for edit in edits:
        if edit.undoes is None:
            done.append(edit)
            undone.clear()
            continue
        source, target = (done, undone) if any(each.row == edit.undoes for each in done) else (undone, done)
        source[:] = [each for each in source if each.row != edit.undoes]
        target.append(edit)
    return UndoStack(done=tuple(done), undone=tuple(undone))


def before(journal: Journal, book: int, edit: int) -> Before:
    """Return how what an edit changed was before it."""
    return _Past(journal, book, edit).read()


def changed_since(journal: Journal, book: int, edit: Edit) -> frozenset[Page]:
    """Return the pages that edits changed which were done after another one and stand."""
    later = [each.row for each in undo_stack(journal, book).done if each.row > edit.row]
    rows = journal.db.execute(_CHANGED_BY, {"book": book, "edits": json_text(later)})
    return frozenset(Page.parse(row["page"]) for row in rows)


def restore(journal: Journal, book: int, edit: Edit, past: Before, *, person: str, reason: str, ticket: str) -> None:
    """Write, in one step, that all that an edit changed is as it was."""
    why = {"person": person, "ticket": ticket}
    with journal.edit(book, edit.action, person=person, ticket=ticket, undoes=edit.row):
        if past.terms is not None:
            journal.append("statement", book=book, terms=past.terms, reason=reason, **why)
        for label, said in past.statements:
            kept = {key: said[key] for key in ("state", "note", "person", "ticket")} if said else None
            journal.append(
                "page_statement", book=book, page=label, **(kept or {"state": "withdrawn", "note": ""} | why)
            )
        for capture, row in past.set_aside:
            journal.set_aside(
                capture, reason=row["reason"] if row else "taken_back", note=row["note"] if row else "", **why
            )
        for capture in past.made:
            journal.set_aside(capture, reason="surplus", note=reason, **why)
        for capture in past.unplaced:
            journal.set_aside(capture, reason="unplaced", **why)
        for row in past.finishes:
            said = {key: row[key] for key in ("decision", "lacking", "person")} if row else None
            state_finish(journal, book, **(said or {"decision": "unfinished", "lacking": "", "person": person}))
        for page in past.pages:
            _restore_page(journal, book, page, person=person, reason=reason, ticket=ticket)


def _restore_page(journal: Journal, book: int, page: Restored, *, person: str, reason: str, ticket: str) -> None:
    if page.capture is None:
        now = journal.db.execute(_NEWEST, {"book": book, "page": page.page.label, "edit": None}).fetchone()
        if now["decision"] != "released":
            journal.place_captures(book, (), release=[now["placement"]], person=person, ticket=ticket)
        return
    place = Placement(page=page.page, region=page.region)
    journal.place_captures(book, [(page.capture, place)], release=(), person=person, reason=reason, ticket=ticket)
    if page.verdict:
        copied = {key: page.verdict[key] for key in _COPIED}
        original = page.verdict["repeats"] or page.verdict["verdict"]
        journal.append("verdict", placement=journal.newest("placement"), repeats=original, **copied)


class _Past:
    """Reads how a book was before an edit: rows of later edits do not count, and rows of none are of the policy.

    Everything that a person says or does is of an edit, but for what an older scanpipe wrote.
    """

    def __init__(self, journal: Journal, book: int, edit: int) -> None:
        self._db, self._at = journal.db, {"book": book, "edit": edit}

    def read(self) -> Before:
        """Return it."""
        return Before(
            terms=self._terms(),
            pages=tuple(self._page(row["page"]) for row in self._rows(_TOUCHED)),
            statements=tuple((row["page"], self._row(_STATEMENT, page=row["page"])) for row in self._rows(_STATED)),
            set_aside=tuple(self._set_aside(row["capture"]) for row in self._rows(_SET_ASIDE)),
            made=tuple(row["id"] for row in self._rows(_MADE)),
            unplaced=tuple(row["capture"] for row in self._rows(_UNPLACED)),
            finishes=tuple(self._row(_FINISH) for _row in self._rows(_FINISH_CHANGED)),
        )

    def _rows(self, query: str, **more: object) -> Sequence[Any]:
        return self._db.execute(query, {**self._at, **more}).fetchall()

    def _row(self, query: str, **more: object) -> Any:
        return self._db.execute(query, {**self._at, **more}).fetchone()

    def _terms(self) -> str | None:
        row = self._row(_TERMS)
        return str(row["terms"]) if row else None

    def _set_aside(self, capture: int) -> tuple[int, Any]:
        row = self._row(_ASIDE, capture=capture)
        return capture, row if row and row["reason"] != "taken_back" else None

    def _page(self, label: str) -> Restored:
        row, page = self._row(_NEWEST, page=label), Page.parse(label)
        if row is None or row["decision"] == "released":
            return Restored(page=page, capture=None)
        said = row if row["decision"] and self._still_said(row) else None
        return Restored(page=page, capture=row["capture"], region=row["region"], verdict=said)

    def _still_said(self, row: Any) -> bool:
        """Whether nothing else was said since of what the page showed, by no edit, which nobody can undo.

        That it is to be scanned again holds anyway.
        """
        since = self._row(_SAID_SINCE, capture=row["capture"], region=row["region"], verdict=row["verdict"])
        same = ("decision", "version", "recipe", "reason")
        return row["decision"] == "rescan" or since is None or all(since[key] == row[key] for key in same)


_TERMS = """
SELECT terms FROM statement WHERE book = :book AND coalesce(edit, 0) < :edit
    AND EXISTS (SELECT 1 FROM statement WHERE book = :book AND edit = :edit) ORDER BY id DESC LIMIT 1
"""
_TOUCHED = """
SELECT page FROM placement WHERE book = :book AND edit = :edit
UNION
SELECT p.page FROM placement p JOIN verdict v ON v.placement = p.id WHERE p.book = :book AND v.edit = :edit
"""
_CHANGED_BY = """
SELECT page FROM placement WHERE book = :book AND edit IN (SELECT value FROM json_each(:edits))
UNION
SELECT p.page FROM placement p JOIN verdict v ON v.placement = p.id
WHERE p.book = :book AND v.edit IN (SELECT value FROM json_each(:edits))
"""
_COPIED = ("version", "decision", "reason", "recipe", "person", "ticket", "note", "newest_failure")
_NEWEST = """
SELECT p.id AS placement, p.capture, p.region, v.id AS verdict, v.version, v.decision, v.reason, v.recipe, v.person,
    v.ticket, v.note, v.newest_failure, v.repeats
FROM placement p LEFT JOIN verdict v ON v.id = (
    SELECT max(w.id) FROM verdict w WHERE w.placement = p.id AND (:edit IS NULL OR coalesce(w.edit, 0) < :edit))
WHERE p.book = :book AND p.page = :page AND (:edit IS NULL OR coalesce(p.edit, 0) < :edit)
ORDER BY p.id DESC LIMIT 1
"""
_SAID_SINCE = """
SELECT v.* FROM verdict v JOIN placement p ON p.id = v.placement
WHERE p.book = :book AND p.capture = :capture AND p.region = :region AND v.decision <> 'released'
    AND v.edit IS NULL AND v.id > :verdict
ORDER BY v.id DESC LIMIT 1
"""
_STATED = "SELECT DISTINCT page FROM page_statement WHERE book = :book AND edit = :edit"
_STATEMENT = """
SELECT * FROM page_statement WHERE book = :book AND page = :page AND coalesce(edit, 0) < :edit
ORDER BY id DESC LIMIT 1
"""
_FINISH_CHANGED = "SELECT DISTINCT edit FROM book_finish WHERE book = :book AND edit = :edit"
_FINISH = "SELECT * FROM book_finish WHERE book = :book AND edit < :edit ORDER BY id DESC LIMIT 1"
_MADE = "SELECT c.id FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book = :book AND c.edit = :edit"
_SET_ASIDE = """
SELECT DISTINCT a.capture FROM set_aside a JOIN capture c ON c.id = a.capture JOIN sheet s ON s.id = c.sheet
WHERE s.book = :book AND a.edit = :edit
"""
_ASIDE = """
SELECT * FROM set_aside WHERE capture = :capture AND coalesce(edit, 0) < :edit ORDER BY id DESC LIMIT 1
"""
_UNPLACED = """
SELECT DISTINCT p.capture FROM placement p JOIN capture c ON c.id = p.capture
WHERE p.book = :book AND p.edit = :edit AND coalesce(c.edit, 0) < :edit
    AND NOT EXISTS (SELECT 1 FROM placement q WHERE q.capture = p.capture AND coalesce(q.edit, 0) < :edit)
    AND NOT EXISTS (SELECT 1 FROM set_aside a WHERE a.capture = p.capture AND a.edit = :edit)
"""
