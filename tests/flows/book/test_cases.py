"""Cases of a station's book are mended: by a statement that counts from now on, and without any page done again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.cases import (
    begin_case,
    date_case,
    give_page,
    merge_case,
    parse_case,
    parse_date,
    renumber_case,
    split_case,
)
from scanpipe.flows.book.plan import due
from scanpipe.flows.book.readiness import blockers
from scanpipe.flows.book.reorder import ChangeReason, amend, shift
from scanpipe.flows.book.statements import drop_pictures, state_pages
from scanpipe.flows.book.undo import undo_last
from scanpipe.flows.locking import held_book
from scanpipe.flows.process.verdicts import accept
from scanpipe.flows.station import Station
from scanpipe.model import CaseKey, Page
from tests.small_books import BOOK, capture_pages, read_pages, small_book


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of six pages, two for each case; all are captured."""
    with small_book(tmp_path, pages=6, cases=3, rule="pages:2", front=1) as station:
        capture_pages(station, tmp_path / "scans", 7)
        yield station


def cases(station: Station) -> dict[str, str]:
    """Return the pages of each case."""
    sets = book_facts(station, BOOK).sets.sets
    return {str(found.key): " ".join(map(str, found.pages)) for found in sets}


def test_a_case_is_split_merged_and_renumbered_and_the_others_stay(station: Station) -> None:
    why = ChangeReason(reason="read wrong", ticket="CV 9")
    done = split_case(station, BOOK, "4", "2a", why=why)
    assert cases(station) == {"1/2010": "1 2", "2/2010": "3", "2a/2010": "4", "3/2010": "5 6"}
    assert [str(found.key) for found in done.changed] == ["2/2010", "2a/2010"]
    done = merge_case(station, BOOK, "1", "2")
    assert cases(station) == {"1/2010": "1 2 3", "2a/2010": "4", "3/2010": "5 6"}
    assert [str(key) for key in done.gone] == ["2/2010"]
    renumber_case(station, BOOK, "2a", "2")
    assert cases(station) == {"1/2010": "1 2 3", "2/2010": "4", "3/2010": "5 6"}
    rows = station.journal.db.execute("SELECT reason, ticket FROM statement ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [("", ""), ("read wrong", "CV 9"), ("", ""), ("", "")]


def test_no_page_is_due_again_and_no_verdict_is_lost(station: Station) -> None:
    read_pages(station)
    accept(station, BOOK, [])
    split_case(station, BOOK, "4", "2a")
    amend(station, BOOK, BookDetails(cases=4))
    facts = book_facts(station, BOOK)
    assert (due(facts.pages), blockers(facts)) == ((), ())


def test_first_pages_move_with_the_pages_that_are_shifted(station: Station) -> None:
    split_case(station, BOOK, "4", "2a")
    shift(station, BOOK, "4", by=1)
    assert cases(station) == {"1/2010": "1 2", "2/2010": "3 4", "2a/2010": "5", "3/2010": "6 7"}
    shift(station, BOOK, "5", by=-1)
    assert cases(station) == {"1/2010": "1 2", "2/2010": "3", "2a/2010": "4", "3/2010": "5 6"}
    shift(station, BOOK, "4", by=-1)
    assert cases(station) == {"1/2010": "1 2", "2a/2010": "3", "3/2010": "4 5 6"}


def test_pages_that_are_moved_down_leave_nothing_of_the_pages_before_them(station: Station) -> None:
    shift(station, BOOK, "6", by=-3)
    captured = [state.page.label for state in book_facts(station, BOOK).captured]
    assert captured == ["F1", "1", "2", "3"]


def test_other_front_matter_takes_the_first_pages_of_cases_along(station: Station) -> None:
    split_case(station, BOOK, "4", "2a")
    amend(station, BOOK, BookDetails(front=2, pages=5))
    assert cases(station) == {"1/2010": "1", "2/2010": "2", "2a/2010": "3", "3/2010": "4 5"}


def test_a_case_keeps_an_absent_page(station: Station, tmp_path: Path) -> None:
    with small_book(tmp_path / "other", pages=4, rule="pages:2") as other:
        state_pages(other, BOOK, ["3"], "missing", note="torn out")
        renumber_case(other, BOOK, "2", "5")
        assert cases(other) == {"1/2010": "1 2", "5/2010": "4"}


def test_what_cannot_be_is_refused_and_nothing_is_stated(station: Station, tmp_path: Path) -> None:
    before = station.journal.newest("statement")
    for label, number in (("F1", "9"), ("7", "9"), ("1", "2"), ("1", "9"), ("3", "nine"), ("3", "9/10")):
        with pytest.raises(UsageError):
            split_case(station, BOOK, label, number)
    with pytest.raises(UsageError, match="does not directly follow"):
        merge_case(station, BOOK, "1", "3")
    with pytest.raises(UsageError, match="already has a case 3/2010"):
        renumber_case(station, BOOK, "1", "3")
    assert station.journal.newest("statement") == before
    with small_book(tmp_path / "other") as other, pytest.raises(UsageError, match="total of pages is not stated"):
        split_case(other, BOOK, "1", "2")


def test_a_number_names_its_year_where_it_is_another() -> None:
    assert parse_case("012A", year=2010) == CaseKey(year=2010, number="12a")
    assert parse_case(" 3/2011 ", year=2010) == CaseKey(year=2011, number="3")


def begin(station: Station, label: str, number: str) -> None:
    with held_book(station, BOOK):
        begin_case(station, BOOK, Page.parse(label), CaseKey(year=2010, number=number))


def test_separators_make_the_cases_of_a_book_without_a_rule(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        for number, count in ((1, 2), (2, 1), (4, 3)):
            there = len(book_facts(station, BOOK).captured)
            begin(station, str(there + 1), str(number))
            assert any(
                f"pages are missing from case number {number}" in str(b) for b in blockers(book_facts(station, BOOK))
            )
            capture_pages(station, tmp_path / f"scans {number}", count, first=there + 1)
        assert cases(station) == {"1/2010": "1 2", "2/2010": "3", "4/2010": "4 5 6"}
        before = station.journal.newest("statement")
        begin(station, "3", "2")  # the separator goes in again with its sheet
        assert station.journal.newest("statement") == before


def test_pages_before_the_first_separator_keep_their_cases_or_are_told(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=9) as station:
        capture_pages(station, tmp_path / "scans", 2)
        begin(station, "3", "7")
        assert cases(station) == {"1/2010": "1", "2/2010": "2", "7/2010": "3 4 5 6 7 8 9"}
    with small_book(tmp_path / "other", pages=3) as station:
        begin(station, "2", "1")
        assert any("pages 1 belong to no case" in str(line) for line in blockers(book_facts(station, BOOK)))


def test_a_separator_that_says_otherwise_than_the_book_is_refused(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        begin(station, "1", "1")
        for label, number in (("1", "2"), ("2", "1"), ("F1", "3")):
            with pytest.raises(UsageError):
                begin(station, label, number)
        assert len(book_facts(station, BOOK).book.rule.rows) == 1


def test_a_page_is_given_to_the_case_beside_it(station: Station) -> None:
    give_page(station, BOOK, "3", "1")
    assert cases(station) == {"1/2010": "1 2 3", "2/2010": "4", "3/2010": "5 6"}
    give_page(station, BOOK, "2", "2")
    assert cases(station) == {"1/2010": "1", "2/2010": "2 3 4", "3/2010": "5 6"}
    undo_last(station, BOOK)
    undo_last(station, BOOK)
    assert cases(station) == {"1/2010": "1 2", "2/2010": "3 4", "3/2010": "5 6"}


@pytest.mark.parametrize(("page", "number"), [("3", "2"), ("4", "1"), ("3", "9"), ("F1", "1")])
def test_a_page_is_not_given_to_its_own_case_to_none_and_before_others_of_its_case(
    station: Station, page: str, number: str
) -> None:
    with pytest.raises(UsageError):
        give_page(station, BOOK, page, number)
    assert cases(station) == {"1/2010": "1 2", "2/2010": "3 4", "3/2010": "5 6"}


def files(station: Station) -> str:
    """Return which file stands on each body page, in their order."""
    return " ".join(
        str(s.facts.file)[-5] for s in book_facts(station, BOOK).captured if s.page.number and s.page.label != "F1"
    )


@pytest.mark.parametrize(
    ("page", "number", "order", "after"),
    [
        ("5", "1", "2 3 6 4 5 7", {"1/2010": "1 2 3", "2/2010": "4 5", "3/2010": "6"}),
        ("6", "1", "2 3 7 4 5 6", {"1/2010": "1 2 3", "2/2010": "4 5", "3/2010": "6"}),
        ("1", "3", "3 4 5 6 7 2", {"1/2010": "1", "2/2010": "2 3", "3/2010": "4 5 6"}),
    ],
)
def test_a_page_goes_to_a_case_elsewhere_as_its_last_one_and_back_by_one_undo(
    station: Station, page: str, number: str, order: str, after: dict[str, str]
) -> None:
    read_pages(station)
    accept(station, BOOK, [])
    given = give_page(station, BOOK, page, number)
    assert (files(station), cases(station)) == (order, after)
    assert given.judged_again
    assert due(book_facts(station, BOOK).pages) == ()
    undo_last(station, BOOK)
    assert (files(station), cases(station)) == ("2 3 4 5 6 7", {"1/2010": "1 2", "2/2010": "3 4", "3/2010": "5 6"})


def test_a_place_that_the_paper_book_lacks_stays_where_it_is_when_a_page_goes_to_another_case(station: Station) -> None:
    drop_pictures(station, BOOK, ["3"])
    state_pages(station, BOOK, ["3"], "missing", note="")
    give_page(station, BOOK, "6", "1")
    assert cases(station) == {"1/2010": "1 2 4", "2/2010": "5", "3/2010": "6"}


def test_no_case_gives_its_only_page_away(station: Station) -> None:
    split_case(station, BOOK, "6", "3a")
    with pytest.raises(UsageError, match="no other page"):
        give_page(station, BOOK, "6", "1")


def test_the_day_of_a_case_is_stated_and_taken_back(station: Station) -> None:
    day = parse_date("27.10.2010")
    date_case(station, BOOK, "2", day)
    assert [found.registered for found in book_facts(station, BOOK).sets.sets] == [None, day, None]
    date_case(station, BOOK, "2", None)
    assert [found.registered for found in book_facts(station, BOOK).sets.sets] == [None, None, None]
    with pytest.raises(UsageError, match="in another year"):
        date_case(station, BOOK, "2", parse_date("2011-01-01"))
    with pytest.raises(UsageError, match="not a valid date"):
        parse_date("31.02.2010")
