"""Letters of some ten pixels, whose strokes are two or three pixels broad: their marks stay, and strokes stay thin."""

import cv2
import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import Mask
from samples.wear import wear
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Pixels, Raster

DRAWN_DPI = 300


def reduced(picture: Pixels, dpi: int) -> Pixels:
    factor = dpi / DRAWN_DPI
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def half_covered(mask: Mask, dpi: int) -> Mask:
    return reduced(mask.astype(np.uint8) * np.uint8(255), dpi) > 127


@pytest.mark.parametrize(("dpi", "least"), [(75, 62.0), (100, 66.0)])
def test_small_letters_keep_their_marks_and_their_thin_strokes(dpi: int, least: float) -> None:
    page = wear(draw_page("form", seed=3, dpi=DRAWN_DPI), seed=3, fading=0.3)
    recipe = load_recipe("default")
    assert isinstance(recipe, Recipe)
    raster = Raster(pixels=reduced(page.pixels, dpi), dpi=float(dpi))
    mask = enhance(raster, recipe, keep_geometry=True).mask.pixels == 0
    ink, marks = half_covered(page.ink, dpi), half_covered(page.diacritics, dpi)
    assert np.count_nonzero(mask & marks) >= 0.98 * np.count_nonzero(marks)
    both = np.count_nonzero(mask & ink)
    assert 200 * both / (np.count_nonzero(mask) + np.count_nonzero(ink)) > least
