"""The angle of lines where a page has more than plain text on it; every tolerance has a name."""

import cv2
import numpy as np
import pytest

from scanpipe.enhance import deskew
from scanpipe.enhance.ink import map_ink
from scanpipe.raster import Pixels, Raster

LINE_DEG = 0.08
WORDS = "Ho va ten Nguyen Van An sinh ngay 05 thang 07"


def written(columns: tuple[tuple[int, int], ...], *, angle: float, ink: int = 50) -> Pixels:
    """Draw columns of text, each (left, first line's height), whose lines run down to the right by `angle`."""
    page = np.full((1754, 1240), 255, np.uint8)
    for left, first in columns:
        for line in range(24):
            cv2.putText(page, WORDS[:28], (left, first + line * 60), 3, 0.7, ink, 2, cv2.LINE_AA)
    matrix = cv2.getRotationMatrix2D((620, 877), -angle, 1.0)
    return cv2.warpAffine(page, matrix, (1240, 1754), flags=cv2.INTER_CUBIC, borderValue=255).astype(np.uint8)


def angle_of(page: Pixels) -> float:
    return deskew.measure(map_ink(Raster(pixels=page, dpi=150)), deskew.Params()).angle_deg


@pytest.mark.parametrize("angle", [-1.3, 0.4, 2.2])
def test_two_columns_whose_lines_do_not_meet_are_levelled_by_their_lines(angle: float) -> None:
    page = written(((70, 150), (660, 156)), angle=angle)
    assert abs(angle_of(page) - angle) <= LINE_DEG


def test_a_heavy_rule_that_is_not_parallel_does_not_turn_the_writing() -> None:
    page = written(((90, 250), (600, 250)), angle=0.7)
    for top in (120, 140, 1700):
        cv2.line(page, (80, top), (1160, top), 0, 7)
    assert abs(angle_of(page) - 0.7) <= LINE_DEG


def test_what_shines_through_from_the_other_side_has_no_vote() -> None:
    front, back = written(((90, 150),), angle=0.6), written(((300, 180), (650, 180)), angle=-0.9, ink=205)
    assert abs(angle_of(np.minimum(front, back)) - 0.6) <= LINE_DEG
