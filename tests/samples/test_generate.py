import unicodedata
from typing import get_args

import cv2
import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import PAPER_MM, Kind, Paper, SamplePage
from samples.wear import paper_of

DPI = 100
PAGES: list[tuple[Kind, Paper]] = [(kind, paper) for kind in get_args(Kind) for paper in get_args(Paper)]


@pytest.fixture(scope="module")
def pages() -> dict[tuple[Kind, Paper], SamplePage]:
    return {(kind, paper): draw_page(kind, seed=5, paper=paper, dpi=DPI) for kind, paper in PAGES}


def same(one: SamplePage, other: SamplePage) -> bool:
    layers = ((one.pixels, other.pixels), (one.ink, other.ink), (one.diacritics, other.diacritics))
    return one.lines == other.lines and all(np.array_equal(a, b) for a, b in [*layers, (one.seal, other.seal)])


@pytest.mark.parametrize(("kind", "paper"), PAGES)
def test_the_same_seed_gives_the_same_page(kind: Kind, paper: Paper, pages: dict) -> None:
    assert same(draw_page(kind, seed=5, paper=paper, dpi=DPI), pages[kind, paper])


def test_another_seed_gives_another_page(pages: dict) -> None:
    assert not same(draw_page("form", seed=6, dpi=DPI), pages["form", "A4"])


@pytest.mark.parametrize(("kind", "paper"), PAGES)
def test_a_page_is_as_large_as_its_paper(kind: Kind, paper: Paper, pages: dict) -> None:
    page = pages[kind, paper]
    width, height = (round(side / 25.4 * DPI) for side in PAPER_MM[paper])
    assert page.pixels.shape == (height, width, 3)
    assert page.ink.shape == page.seal.shape == page.diacritics.shape == (height, width)
    assert page.page_box[2] == (width - 1, height - 1)


@pytest.mark.parametrize(("kind", "paper"), PAGES)
def test_whatever_is_dark_is_true_ink_or_seal(kind: Kind, paper: Paper, pages: dict) -> None:
    page = pages[kind, paper]
    near = cv2.dilate((page.ink | page.seal).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    darkness = 1 - page.pixels.min(axis=2) / paper_of(page.pixels, DPI).min(axis=2)
    assert (darkness[~near] > 0.45).mean() < 0.0005
    assert darkness[page.ink].mean() > 0.5


@pytest.mark.parametrize(("kind", "paper"), PAGES)
def test_marks_are_ink_and_a_small_part_of_it(kind: Kind, paper: Paper, pages: dict) -> None:
    page = pages[kind, paper]
    assert not (page.diacritics & ~page.ink).any()
    assert 0.004 < page.diacritics.sum() / page.ink.sum() < 0.1


@pytest.mark.parametrize(("kind", "paper"), PAGES)
def test_every_line_of_text_has_its_ink_within_its_box(kind: Kind, paper: Paper, pages: dict) -> None:
    page = pages[kind, paper]
    for line in page.lines:
        inside = page.ink[max(line.top, 0) : line.top + line.height, max(line.left, 0) : line.left + line.width]
        assert inside.any(), line
        assert unicodedata.normalize("NFC", line.text) == line.text


def test_a_seal_is_red(pages: dict) -> None:
    page = pages["form", "A4"]
    red, green, blue = page.pixels[page.seal & ~page.ink].mean(axis=0)
    assert red > 1.6 * green and red > 1.6 * blue


def test_a_seal_across_the_edge_reaches_it() -> None:
    assert draw_page("form", seed=5, dpi=DPI, edge_seal=True).seal[:, -1].any()
