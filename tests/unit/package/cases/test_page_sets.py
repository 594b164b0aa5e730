from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import UsageError
from scanpipe.model import CaseKey, IndexRow, PageSetRule
from scanpipe.package.cases.page_sets import PageSetPlan, RuleWords, page_sets, parse_rule


def shape(plan: PageSetPlan) -> dict[str, list[int]]:
    return {str(found.key): [page.number for page in found.pages] for found in plan.sets}


def indexed(*rows: IndexRow, pages: int = 100, first_number: int = 1) -> PageSetPlan:
    rule = PageSetRule(kind="index", rows=rows)
    return page_sets(rule, year=2010, first_number=first_number, pages=pages)


def row(number: str, first: int, last: int, registered: date | None = None, year: int | None = None) -> IndexRow:
    return IndexRow(number=number, first=first, last=last, registered=registered, year=year)


def test_two_pages_a_case_leave_the_odd_last_case_incomplete() -> None:
    plan = page_sets(PageSetRule(kind="pages", count=2), year=2010, first_number=98, pages=5)
    assert shape(plan) == {"98/2010": [1, 2], "99/2010": [3, 4], "100/2010": [5]}
    assert plan.incomplete == (CaseKey(year=2010, number="100"),)
    assert not plan.gaps and not plan.unassigned and not plan.duplicates


def test_three_cases_a_page_put_the_page_into_each_and_stop_at_the_stated_total() -> None:
    plan = page_sets(PageSetRule(kind="cases", count=3), year=2010, first_number=1, pages=2, cases=5)
    assert shape(plan) == {"1/2010": [1], "2/2010": [1], "3/2010": [1], "4/2010": [2], "5/2010": [2]}


def test_a_stated_total_that_does_not_fit_the_pages_is_not_believed() -> None:
    assert len(page_sets(PageSetRule(kind="cases", count=3), year=2010, first_number=1, pages=2, cases=3).sets) == 6


def test_an_index_may_overlap_and_leaves_the_rest_unassigned() -> None:
    plan = indexed(row("1", 1, 2), row("2", 2, 3), row("12a", 3, 3), pages=5)
    assert shape(plan) == {"1/2010": [1, 2], "2/2010": [2, 3], "12a/2010": [3]}
    assert [page.label for page in plan.unassigned] == ["4", "5"]
    assert [str(gap) for gap in plan.gaps] == ["3-11/2010"]


def test_padding_does_not_hide_a_duplicate() -> None:
    plan = indexed(row("012", 1, 1), row("12", 2, 2), row("12a", 3, 3))
    assert plan.duplicates == (CaseKey(year=2010, number="12"),)
    assert len(plan.sets) == 3


def test_the_same_number_in_two_years_is_no_duplicate() -> None:
    plan = indexed(row("1", 1, 1, date(2010, 5, 1)), row("1", 2, 2, date(2011, 5, 1)))
    assert list(shape(plan)) == ["1/2010", "1/2011"]
    assert not plan.duplicates


def test_numbering_that_falls_back_to_one_goes_on_in_the_year_that_a_later_row_states() -> None:
    plan = indexed(row("1", 1, 1), row("2", 2, 2), row("1", 3, 3), row("2", 4, 4, date(2012, 1, 9)))
    assert list(shape(plan)) == ["1/2010", "2/2010", "1/2012", "2/2012"]


def test_numbering_that_falls_back_to_one_without_any_date_is_the_next_year() -> None:
    plan = indexed(row("97", 1, 1), row("98", 2, 2), row("1", 3, 3), row("2", 4, 4), first_number=97)
    assert list(shape(plan)) == ["97/2010", "98/2010", "1/2011", "2/2011"]
    assert not plan.gaps


def test_falling_back_on_an_earlier_page_is_no_new_year() -> None:
    plan = indexed(row("1", 1, 1), row("2", 5, 5), row("1", 2, 2))
    assert plan.duplicates == (CaseKey(year=2010, number="1"),)


def test_gaps_are_listed_from_the_first_number_on_and_from_one_in_another_year() -> None:
    plan = indexed(row("50", 1, 1), row("53", 2, 2), row("3", 3, 3, year=2011), first_number=48)
    assert [str(gap) for gap in plan.gaps] == ["48-49/2010", "51-52/2010", "1-2/2011"]
    assert [gap.count for gap in plan.gaps] == [2, 2, 2]


