"""Which book an operator means: by a part of its name without accents, or by the code of its cover sheet."""

import unicodedata
from collections.abc import Iterable

from scanpipe.errors import BookUnknown, UsageError
from scanpipe.flows.work.worklist import WorkItem
from scanpipe.messages import lazy
from scanpipe.separator import MARK, Separator


def is_cover_sheet(text: str) -> bool:
    """Return whether a text came from the code of a separator sheet: hand-held readers type it like a keyboard."""
    return text.strip().upper().startswith(MARK.strip())


def find_by_cover_sheet(items: Iterable[WorkItem], text: str) -> WorkItem:
    """Return the book that the code of a cover or case sheet names.

    Raises:
        UsageError: the code was misread: its check number is wrong.
        BookUnknown: the book is not on this station.
    """
    name = Separator.parse(text.strip()).book
    for item in items:
        if item.book.id.full_name == name:
            return item
    raise BookUnknown(
        lazy("The book {book} of this sheet is not on this station.", book=name),
        remedy=lazy("Check that the sheet lies in the right book. Open a new book if there is none yet."),
    )


def search_books(items: Iterable[WorkItem], text: str) -> tuple[WorkItem, ...]:
    """Return the books whose name, unit or kind hold every word, in the order given; all of them for an empty text.

    Accents and capitals do not count.
    """
    wanted = folded(text).split()
    return tuple(item for item in items if all(word in _searched(item) for word in wanted))


def find_book_typed(items: Iterable[WorkItem], text: str) -> WorkItem:
    """Return the one book that a text means, be it the code of a sheet or a part of a name.

    Raises:
        UsageError: none, or several; a misread code.
        BookUnknown: a sheet of a book that is not on this station.
    """
    known = tuple(items)
    if is_cover_sheet(text):
        return find_by_cover_sheet(known, text)
    found = search_books(known, text)
    exact = [item for item in found if folded(text) in (folded(item.book.id.label), folded(str(item.book.id)))]
    if len(exact or found) != 1:
        raise UsageError(
            lazy("{count} books match {text!r}.", count=len(found), text=text),
            remedy=lazy("Type more of the name, or choose one with the arrow keys."),
        )
    return (exact or list(found))[0]


def folded(text: str) -> str:
    """Return a text in small letters without accents."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _searched(item: WorkItem) -> str:
    return folded(f"{item.book.id.full_name} {item.book.unit_name}")
