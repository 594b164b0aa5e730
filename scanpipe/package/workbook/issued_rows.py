"""What scanpipe wrote into the workbook of a revision, and from which scans: by it, typing is told from writing.

People type what they see on a scan. Where cases are numbered anew, what they typed goes with the scan, not the number.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from scanpipe.model import CaseKey
from scanpipe.package.naming.workbook_layout import Columns, Layout
from scanpipe.package.workbook.reader import RowKey

Cells = Mapping[str, str]


class IssuedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case's row: what scanpipe filled in, and the digests of the captures that its PDF was made from."""

    year: int
    number: str
    volume: int
    book_year: int
    cells: dict[str, str]
    scans: tuple[str, ...]

    @property
    def key(self) -> RowKey:
        """Which case it is."""
        return RowKey(case=CaseKey(year=self.year, number=self.number), volume=self.volume, book_year=self.book_year)


class IssuedRows(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of a revision, in order, and the form of the workbook that they stand in."""

    format: int = 1
    layout: Layout
    columns: Columns
    unmatched_sheet: str
    rows: tuple[IssuedRow, ...]

    @property
    def cells(self) -> dict[RowKey, Cells]:
        """What was filled in, by case."""
        return {row.key: row.cells for row in self.rows}

    @property
    def scans(self) -> dict[RowKey, tuple[str, ...]]:
        """The captures of each case."""
        return {row.key: row.scans for row in self.rows}


def issued_row(key: RowKey, cells: Cells, scans: Sequence[str]) -> IssuedRow:
    """Return the record of a row."""
    return IssuedRow(
        year=key.case.year,
        number=key.case.number,
        volume=key.volume,
        book_year=key.book_year,
        cells=dict(cells),
        scans=tuple(scans),
    )


def encode_issued(rows: IssuedRows) -> bytes:
    """Return canonical JSON: the same rows give the same bytes."""
    return json.dumps(msgspec.to_builtins(rows), ensure_ascii=False, sort_keys=True).encode()


def decode_issued(data: bytes) -> IssuedRows | None:
    """Read what `encode_issued` wrote; None for anything else."""
    try:
        return msgspec.json.decode(data, type=IssuedRows)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def map_cases_by_scan(
    before: Mapping[RowKey, Sequence[str]], now: Mapping[RowKey, Sequence[str]]
) -> dict[RowKey, RowKey | None]:
    """Return the case that shows the scan of each case of before: itself, another, or None where none does.

    Cases that stand on the same captures are told apart by their order, if they are as many as they were, and else by
    their numbers. A case whose captures are gone, but whose number shows captures that are new, was scanned again and
    is itself, unless the cases next to it have other numbers than before.
    """
    places, new_places = _places(before), _places(now)
    counts, new_counts = (Counter(shown for shown, _turn in positions.values()) for positions in (places, new_places))
    at = {place: key for key, place in new_places.items() if counts[place[0]] == new_counts[place[0]]}
    alone = {key for key, (shown, _turn) in places.items() if counts[shown] == 1}
    cases = {key: at.get(place) or _sharing(key, place[0], now, alone) for key, place in places.items()}
    old_captures = {capture for captures in before.values() for capture in captures}
    for key in _scanned_again(cases):
        if key in now and not old_captures & set(now[key]):
            cases[key] = key
    return cases


_Place = tuple[frozenset[str], int]


def _places(scans: Mapping[RowKey, Sequence[str]]) -> dict[RowKey, _Place]:
    counts: defaultdict[frozenset[str], int] = defaultdict(int)
    places = {}
    for key, captures in scans.items():
        shown = frozenset(captures)
        places[key] = (shown, counts[shown])
        counts[shown] += 1
    return places


def _sharing(
    key: RowKey, captures: frozenset[str], now: Mapping[RowKey, Sequence[str]], alone: set[RowKey]
) -> RowKey | None:
    """Return the case that shows some of the captures: of this number, or the only one of a case that had its own."""
    sharing = [other for other, shown in now.items() if captures & set(shown)]
    if key in sharing:
        return key
    return sharing[0] if len(sharing) == 1 and key in alone else None


def _scanned_again(cases: Mapping[RowKey, RowKey | None]) -> list[RowKey]:
    """Return the cases without a scan whose nearest neighbours that have theirs kept their numbers."""
    order, stayed = list(cases), [None if case is None else case == key for key, case in cases.items()]
    return [
        key
        for place, key in enumerate(order)
        if cases[key] is None
        and next((kept for kept in reversed(stayed[:place]) if kept is not None), True)
        and next((kept for kept in stayed[place:] if kept is not None), True)
    ]
