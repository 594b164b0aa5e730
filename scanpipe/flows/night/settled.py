"""Which delivered books a night need not look at: since one found nothing to do, nothing changed that would matter."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import msgspec

from scanpipe.errors import ConfigError
from scanpipe.flows.book.books import convention_of, own_recipes
from scanpipe.flows.station import CACHE, Station
from scanpipe.model import Book
from scanpipe.state.books import BookRow
from scanpipe.state.changes import change_marks
from scanpipe.state.memo import Memo

MEMO: Final = "settled.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledBooks:
    """What is known of a station's books.

    `bases` tells of each book, by its row, what decides about it beside its facts: recipe, convention and settings. A
    book of which one of these cannot be read has none.
    """

    station: Station
    bases: Mapping[int, str]

    @classmethod
    def among(cls, station: Station, rows: Sequence[BookRow]) -> Self:
        """Return what is known of these books."""
        recipes = own_recipes(station, rows)
        one_of = {_terms(row.book): row.book for row in rows}
        bases = {terms: _basis(station, book, *recipes[book.recipe]) for terms, book in one_of.items()}
        return cls(station=station, bases={row.row: basis for row in rows if (basis := bases[_terms(row.book)])})

    @property
    def rows(self) -> frozenset[int]:
        """The rows of the books that are settled."""
        return frozenset(self._memo.known(self.bases, change_marks(self.station.journal)))

    def keep(self, row: int, marks: Mapping[int, str]) -> None:
        """Note that nothing was to be done for a book while it had that mark."""
        if row in self.bases:
            self._memo.keep(self.bases, marks, {row: b""})

    @property
    def _memo(self) -> Memo:
        return Memo(path=self.station.folder / CACHE / MEMO)


def _terms(book: Book) -> tuple[str, str]:
    return book.recipe, book.convention


def _basis(station: Station, book: Book, recipe: str, fault: ConfigError | None) -> str:
    """Return what decides as a digest, "" where it cannot be read."""
    if fault:
        return ""
    try:
        decides = [repr(convention_of(station, book)), recipe, msgspec.to_builtins(station.settings)]
    except ConfigError:
        return ""
    return hashlib.sha256(msgspec.json.encode(decides, order="sorted")).hexdigest()
