"""The counts of a run: which differences are told, and which sheets are to be put back."""

import pytest

from scanpipe.flows.book.plan import Slots
from scanpipe.flows.capture.feed_run import FeedCount
from scanpipe.flows.capture.ledger import reconciled
from scanpipe.flows.capture.sheets import SheetQueue
from scanpipe.model import Book, BookId

BOOK = Book(id=BookId(unit_code="14758", kind="KS", year=2010, volume=1), pages=80)


def queue(*, two_sided: bool) -> SheetQueue:
    return SheetQueue(slots=Slots(book=BOOK, filled=frozenset()), two_sided=two_sided, known_sides={})


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
    found = reconciled(FeedCount(sheets=36, images=36), queue(two_sided=False), moved=38, counted=None, two_sided=False)
    assert [str(sheet.page) for sheet in found.put_back] == ["37", "38"]
