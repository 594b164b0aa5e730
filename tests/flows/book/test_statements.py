"""Pages that the paper book lacks: told, delivered around, never scanned, and taken back when they turn up."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import BookUnknown, PageUnknown, UsageError
from scanpipe.flows.book.books import BookDetails, all_book_facts, book_facts
from scanpipe.flows.book.plan import PageState, Slots, Status, empty_slots, page_states
from scanpipe.flows.book.readiness import blockers, completeness_warnings, notices
from scanpipe.flows.book.reorder import amend, shift
from scanpipe.flows.book.statements import (
    close_book,
    drop_pictures,
    reopen_book,
    state_pages,
    take_back_pictures,
    withdraw_statements,
)
from scanpipe.flows.book.status import station_status
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.model import Book, BookId, Page
from scanpipe.state.stated import PageStatement
from tests.small_books import BOOK, capture_pages, read_pages, small_book, statuses

KS = BookId(unit_code="14758", kind="KS", year=2010, volume=1)


def said(label: str, state: str = "missing") -> PageStatement:
    return PageStatement(page=Page.parse(label), state=state, note="", person="lan", ticket="", at="")  # type: ignore[arg-type]


def test_a_missing_page_is_left_out_told_and_no_obstacle(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=4, cases=2, rule="pages:2") as station:
        state_pages(station, BOOK, ["2"], "missing", note="torn out", ticket="BB 5")
        capture_pages(station, tmp_path / "scans", 3)
        assert statuses(station) == {"1": "unprocessed", "2": "absent", "3": "unprocessed", "4": "unprocessed"}
        read_pages(station)
        accept(station, BOOK, [])
        facts = book_facts(station, BOOK)
        assert (blockers(facts), completeness_warnings(facts)) == ((), ())
        assert [[page.label for page in found.pages] for found in facts.sets.sets] == [["1"], ["3", "4"]]
        told = "\n".join(map(str, notices(facts)))
        assert "torn out" in told and "BB 5" in told and "case 1/2010 is delivered without pages 2" in told


def test_a_case_without_any_page_is_lost_but_counted(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3, cases=3) as station:
        state_pages(station, BOOK, ["2"], "missing", note="")
        capture_pages(station, tmp_path / "scans", 2)
        facts = book_facts(station, BOOK)
        assert [found.key.number for found in facts.sets.sets] == ["1", "3"]
        assert (facts.sets.gaps, completeness_warnings(facts)) == ((), ())
        assert any("case 2/2010 has no remaining page" in str(line) for line in notices(facts))


def test_a_missing_page_that_turns_up_is_scanned_after_all(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        state_pages(station, BOOK, ["2"], "missing", note="")
        capture_pages(station, tmp_path / "scans", 2)
        withdraw_statements(station, BOOK, ["2"], "missing")
        assert statuses(station)["2"] == "missing"
        capture_pages(station, tmp_path / "found", 1, first=9)
        assert statuses(station)["2"] == "unprocessed"
        with pytest.raises(PageUnknown, match="no such statement"):
            withdraw_statements(station, BOOK, ["2"], "missing")


def test_a_page_with_a_picture_or_beyond_the_book_is_not_missing(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 2)
        with pytest.raises(UsageError, match="book drop"):
            state_pages(station, BOOK, ["1"], "missing", note="")
        with pytest.raises(PageUnknown, match="no pages F1, 4"):
            state_pages(station, BOOK, ["F1", "4"], "missing", note="")
        reject(station, BOOK, ["1"], reason="wrong-page", rescan=True)
        state_pages(station, BOOK, ["1"], "missing", note="it was page 2 twice")
        assert book_facts(station, BOOK).awaited == ()


def test_a_book_with_more_pictures_than_places_beside_its_missing_pages_is_refused(tmp_path: Path) -> None:
    with small_book(tmp_path) as station:
        capture_pages(station, tmp_path / "scans", 3)
        state_pages(station, BOOK, ["4"], "missing", note="")
        amend(station, BOOK, BookDetails(pages=4))
        assert not any("more pages than" in str(line) for line in blockers(book_facts(station, BOOK)))
        amend(station, BOOK, BookDetails(pages=3))
        assert not any("more pages than" in str(line) for line in blockers(book_facts(station, BOOK)))
        amend(station, BOOK, BookDetails(pages=2))
        assert any(
            "the book has more pages than stated: 3 found, 2 stated" in str(line)
            for line in blockers(book_facts(station, BOOK))
        )


PAGES = st.integers(1, 14)


@settings(deadline=None, derandomize=True)
@given(front=st.integers(0, 2), pages=PAGES, back=st.integers(0, 2), data=st.data())
def test_the_paper_that_is_there_fills_every_other_place_in_order(
    front: int, pages: int, back: int, data: st.DataObject
) -> None:
    book = Book(id=KS, front=front, pages=pages, back=back)
    everything = [state.page for state in page_states(book, [], recipe="", attempts=1)]
    absent = data.draw(st.sets(st.sampled_from(everything)))
    states = page_states(book, [], recipe="", attempts=1, stated=[said(page.label) for page in absent])
    assert {state.page for state in states if state.status is Status.ABSENT} == absent
    assert filled(empty_slots(book, states)) == [page for page in everything if page not in absent]


@settings(deadline=None, derandomize=True)
@given(pages=PAGES, data=st.data())
def test_spreads_show_the_pages_that_are_there_side_by_side(pages: int, data: st.DataObject) -> None:
    book = Book(id=KS, pages=pages, spreads="split")
    absent = data.draw(st.sets(st.integers(1, pages)))
    states = page_states(book, [], recipe="", attempts=1, stated=[said(str(number)) for number in absent])
    slots, shown = empty_slots(book, states), []
    while page := slots.next():
        places = slots.placements_for(page)
        shown += [(place.page.number, place.region) for place in places]
        slots = slots.fill(*(place.page for place in places))
    there = [number for number in range(1, pages + 1) if number not in absent]
    assert shown == [(number, ("left", "right")[at % 2]) for at, number in enumerate(there)]


def filled(slots: Slots) -> list[Page]:
    found = []
    while page := slots.next():
        found.append(page)
        slots = slots.fill(page)
    return found


def test_a_missing_page_beyond_the_pages_scanned_so_far_is_known_in_a_book_of_unknown_length() -> None:
    states = page_states(Book(id=KS), [], recipe="", attempts=1, stated=[said("2")])
    assert [(state.page.label, state.status) for state in states] == [("1", Status.MISSING), ("2", Status.ABSENT)]
    assert [page.label for page in next_pages(states, 3)] == ["1", "3", "4"]


def next_pages(states: tuple[PageState, ...], count: int) -> list[Page]:
    slots, found = empty_slots(Book(id=KS), states), []
    for _turn in range(count):
        page = slots.next()
        assert page
        found.append(page)
        slots = slots.fill(page)
    return found


def test_a_surplus_picture_is_dropped_kept_and_taken_back(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        capture_pages(station, tmp_path / "scans", 3)
        assert any(
            "book drop" in str(line) and "scans/03.png" in str(line) for line in blockers(book_facts(station, BOOK))
        )
        with pytest.raises(PageUnknown, match="no picture 9"):
            drop_pictures(station, BOOK, ["9"])
        assert drop_pictures(station, BOOK, ["03.png"], note="a bookmark") == ()
        facts = book_facts(station, BOOK)
        assert facts.unassigned == ()
        assert not any("03.png" in str(line) for line in blockers(facts))
        amend(station, BOOK, BookDetails(pages=3))
        assert statuses(station)["3"] == "missing"
        take_back_pictures(station, BOOK, ["03.png"])
        assert [picture.name for picture in book_facts(station, BOOK).unassigned] == ["scans/03.png"]
        assert [page.label for page in amend(station, BOOK, BookDetails(pages=3)).placed] == ["3"]


def test_a_picture_is_taken_off_a_page_that_it_is_not_of(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 3)
        assert [page.label for page in drop_pictures(station, BOOK, ["2"])] == ["2"]
        facts = book_facts(station, BOOK)
        assert (statuses(station)["2"], facts.awaited, facts.unassigned) == ("missing", (), ())
        take_back_pictures(station, BOOK, ["2"])
        assert statuses(station)["2"] == "unprocessed"
        drop_pictures(station, BOOK, ["2"])
        state_pages(station, BOOK, ["2"], "missing", note="a bookmark lay there")
        with pytest.raises(UsageError, match="already have a picture"):
            take_back_pictures(station, BOOK, ["2"])


def test_a_book_opened_by_mistake_is_closed_and_opened_again(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 1)
        close_book(station, BOOK, reason="year mistyped", ticket="CV 17")
        assert (all_book_facts(station), station_status(station)) == ((), ())
        with pytest.raises(BookUnknown, match="year mistyped"):
            book_facts(station, BOOK)
        reopen_book(station, BOOK)
        assert statuses(station)["1"] == "unprocessed"


def test_what_is_stated_about_pages_moves_with_them(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=6) as station:
        state_pages(station, BOOK, ["3"], "missing", note="torn out", ticket="BB 5")
        capture_pages(station, tmp_path / "scans", 4)
        state_pages(station, BOOK, ["4"], "damaged", note="burnt")
        shift(station, BOOK, "2", by=1)
        facts = book_facts(station, BOOK)
        stated = {state.page.label: (state.stated.state, state.stated.ticket) for state in facts.pages if state.stated}
        assert stated == {"4": ("missing", "BB 5"), "5": ("damaged", "")}
        amend(station, BOOK, BookDetails(pages=6))
        shift(station, BOOK, "5", by=-1)
        assert statuses(station) == {
            "1": "unprocessed",
            "2": "missing",
            "3": "unprocessed",
            "4": "unprocessed",
            "5": "unprocessed",
            "6": "missing",
        }
