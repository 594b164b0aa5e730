import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import BlobDamaged
from scanpipe.model import Word
from scanpipe.ocr.words import decode_words, encode_words, mean_confidence, words_of_table

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
PIXELS = st.integers(0, 40_000)
WORDS = st.builds(
    Word,
    text=st.text(min_size=1),
    left=PIXELS,
    top=PIXELS,
    width=PIXELS,
    height=PIXELS,
    confidence=st.floats(0, 100),
    line=st.integers(0, 500),
)


def word(text: str, confidence: float) -> Word:
    return Word(text=text, left=0, top=0, width=1, height=1, confidence=confidence, line=0)


@settings(deadline=None, derandomize=True)
@given(st.lists(WORDS).map(tuple))
def test_words_come_back_as_they_were_kept(words: tuple[Word, ...]) -> None:
    assert decode_words(encode_words(words)) == words


@pytest.mark.parametrize("data", [b"", b"{}", b'[{"text": 1}]', b"\xff\xfe"])
def test_damaged_words_are_refused(data: bytes) -> None:
    with pytest.raises(BlobDamaged):
        decode_words(data)


def test_the_mean_confidence_counts_letters_not_words() -> None:
    assert mean_confidence([word("Nguyễn", 90), word("x", 20)]) == pytest.approx(80)


def test_a_page_without_words_has_no_confidence() -> None:
    assert mean_confidence([]) is None


def test_only_the_words_of_a_table_are_taken_and_lines_are_counted_over_the_page() -> None:
    table = HEAD + (
        "1\t1\t0\t0\t0\t0\t0\t0\t900\t900\t-1\t\n"
        "5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t96.5\tTên\n"
        "5\t1\t1\t1\t1\t2\t50\t20\t30\t40\t91\tgọi\n"
        "5\t1\t1\t1\t2\t1\t10\t80\t30\t40\t95\t \n"
        "5\t1\t2\t1\t1\t1\t10\t99\t30\t40\t40\tmới\n"
    )
    assert [(each.text, each.line, each.confidence) for each in words_of_table(table, scale=1)] == [
        ("Tên", 0, 96.5),
        ("gọi", 0, 91),
        ("mới", 1, 40),
    ]


def test_a_quotation_mark_is_text_and_does_not_swallow_the_rest() -> None:
    table = HEAD + '5\t1\t1\t1\t1\t1\t1\t2\t3\t4\t9\t"Anh\n5\t1\t1\t1\t1\t2\t1\t2\t3\t4\t9\tem\n'
    assert [each.text for each in words_of_table(table, scale=1)] == ['"Anh', "em"]


def test_texts_are_kept_in_nfc() -> None:
    table = HEAD + f"5\t1\t1\t1\t1\t1\t1\t2\t3\t4\t9\t{unicodedata.normalize('NFD', 'Phượng')}\n"
    assert words_of_table(table, scale=1)[0].text == unicodedata.normalize("NFC", "Phượng")


def test_boxes_are_scaled_and_still_cover_the_word() -> None:
    (found,) = words_of_table(HEAD + "5\t1\t1\t1\t1\t1\t3\t5\t10\t7\t9\tx\n", scale=1.5)
    assert (found.left, found.top, found.width, found.height) == (4, 7, 16, 11)
