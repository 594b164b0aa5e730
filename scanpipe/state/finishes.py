"""Books that a person holds to be scanned completely."""

from dataclasses import dataclass

from scanpipe.messages import LazyText, text_from_json, text_to_json
from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Who holds a book to be scanned completely, since when, and what it lacks all the same."""

    person: str
    at: str
    lacking: LazyText | str


def finish(journal: Journal, book: int) -> Finish | None:
    """Return who finished a book, None where it is not finished."""
    row = journal.db.execute("SELECT person, at, lacking FROM finished_book WHERE book = ?", (book,)).fetchone()
    return Finish(person=row["person"], at=row["at"], lacking=text_from_json(row["lacking"])) if row else None


def finish_book(journal: Journal, book: int, *, lacking: LazyText | str, person: str) -> None:
    """Write that a person holds a book to be scanned completely, and what it lacks all the same."""
    with journal.edit(book, "finish", person=person):
        state_finish(journal, book, "finished", lacking=text_to_json(lacking), person=person)


def state_finish(journal: Journal, book: int, decision: str, *, lacking: str, person: str) -> None:
    """Write, within an edit, that a book is "finished" or "unfinished"."""
    journal.append("book_finish", book=book, decision=decision, lacking=lacking, person=person)
