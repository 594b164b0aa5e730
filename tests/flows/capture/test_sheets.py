"""Which sheet goes into a two-sided feeder for which pages, and what each of its sides shows."""

from collections.abc import Sequence

import pytest

from scanpipe.flows.book.plan import Slots
from scanpipe.flows.capture.sheets import Sheet, SheetQueue, after, before, sheet_line, sheet_queue
from scanpipe.model import Book, BookId, Page
from scanpipe.state.views import AwaitedPage

KS = BookId(unit_code="14758", kind="KS", year=2010, volume=1)


def page(label: str) -> Page:
    return Page.parse(label)


def paper(
    book: Book,
    sides: dict[str, str],
    *,
    back: Sequence[str] = (),
    alone: Sequence[str] = (),
    first: Sequence[str] = (),
    absent: Sequence[str] = (),
    two_sided: bool = True,
) -> SheetQueue:
    """Return paper whose pages came from such sides, a capture each; those of `back` were sent back."""
    captures = {label: number for number, label in enumerate(sides)}
    awaited = [
        AwaitedPage(
            page=page(label), capture=captures[label], outcome="rescan", file=None, detail="", side=sides[label]
        )
        for label in back
    ]
    lacking = frozenset(map(page, absent))
    there = [(page(label), captures[label], side) for label, side in sides.items() if label not in back]
    return sheet_queue(
        Slots(book=book, filled=lacking.union(each for each, _capture, _side in there), absent=lacking),
        there,
        awaited=awaited,
        alone=frozenset(captures[label] for label in alone),
        first=[page(label) for label in first],
        two_sided=two_sided,
    )


def shown(sheets: Sequence[Sheet]) -> list[str]:
    """Return sheets as front/back; a page that is taken from them has a star."""
    return [
        "/".join("-".join(f"{p}{'*' * bool(side.placements)}" for p in side.shows) or "none" for side in sheet.sides)
        for sheet in sheets
    ]


DUPLEX = {"1": "front", "2": "back", "3": "front", "4": "back", "5": "front", "6": "back"}
ODD = {label: side for label, side in DUPLEX.items() if label != "6"}


@pytest.mark.parametrize(
    ("back", "sheets"),
    [
        (["4"], ["3/4*"]),
        (["3"], ["3*/4"]),
        (["3", "4"], ["3*/4*"]),
        (["2", "3", "6"], ["1/2*", "3*/4", "5/6*"]),
        ([], []),
    ],
)
def test_the_sheet_of_each_page_that_was_sent_back_goes_in_with_both_sides(back: list[str], sheets: list[str]) -> None:
    assert shown(paper(Book(id=KS, pages=6), DUPLEX, back=back).sheets_to_reload(99)) == sheets


def test_the_last_front_of_an_odd_total_is_no_half_sheet() -> None:
    book = Book(id=KS, pages=5)
    assert paper(book, ODD, alone=["5"]).next() is None
    assert shown(paper(book, ODD, back=["2"], alone=["5"]).sheets_to_reload(99)) == ["1/2*"]
    assert shown(paper(book, ODD, back=["5"]).sheets_to_reload(99)) == ["5*/none"]


def test_a_front_whose_back_never_came_goes_in_again_for_its_back() -> None:
    half = {label: side for label, side in DUPLEX.items() if label in ("1", "2", "3")}
    assert shown(paper(Book(id=KS), half, alone=["3"]).sheets_to_reload(99)) == ["3/4*"]
    assert shown(paper(Book(id=KS), half).sheets_to_reload(99)) == []


def test_a_total_that_grows_after_an_odd_end_goes_on_with_a_front() -> None:
    book = Book(id=KS, pages=7)
    following = paper(book, ODD).next()
    assert following
    assert shown([following]) == ["6*/7*"]


def test_pages_scanned_one_by_one_say_nothing_of_the_other_side() -> None:
    single = dict.fromkeys(DUPLEX, "single")
    assert shown(paper(Book(id=KS, pages=8), single, back=["4"]).sheets_to_reload(1)) == ["4*/none"]
    following = paper(Book(id=KS, pages=8), single).next()
    assert following
    assert shown([following]) == ["7*/8*"]


def test_a_simple_feeder_takes_the_page_alone() -> None:
    assert shown(paper(Book(id=KS, pages=6), DUPLEX, back=["4"], two_sided=False).sheets_to_reload(99)) == ["4*"]


