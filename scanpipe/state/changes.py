"""Whether a book changed since something was worked out of its facts."""

from scanpipe.state.journal import Journal


def change_counts(journal: Journal) -> dict[int, int]:
    """Return how many facts were written of each book, by its row; one that is not told has had none."""
    return {row["book"]: row["number"] for row in journal.db.execute("SELECT book, number FROM book_changes")}
