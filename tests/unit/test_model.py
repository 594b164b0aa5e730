"""What a page, a case and a book are called."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.errors import UsageError
from scanpipe.model import BookId, CaseKey, Page, Part

PAGES = st.builds(Page, part=st.sampled_from(Part), number=st.integers(1, 99_999))


@given(PAGES)
def test_a_page_is_read_back_from_its_label(page: Page) -> None:
    assert Page.parse(page.label) == page
    assert Page.parse(str(page)) == page


@given(PAGES, st.integers(0, 3), st.sampled_from(["", " ", "\t"]))
def test_a_label_may_be_typed_carelessly(page: Page, zeros: int, space: str) -> None:
    letter = page.label.rstrip("0123456789")
    assert Page.parse(f"{space}{letter.lower()}{'0' * zeros}{page.number}{space}") == page


@given(PAGES, PAGES)
def test_different_pages_have_different_labels(one: Page, other: Page) -> None:
    assert (one == other) == (one.label == other.label)


@given(st.text(max_size=8))
def test_whatever_is_typed_is_a_page_or_refused(text: str) -> None:
    try:
        page = Page.parse(text)
    except UsageError as error:
        assert error.remedy
    else:
        assert Page.parse(page.label) == page


@pytest.mark.parametrize("text", ["", "0", "F", "F0", "-1", "1.5", "X1", "1F", "FB1", "123456", "1 2", "１２", "١"])
def test_what_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Page.parse(text)


def test_a_book_is_called_by_kind_year_and_volume() -> None:
    book = BookId(unit_code="00214", kind="KS", year=2010, volume=1)
    assert book.label == "KS.2010.01"
    assert str(book) == "00214/KS.2010.01"


def test_a_case_is_called_by_number_and_year() -> None:
    assert str(CaseKey(year=2010, number="12a")) == "12a/2010"


def test_values_do_not_change() -> None:
    page = Page(part=Part.BODY, number=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.number = 2  # type: ignore[misc]
