"""From the page-set rule of a book to its cases: which pages make which case, and what does not add up.

Pure: the same rule and counts give the same plan. Body pages are 1 to n; covers and notes are never part of a case.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

from scanpipe.errors import UsageError
from scanpipe.messages import lazy
from scanpipe.model import CaseKey, IndexRow, Page, PageSet, PageSetRule, Part
from scanpipe.package.naming.case_number import normal_number, number_order, split_number


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """A rule as a person writes it; an index is not read yet, only named."""

    kind: Literal["pages", "cases", "index"]
    count: int = 1
    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Numbers that no case has, first and last included."""

    year: int
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"{self.first}/{self.year}" if self.first == self.last else f"{self.first}-{self.last}/{self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSetPlan:
    """The cases of a book, by year and number, and what does not add up.

    A duplicated number keeps all its sets, so that a person can see them. `incomplete` are cases that lack pages: the
    last one of `pages:N`, or one whose row names pages that the book does not have. `lacking` are cases with
    pages that are absent from the paper book, with those pages only; `lost` are those of them with no page left, which
    stand in no other field.
    """

    sets: tuple[PageSet, ...]
    unassigned: tuple[Page, ...] = ()
    duplicates: tuple[CaseKey, ...] = ()
    gaps: tuple[Gap, ...] = ()
    incomplete: tuple[CaseKey, ...] = ()
    lacking: tuple[PageSet, ...] = ()
    lost: tuple[CaseKey, ...] = ()


def parse_rule(text: str) -> RuleWords:
    """Read `pages:2`, `cases:3` or `index:FILE`.

    Raises:
        UsageError: the text is no rule.
    """
    counted = re.fullmatch(r"(pages|cases):0*([1-9][0-9]{0,2})", text.strip(), re.ASCII)
    if counted:
        return RuleWords(kind="pages" if counted[1] == "pages" else "cases", count=int(counted[2]))
    kind, _colon, path = text.strip().partition(":")
    if kind == "index" and path.strip():
        return RuleWords(kind="index", path=Path(path.strip()))
    raise UsageError(
        lazy("{text!r} is not a valid page-set rule.", text=text),
        remedy=lazy("Use pages:2 (two pages for each case), cases:3 (three cases on each page) or index:FILE.xlsx."),
    )


def page_sets(rule: PageSetRule, *, year: int, first_number: int, pages: int, cases: int | None = None) -> PageSetPlan:
    """Plan the cases of a book.

    Args:
        rule: how body pages make cases.
        year: the book's year; cases are of this year unless a row says otherwise.
        first_number: the number of the book's first case.
        pages: how many body pages the book has.
        cases: the total that the book states: with `cases:N` the last page holds only as many as are left.
    """
    if rule.kind == "index":
        sets, incomplete = _from_index(rule.rows, year=year, pages=pages)
    elif rule.kind == "starts":
        sets, incomplete = _from_index(up_to_next_start(rule.rows, pages), year=year, pages=pages)
    elif rule.kind == "pages":
        sets, incomplete = _by_pages(rule.count, year=year, first_number=first_number, pages=pages)
    else:
        sets, incomplete = _by_cases(rule.count, year=year, first_number=first_number, pages=pages, cases=cases), []
    taken = {page.number for page_set in sets for page in page_set.pages}
    return PageSetPlan(
        sets=tuple(sorted(sets, key=lambda page_set: _order(page_set.key))),
        unassigned=tuple(_page(number) for number in range(1, pages + 1) if number not in taken),
        duplicates=_duplicates(sets),
        gaps=find_gaps((page_set.key for page_set in sets), year=year, first_number=first_number),
        incomplete=tuple(sorted(incomplete, key=_order)),
    )


def without_absent(plan: PageSetPlan, absent: Collection[Page]) -> PageSetPlan:
    """Return the plan without the pages that the paper book lacks; what is left of each case stays."""
    left = [
        replace(page_set, pages=tuple(page for page in page_set.pages if page not in absent)) for page_set in plan.sets
    ]
    lacking = [
        replace(page_set, pages=tuple(page for page in page_set.pages if page in absent)) for page_set in plan.sets
    ]
    return replace(
        plan,
        sets=tuple(now for now, before in zip(left, plan.sets, strict=True) if now.pages or not before.pages),
        unassigned=tuple(page for page in plan.unassigned if page not in absent),
        lacking=tuple(page_set for page_set in lacking if page_set.pages),
        lost=tuple(now.key for now, before in zip(left, plan.sets, strict=True) if before.pages and not now.pages),
    )


