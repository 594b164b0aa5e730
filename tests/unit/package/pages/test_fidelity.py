"""What the fidelity check of a page sees: ink that is gone, and marks, seals and paper that changed their colour."""

import cv2
import numpy as np
import pytest

from scanpipe.package.pages.colour_error import background_error, colour_error, coloured_pieces
from scanpipe.package.pages.fidelity import (
    MAX_BACKGROUND_ERROR,
    MAX_INK_COLOUR_ERROR,
    MAX_SEAL_COLOUR_ERROR,
    MIN_INK_RECALL,
)
from scanpipe.package.pages.ink import ink_recall
from tests.page_drawings import draw_page

DPI = 100.0
SEEN_ON_WHITE = (0.2, 0.3, 0.75), (0.25, 0.25, 0.25)  # blue ink, black ink


def test_the_fidelity_check_sees_paper_and_single_marks_that_changed_their_colour() -> None:
    before = np.full((300, 400, 3), (236, 228, 208), np.uint8)
    cv2.putText(before, "83", (100, 100), cv2.FONT_HERSHEY_SIMPLEX, 1, (190, 50, 50), 3)
    assert background_error(before, before) == 0
    assert [piece.error for piece in coloured_pieces(before, before)] == [0]
    green = np.clip(before + np.array((-9, 5, 0)), 0, 255).astype(np.uint8)
    assert background_error(before, green) > MAX_BACKGROUND_ERROR
    black = before.copy()
    cv2.putText(black, "83", (100, 100), cv2.FONT_HERSHEY_SIMPLEX, 1, (72, 72, 72), 3)
    (((left, top, right, bottom), _size, error),) = coloured_pieces(before, black)
    assert error > MAX_INK_COLOUR_ERROR
    assert 90 < left < 105 < 130 < right < 150
    assert 70 < top < 80 < 100 < bottom < 110


@pytest.mark.parametrize("paper", [(232, 206, 140), (236, 180, 188), (255, 255, 255)])
def test_the_fidelity_check_sees_blue_ink_turn_black_on_paper_of_any_colour(paper: tuple[int, int, int]) -> None:
    before = np.full((300, 400, 3), paper, np.uint8)
    blue, black = (tuple(int(level * share) for level, share in zip(paper, ink, strict=True)) for ink in SEEN_ON_WHITE)
    after = before.copy()
    cv2.putText(before, "83", (100, 100), cv2.FONT_HERSHEY_SIMPLEX, 1, blue, 3)
    cv2.putText(after, "83", (100, 100), cv2.FONT_HERSHEY_SIMPLEX, 1, black, 3)
    assert [piece.error > MAX_INK_COLOUR_ERROR for piece in coloured_pieces(before, after)] == [True]


def test_the_fidelity_check_sees_ink_that_is_gone_and_a_seal_that_lost_its_colour() -> None:
    before = cv2.resize(
        draw_page(grain=12).image.pixels, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA
    ).astype(np.uint8)
    gone = before.copy()
    gone[30:60, 30:130] = 230
    assert ink_recall(before, before, DPI) == 1.0
    assert ink_recall(before, gone, DPI) < MIN_INK_RECALL
    seal = (before.shape[1] * 2 // 3, before.shape[0] // 2, before.shape[1], before.shape[0])
    grey = np.repeat(cv2.cvtColor(before, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    assert colour_error(before, before, seal) == 0.0
    assert colour_error(before, grey, seal) > MAX_SEAL_COLOUR_ERROR