def test_gaps_and_sheets_of_a_crash_are_put_on_top_and_what_follows_is_not() -> None:
    some = {label: "single" for label in ("1", "3", "4")}
    assert shown(paper(Book(id=KS, pages=9), some, first=["4", "5"], two_sided=False).sheets_to_reload(99)) == [
        "5*",
        "2*",
    ]
    assert shown(paper(Book(id=KS, pages=9), some, two_sided=False).sheets_to_reload(99)) == ["2*"]
    assert paper(Book(id=KS, pages=9), {}, two_sided=False).sheets_to_reload(99) == ()


def test_only_the_sheets_that_will_be_scanned_are_asked_for() -> None:
    assert shown(paper(Book(id=KS, pages=6), DUPLEX, back=["2", "6"]).sheets_to_reload(1)) == ["1/2*"]


def test_a_side_of_two_pages_is_one_side() -> None:
    book = Book(id=KS, pages=8, spreads="split")
    new = paper(book, {}).next()
    assert new
    assert shown([new]) == ["1*-2*/3*-4*"]


def test_the_order_of_the_paper_has_no_gap_between_its_parts() -> None:
    book = Book(id=KS, front=2, pages=3, back=1)
    labels = ["F1", "F2", "1", "2", "3", "B1"]
    assert [str(after(book, page(label))) for label in labels] == [*labels[1:], "None"]
    assert [str(before(book, page(label))) for label in labels] == ["None", *labels[:-1]]
    assert str(after(Book(id=KS), page("7"))) == "8"


def test_the_person_is_told_which_side_goes_first() -> None:
    sheet = paper(Book(id=KS, pages=6), DUPLEX, back=["4"]).sheets_to_reload(99)[0]
    assert sheet_line(sheet) == "the sheet of pages 3 and 4, 3 on its first side (for page 4)"


def test_the_sheets_of_a_book_that_lacks_pages_have_those_that_are_there_on_their_sides() -> None:
    left, sheets = paper(Book(id=KS, pages=8), {}, absent=["2", "5", "6"]), []
    while sheet := left.next():
        sheets.append(sheet)
        left = left.without(sheet)
    assert shown(sheets) == ["1*/3*", "4*/7*", "8*/none"]


def test_a_lone_front_gets_its_back_from_beyond_the_pages_that_are_absent() -> None:
    sheet = paper(Book(id=KS, pages=4), {"1": "front"}, alone=["1"], absent=["2"]).next()
    assert sheet and shown([sheet]) == ["1/3*"]


TORN = {label: side for label, side in {**DUPLEX, "7": "front", "8": "back"}.items() if label not in ("3", "4")}


@pytest.mark.parametrize(
    ("back", "sheets"),
    [
        (["2"], ["1/2*"]),
        (["5"], ["5*/6"]),
        (["6"], ["5/6*"]),
        (["2", "5"], ["1/2*", "5*/6"]),
        (["1", "2", "8"], ["1*/2*", "7/8*"]),
    ],
)
def test_sheets_on_both_sides_of_a_leaf_that_was_torn_out_keep_their_backs(back: list[str], sheets: list[str]) -> None:
    assert shown(paper(Book(id=KS, pages=8), TORN, back=back, absent=["3", "4"]).sheets_to_reload(99)) == sheets


def test_an_odd_total_without_a_leaf_in_the_middle_ends_with_a_lone_front() -> None:
    odd = {label: side for label, side in TORN.items() if label != "8"}
    for back, sheets in ((["7"], ["7*/none"]), (["2", "6"], ["1/2*", "5/6*"])):
        left = paper(Book(id=KS, pages=7), odd, back=back, absent=["3", "4"], alone=["7"])
        assert shown(left.sheets_to_reload(99)) == sheets


def test_a_page_of_a_captured_leaf_that_counts_as_missing_since_leaves_the_other_side_where_it_was() -> None:
    for gone, back, sheet in (("4", "3", "3*/none"), ("3", "4", "none/4*"), ("4", "5", "5*/6")):
        left = {label: side for label, side in DUPLEX.items() if label != gone}
        assert shown(paper(Book(id=KS, pages=6), left, back=[back], absent=[gone]).sheets_to_reload(99)) == [sheet]


def test_a_stack_is_not_out_of_turn_because_pages_further_on_are_missing() -> None:
    for two_sided in (True, False):
        assert paper(Book(id=KS, pages=8), {}, absent=["3", "4"], two_sided=two_sided).sheets_to_reload(99) == ()
    some = {label: DUPLEX[label] for label in ("1", "2")}
    assert paper(Book(id=KS, pages=8), some, absent=["7", "8"]).sheets_to_reload(99) == ()
