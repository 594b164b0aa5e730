"""The files of many stations as one: each book once, sums by province, unit, kind and era, and by week. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, partial
from math import ceil
from typing import Any, Final, Self, TypeVar

from scanpipe.flows.progress.figures import BookLine, BookState, StationFile
from scanpipe.flows.progress.places import place_of
from scanpipe.model import BookId
from scanpipe.state.book_times import monday

K = TypeVar("K", bound=Hashable)
RATE_WEEKS: Final = 4
_ERAS: Final = ((0, 1975), (1976, 1998), (1999, 2005), (2006, 2015), (2016, 9999))
UnitKey = tuple[str, str]
"""The code of a unit, and its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the Department expects of a unit: so many books and cases of a kind and of some years."""

    unit: UnitKey
    kind: str
    first_year: int
    last_year: int
    books: int
    cases: int

    @property
    def era(self) -> str:
        """The era of its years, "" where they are of several."""
        first, last = era_of(self.first_year), era_of(self.last_year)
        return first if first == last else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Books and cases of a group by where the books stand, and its other figures by their names."""

    books: Counter[BookState] = field(default_factory=Counter)
    cases: Counter[BookState] = field(default_factory=Counter)
    other: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, books: Sequence[BookLine], expected: Iterable[Expected], *, since: date) -> Self:
        """Return the sums of a group; what was delivered first after `since` makes the rate."""
        cases: Counter[BookState] = Counter()
        for book in books:
            cases[book.state] += book.all_cases
        delivered = [book for book in books if book.delivered]
        expected = tuple(expected)
        return cls(
            books=Counter(book.state for book in books),
            cases=cases,
            other={
                "expected_books": sum(each.books for each in expected),
                "expected_cases": sum(each.cases for each in expected),
                "stated_cases": cases.total(),
                "scanned_cases": sum(book.cases_scanned for book in books),
                "rejected_pages": sum(book.rejected for book in books),
                "delivered_cases": sum(book.all_cases for book in delivered),
                "recent_cases": sum(book.all_cases for book in delivered if book.delivered[0] >= since),
            },
        )

    @property
    def all_books(self) -> int:
        """Books that stations tell of."""
        return sum(self.books.values())

    @property
    def total_cases(self) -> int:
        """Cases that are expected, or, where nobody said, those that the books state."""
        return max(self.other["expected_cases"], self.other["stated_cases"])

    @property
    def done(self) -> float | None:
        """The share of the cases that were accepted; None where there are none."""
        return self.cases["accepted"] / self.total_cases if self.total_cases else None

    @property
    def rate(self) -> float:
        """Cases that were delivered in a week, of the last weeks."""
        return self.other["recent_cases"] / RATE_WEEKS

    def end(self, today: date) -> date | None:
        """Return the day on which all is done at this rate; None where nothing was delivered lately."""
        left = self.total_cases - self.cases["accepted"]
        if left <= 0:
            return today
        weeks = left / self.rate if self.rate else 0
        return today + timedelta(days=ceil(7 * weeks)) if 0 < weeks < _FAR_WEEKS else None


