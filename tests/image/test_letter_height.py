"""How high the letters of a page are is told of its writing, not of the rules that it stands on."""

import cv2
import numpy as np
import pytest

from scanpipe.enhance.pipeline import enhance
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Raster
from tests.page_drawings import draw_page

CELL_PX = 47


def test_letters_on_a_grid_are_as_high_as_without_it() -> None:
    bare = draw_page(dpi=200)
    ruled = bare.image.pixels.copy()
    height, width = ruled.shape[:2]
    for at in range(CELL_PX, max(height, width), CELL_PX):
        cv2.line(ruled, (0, at), (width, at), (40, 40, 40), 2)
        cv2.line(ruled, (at, 0), (at, height), (40, 40, 40), 2)
    told = [enhance(page, load_recipe("default")).report for page in (bare.image, bare.image.replace(ruled))]
    without, on_it = (report.metrics.mask.letter_mm for report in told)
    assert on_it == pytest.approx(without, rel=0.5)


@pytest.mark.parametrize("colour", [False, True])
def test_a_slip_in_black_and_white_on_a_black_bed_is_kept(colour: bool) -> None:
    bed = np.zeros((1754, 1240), np.uint8)
    slip = draw_page(colour=False, dpi=150).mask.pixels
    bed[600 : 600 + slip.shape[0], 150 : 150 + slip.shape[1]] = slip
    page = Raster(pixels=cv2.merge([bed] * 3) if colour else bed, dpi=150)
    made = enhance(page, load_recipe("default"))
    assert np.count_nonzero(made.mask.pixels == 0) > 0.9 * np.count_nonzero(slip == 0)
