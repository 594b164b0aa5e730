"""What OCR takes for letters and is none: rules, dotted and dashed leaders; and what must not be taken for them."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from samples.generate import draw_page
from scanpipe.enhance.maps.ruling import ruling_of
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.ocr.tesseract import read_page
from scanpipe.raster import Raster
from tests import page_drawings

DPI = 300
LINE = 90  # the height of the baseline in a picture of one line
WORD = (40, LINE, "1 phon", 2.0)


def line_of(
    *, dots: range | tuple[int, ...] = (), height: int = LINE + 8, radius: int = 2, word: bool = True
) -> Raster:
    """Draw a word in strokes, and dots at the places `dots` across."""
    pixels = np.full((160, 1200), 255, np.uint8)
    if word:
        left, base, text, size = WORD
        cv2.putText(pixels, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, size, 0, 4)
    for x in dots:
        cv2.circle(pixels, (x, height), radius, 0, -1)
    return Raster(pixels=pixels, dpi=DPI)


def ink(page: Raster) -> np.ndarray:
    return np.asarray(page.pixels == 0)


def test_a_dotted_leader_is_found_beside_and_under_writing() -> None:
    page, word = line_of(dots=range(20, 1180, 13)), line_of()
    found = ruling_of(page).flags
    assert found[ink(page) & ~ink(word)].mean() > 0.95
    assert not (found & ink(word)).any()


def test_a_stump_of_a_leader_beyond_writing_is_found() -> None:
    page = line_of(dots=(*range(20, 500, 13), *range(900, 940, 13)))
    assert ruling_of(page).flags[:, 890:].any()


@pytest.mark.parametrize("dots", [(500, 513, 526), (300, 420, 600, 610, 850, 1000), (500,), range(20, 1180, 60)])
def test_an_ellipsis_and_dots_of_letters_stay(dots: tuple[int, ...]) -> None:
    assert not ruling_of(line_of(dots=dots)).flags.any()


def test_the_dot_below_a_letter_at_the_height_of_a_leader_stays() -> None:
    page = line_of(dots=(100, *range(600, 1180, 13)))
    found = ruling_of(page).flags
    assert not found[:, :120].any()
    assert found[:, 590:].any()


@pytest.mark.parametrize("rise", [0, 6])
def test_a_rule_goes_and_what_crosses_it_stays(rise: int) -> None:
    word = line_of()
    page = word.replace(cv2.line(word.pixels.copy(), (0, LINE + rise), (1199, LINE), 0, 3))
    found = ruling_of(page).flags
    assert found[ink(page) & ~ink(word)].mean() > 0.9
    assert found[ink(word)].mean() < 0.05
    upright = ruling_of(Raster(pixels=np.ascontiguousarray(page.pixels.T), dpi=DPI)).flags
    assert upright[ink(page).T & ~ink(word).T].mean() > 0.9


def test_print_has_no_ruling() -> None:
    assert not ruling_of(page_drawings.draw_page(dpi=DPI).mask).flags.any()


def test_what_is_read_on_a_form_are_words(tmp_path: Path) -> None:
    form = draw_page("form", seed=71, dpi=DPI)
    made = enhance(Raster(pixels=form.pixels, dpi=DPI), Recipe(name="none", steps=()))
    words = [word.text for word in read_page(made.reading.raster, language="vie", spool=tmp_path).words]
    true = set(re.findall(r"\w+", " ".join(line.text for line in form.lines)))
    noise = [text for text in words if not re.search(r"[^\W\d_]", text) and not set(re.findall(r"\w+", text)) & true]
    assert len(noise) <= 0.05 * len(words)
