"""Pages that were scanned with one bit a pixel, as old scans and the text modes of scanners are."""

from typing import cast

import cv2
import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import Kind
from scanpipe.enhance.pipeline import enhance
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Raster

INK_IN_MASK = 0.99


def scanned(kind: str, *, dpi: float, threshold: int) -> Raster:
    grey = cv2.cvtColor(draw_page(cast(Kind, kind), seed=1, dpi=dpi).pixels, cv2.COLOR_RGB2GRAY)
    return Raster(pixels=np.where(grey > threshold, 255, 0).astype(np.uint8), dpi=dpi)


@pytest.mark.parametrize(
    ("kind", "dpi", "threshold"), [("form", 200, 128), ("table", 300, 100), ("lines", 300, 200), ("notes", 200, 160)]
)
def test_the_ink_of_a_black_and_white_scan_is_in_the_mask_and_nothing_else(
    kind: str, dpi: float, threshold: int
) -> None:
    page = scanned(kind, dpi=dpi, threshold=threshold)
    made = enhance(page, load_recipe("default"))
    assert np.array_equal(made.image.pixels, page.pixels)
    ink, found = page.pixels == 0, made.mask.pixels == 0
    assert np.count_nonzero(found & ink) >= INK_IN_MASK * np.count_nonzero(ink)
    assert not np.any(found & ~ink)


def test_the_ink_of_a_turned_black_and_white_scan_is_in_the_mask() -> None:
    page = scanned("form", dpi=200, threshold=128)
    turn = cv2.getRotationMatrix2D((page.width / 2, page.height / 2), 2, 1)
    tilted = cv2.warpAffine(page.pixels, turn, (page.width, page.height), flags=cv2.INTER_NEAREST, borderValue=255)
    made = enhance(page.replace(np.asarray(tilted, np.uint8)), load_recipe("default"))
    assert "deskew" in [step.step for step in made.report.steps if step.applied]
    dark = made.image.pixels < 100
    assert np.count_nonzero(dark & (made.mask.pixels == 0)) >= INK_IN_MASK * np.count_nonzero(dark)
