"""What receivers write is understood, with accents and without, and never as something else."""

from collections import Counter

import pytest

from scanpipe.vocabularies.reason_words import WORDS, reasons_in
from scanpipe.vocabularies.reasons import REASONS


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Chữ bị mờ", ["faded"]),
        ("Ảnh mờ, đề nghị quét lại", ["blurred"]),
        ("anh mo, quet lai", ["blurred"]),
        ("MẤT GÓC TRÁI", ["cut-off"]),
        ("mat goc trai", ["cut-off"]),
        ("mất nét chữ ở dòng 3", ["strokes-lost"]),
        ("trang bị nghiêng và mất góc", ["skewed", "cut-off"]),
        ("Trùng trang với hồ sơ 12/2010", ["wrong-page"]),
        ("the picture is blurry", ["blurred"]),
        ("cut off at the right edge", ["cut-off"]),
        ("Giấy rách", ["torn"]),
        ("có ngón tay che chữ", ["covered"]),
        ("vệt đen dọc trang", ["dirty-glass"]),
        ("lem mực", ["smudged"]),
        ("mo", ["faded"]),
        ("den, mo", ["too-dark", "faded"]),
        ("mo so ra xem den trang 5", []),
        ("Đạt", []),
        ("đề nghị mở lại sổ", []),
        ("kiểm tra đến trang 5", []),  # "đến" is not "đen"
        ("moved", []),  # no word within a word
        ("", []),
    ],
)
def test_a_text_names_reasons(text: str, reasons: list[str]) -> None:
    assert list(reasons_in(text)) == reasons


def test_each_word_stands_under_one_reason_that_there_is() -> None:
    words = Counter(word for words in WORDS.values() for word in words)
    assert [word for word, times in words.items() if times > 1] == []
    assert WORDS.keys() == REASONS.keys() - {"other"}


@pytest.mark.parametrize("code", WORDS)
def test_every_word_is_found_as_it_stands(code: str) -> None:
    assert [word for word in WORDS[code] if reasons_in(word) != (code,)] == []
