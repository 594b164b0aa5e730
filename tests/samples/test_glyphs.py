import unicodedata

import numpy as np
import pytest

from samples.canvas import typeset
from samples.glyphs import FONTS, characters, glyph

NAMES = sorted(path.stem for path in FONTS.glob("*.ttf"))
NO_SUCH_CHARACTER = "\ue000"


@pytest.mark.parametrize("name", NAMES)
def test_every_character_has_a_shape_of_its_own(name: str) -> None:
    missing = glyph(name, 60.0, NO_SUCH_CHARACTER).cover
    for char in characters() - {" "}:
        shape = glyph(name, 60.0, char).cover
        assert shape.max() > 0.5, char
        assert shape.shape != missing.shape or not np.array_equal(shape, missing), char


@pytest.mark.parametrize("name", NAMES)
def test_a_set_line_loses_nothing_of_its_letters(name: str) -> None:
    for char in characters():
        alone = glyph(name, 40.0, char).cover
        line, _marks, _origin = typeset(char, name, 40.0)
        assert line.sum() == pytest.approx(alone.sum(), rel=1e-5), char


@pytest.mark.parametrize("name", NAMES)
def test_a_tone_mark_is_told_from_its_letter(name: str) -> None:
    for char in "áàảãạếềểễệốồổỗộíìỉĩị":
        shape = glyph(name, 60.0, char)
        assert 0 < shape.marks.sum() < 0.6 * shape.cover.sum(), char
        assert (shape.marks <= shape.cover + 1e-6).all()


def test_a_letter_without_marks_has_none() -> None:
    assert not glyph("serif", 60.0, "a").marks.any()
    assert not glyph("serif", 60.0, "đ").marks.any()


def test_the_alphabet_is_in_composed_form() -> None:
    assert all(unicodedata.normalize("NFC", char) == char and len(char) == 1 for char in characters())
