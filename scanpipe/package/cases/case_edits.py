"""Changing which pages make which case, row by row: a case begins, is split, joined to another, or renumbered.

Pure: rows go in, others come out. They are those of a page index, or else first pages of cases, whatever rule the book
had; each names its year. Cases that are not named keep their number, their year and their pages.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scanpipe.errors import UsageError
from scanpipe.messages import lazy
from scanpipe.model import Book, CaseKey, IndexRow, PageSetRule
from scanpipe.package.cases.page_sets import page_sets, row_years, up_to_next_start
from scanpipe.package.naming.case_number import normal_number, number_order, split_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRows:
    """The cases of a book, each with its first and its last page; `indexed` as they stand in a page index.

    Where they do not, a case always goes on to the page before the next first page.
    """

    rows: tuple[IndexRow, ...]
    indexed: bool

    @property
    def rule(self) -> PageSetRule:
        """The rule that makes these cases."""
        if self.indexed:
            return PageSetRule(kind="index", rows=self.rows)
        firsts = (replace(row, last=row.first) for row in self.rows)
        return PageSetRule(kind="starts", rows=tuple(sorted(firsts, key=lambda row: (row.first, _order(row)))))

    def with_rows(self, rows: Iterable[IndexRow]) -> "CaseRows":
        """Return other cases of the same kind."""
        return replace(self, rows=tuple(rows))

    def find(self, key: CaseKey, *, page: int | None = None) -> IndexRow:
        """Return the case with that number; where several have it, the one that begins on `page`.

        Raises:
            UsageError: there is none, or more than one.
        """
        found = [row for row in self.rows if key_of(row) == key and page in (None, row.first)]
        if not found:
            raise UsageError(
                lazy("The book has no case {case}.", case=key),
                remedy=lazy("Run 'scanpipe case list BOOK' to list the cases."),
            )
        if len(found) > 1:
            pages = ", ".join(str(row.first) for row in found)
            raise UsageError(
                lazy("Case {case} begins on several pages: {pages}.", case=key, pages=pages),
                remedy=lazy("Name the page on which it begins: scanpipe case renumber --page N."),
            )
        return found[0]

    def sharing(self, row: IndexRow) -> tuple[IndexRow, ...]:
        """Return the other cases that begin on the same page."""
        return tuple(other for other in self.rows if other is not row and other.first == row.first)


def key_of(row: IndexRow) -> CaseKey:
    """Return the number and year of a row that names its year."""
    return CaseKey(year=row.year or 0, number=row.number)


def case_rows(book: Book, pages: int) -> CaseRows:
    """Return the cases of a book of so many body pages, whatever rule makes them."""
    rule, year = book.rule, book.id.year
    if rule.kind in ("index", "starts"):
        named = zip(rule.rows, row_years(rule.rows, year), strict=True)
        rows = tuple(replace(row, number=normal_number(row.number) or row.number, year=of) for row, of in named)
        indexed = rule.kind == "index"
        return CaseRows(rows=rows if indexed else up_to_next_start(rows, pages), indexed=indexed)
    plan = page_sets(rule, year=year, first_number=book.first_number, pages=pages, cases=book.cases)
    return CaseRows(
        rows=tuple(
            IndexRow(
                number=found.key.number,
                first=found.pages[0].number,
                last=found.pages[-1].number,
                year=found.key.year,
            )
            for found in plan.sets
        ),
        indexed=False,
    )


def begun(cases: CaseRows, first: int, key: CaseKey) -> CaseRows:
    """Return the cases when one begins on a body page, as the separator before it says.

    Raises:
        UsageError: the case begins on another page, or another case on this one; or a page index says otherwise.
    """
    known = [row for row in cases.rows if key_of(row) == key]
    if any(row.first == first for row in known):
        return cases
    if known:
        raise UsageError(
            lazy("Case {case} already begins on page {page}.", case=key, page=known[0].first),
            remedy=lazy("Compare the separator sheets with the paper book."),
        )
    if cases.indexed:
        raise UsageError(lazy("The page index of the book has no case {case}.", case=key))
    if taken := [key_of(row) for row in cases.rows if row.first == first]:
        raise UsageError(
            lazy("Case {case} already begins on page {page}.", case=taken[0], page=first),
            remedy=lazy(
                "Capture the pages of case {case} first. If its number is wrong, correct it: scanpipe case renumber.",
                case=taken[0],
            ),
        )
    return cases.with_rows((*cases.rows, _row(key, first, first)))


def split(cases: CaseRows, first: int, key: CaseKey, *, pages: int) -> CaseRows:
    """Return the cases when a further one takes a page, and those after it, from the case that they were of.

    Where each case of that page stands on this page alone, the further one stands on it, too. Pages of no case become
    the further case's, up to the next case.

    Raises:
        UsageError: there is such a case; or one begins on the page and goes on to the next; or several go on there.
    """
    _refuse_known(cases, key)
    begin = [row for row in cases.rows if row.first == first]
    cross = [row for row in cases.rows if row.first < first <= row.last]
    if longer := [row for row in begin if row.last > first]:
        raise UsageError(
            lazy(
                "Case {case} begins on page {page} and goes on to page {last}.",
                case=key_of(longer[0]),
                page=first,
                last=longer[0].last,
            ),
            remedy=lazy("Name the page on which the other case begins, or give the case another number."),
        )
    if cases.indexed and len(cross) > 1:
        raise UsageError(
            lazy("Several cases of the page index go on past page {page}.", page=first),
            remedy=lazy("Correct the page index, and state it again (scanpipe book amend --rule)."),
        )
    last = cross[0].last if cross else first if begin else _before_next(cases, first, pages)
    kept = (replace(row, last=first - 1) if row in cross else row for row in cases.rows)
    return cases.with_rows((*kept, _row(key, first, last)))


def merged(cases: CaseRows, into: CaseKey, key: CaseKey) -> CaseRows:
    """Return the cases when the pages of one belong to another, which directly precedes it or has the same pages.

    Raises:
        UsageError: there is no such case, or it does not directly precede; or one of them shares a page with a third.
    """
    kept, gone = cases.find(into), cases.find(key)
    left = [row for row in cases.rows if row is not gone]
    if kept is gone:
        raise UsageError(lazy("Name two cases."))
    if kept.first == gone.first and kept.last == gone.last:
        return cases.with_rows(left)
    if not kept.first <= gone.first <= kept.last + 1 or kept.last > gone.last:
        raise UsageError(
            lazy(
                "Case {case} (pages {pages}) does not directly follow case {before} (pages {pages_before}).",
                case=key,
                pages=_pages(gone),
                before=into,
                pages_before=_pages(kept),
            ),
            remedy=lazy("Name the case that keeps its number first, then the case that directly follows it."),
        )
    if not cases.indexed and (third := (*cases.sharing(kept), *cases.sharing(gone))):
        raise UsageError(
            lazy(
                "Case {case} begins on page {page}, too. It would get pages that are not its own.",
                case=key_of(third[0]),
                page=third[0].first,
            ),
            remedy=lazy("State the cases with a page index (scanpipe book amend --rule index:FILE)."),
        )
    whole = replace(kept, last=max(kept.last, gone.last))
    return cases.with_rows(whole if row is kept else row for row in left)


def given(cases: CaseRows, page: int, key: CaseKey) -> CaseRows:
    """Return the cases when a body page belongs to a case beside its own, with the pages between.

    The case before takes the page and those before it, the case after takes the page and those after it.

    Raises:
        UsageError: there is no such case, or it is not beside the page; or the page's own case would keep none, or
            shares a page with a third.
    """
    to, of = _taker_and_giver(cases, page, key)
    first, last = (of[0].first, of[0].last) if of else (page, page)
    if to.last + 1 == first:
        left, taker = (page + 1, last), replace(to, last=page)
    elif last + 1 == to.first:
        left, taker = (first, page - 1), replace(to, first=page)
    else:
        raise UsageError(
            lazy("Case {case} does not stand beside page {page}.", case=key, page=page),
            remedy=lazy("If the page stands in the wrong place, move it there first: scanpipe page move."),
        )
    if left[0] > left[1] and of:
        raise _no_other_page(of[0])
    others = (replace(row, first=left[0], last=left[1]) if row in of else row for row in cases.rows)
    return cases.with_rows(taker if row is to else row for row in others)


def is_beside(cases: CaseRows, page: int, key: CaseKey) -> bool:
    """Whether a case stands beside a body page, or beside the case of it.

    Raises:
        UsageError: there is no such case.
    """
    to, of = cases.find(key), [row for row in cases.rows if row.first <= page <= row.last]
    first, last = (of[0].first, of[0].last) if of else (page, page)
    return to in of or to.last + 1 == first or last + 1 == to.first


def given_from_afar(cases: CaseRows, page: int, key: CaseKey, moves: Mapping[int, int]) -> CaseRows:
    """Return the cases when a body page becomes the last one of a case, and those between close up.

    Args:
        cases: the cases.
        page: the page.
        key: the case that takes it.
        moves: where each body page goes that the paper book has, old to new.

    Raises:
        UsageError: there is no such case; or the page's own case would keep none, or one shares a page with a third.
    """
    to, of = _taker_and_giver(cases, page, key)
    kept = {
        row: [moves[old] for old in range(row.first, row.last + 1) if old in moves and old != page]
        for row in cases.rows
    }
    if of and not kept[of[0]]:
        raise _no_other_page(of[0])
    kept[to] = [*kept[to], moves[page]]
    return cases.with_rows(
        replace(row, first=min(pages), last=max(pages)) if (pages := kept[row]) else row for row in cases.rows
    )


def _taker_and_giver(cases: CaseRows, page: int, key: CaseKey) -> tuple[IndexRow, list[IndexRow]]:
    """Return the case that takes a page, and the one that it is of, if any."""
    to, of = cases.find(key), [row for row in cases.rows if row.first <= page <= row.last]
    if to in of:
        raise UsageError(lazy("Page {page} already belongs to case {case}.", page=page, case=key))
    if len(of) > 1 or cases.sharing(to) or (of and cases.sharing(of[0])):
        raise UsageError(
            lazy("Page {page} or case {case} stands on a page with another case.", page=page, case=key),
            remedy=lazy("State the cases with a page index (scanpipe book amend --rule index:FILE)."),
        )
    return to, of


def _no_other_page(row: IndexRow) -> UsageError:
    return UsageError(
        lazy("Case {case} has no other page.", case=key_of(row)),
        remedy=lazy("Merge the two cases: scanpipe case merge."),
    )


def dated(cases: CaseRows, key: CaseKey, day: date | None, *, page: int | None = None) -> CaseRows:
    """Return the cases when one was registered on that day, None where nobody knows it.

    Args:
        cases: the cases.
        key: the number of the case.
        day: when it was registered.
        page: where it begins, needed where several cases have the number.

    Raises:
        UsageError: there is no such case, or the day is of another year.
    """
    named = cases.find(key, page=page)
    dated_row = _numbered(replace(named, registered=day), key)
    return cases.with_rows(dated_row if row is named else row for row in cases.rows)


def renumbered(
    cases: CaseRows, key: CaseKey, to: CaseKey, *, page: int | None = None, following: bool = False
) -> CaseRows:
    """Return the cases when one has another number; with `following`, so have all later ones of its year.

    Args:
        cases: the cases.
        key: the number that it has.
        to: the number that it is to have.
        page: where it begins, needed where several cases have the number.
        following: change later numbers of that year by the same difference.

    Raises:
        UsageError: there is no such case; another case has the number; or a date is of another year.
    """
    named = cases.find(key, page=page)
    change = _difference(key, to) if following else 0
    rows = tuple(
        _numbered(row, to)
        if row is named
        else _moved(row, change)
        if following and row.year == key.year and _order(row) > _order(named)
        else row
        for row in cases.rows
    )
    before, after = (Counter(map(key_of, those)) for those in (cases.rows, rows))
    if repeated := [found for found, count in after.items() if count > max(1, before[found])]:
        raise UsageError(
            lazy("The book already has a case {case}.", case=repeated[0]),
            remedy=lazy("Renumber that case first, or change all later numbers with it (--following)."),
        )
    return cases.with_rows(rows)


def moved_starts(rule: PageSetRule, moves: Mapping[int, int], gone: Collection[int]) -> PageSetRule:
    """Return the rule when body pages move, old number to new: first pages of cases move with their captures.

    `gone` are pages that leave the book. A case that began there begins with what followed; a case that had no other
    page is no more. Rules that count, and an index, which quotes the paper's own numbers, stay as they are.
    """
    if rule.kind != "starts":
        return rule
    firsts = {row.first for row in rule.rows}
    heirs = {page: _heir(page, gone, firsts) for page in gone}
    kept = [replace(row, first=heirs.get(row.first, row.first)) for row in rule.rows if heirs.get(row.first, 1)]
    placed = [replace(row, first=moves.get(row.first, row.first)) for row in kept]
    return replace(rule, rows=tuple(replace(row, last=row.first) for row in sorted(placed, key=lambda row: row.first)))


def _heir(page: int, gone: Collection[int], firsts: Collection[int]) -> int:
    """Return the page on which a case begins whose first page leaves the book, 0 where it has no other page."""
    following = next(number for number in itertools.count(page + 1) if number in firsts or number not in gone)
    return 0 if following in firsts else following


def _row(key: CaseKey, first: int, last: int) -> IndexRow:
    return IndexRow(number=key.number, first=first, last=last, year=key.year)


def _order(row: IndexRow) -> tuple[int, str]:
    return number_order(row.number)


def _pages(row: IndexRow) -> str:
    return str(row.first) if row.first == row.last else f"{row.first}-{row.last}"


def _before_next(cases: CaseRows, first: int, pages: int) -> int:
    return min((row.first - 1 for row in cases.rows if row.first > first), default=pages)


def _refuse_known(cases: CaseRows, key: CaseKey) -> None:
    for row in cases.rows:
        if key_of(row) == key:
            raise UsageError(
                lazy("Case {case} already begins on page {page}.", case=key, page=row.first),
                remedy=lazy("Give the further case its own number, for example {number}a.", number=key.number),
            )


def _difference(key: CaseKey, to: CaseKey) -> int:
    return number_order(to.number)[0] - number_order(key.number)[0]


def _numbered(row: IndexRow, to: CaseKey) -> IndexRow:
    if row.registered and row.registered.year != to.year:
        raise UsageError(
            lazy("Case {case} was registered on {day}, in another year.", case=key_of(row), day=row.registered)
        )
    return replace(row, number=to.number, year=to.year)


def _moved(row: IndexRow, change: int) -> IndexRow:
    parts = split_number(row.number)
    return replace(row, number=f"{parts[0] + change}{parts[1]}") if parts else row
