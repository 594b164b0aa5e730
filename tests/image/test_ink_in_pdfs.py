"""What is written on a page is still there when its picture is shown from a PDF: sample pages of every kind, worn."""

import cv2
import pytest

from samples.generate import draw_page
from samples.truth import Kind
from samples.wear import LEVELS, wear_as
from scanpipe.enhance.pipeline import enhance
from scanpipe.flows.recipes import load_recipe
from scanpipe.package.pages.encode import encode_page
from scanpipe.package.pages.fidelity import render
from scanpipe.package.pages.ink import ink_recall
from scanpipe.raster import Raster
from tests.thorough import tried

LEAST_INK = 0.995
SHOWN_DPI = 100.0
KINDS: list[tuple[Kind, int, int]] = [("form", 1, 1), ("table", 2, 2), ("lines", 3, 1), ("notes", 4, 2)]


@pytest.mark.parametrize(("kind", "seed", "level"), KINDS[: tried(2, 4)])
def test_ink_of_every_kind_of_page_is_kept(kind: Kind, seed: int, level: int) -> None:
    drawn = wear_as(draw_page(kind, seed=seed, dpi=200), LEVELS[level], seed=seed)
    page = enhance(Raster(pixels=drawn.pixels, dpi=200), load_recipe("default"))
    encoded = encode_page(page.image, page.mask, budget_kb_per_a4=100)
    assert not encoded.defects
    assert not encoded.over_budget
    after = render(encoded, SHOWN_DPI)
    before = cv2.resize(page.image.pixels, after.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert ink_recall(before, after, SHOWN_DPI) >= LEAST_INK
