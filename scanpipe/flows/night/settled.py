"""Which delivered books a night need not look at: since one found nothing to do, nothing changed that would matter."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from scanpipe.errors import ConfigError
from scanpipe.flows.book.books import convention_of, own_recipe
from scanpipe.flows.station import CACHE, Station
from scanpipe.model import Book
from scanpipe.state.books import BookRow
from scanpipe.state.changes import change_counts
from scanpipe.state.memo import Memo

MEMO: Final = "settled.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledBooks:
    """What is known of a station's books; a book counts by its facts, its recipe and convention, and the settings."""

    station: Station
    bases: dict[int, str] = field(default_factory=dict)

    def of(self, rows: Iterable[BookRow]) -> frozenset[int]:
        """Return the rows of those books that are settled."""
        asked: dict[tuple[str, str], str] = {}
        for row in rows:
            names = row.book.recipe, row.book.convention
            if names not in asked:
                asked[names] = self._basis(row.book)
            self.bases[row.row] = asked[names]
        sound = {row: basis for row, basis in self.bases.items() if basis}
        return frozenset(self._memo.known(sound, change_counts(self.station.journal)))

    def keep(self, row: int, changes: dict[int, int]) -> None:
        """Note that nothing was to be done for a book whose facts had changed so often."""
        if self.bases.get(row):
            self._memo.keep(self.bases, changes, {row: b""})

    @property
    def _memo(self) -> Memo:
        return Memo(path=self.station.folder / CACHE / MEMO)

    def _basis(self, book: Book) -> str:
        """Return what else decides about a book as a digest, "" where it cannot be read."""
        recipe, fault = own_recipe(self.station, book)
        if fault:
            return ""
        try:
            decides = [repr(convention_of(self.station, book)), recipe, msgspec.to_builtins(self.station.settings)]
        except ConfigError:
            return ""
        return hashlib.sha256(msgspec.json.encode(decides, order="sorted")).hexdigest()
