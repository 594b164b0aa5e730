"""Does the whole station hold together: its records, and what it published?"""

from dataclasses import dataclass, replace
from pathlib import Path

from scanpipe.flows.book.books import lost_sheets
from scanpipe.flows.delivery.deliver import changed_packages
from scanpipe.flows.delivery.reissue import away_revisions
from scanpipe.flows.station import Station
from scanpipe.state.books import open_books
from scanpipe.state.check import CheckReport, check


@dataclass(frozen=True, slots=True, kw_only=True)
class StationReport:
    """What was found.

    Attributes:
        records: of blobs and journal; a sheet that is in the scanner at this moment is no suspect.
        packages: folders of published packages whose ZIPs are gone or were changed.
        away: by the name of its book, where the newest revision was published whose folder is not there.
    """

    records: CheckReport
    packages: tuple[Path, ...]
    away: dict[str, Path]

    @property
    def needs_attention(self) -> bool:
        """Whether a person must see to something that is not lost."""
        return bool(self.records.suspects or self.packages or self.away)


def check_station(station: Station) -> StationReport:
    """Read every stored file and every row, and look at every package; nothing is changed."""
    records = check(station.journal, station.store)
    lost = tuple(sheet for book in open_books(station.journal) for sheet in lost_sheets(station, book.row))
    return StationReport(
        records=replace(records, suspects=lost), packages=changed_packages(station), away=away_revisions(station)
    )
