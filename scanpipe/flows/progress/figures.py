"""What a station tells of its books, in figures: no names of persons, no pages, no words of registers."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias, get_args

import msgspec

from scanpipe.model import BookId

BookState: TypeAlias = Literal["scanning", "transit", "audit", "rework", "accepted"]
"""Where a book stands.

- scanning: pages are missing, or are to be processed
- transit: it left in a bag, and no other station tells of it yet
- audit: all of it is there, and it waits for verdicts or its delivery
- rework: pages of it were sent back, or it changed after its delivery
- accepted: its newest revision was delivered and nothing of it was sent back since, so it can be billed
"""
STATES: Final[tuple[BookState, ...]] = get_args(BookState)

_Count = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
_Short = Annotated[str, msgspec.Meta(max_length=40)]


class BookLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A book.

    Attributes:
        unit: the code of its unit.
        list: the list of units that the code is of.
        kind: births, marriages, ...
        year: its year.
        volume: its volume within the year.
        state: where it stands.
        since: the day since when it does, or the day on which something last happened to it.
        pages: pages that it states, None where it states no total.
        cases: cases that it states.
        scanned: pages that have a picture.
        processed: pages that were processed.
        accepted: pages that were accepted.
        rejected: pages that were sent back and are not there again.
        cases_scanned: cases whose pages have pictures.
        delivered: the day of each revision, oldest first.
        weeks: pages that were scanned, by the Monday of the week.
    """

    unit: _Short
    list: _Short
    kind: _Short
    year: Annotated[int, msgspec.Meta(ge=1800, le=2300)]
    volume: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    state: BookState
    since: date
    pages: _Count | None = None
    cases: _Count | None = None
    scanned: _Count = 0
    processed: _Count = 0
    accepted: _Count = 0
    rejected: _Count = 0
    cases_scanned: _Count = 0
    delivered: tuple[date, ...] = ()
    weeks: dict[date, _Count] = {}

    @property
    def id(self) -> BookId:
        """The book."""
        return BookId(unit_code=self.unit, unit_list=self.list, kind=self.kind, year=self.year, volume=self.volume)

    @property
    def all_cases(self) -> int:
        """The cases that it states, or else those that were scanned."""
        return self.cases_scanned if self.cases is None else self.cases


class StationFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a station tells: its name, the day and time (UTC) at which it did, its books."""

    form: Literal[1] = 1
    station: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    at: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")]
    books: tuple[BookLine, ...]

    @property
    def day(self) -> date:
        """The day on which it was written."""
        return date.fromisoformat(self.at[:10])
