"""Which way up a page lies, and its angle where it has more than plain text on it; every tolerance has a name."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from scanpipe.enhance.filters import deskew, orientation
from scanpipe.enhance.filters.rotate import turned
from scanpipe.enhance.maps.ink import map_ink
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import DeskewParams, OrientationParams
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Pixels, Raster
from tests.page_drawings import FONT
from tests.thorough import tried

Draw = Callable[..., Any]

LINE_DEG = 0.08
ROUNDED_TWICE = 3  # levels: once along the rows, once along the columns, and places to a 32nd of a pixel
WORDS = "Ho va ten Nguyen Van An sinh ngay 05 thang 07"
TOWNS = "thị khai sinh tại xã hoằng lộc tỉnh thanh hóa đăng ký tháng năm chồng vợ dân tộc kinh quốc tịch việt nam"
SERIF = FONT.replace("Sans", "Serif")


def written(columns: tuple[tuple[int, int], ...], *, angle: float, ink: int = 50) -> Pixels:
    """Draw columns of text, each (left, first line's height), whose lines run down to the right by `angle`."""
    page = np.full((1754, 1240), 255, np.uint8)
    for left, first in columns:
        for line in range(24):
            cv2.putText(page, WORDS[:28], (left, first + line * 60), 3, 0.7, ink, 2, cv2.LINE_AA)
    matrix = cv2.getRotationMatrix2D((620, 877), -angle, 1.0)
    return cv2.warpAffine(page, matrix, (1240, 1754), flags=cv2.INTER_CUBIC, borderValue=255).astype(np.uint8)


def angle_of(page: Pixels) -> float:
    return deskew.measure(page_of(Raster(pixels=page, dpi=150)), DeskewParams()).angle_deg


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


@pytest.mark.parametrize("angle", [-9.5, -0.3, 0.002, 1.7])
@pytest.mark.parametrize("shape", [(300, 401, 3), (301, 400)])
def test_turning_interpolates_as_a_warp_does(angle: float, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(7)
    page = cv2.GaussianBlur(rng.integers(0, 256, shape).astype(np.uint8), (0, 0), 1.0).astype(np.uint8)
    turn, size = np.asarray(cv2.getRotationMatrix2D((200, 150), angle, 1.0), np.float64), (420, 330)
    warped = cv2.warpAffine(page, turn, size, flags=cv2.INTER_CUBIC)
    reached = cv2.warpAffine(np.ones(shape[:2], np.uint8), turn, size)
    inside = cv2.erode(reached, np.ones((9, 9), np.uint8), borderValue=0) > 0
    assert cv2.absdiff(turned(page, turn, size), np.asarray(warped, np.uint8))[inside].max() <= ROUNDED_TWICE


QUARTERS = (0, 90, 180, 270)
PAGES_OF_TEXT = tried(2, 4)


def printed(seed: int) -> Raster:
    """Print a page of small letters in lines that end raggedly."""
    words = TOWNS.split()
    rng, font = np.random.default_rng(seed), ImageFont.truetype(SERIF, 24)
    page = Image.new("L", (1240, 1754), 235)
    for line in range(28):
        text = " ".join(rng.choice(words, rng.integers(5, 13)))
        ImageDraw.Draw(page).text((110, 130 + 52 * line), text.capitalize(), fill=45, font=font)
    return Raster(pixels=np.asarray(page), dpi=150)


@pytest.mark.parametrize("turned", QUARTERS)
def test_a_page_of_text_is_set_upright_from_any_side(turned: int) -> None:
    for seed in range(PAGES_OF_TEXT):
        page = printed(seed)
        lying = orientation.turned(page, orientation.Orientation(turn_deg=turned, confidence=1.0))
        found = orientation.measure(page_of(lying), OrientationParams())
        assert found.confidence >= OrientationParams().confidence
        assert np.array_equal(orientation.turned(lying, found).pixels, page.pixels)


@pytest.mark.parametrize("kind", ["blank", "few lines"])
def test_a_page_with_little_on_it_is_left_as_it_lies(draw: Draw, kind: str) -> None:
    for quarters in range(4):
        page = draw(kind=kind, seal=False).raster
        lying = page.replace(np.rot90(page.pixels, quarters))
        result = enhance(lying, Recipe(name="x", steps=(OrientationParams(),)))
        assert not result.report.steps[0].applied
        assert np.array_equal(result.image.pixels, lying.pixels)


@pytest.mark.parametrize("kind", ["form", "table", "few lines", "blank"])
def test_an_upright_page_is_never_turned_over(draw: Draw, kind: str) -> None:
    for angle in (-3.0, 0.0, 1.2):
        found = orientation.measure(page_of(draw(kind=kind, angle=angle).raster), OrientationParams())
        assert found.turn_deg == 0 or found.confidence < OrientationParams().doubt


def test_ink_turns_with_its_page(draw: Draw) -> None:
    page = draw(kind="table").raster
    quarter = orientation.Orientation(turn_deg=90, confidence=1.0)
    carried, fresh = orientation.turned_ink(map_ink(page), quarter), map_ink(orientation.turned(page, quarter))
    assert carried.contrast.shape == fresh.contrast.shape
    assert np.abs(carried.contrast.astype(int) - fresh.contrast).mean() < 1.0


def test_corners_that_turning_adds_go_on_with_the_rim_beside_them() -> None:
    pixels = np.full((600, 400, 3), 210, np.uint8)
    pixels[:, 300:] = 12
    turned = deskew.levelled(Raster(pixels=pixels, dpi=100), deskew.Skew(angle_deg=3.0, confidence=1.0)).pixels
    assert turned[:, 0].min() >= 180
    assert turned[:, -1].max() <= 40
