"""Whether a book changed since something was worked out of its facts."""

from scanpipe.state.journal import Journal


def change_marks(journal: Journal) -> dict[int, str]:
    """Return the mark of each book by its row, which is another one after each fact; one that is not told had none."""
    return {row["book"]: row["mark"] for row in journal.db.execute("SELECT book, mark FROM book_mark")}
