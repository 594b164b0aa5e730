"""Which case begins where: a sheet is not trusted over the open book, and a missing one is noticed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.capture.separators import SeparatorSheet
from scanpipe.flows.capture.separated import Begins, CaseTracker, Cover, Missing, Refused, case_tracker
from scanpipe.model import Book, BookId, CaseKey, IndexRow, Page, PageSetRule, Part
from scanpipe.separator import Separator

BOOK = Book(id=BookId(unit_code="14758", unit_list="2025-06-30", kind="KS", year=2010, volume=1))
PATCH = SeparatorSheet(patch=True)


def page(number: int) -> Page:
    return Page(part=Part.BODY, number=number)


def key(number: str | int, year: int = 2010) -> CaseKey:
    return CaseKey(year=year, number=str(number))


def sheet(number: str | int, year: int = 2010, *, book: str = BOOK.id.full_name) -> SeparatorSheet:
    return SeparatorSheet(separator=Separator(book=book, case=key(number, year)))


def after(*starts: tuple[int, str | int], book: Book = BOOK) -> CaseTracker:
    return CaseTracker(book=book, starts=tuple((page(first), key(number)) for first, number in starts))


def reason(tracker: CaseTracker, of: SeparatorSheet, next_page: Page | None) -> str:
    """Return why a sheet is refused; it changes nothing."""
    same, refused, missing = tracker.read(of, next_page)
    assert isinstance(refused, Refused)
    assert same == tracker
    assert missing is None
    return str(refused.reason)


def test_a_sheet_begins_its_case_with_the_next_page() -> None:
    tracker, begins, missing = CaseTracker(book=BOOK).read(sheet(1), page(1))
    assert (begins, missing) == (Begins(key=key(1)), None)
    assert tracker.starts == ((page(1), key(1)),)


def test_the_cover_sheet_of_the_book_begins_no_case() -> None:
    cover = SeparatorSheet(separator=Separator(book=BOOK.id.full_name))
    tracker = CaseTracker(book=BOOK)
    assert tracker.read(cover, Page(part=Part.FRONT, number=1)) == (tracker, Cover(), None)
    assert tracker.read(cover, None) == (tracker, Cover(), None)


@pytest.mark.parametrize("case", [None, key(1)])
def test_the_sheet_of_another_book_is_refused_and_both_are_named(case: CaseKey | None) -> None:
    other = SeparatorSheet(separator=Separator(book="14758@2025-06-30/KS.2010.02", case=case))
    said = reason(CaseTracker(book=BOOK), other, page(1))
    assert "14758@2025-06-30/KS.2010.02" in said
    assert "14758@2025-06-30/KS.2010.01" in said


def test_a_sheet_that_cannot_be_read_is_refused() -> None:
    assert "cannot be read" in reason(CaseTracker(book=BOOK), SeparatorSheet(damaged=True), page(1))


def test_a_sheet_that_was_met_before_is_refused_on_another_page_and_means_the_same_on_its_own() -> None:
    tracker = after((1, 1), (3, 2))
    assert "before page 1 already" in reason(tracker, sheet(1), page(5))
    assert tracker.read(sheet(2), page(3)) == (tracker, Begins(key=key(2)), None)


def test_two_sheets_with_no_page_between_them_are_refused() -> None:
    assert "No page was scanned" in reason(after((1, 1)), sheet(2), page(1))


def test_a_number_that_runs_backwards_is_refused() -> None:
    assert "Check their order" in reason(after((1, 1), (3, 5)), sheet(4), page(5))
    assert "Check their order" in reason(after((1, 1), (5, 2)), sheet(3), page(3))


def test_a_case_older_than_the_book_is_refused() -> None:
    assert "older than the book" in reason(after((1, 1)), sheet(1, 2009), page(3))


@pytest.mark.parametrize("next_page", [None, Page(part=Part.FRONT, number=2), Page(part=Part.BACK, number=1)])
def test_no_case_begins_where_no_body_page_follows(next_page: Page | None) -> None:
    assert reason(CaseTracker(book=BOOK), sheet(1), next_page)


@pytest.mark.parametrize(
    ("starts", "number", "year", "told"),
    [
        ([(1, 12)], 13, 2010, False),
        ([(1, 12)], 14, 2010, True),
        ([(1, 12)], "12a", 2010, False),
        ([(1, 12)], "12b", 2010, True),
        ([(1, "12a")], "12b", 2010, False),
        ([(1, "12b")], 13, 2010, False),
        ([(1, 97)], 1, 2011, False),
        ([(1, 97)], 2, 2011, True),
        ([], 1, 2010, False),
        ([], 3, 2010, True),
    ],
)
def test_numbers_that_jump_say_that_a_sheet_may_be_missing(
    starts: list[tuple[int, str | int]], number: str | int, year: int, told: bool
) -> None:
    _tracker, begins, missing = after(*starts).read(sheet(number, year), page(3))
    assert begins == Begins(key=key(number, year))
    assert (missing is not None) == told
    if missing:
        assert missing.before == key(number, year)
        assert missing.after == (key(starts[-1][1]) if starts else None)
        assert str(number) in str(missing.reason)


def test_a_book_that_goes_on_from_another_begins_with_its_first_number() -> None:
    book = replace(BOOK, first_number=98)
    assert CaseTracker(book=book).read(sheet(98), page(1))[2] is None
    assert CaseTracker(book=book).read(PATCH, page(1))[1] == Begins(key=key(98))


def test_a_case_longer_than_all_before_it_says_that_a_sheet_may_be_missing() -> None:
    tracker = after((1, 1), (3, 2), (5, 3), (7, 4))
    assert tracker.read(PATCH, page(9))[2] is None
    missing = tracker.read(PATCH, page(11))[2]
    assert isinstance(missing, Missing)
    assert (missing.after, missing.before) == (key(4), key(5))
    assert "has 4 pages" in str(missing.reason)
    assert after((1, 1), (3, 2)).read(PATCH, page(9))[2] is None


def test_the_rule_of_the_book_says_from_the_first_case_on_how_long_one_is() -> None:
    book = replace(BOOK, rule=PageSetRule(kind="pages", count=2))
    assert after((1, 1), book=book).read(sheet(2), page(3))[2] is None
    assert after((1, 1), book=book).read(sheet(2), page(5))[2] is not None


def test_bars_without_data_begin_the_next_number() -> None:
    assert CaseTracker(book=BOOK).read(PATCH, page(1))[1] == Begins(key=key(1))
    assert after((1, "12a")).read(PATCH, page(3))[1] == Begins(key=key(13))
    tracker = after((1, 12))
    assert tracker.read(PATCH, page(1)) == (tracker, Begins(key=key(12)), None)


def test_a_page_index_counts_before_a_sheet() -> None:
    rows = (IndexRow(number="1", first=1, last=2), IndexRow(number="2", first=3, last=4))
    tracker = case_tracker(replace(BOOK, rule=PageSetRule(kind="index", rows=rows)))
    assert tracker.read(sheet(2), page(3))[1] == Begins(key=key(2))
    assert "begins on page 3, not on page 5" in reason(tracker, sheet(2), page(5))
    assert "has no case 3/2010" in reason(tracker, sheet(3), page(5))


def test_a_run_goes_on_where_the_book_stands() -> None:
    rows = (IndexRow(number="2", first=5, last=5, year=2010), IndexRow(number="1", first=1, last=1, year=2010))
    tracker = case_tracker(replace(BOOK, rule=PageSetRule(kind="starts", rows=rows)))
    assert tracker.starts == ((page(1), key(1)), (page(5), key(2)))
    assert case_tracker(BOOK).starts == ()


lengths = st.lists(st.integers(1, 3), min_size=4, max_size=30)


@given(lengths, st.booleans())
def test_a_whole_stack_gives_each_case_its_pages_and_tells_nothing_of_the_numbers(
    pages: list[int], patch: bool
) -> None:
    tracker, at = CaseTracker(book=BOOK), 1
    for number, count in enumerate(pages, 1):
        tracker, begins, missing = tracker.read(PATCH if patch else sheet(number), page(at))
        assert begins == Begins(key=key(number))
        assert missing is None or "has" in str(missing.reason)
        at += count
    assert tracker.starts == tuple((page(1 + sum(pages[:n])), key(n + 1)) for n in range(len(pages)))


@given(lengths, st.data())
def test_no_sheet_with_data_is_missed_in_silence(pages: list[int], data: st.DataObject) -> None:
    lost = data.draw(st.integers(1, len(pages) - 1))
    tracker, at, told = CaseTracker(book=BOOK), 1, []
    for number, count in enumerate(pages, 1):
        if number != lost:
            tracker, _begins, missing = tracker.read(sheet(number), page(at))
            told += [missing.before] if missing and "numbers do not follow" in str(missing.reason) else []
            told += [missing.before] if missing and missing.after is None else []
        at += count
    assert told == [key(lost + 1)]


@given(lengths, st.data())
def test_whatever_sheets_come_no_case_begins_twice_and_no_page_begins_two(
    pages: list[int], data: st.DataObject
) -> None:
    tracker, at = CaseTracker(book=BOOK), 1
    for count in pages:
        kind = data.draw(st.sampled_from(["data", "patch", "damaged", "other"]))
        of = {
            "data": sheet(data.draw(st.integers(1, 40))),
            "patch": PATCH,
            "damaged": SeparatorSheet(damaged=True),
            "other": sheet(1, book="14758/KS.2010.09"),
        }[kind]
        before = tracker
        tracker, reading, _missing = tracker.read(of, page(at))
        assert (tracker != before) == (isinstance(reading, Begins) and (page(at), reading.key) not in before.starts)
        at += count - 1
    firsts, keys = [first for first, _key in tracker.starts], [found for _first, found in tracker.starts]
    assert len(set(firsts)) == len(firsts)
    assert len(set(keys)) == len(keys)
    numbers = [int(found.number) for found in keys]
    assert numbers == sorted(numbers)
