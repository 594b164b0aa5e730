"""Cases are split, merged and renumbered; whatever is done, each other case keeps its number, year and pages."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import UsageError
from scanpipe.model import Book, BookId, CaseKey, IndexRow, PageSetRule
from scanpipe.package.cases.case_edits import CaseRows, begun, case_rows, merged, moved_starts, renumbered, split
from scanpipe.package.cases.page_sets import page_sets

KS = BookId(unit_code="14758", kind="KS", year=2010, volume=1)
PAGES = 12


def key(number: int | str, year: int = 2010) -> CaseKey:
    return CaseKey(year=year, number=str(number))


def row(number: int | str, first: int, last: int, **more: object) -> IndexRow:
    return IndexRow(number=str(number), first=first, last=last, **more)  # type: ignore[arg-type]


def rows(rule: PageSetRule, pages: int = PAGES) -> CaseRows:
    return case_rows(Book(id=KS, pages=pages, rule=rule), pages)


def starting(*firsts: int) -> CaseRows:
    """Return cases 1, 2, ... that begin on these pages."""
    return rows(PageSetRule(kind="starts", rows=tuple(row(n, first, first) for n, first in enumerate(firsts, 1))))


def shape(cases: CaseRows, pages: int = PAGES) -> dict[str, list[int]]:
    """Return the pages of each case, as its rule makes them."""
    plan = page_sets(cases.rule, year=2010, first_number=1, pages=pages)
    return {str(found.key): [page.number for page in found.pages] for found in plan.sets}


RULES = st.one_of(
    st.builds(PageSetRule, kind=st.sampled_from(["pages", "cases"]), count=st.integers(1, 4)),
    st.lists(st.integers(1, PAGES), min_size=1).map(
        lambda firsts: PageSetRule(
            kind="starts", rows=tuple(row(n, first, first) for n, first in enumerate(sorted(firsts), 1))
        )
    ),
    st.lists(st.tuples(st.integers(1, PAGES), st.integers(0, 3)), min_size=1).map(
        lambda spans: PageSetRule(
            kind="index",
            rows=tuple(row(n, at, min(at + more, PAGES)) for n, (at, more) in enumerate(sorted(spans), 1)),
        )
    ),
)


@settings(deadline=None, derandomize=True)
@given(rule=RULES)
def test_every_rule_becomes_rows_that_make_the_same_cases(rule: PageSetRule) -> None:
    plan = page_sets(rule, year=2010, first_number=1, pages=PAGES)
    assert shape(rows(rule)) == {str(found.key): [p.number for p in found.pages] for found in plan.sets}


@settings(deadline=None, derandomize=True)
@given(rule=RULES, page=st.integers(1, PAGES))
def test_a_split_changes_only_the_case_that_is_split_and_merging_takes_it_back(rule: PageSetRule, page: int) -> None:
    cases = rows(rule)
    before = shape(cases)
    try:
        after = shape(split(cases, page, key("99"), pages=PAGES))
    except UsageError:
        return
    assert after["99/2010"][0] == page
    changed = [number for number in before if before[number] != after[number]]
    for number in changed:
        assert [*after[number], *(after["99/2010"])] == before[number]
    if len(changed) == 1:
        back = merged(split(cases, page, key("99"), pages=PAGES), key(changed[0].partition("/")[0]), key("99"))
        assert shape(back) == before


@settings(deadline=None, derandomize=True)
@given(rule=RULES, data=st.data())
def test_merging_gives_all_pages_to_the_case_before_and_leaves_the_others(
    rule: PageSetRule, data: st.DataObject
) -> None:
    cases = rows(rule)
    before = shape(cases)
    into, gone = (data.draw(st.sampled_from(sorted(before))) for _turn in range(2))
    try:
        after = shape(merged(cases, key(into.partition("/")[0]), key(gone.partition("/")[0])))
    except UsageError:
        return
    assert after.pop(into) == sorted({*before.pop(into), *before.pop(gone)})
    assert after == before


@settings(deadline=None, derandomize=True)
@given(rule=RULES, data=st.data(), to=st.integers(1, 200), following=st.booleans())
def test_renumbering_moves_no_page_and_never_repeats_a_number(
    rule: PageSetRule, data: st.DataObject, to: int, following: bool
) -> None:
    cases = rows(rule)
    before = shape(cases)
    chosen = data.draw(st.sampled_from(sorted(before))).partition("/")[0]
    try:
        after = shape(renumbered(cases, key(chosen), key(to), following=following))
    except UsageError:
        return
    assert sorted(after.values()) == sorted(before.values())
    assert after[f"{to}/2010"] == before[f"{chosen}/2010"]


def test_a_case_of_several_pages_cannot_begin_twice_but_a_page_may_hold_one_case_more() -> None:
    with pytest.raises(UsageError, match="Case 2/2010 begins on page 4 and goes on to page 8"):
        split(starting(1, 4, 9), 4, key("2a"), pages=PAGES)
    more = split(rows(PageSetRule(kind="cases", count=2), pages=2), 2, key("4a"), pages=2)
    assert shape(more, 2) == {"1/2010": [1], "2/2010": [1], "3/2010": [2], "4/2010": [2], "4a/2010": [2]}


def test_a_case_that_shares_its_page_is_merged_only_with_one_on_that_page() -> None:
    two_a_page = rows(PageSetRule(kind="cases", count=2), pages=2)
    assert shape(merged(two_a_page, key(3), key(4)), 2) == {"1/2010": [1], "2/2010": [1], "3/2010": [2]}
    with pytest.raises(UsageError, match="Case 1/2010 begins on page 1, too"):
        merged(two_a_page, key(2), key(3))
    with pytest.raises(UsageError, match="does not directly follow"):
        merged(starting(1, 4, 9), key(1), key(3))
    with pytest.raises(UsageError, match="no case 7/2010"):
        merged(two_a_page, key(2), key(7))


def test_all_later_numbers_of_the_year_change_with_one_where_that_is_asked() -> None:
    cases = rows(
        PageSetRule(kind="starts", rows=(row(1, 1, 1), row("2", 2, 2), row("2a", 3, 3), row(1, 4, 4, year=2011)))
    )
    assert list(shape(renumbered(cases, key(2), key(3), following=True))) == ["1/2010", "3/2010", "3a/2010", "1/2011"]
    with pytest.raises(UsageError, match="already has a case 2/2010"):
        renumbered(cases, key(1), key(2))


def test_of_a_number_that_is_there_twice_the_page_says_which_is_meant() -> None:
    cases = rows(PageSetRule(kind="starts", rows=(row(1, 1, 1), row(1, 5, 5))))
    with pytest.raises(UsageError, match="several pages: 1, 5"):
        renumbered(cases, key(1), key(2))
    assert list(shape(renumbered(cases, key(1), key(2), page=5))) == ["1/2010", "2/2010"]


def test_an_index_keeps_its_dates_and_overlaps() -> None:
    index = rows(PageSetRule(kind="index", rows=(row(1, 1, 3, registered=date(2010, 5, 1)), row(2, 3, 4))))
    after = split(index, 2, key("1a"), pages=PAGES).rule
    assert after.kind == "index"
    assert [(r.number, r.first, r.last) for r in after.rows] == [("1", 1, 1), ("2", 3, 4), ("1a", 2, 3)]
    assert after.rows[0].registered == date(2010, 5, 1)
    with pytest.raises(UsageError, match="in another year"):
        renumbered(index, key(1), key(1, 2011))


def test_a_case_begins_once_and_alone() -> None:
    cases = begun(starting(1, 4), 6, key(3))
    assert shape(cases) == {"1/2010": [1, 2, 3], "2/2010": [4, 5], "3/2010": [6, 7, 8, 9, 10, 11, 12]}
    assert begun(cases, 6, key(3)) == cases
    for page, number in ((6, 4), (7, 3)):
        with pytest.raises(UsageError, match="already begins on page 6"):
            begun(cases, page, key(number))


@settings(deadline=None, derandomize=True)
@given(
    firsts=st.sets(st.integers(1, PAGES), min_size=1),
    at=st.integers(1, PAGES),
    by=st.integers(-4, 4),
)
def test_first_pages_move_with_their_pages(firsts: set[int], at: int, by: int) -> None:
    at = max(at, 1 - by)
    moves = {number: number + by for number in range(at, PAGES + 1)}
    gone = set(range(at + by, at))
    before = shape(starting(*sorted(firsts)))
    after = shape(
        CaseRows(rows=moved_starts(starting(*sorted(firsts)).rule, moves, gone).rows, indexed=False), PAGES + by
    )
    left = {name: [moves.get(page, page) for page in pages if page not in gone] for name, pages in before.items()}
    room = set(range(at, at + by)) if by > 0 else set()
    assert {name: [page for page in pages if page not in room] for name, pages in after.items()} == {
        name: pages for name, pages in left.items() if pages
    }


def test_only_first_pages_follow_what_was_captured() -> None:
    index = PageSetRule(kind="index", rows=(row(1, 5, 6),))
    assert moved_starts(index, {5: 6}, ()) == index
