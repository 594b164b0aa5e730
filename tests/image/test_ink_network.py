"""What the network takes for paper leaves the mask, and nothing else; it adds nothing."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from scanpipe.enhance.maps.strokes import find_strokes
from scanpipe.enhance.mask import ink_network
from scanpipe.enhance.mask.text_mask import text_mask
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import MaskParams
from scanpipe.raster import Pixels, Raster

FONT = Path(__file__).parents[2] / "samples" / "fonts" / "dancing.ttf"
WORDS = "Hôm nay, ngày mười bốn tháng ba, đã đăng ký việc khai sinh"
OTHER_WORDS = "Nguyễn Thị Hoa, con thứ hai, sinh tại xã Đông Thọ, thị xã"
SIZE = (1300, 1000)


def written(
    *, first: int, step: int = 130, words: str = WORDS, face: Path = FONT, length: tuple[int, int] = (40, 7)
) -> Pixels:
    """Return lines of writing (h, w), 255 where ink is; their length is the least one, and less than so much more."""
    drawn = Image.new("L", SIZE[::-1], 0)
    pen, font = ImageDraw.Draw(drawn), ImageFont.truetype(str(face), 46)
    for top in range(first, SIZE[0] - 80, step):
        pen.text((60, top), words[: length[0] + top % length[1]], fill=255, font=font)
    return np.asarray(drawn, np.uint8)


def page(*layers: tuple[Pixels, float, float]) -> Raster:
    """Return a sheet with layers of ink, each with its blur in pixels and how much it takes from the light, 0 to 1."""
    light = 0.86 + np.random.default_rng(3).normal(0, 0.012, SIZE)
    for ink, blur, strength in layers:
        light *= 1 - strength * cv2.GaussianBlur(ink.astype(np.float64) / 255, (0, 0), blur)
    pixels = np.clip(light[..., None] * np.array([255, 246, 226]), 0, 255).astype(np.uint8)
    return Raster(pixels=pixels, dpi=200)


def ink_of(raster: Raster, *, by_network: bool = True) -> Pixels:
    known = page_of(raster)
    strokes = find_strokes(raster, known.ink)
    mask, _stats = text_mask(raster, known.ink, strokes, MaskParams(), marks=known.marks, by_network=by_network)
    return np.asarray(mask.pixels == 0, np.uint8)


def recall(found: Pixels, ink: Pixels) -> float:
    return float(np.mean(found[ink > 200]))


FRONT = written(first=60)
BETWEEN = written(first=125, words=OTHER_WORDS)


def alone(ink: Pixels) -> Pixels:
    """Return a layer without what lies below the writing of the front."""
    return np.where(FRONT > 20, 0, ink).astype(np.uint8)


@pytest.mark.parametrize(("blur", "strength"), [(0.9, 0.45), (1.4, 0.65)])
def test_the_other_side_leaves_the_mask_and_the_writing_stays(blur: float, strength: float) -> None:
    back = BETWEEN[:, ::-1]
    worn = page((back, blur, strength), (FRONT, 0.7, 0.8))
    before, after = ink_of(worn, by_network=False), ink_of(worn)
    assert recall(before, alone(back)) > 0.9
    assert recall(after, alone(back)) < 0.3
    assert recall(after, FRONT) > 0.999 * recall(before, FRONT)


@pytest.mark.parametrize(("blur", "strength"), [(0.7, 0.35), (0.9, 0.5), (1.2, 0.5)])
def test_a_second_paler_pen_stays(blur: float, strength: float) -> None:
    worn = page((BETWEEN, blur, strength), (FRONT, 0.7, 0.8))
    before, after = ink_of(worn, by_network=False), ink_of(worn)
    assert recall(before, alone(BETWEEN)) > 0.8
    assert recall(after, alone(BETWEEN)) > 0.995 * recall(before, alone(BETWEEN))


PRINT = FONT.with_name("serif.ttf")
PRESS = written(first=60, face=PRINT, length=(38, 5))
SAME_PRESS = written(first=125, words=OTHER_WORDS, face=PRINT, length=(38, 5))


def test_print_that_shows_through_unevenly_leaves_the_mask() -> None:
    back = SAME_PRESS[:, ::-1].copy()
    rows = (np.arange(SIZE[0]) - 125) // 130 % 2 > 0
    back[rows] = (back[rows] * 0.6).astype(np.uint8)
    dark = np.where(rows[:, None], 0, back)
    worn = page((back, 0.8, 0.5), (PRESS, 0.7, 0.85))
    before, after = ink_of(worn, by_network=False), ink_of(worn)
    assert recall(before, dark) > 0.9
    assert recall(after, dark) < 0.5
    assert recall(after, PRESS) > 0.999 * recall(before, PRESS)


@pytest.mark.parametrize(("blur", "strength"), [(0.5, 0.35), (0.7, 0.4), (0.9, 0.5)])
def test_a_second_paler_print_stays(blur: float, strength: float) -> None:
    worn = page((SAME_PRESS, blur, strength), (PRESS, 0.7, 0.85))
    before, after = ink_of(worn, by_network=False), ink_of(worn)
    assert recall(before, SAME_PRESS) > 0.8
    assert recall(after, SAME_PRESS) > 0.995 * recall(before, SAME_PRESS)


@pytest.mark.parametrize("strength", [0.25, 0.45, 0.8])
def test_writing_alone_stays_whole(strength: float) -> None:
    worn = page((FRONT, 0.7, strength))
    before, after = ink_of(worn, by_network=False), ink_of(worn)
    assert recall(before, FRONT) > 0.9
    assert recall(after, FRONT) > 0.995 * recall(before, FRONT)


def test_nothing_is_added() -> None:
    worn = page((BETWEEN[:, ::-1], 1.4, 0.65), (FRONT, 0.7, 0.8))
    assert not (ink_of(worn) & ~ink_of(worn, by_network=False)).any()


@pytest.mark.parametrize("size", [(1, 1), (15, 33), (16, 16), (97, 31)])
def test_pictures_of_any_size_are_looked_at(size: tuple[int, int]) -> None:
    shown = np.full((*size, 4), 200, np.uint8)
    shown[..., 3] = 255
    probable = ink_network.ink_probability(shown)
    assert probable.shape == size
    assert 0 < float(probable.min()) <= float(probable.max()) < 1


def test_a_page_without_a_mask_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ink_network, "_network")
    assert not ink_network.ink_probability(np.zeros((40, 50, 4), np.uint8)).any()


def test_a_picture_in_bands_is_told_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    worn = page((BETWEEN[:, ::-1], 1.4, 0.65), (FRONT, 0.7, 0.8))
    shown = ink_network.network_input(ink_of(worn, by_network=False), worn, page_of(worn).ink.paper)
    whole = ink_network.ink_probability(shown)
    monkeypatch.setattr(ink_network, "_BAND_PX", 256 * shown.shape[1])
    assert float(np.mean(np.abs(ink_network.ink_probability(shown) - whole))) < 0.005