def test_pages_that_the_book_does_not_have_make_a_case_incomplete() -> None:
    plan = indexed(row("1", 1, 2), row("2", 3, 9), row("3", 12, 12), pages=4)
    assert [key.number for key in plan.incomplete] == ["2", "3"]
    assert shape(plan)["2/2010"] == [3, 4]


def test_a_typing_error_of_a_million_costs_one_gap() -> None:
    assert len(indexed(row("1", 1, 1), row("999999", 2, 2)).gaps) == 1


def begun(*rows: tuple[str, int], pages: int) -> PageSetPlan:
    """Return the plan of cases that begin on these pages."""
    starts = tuple(IndexRow(number=number, first=first, last=first, year=2010) for number, first in rows)
    return page_sets(PageSetRule(kind="starts", rows=starts), year=2010, first_number=1, pages=pages)


def test_a_case_goes_on_to_the_page_before_the_next_first_page() -> None:
    plan = begun(("2", 5), ("1", 2), ("3", 6), pages=8)
    assert shape(plan) == {"1/2010": [2, 3, 4], "2/2010": [5], "3/2010": [6, 7, 8]}
    assert [page.number for page in plan.unassigned] == [1]
    assert not plan.incomplete


def test_cases_that_begin_on_one_page_have_the_same_pages() -> None:
    assert shape(begun(("1", 1), ("2", 1), ("3", 2), pages=2)) == {"1/2010": [1], "2/2010": [1], "3/2010": [2]}


def test_a_case_whose_first_page_is_not_there_is_incomplete_and_so_is_one_that_lacks_its_end() -> None:
    plan = begun(("1", 1), ("2", 3), ("4", 9), pages=4)
    assert [str(key) for key in plan.incomplete] == ["2/2010", "4/2010"]
    assert [str(gap) for gap in plan.gaps] == ["3/2010"]


def test_a_number_that_begins_twice_is_repeated() -> None:
    assert [str(key) for key in begun(("1", 1), ("1", 2), pages=2).duplicates] == ["1/2010"]


@settings(deadline=None, derandomize=True)
@given(pages=st.integers(1, 40), data=st.data())
def test_each_page_from_the_first_start_on_is_of_one_case_and_the_pages_before_it_of_none(
    pages: int, data: st.DataObject
) -> None:
    firsts = data.draw(st.lists(st.integers(1, pages), unique=True, min_size=1))
    plan = begun(*((str(number), first) for number, first in enumerate(firsts, 1)), pages=pages)
    shown = [page.number for found in plan.sets for page in found.pages]
    assert sorted(shown) == list(range(min(firsts), pages + 1))
    assert [page.number for page in plan.unassigned] == list(range(1, min(firsts)))
    assert all(found.pages[0].number == firsts[int(found.key.number) - 1] for found in plan.sets)


@settings(deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["pages", "cases"]),
    count=st.integers(1, 7),
    pages=st.integers(0, 60),
    first=st.integers(1, 500),
)
def test_counted_rules_use_every_page_and_number_without_gaps(kind: str, count: int, pages: int, first: int) -> None:
    rule = PageSetRule(kind="pages" if kind == "pages" else "cases", count=count)
    plan = page_sets(rule, year=2010, first_number=first, pages=pages)
    assert not plan.unassigned and not plan.gaps and not plan.duplicates
    assert {page.number for found in plan.sets for page in found.pages} == set(range(1, pages + 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pages:2", RuleWords(kind="pages", count=2)),
        (" cases:3 ", RuleWords(kind="cases", count=3)),
        ("index:C:/so hộ tịch/index.xlsx", RuleWords(kind="index", path=Path("C:/so hộ tịch/index.xlsx"))),
    ],
)
def test_a_rule_is_read_as_it_is_written(text: str, words: RuleWords) -> None:
    assert parse_rule(text) == words


@pytest.mark.parametrize("text", ["", "pages", "pages:0", "pages:-1", "cases:x", "index:", "sheets:2", "pages:1000"])
def test_any_other_rule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="pages:2"):
        parse_rule(text)
