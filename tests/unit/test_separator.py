"""What a separator's text says comes back; one that is mistyped is refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.errors import UsageError
from scanpipe.model import BookId, CaseKey
from scanpipe.separator import PATCH_3, PATCH_T, Separator

PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))

books = st.builds(
    BookId,
    unit_code=st.text(string.digits, min_size=2, max_size=5),
    unit_list=st.sampled_from(["", "2025-06-30", "2025-07-01"]),
    kind=st.sampled_from(["KS", "KH", "KT", "CMC", "GH", "HN"]),
    year=st.integers(1900, 2099),
    volume=st.integers(1, 99),
)
numbers = st.builds(
    lambda number, letters: f"{number}{letters}",
    st.integers(1, 999999),
    st.text(string.ascii_lowercase, max_size=3),
)
cases = st.none() | st.builds(CaseKey, year=st.integers(1900, 2099), number=numbers)
separators = st.builds(Separator, book=books.map(lambda book: book.full_name), case=cases)


def test_the_text_is_the_one_that_is_documented() -> None:
    case = CaseKey(year=2010, number="15")
    assert (
        Separator(book="14758@2025-06-30/KS.2010.01", case=case).text
        == "SCANPIPE 14758@2025-06-30/KS.2010.01 15/2010 31"
    )
    assert Separator(book="14758/KS.2010.01").text.startswith("SCANPIPE 14758/KS.2010.01 - ")


@given(separators)
def test_what_a_separator_says_comes_back(separator: Separator) -> None:
    assert Separator.parse(separator.text) == separator


@given(separators, st.data())
def test_every_single_character_that_is_wrong_is_found(separator: Separator, data: st.DataObject) -> None:
    text = separator.text
    at = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from(PRINTABLE.replace(text[at], "")))
    with pytest.raises(UsageError):
        Separator.parse(text[:at] + wrong + text[at + 1 :])


@given(separators, st.data())
def test_two_neighbours_that_changed_places_are_found(separator: Separator, data: st.DataObject) -> None:
    text = separator.text
    at = data.draw(st.sampled_from([at for at in range(len(text) - 1) if text[at] != text[at + 1]]))
    with pytest.raises(UsageError):
        Separator.parse(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


@pytest.mark.parametrize(
    "text", ["", "SCANPIPE", "https://example.org", "SCANPIPE a b c", "SCANPIPE ổ/KS.2010.01 - 10"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a valid text of a separator sheet"):
        Separator.parse(text)


def test_a_sheet_with_data_reads_the_same_upside_down_and_is_not_one_without() -> None:
    assert PATCH_3[::-1] == PATCH_3
    assert PATCH_T not in (PATCH_3, PATCH_T[::-1])
