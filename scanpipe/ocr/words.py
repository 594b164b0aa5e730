"""The words of a page as they are kept: JSON, in reading order, texts in NFC."""

import math
from collections.abc import Sequence

import msgspec

from scanpipe.errors import BlobDamaged
from scanpipe.messages import lazy
from scanpipe.model import Word
from scanpipe.system.fsio import nfc

_WORD_LEVEL = "5"
_COLUMNS = 12
_UNSURE = 60


def encode_words(words: Sequence[Word]) -> bytes:
    """Return the words as JSON; the same words give the same bytes."""
    return msgspec.json.encode(words)


def decode_words(data: bytes) -> tuple[Word, ...]:
    """Read back what `encode_words` wrote.

    Raises:
        BlobDamaged: the bytes are no list of words.
    """
    try:
        return msgspec.json.decode(data, type=tuple[Word, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BlobDamaged(lazy("The stored words of a page cannot be read: {error}.", error=error)) from error


def mean_confidence(words: Sequence[Word]) -> float | None:
    """Return the mean confidence (0-100), each word weighted by its letters; None for a page without words."""
    letters = _letters(words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else None


def _letters(words: Sequence[Word]) -> int:
    return sum(len(word.text) for word in words)


class TextScore(msgspec.Struct, frozen=True, kw_only=True):
    """How well a page was read.

    Attributes:
        words: how many were found.
        letters: how many they have.
        confidence: their mean confidence (0-100) by letters, None without words.
        unsure: share of the letters (0-1) in words of less than 60: of those about every second is wrong.
        failure: why OCR gave nothing, "" where it went to its end.
    """

    words: int
    letters: int
    confidence: float | None
    unsure: float
    failure: str = ""


def score_of(words: Sequence[Word], *, failure: str = "") -> TextScore:
    """Return how well the words were read."""
    confidence = mean_confidence(words)
    unsure = [word for word in words if word.confidence < _UNSURE]
    letters = _letters(words)
    return TextScore(
        words=len(words),
        letters=letters,
        confidence=None if confidence is None else round(confidence, 1),
        unsure=round(_letters(unsure) / letters, 3) if letters else 0.0,
        failure=failure,
    )


def book_score(pages: Sequence[TextScore]) -> TextScore:
    """Return how well the pages of a book were read, each weighted by its letters."""
    letters = sum(page.letters for page in pages)
    read = [page for page in pages if page.confidence is not None]
    return TextScore(
        words=sum(page.words for page in pages),
        letters=letters,
        confidence=sum((page.confidence or 0) * page.letters for page in read) / letters if letters else None,
        unsure=sum(page.unsure * page.letters for page in read) / letters if letters else 0.0,
    )


def words_of_table(table: str, *, scale: float) -> tuple[Word, ...]:
    """Return the words of a Tesseract TSV table, boxes multiplied by `scale` and rounded outwards.

    Lines are numbered from 0 in reading order over the whole page. Cells are never quoted: a quotation mark is text.
    """
    lines: dict[tuple[str, ...], int] = {}
    words = []
    for row in table.split("\n")[1:]:
        cells = row.split("\t")
        text = nfc(cells[-1].strip())
        if len(cells) != _COLUMNS or cells[0] != _WORD_LEVEL or not text:
            continue
        line = lines.setdefault(tuple(cells[1:5]), len(lines))
        words.append(_word(text, cells, line=line, scale=scale))
    return tuple(words)


def _word(text: str, cells: list[str], *, line: int, scale: float) -> Word:
    left, top, width, height = (int(cell) for cell in cells[6:10])
    x, y = math.floor(left * scale), math.floor(top * scale)
    return Word(
        text=text,
        left=x,
        top=y,
        width=math.ceil((left + width) * scale) - x,
        height=math.ceil((top + height) * scale) - y,
        confidence=float(cells[10]),
        line=line,
    )
