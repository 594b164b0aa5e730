"""What people typed for the workbook of a book: all of it that counts now, and all that counted at an earlier edit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlace:
    """A cell: its case and its header, in the workbook of the rows with that digest."""

    rows: str
    year: int
    number: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCell:
    """What was typed into a cell, and what stood there before."""

    row: int
    value: str
    shown: str


def type_cell(journal: Journal, book: int, place: CellPlace, *, value: str, shown: str, person: str) -> None:
    """Write what a person typed."""
    with journal.edit(book, "type", person=person):
        where = asdict(place)
        journal.append("typed_cell", book=book, value=value, shown=shown, person=person, **where)


def typed_cells(journal: Journal, book: int, *, at: int | None = None) -> dict[CellPlace, TypedCell]:
    """Return what counts of all that was typed, or what counted once the edit `at` was done; in the order of typing."""
    undoings: dict[int, list[int]] = {}
    for row in journal.db.execute("SELECT id, undoes FROM edit WHERE book = ? AND undoes NOT NULL", (book,)):
        if at is None or row["id"] <= at:
            undoings.setdefault(row["undoes"], []).append(row["id"])
    found: dict[CellPlace, TypedCell] = {}
    for row in journal.db.execute("SELECT * FROM typed_cell WHERE book = ? ORDER BY id", (book,)):
        if (at is None or row["edit"] <= at) and not _undone(row["edit"], undoings):
            place = CellPlace(**{key: row[key] for key in ("rows", "year", "number", "header")})
            found.pop(place, None)
            found[place] = TypedCell(row=row["id"], value=row["value"], shown=row["shown"])
    return found


def newest_merged(journal: Journal, book: int, revision: int) -> int:
    """Return the newest edit whose typing is in the workbook of a revision, 0 where none is."""
    row = journal.db.execute(
        "SELECT newest_edit FROM typed_merged WHERE book = ? AND revision = ? ORDER BY id DESC LIMIT 1",
        (book, revision),
    ).fetchone()
    return int(row["newest_edit"]) if row else 0


def keep_merged(journal: Journal, book: int, revision: int) -> None:
    """Write that all that was typed so far is in the workbook of a revision."""
    journal.add_fact("typed_merged", book=book, revision=revision, newest_edit=journal.newest("edit"))


def _undone(edit: int, undoings: Mapping[int, list[int]]) -> bool:
    """Whether an edit is undone by one that is not undone itself."""
    return any(not _undone(undoing, undoings) for undoing in undoings.get(edit, ()))
