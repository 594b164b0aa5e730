"""The counts of a run: which differences are told, and which sheets are to be put back."""

import pytest

from scanpipe.flows.book.plan import Slots
from scanpipe.flows.capture.feed_run import FeedCount
from scanpipe.flows.capture.ledger import reconciled
from scanpipe.flows.capture.printed_numbers import PrintedNumbers
from scanpipe.flows.capture.sheets import SheetQueue
from scanpipe.model import Book, BookId, Page, Part

BOOK = Book(id=BookId(unit_code="14758", kind="KS", year=2010, volume=1), pages=80)


def queue(*, two_sided: bool, filled: int = 0) -> SheetQueue:
    """Return the sheets that are still to come when so many pages are there."""
    there = frozenset(Page(part=Part.BODY, number=number) for number in range(1, filled + 1))
    return SheetQueue(slots=Slots(book=BOOK, filled=there), two_sided=two_sided, known_sides={})


@pytest.mark.parametrize(
    ("count", "moved", "counted", "note"),
    [
        ((3, 6), None, None, ""),
        ((3, 6), 3, 3, ""),
        ((3, 5), None, None, "3 sheets went in, but 5 pictures came."),
        ((3, 6), 5, None, "The scanner moved 5 sheets, but 3 were received."),
        ((3, 6), None, 4, "You counted 4 sheets, but 3 went in."),
    ],
)
def test_each_difference_is_told(count: tuple[int, int], moved: int | None, counted: int | None, note: str) -> None:
    sheets, images = count
    found = reconciled(
        FeedCount(sheets=sheets, images=images), queue(two_sided=True), moved=moved, counted=counted, two_sided=True
    )
    assert str(found.note).startswith(note)
    assert bool(found.note) == bool(note)


def test_the_sheets_that_moved_without_a_picture_are_named() -> None:
    left = queue(two_sided=False, filled=36)
    found = reconciled(FeedCount(sheets=36, images=36), left, moved=38, counted=None, two_sided=False)
    assert [str(sheet.page) for sheet in found.put_back] == ["37", "38"]


@pytest.mark.parametrize(
    ("last", "printed", "put_back", "note"),
    [
        (44, 47, ["37"], "Its picture is kept, but on no page."),
        (44, 44, ["37"], "Its picture is kept, but on no page."),
        (44, 12, ["37"], "Its picture is kept, but on no page."),
        (44, 48, ["37", "38"], "No picture came of the sheet with the number 46. Put it back"),
        (44, 52, ["37", "38", "39", "40"], "No picture came of 3 sheets, from number 46 to 50. Put them back"),
    ],
)
def test_a_printed_number_that_does_not_follow_names_the_sheets_to_put_back(
    last: int, printed: int, put_back: list[str], note: str
) -> None:
    _after, gap = PrintedNumbers(step=2, last=last).read(printed)
    count, left = FeedCount(sheets=37, images=37), queue(two_sided=False, filled=36)
    found = reconciled(count, left, moved=None, counted=None, two_sided=False, gap=gap)
    assert [str(sheet.page) for sheet in found.put_back] == put_back
    assert str(found.note).startswith(note)


@pytest.mark.parametrize(("last", "printed"), [(44, 46), (None, 46), (44, None)])
def test_a_number_that_follows_or_is_not_known_is_no_gap(last: int | None, printed: int | None) -> None:
    after, gap = PrintedNumbers(step=2, last=last).read(printed)
    assert (after.last, gap) == (printed or last, None)


@pytest.mark.parametrize(("asked", "note"), [(None, ""), (3, ""), (4, "You asked for 4 pages, but the stack ended")])
def test_a_stack_that_ends_before_the_pages_that_were_asked_for_is_told(asked: int | None, note: str) -> None:
    count = FeedCount(sheets=3, images=3, placed=3)
    found = reconciled(count, queue(two_sided=False), moved=None, counted=None, two_sided=False, asked=asked)
    assert str(found.note).startswith(note)
    assert bool(found.note) == bool(note)
