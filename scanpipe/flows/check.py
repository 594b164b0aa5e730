"""Does the whole station hold together: its journal, its store, and what it published?"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from scanpipe.flows.book.books import unresolved_sheets
from scanpipe.flows.delivery.published import changed_packages
from scanpipe.flows.delivery.reissue import away_revisions
from scanpipe.flows.station import Station
from scanpipe.state.books import open_books
from scanpipe.state.check import Share, StoreReport, check_journal, compare_store, damaged_blobs, due_blobs
from scanpipe.state.views import SheetRow

Subject = Literal["journal", "store", "packages"]
SUBJECTS: Final[tuple[Subject, ...]] = ("journal", "store", "packages")


@dataclass(frozen=True, slots=True, kw_only=True)
class StationReport:
    """What was found.

    Attributes:
        journal: what is wrong with the journal.
        store: what is wrong with the store.
        unresolved_sheets: sheets whose fate is unknown, without one that is in the scanner at this moment.
        packages: folders of published packages whose ZIPs are gone or were changed.
        away: by the name of its book, where the newest revision was published whose folder is not there.
    """

    journal: tuple[str, ...]
    store: StoreReport
    unresolved_sheets: tuple[SheetRow, ...]
    packages: tuple[Path, ...]
    away: dict[str, Path]

    @property
    def sound(self) -> bool:
        """Whether everything that the journal knows of is there and whole, as far as it was looked at."""
        return not (self.store.damaged or self.store.dangling or self.journal)

    @property
    def needs_attention(self) -> bool:
        """Whether a person must see to something that is not lost."""
        return bool(self.unresolved_sheets or self.packages or self.away)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStarted:
    """So many stored files will be read."""

    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobChecked:
    """A stored file was read."""

    digest: str
    damaged: bool


def check_station(
    station: Station, subjects: Collection[Subject] = SUBJECTS, *, share: tuple[int, int] = (1, 1), after: str = ""
) -> Iterator[CheckStarted | BlobChecked | StationReport]:
    """Yield how the check goes on and, last, what was found; nothing is changed.

    Args:
        station: what is checked.
        subjects: what of it.
        share: which share of the stored files is read, of how many.
        after: the digest behind which reading begins.
    """
    part = Share(number=share[0], of=share[1], after=after)
    journal = check_journal(station.journal) if "journal" in subjects else ()
    there = due_blobs(station.store, part) if "store" in subjects else ()
    yield CheckStarted(total=len(there))
    damaged = []
    for digest, broken in damaged_blobs(station.store, there):
        if broken:
            damaged.append(digest)
        yield BlobChecked(digest=digest, damaged=broken)
    packages = "packages" in subjects
    yield StationReport(
        journal=journal,
        store=compare_store(station.journal, part, there, damaged) if "store" in subjects else StoreReport(),
        unresolved_sheets=_unresolved_sheets(station) if "journal" in subjects else (),
        packages=changed_packages(station) if packages else (),
        away=away_revisions(station) if packages else {},
    )


def _unresolved_sheets(station: Station) -> tuple[SheetRow, ...]:
    return tuple(sheet for book in open_books(station.journal) for sheet in unresolved_sheets(station, book.row))
