"""A book is opened by the code of its sheets, which a hand-held reader types, or by a part of its name."""

import pytest

from scanpipe.errors import BookUnknown, UsageError
from scanpipe.flows.work.book_search import find_book_typed
from scanpipe.flows.work.worklist import WorkItem
from scanpipe.messages import lazy
from scanpipe.model import Book, BookId, CaseKey
from scanpipe.separator import Separator


def item(volume: int) -> WorkItem:
    book = Book(id=BookId(unit_code="14758", unit_list="2025-06-30", kind="KS", year=2010, volume=volume))
    return WorkItem(row=volume, book=book, due="new", text=lazy("new"), done=0, expected=None, accepted=0)


ITEMS = (item(1), item(2))
NAME = ITEMS[1].book.id.full_name


@pytest.mark.parametrize("case", [None, CaseKey(year=2010, number="12a")])
def test_cover_and_case_sheets_open_their_book(case: CaseKey | None) -> None:
    assert find_book_typed(ITEMS, f" {Separator(book=NAME, case=case).text}\n") == ITEMS[1]


def test_a_misread_sheet_opens_no_book() -> None:
    text = Separator(book=NAME).text.replace("KS.2010.02", "KS.2010.01")
    with pytest.raises(UsageError, match="not a valid text of a separator sheet"):
        find_book_typed(ITEMS, text)


def test_the_sheet_of_a_book_that_is_elsewhere_says_so() -> None:
    with pytest.raises(BookUnknown, match="14758@2025-06-30/KH"):
        find_book_typed(ITEMS, Separator(book="14758@2025-06-30/KH.2010.01").text)
