"""In which order a night takes books: by the day on which they are due, then by how long they have been here. Pure."""

from collections.abc import Iterable
from datetime import date

from scanpipe.state.books import BookRow


def in_order(books: Iterable[BookRow]) -> tuple[BookRow, ...]:
    """Return the books, the most urgent first; one without a due day comes after all that have one."""
    return tuple(sorted(books, key=lambda book: (book.book.due or date.max, book.row)))