def find_gaps(keys: Iterable[CaseKey], *, year: int, first_number: int) -> tuple[Gap, ...]:
    """Return the numbers missing within each year: from `first_number` in the book's year, from 1 in any other."""
    present: dict[int, set[int]] = {}
    for key in keys:
        parts = split_number(key.number)
        if parts:
            present.setdefault(key.year, set()).add(parts[0])
    gaps: list[Gap] = []
    for of_year, numbers in sorted(present.items()):
        before_first = (first_number if of_year == year else 1) - 1
        steps = pairwise([before_first, *sorted(number for number in numbers if number > before_first)])
        gaps += [Gap(year=of_year, first=low + 1, last=high - 1) for low, high in steps if high > low + 1]
    return tuple(gaps)


def _page(number: int) -> Page:
    return Page(part=Part.BODY, number=number)


def _order(key: CaseKey) -> tuple[int, tuple[int, str]]:
    return key.year, number_order(key.number)


def _duplicates(sets: Sequence[PageSet]) -> tuple[CaseKey, ...]:
    counts = Counter(page_set.key for page_set in sets)
    return tuple(sorted((key for key, count in counts.items() if count > 1), key=_order))


def _by_pages(count: int, *, year: int, first_number: int, pages: int) -> tuple[list[PageSet], list[CaseKey]]:
    sets = [
        PageSet(
            key=CaseKey(year=year, number=str(first_number + index)),
            pages=tuple(_page(number) for number in range(start, min(start + count, pages + 1))),
        )
        for index, start in enumerate(range(1, pages + 1, count))
    ]
    return sets, [page_set.key for page_set in sets[-1:] if len(page_set.pages) < count]


def _by_cases(count: int, *, year: int, first_number: int, pages: int, cases: int | None) -> list[PageSet]:
    total = pages * count
    if cases is not None and total - count < cases < total:
        total = cases
    return [
        PageSet(key=CaseKey(year=year, number=str(first_number + index)), pages=(_page(index // count + 1),))
        for index in range(total)
    ]


def up_to_next_start(rows: Iterable[IndexRow], pages: int) -> tuple[IndexRow, ...]:
    """Return each case with its last page: the one before the next first page, or the last of the book.

    Cases that begin on one page have the same pages.
    """
    ordered = sorted(rows, key=lambda row: row.first)
    firsts = sorted({row.first for row in ordered})
    last_of = dict(zip(firsts, (*(following - 1 for following in firsts[1:]), pages), strict=True))
    return tuple(replace(row, last=last_of[row.first]) for row in ordered)


def _from_index(rows: Sequence[IndexRow], *, year: int, pages: int) -> tuple[list[PageSet], list[CaseKey]]:
    sets: list[PageSet] = []
    incomplete: list[CaseKey] = []
    for row, of_year in zip(rows, row_years(rows, year), strict=True):
        key = CaseKey(year=of_year, number=normal_number(row.number) or row.number)
        existing_pages = tuple(_page(number) for number in range(max(row.first, 1), min(row.last, pages) + 1))
        sets.append(PageSet(key=key, pages=existing_pages, registered=row.registered))
        if row.first < 1 or row.last > pages or not existing_pages:
            incomplete.append(key)
    return sets, incomplete


def row_years(rows: Sequence[IndexRow], year: int) -> list[int]:
    """Return each row's year: its own, that of its date, or else the one that its place in the book tells.

    A row without year and date goes on in the year before it, unless its number falls back to 1 further on in the
    book: then numbering has restarted, in the next year that a later row states, or else in the year after.
    """
    stated = [replace(row, year=row.year or (row.registered.year if row.registered else None)) for row in rows]
    years: list[int] = []
    for position, row in enumerate(stated):
        current = years[-1] if years else year
        if row.year is None and position and _restarts(stated[position - 1], row):
            later = (after.year for after in stated[position + 1 :] if after.year is not None and after.year > current)
            years.append(next(later, current + 1))
        else:
            years.append(row.year or current)
    return years


def _restarts(before: IndexRow, row: IndexRow) -> bool:
    return number_order(row.number)[0] == 1 < number_order(before.number)[0] and row.first >= before.last
