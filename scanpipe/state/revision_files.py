"""What belongs to a revision beside its PDFs: what lies beside its ZIPs, its workbook, what people typed into it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from scanpipe.state.journal import Journal
from scanpipe.state.views import Newest, newest_read

Role: TypeAlias = Literal["accompanying", "rows", "workbook", "imported", "confirmed"]
"""See the table `revision_file`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFile:
    """A file in the store.

    Attributes:
        name: what it is called in the revision's folder, "" where it is no file of it.
        digest: its blob.
        imported_by: the revision that took it over, None where none did.
        read: the newest rows that the revision had read, where they were kept with the file.
    """

    name: str
    digest: str
    imported_by: int | None = None
    read: Newest | None = None


def revision_files(journal: Journal, book: int, revision: int, role: Role) -> tuple[RevisionFile, ...]:
    """Return the files of a revision that have a role, the oldest first."""
    rows = journal.db.execute(
        "SELECT * FROM revision_file WHERE book = ? AND revision = ? AND role = ? ORDER BY id", (book, revision, role)
    )
    return tuple(
        RevisionFile(name=row["name"], digest=row["digest"], imported_by=row["imported_by"], read=newest_read(row))
        for row in rows
    )


def keep_revision_file(journal: Journal, book: int, revision: int, role: Role, file: RevisionFile) -> None:
    """Write that a file belongs to a revision, unless that is known."""
    known = revision_files(journal, book, revision, role)
    same_name = [each for each in known if (each.name, each.imported_by) == (file.name, file.imported_by)]
    if same_name[-1:] == [file]:
        return
    read = {f"newest_{table}": getattr(file.read, table, None) for table in Newest.__dataclass_fields__}
    journal.add_fact(
        "revision_file",
        book=book,
        revision=revision,
        role=role,
        name=file.name,
        imported_by=file.imported_by,
        digest=file.digest,
        **read,
    )
