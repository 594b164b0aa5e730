import io

import numpy as np
import pytest
from PIL import Image

from scanpipe.package.layers import A4_MM2, QUALITIES, EncodedPage, encode_page
from scanpipe.raster import Raster
from tests.drawn_pages import DrawnPage, draw_page

MIN_DPI = 200


@pytest.fixture(scope="module")
def grainy() -> DrawnPage:
    return draw_page(grain=12)


def encode(page: DrawnPage, *, budget_kb: float) -> EncodedPage:
    return encode_page(page.image, page.mask, budget_kb_per_a4=budget_kb, min_dpi=MIN_DPI)


def decoded(page: EncodedPage) -> Image.Image:
    return Image.open(io.BytesIO(page.data))


def kb_per_a4(page: EncodedPage) -> float:
    width_mm, height_mm = page.size_mm
    return len(page.data) / 1000 / (width_mm * height_mm / A4_MM2)


@pytest.mark.parametrize("budget_kb", [300, 500, 900, 5000])
def test_a_page_stays_within_its_budget(grainy: DrawnPage, budget_kb: float) -> None:
    page = encode(grainy, budget_kb=budget_kb)
    assert not page.over_budget
    assert kb_per_a4(page) <= budget_kb


def test_more_room_never_makes_a_page_worse(grainy: DrawnPage) -> None:
    pages = [encode(grainy, budget_kb=budget) for budget in (50, 200, 400, 800, 1600, 5000)]
    assert sorted(pages, key=lambda page: (page.dpi, page.quality)) == pages
    assert (pages[-1].dpi, pages[-1].quality) == (300, max(QUALITIES))


def test_a_page_that_cannot_fit_stays_readable_and_says_so(grainy: DrawnPage) -> None:
    page = encode(grainy, budget_kb=5)
    assert page.over_budget
    assert (page.dpi, page.quality) == (MIN_DPI, min(QUALITIES))


def test_reducing_keeps_the_paper_and_never_falls_below_the_resolution_asked_for(grainy: DrawnPage) -> None:
    page = encode(grainy, budget_kb=5)
    assert page.size_mm == grainy.image.size_mm
    assert min(page.width / page.size_mm[0], page.height / page.size_mm[1]) * 25.4 >= MIN_DPI
    assert decoded(page).size == (page.width, page.height)


def test_a_page_below_the_resolution_asked_for_is_not_blown_up() -> None:
    coarse = draw_page(dpi=150, grain=12)
    page = encode(coarse, budget_kb=5)
    assert (page.width, page.height, page.dpi) == (coarse.image.width, coarse.image.height, 150)


@pytest.mark.parametrize("budget_kb", [5, 5000])
def test_grey_stays_grey_and_colour_stays_colour(budget_kb: float) -> None:
    assert decoded(encode(draw_page(colour=False), budget_kb=budget_kb)).mode == "L"
    assert decoded(encode(draw_page(), budget_kb=budget_kb)).mode == "RGB"


@pytest.mark.parametrize("budget_kb", [5, 400])
def test_the_same_page_gives_the_same_bytes(grainy: DrawnPage, budget_kb: float) -> None:
    assert encode(grainy, budget_kb=budget_kb) == encode(grainy, budget_kb=budget_kb)


def test_grain_is_evened_out_but_a_faint_stroke_outside_the_mask_is_kept() -> None:
    paper = np.full((1200, 900), 225, np.uint8) + np.random.default_rng(3).integers(-3, 4, (1200, 900)).astype(np.uint8)
    paper[600:606, 100:800] -= 25
    blank_mask = Raster(pixels=np.full(paper.shape, 255, np.uint8), dpi=300)
    page = encode_page(Raster(pixels=paper, dpi=300), blank_mask, budget_kb_per_a4=1, min_dpi=MIN_DPI)
    seen = np.asarray(decoded(page)).astype(int)
    assert seen[100:300, 100:500].std() < 1
    assert np.median(seen[401:403, 100:500]) < np.median(seen[300:350, 100:500]) - 15