_FAR_WEEKS = 5200


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week: "pages" that were scanned, "cases" delivered, and books that came to stand where they do now."""

    other: Counter[str] = field(default_factory=Counter)
    books: Counter[BookState] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """All stations together; `twice` are books that several stations tell of as theirs."""

    today: date
    total: Sums
    by_province: Mapping[str, Sums]
    by_unit: Mapping[UnitKey, Sums]
    by_kind: Mapping[str, Sums]
    by_era: Mapping[str, Sums]
    by_week: Mapping[date, Week]
    by_place: Mapping[tuple[str, str], Sums]
    heard: Mapping[UnitKey, date]
    stations: tuple[StationFile, ...]
    twice: Mapping[BookId, tuple[str, ...]]

    def silent(self, days: int) -> dict[UnitKey, date | None]:
        """Return the units of which no file told for so many days, with the day of the last one, None for never."""
        since = self.today - timedelta(days=days)
        return {unit: day for unit in self.by_unit if (day := self.heard.get(unit)) is None or day < since}

    @property
    def unknown(self) -> tuple[UnitKey, ...]:
        """The units that no list has."""
        return tuple(unit for unit in self.by_unit if not place_of(unit).known)


@lru_cache(maxsize=1000)
def era_of(year: int) -> str:
    """Return the era of a year, as "1999-2005": registers were kept by other rules in each."""
    first, last = next(era for era in _ERAS if era[0] <= year <= era[1])
    return f"{first or ''}-{last if last < 9999 else ''}"


def merge(files: Iterable[StationFile], expected: Iterable[Expected], *, today: date) -> Merged:
    """Return what stations tell, each book once, beside what is expected."""
    stations, expected = _newest(files), tuple(expected)
    books, owners = _each_once(stations)
    since = monday(today) - timedelta(weeks=RATE_WEEKS)
    grouped = partial(_grouped, books.values(), expected, since=since)
    heard: dict[UnitKey, date] = {}
    for station in stations:
        for unit in {(book.unit, book.list) for book in station.books if book.state != "transit"}:
            heard[unit] = max(heard.get(unit, station.day), station.day)
    return Merged(
        today=today,
        total=Sums.of(tuple(books.values()), expected, since=since),
        by_province=_ordered(
            grouped(lambda book: place_of(_unit(book)).province, lambda each: place_of(each.unit).province), str
        ),
        by_unit=_ordered(
            grouped(_unit, lambda each: each.unit),
            lambda unit: (place_of(unit).province, place_of(unit).name, unit),
        ),
        by_kind=_ordered(grouped(lambda book: book.kind, lambda each: each.kind), str),
        by_era=_ordered(grouped(lambda book: era_of(book.year), lambda each: each.era), lambda era: era.rjust(9)),
        by_week=_weeks(books.values()),
        by_place=grouped(
            lambda book: (place_of(_unit(book)).province, book.kind),
            lambda each: (place_of(each.unit).province, each.kind),
        ),
        heard=heard,
        stations=stations,
        twice={book: names for book, names in owners.items() if len(names) > 1},
    )


def merged_today(files: Iterable[StationFile], expected: Iterable[Expected]) -> Merged:
    """Return the same as of today, by the clock of this computer."""
    return merge(files, expected, today=date.today())


def _newest(files: Iterable[StationFile]) -> tuple[StationFile, ...]:
    newest: dict[str, StationFile] = {}
    for each in files:
        if each.station not in newest or newest[each.station].at < each.at:
            newest[each.station] = each
    return tuple(newest[name] for name in sorted(newest))


_BookKey = tuple[str, str, str, int, int]


def _each_once(stations: Iterable[StationFile]) -> tuple[dict[_BookKey, BookLine], dict[BookId, tuple[str, ...]]]:
    """Return each book as the station tells that has it, of several the one that it came furthest at."""
    books: dict[_BookKey, BookLine] = {}
    owners: defaultdict[_BookKey, list[str]] = defaultdict(list)
    for station in stations:
        for book in station.books:
            key = (book.list, book.unit, book.kind, book.year, book.volume)
            if book.state != "transit":
                owners[key].append(station.station)
            known = books.get(key)
            if known is None or _worth(book) > _worth(known):
                books[key] = book
    return books, {books[key].id: tuple(names) for key, names in owners.items() if len(names) > 1}


def _worth(book: BookLine) -> tuple[bool, date, int]:
    return book.state != "transit", book.since, book.accepted


def _grouped(
    books: Iterable[BookLine],
    expected: Iterable[Expected],
    book_key: Callable[[BookLine], K],
    expected_key: Callable[[Expected], K],
    *,
    since: date,
) -> dict[K, Sums]:
    theirs: defaultdict[K, list[BookLine]] = defaultdict(list)
    wanted: defaultdict[K, list[Expected]] = defaultdict(list)
    for book in books:
        theirs[book_key(book)].append(book)
    for each in expected:
        wanted[expected_key(each)].append(each)
    return {key: Sums.of(theirs.get(key, ()), wanted.get(key, ()), since=since) for key in {**theirs, **wanted}}


def _unit(book: BookLine) -> UnitKey:
    return book.unit, book.list


def _weeks(books: Iterable[BookLine]) -> dict[date, Week]:
    weeks: defaultdict[date, Week] = defaultdict(Week)
    for book in books:
        for start, pages in book.weeks.items():
            weeks[start].other["pages"] += pages
        if book.delivered:
            weeks[monday(book.delivered[0])].other["cases"] += book.all_cases
        weeks[monday(book.since)].books[book.state] += 1
    return {start: weeks[start] for start in sorted(weeks)}


def _ordered(groups: Mapping[K, Sums], key: Callable[[K], Any]) -> dict[K, Sums]:
    return {name: groups[name] for name in sorted(groups, key=key)}
