"""The words of a page as they are kept: JSON, in reading order, texts in NFC."""

import math
from collections.abc import Sequence

import msgspec

from scanpipe.errors import BlobDamaged
from scanpipe.fsio import nfc
from scanpipe.messages import _
from scanpipe.model import Word

_WORD_LEVEL = "5"
_COLUMNS = 12


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
        raise BlobDamaged(_("The stored words of a page cannot be read: {error}.").format(error=error)) from error


def mean_confidence(words: Sequence[Word]) -> float | None:
    """Return the mean confidence (0-100), each word weighted by its letters; None for a page without words."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else None


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
