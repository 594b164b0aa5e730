"""Stamps in coloured ink are found among writing, whatever their shape, worn and half printed."""

import cv2
import numpy as np
import pytest

from samples.canvas import Canvas
from samples.generate import draw_page
from samples.stamps import SHAPES, Stamp, press
from scanpipe.enhance.maps.ink import map_ink
from scanpipe.enhance.maps.seals import Seal, find_seals
from scanpipe.raster import Pixels, Raster

DPI = 150
PRESSED = 4  # of each shape
FEWEST = 14  # of 16


@pytest.fixture(scope="module")
def written() -> Pixels:
    """Return a page that is written in blue."""
    return draw_page("lines", seed=12, dpi=DPI).pixels


def stamped(written: Pixels, ink: str, number: int) -> tuple[Raster, Stamp]:
    canvas = Canvas.of(np.asarray(written / 255, np.float32), DPI)
    stamp = press(canvas, np.random.default_rng([number, 9]), shape=SHAPES[number % len(SHAPES)], ink=ink)
    return Raster(pixels=np.round(canvas.reflectance * 255).astype(np.uint8), dpi=DPI), stamp


def is_of(seal: Seal, stamp: Stamp) -> bool:
    """Tell whether what was found holds the middle of a stamp, and is not far larger."""
    left, top, right, bottom = seal.box_px
    x, y = (stamp.box[0] + stamp.box[2]) / 2, (stamp.box[1] + stamp.box[3]) / 2
    area = (stamp.box[2] - stamp.box[0]) * (stamp.box[3] - stamp.box[1])
    return left <= x <= right and top <= y <= bottom and (right - left) * (bottom - top) <= 4 * area


@pytest.mark.parametrize("ink", ["red", "violet", "blue", "green"])
def test_stamps_are_found_on_a_page_that_is_written_in_blue(written: Pixels, ink: str) -> None:
    found = 0
    for number in range(PRESSED * len(SHAPES)):
        page, stamp = stamped(written, ink, number)
        found += any(is_of(match.seal, stamp) for match in find_seals(page, map_ink(page)))
    assert found >= FEWEST


@pytest.mark.parametrize("colour", [(98, 60, 150), (60, 96, 170)])
def test_a_signature_with_another_pen_is_no_stamp(written: Pixels, colour: tuple[int, int, int]) -> None:
    canvas = Canvas.of(np.asarray(written / 255, np.float32), DPI)
    turns = np.linspace(0, 5 * 2 * np.pi, 300)
    path = np.stack([400 + turns * 9 + 30 * np.sin(turns + 0.8), 1050 + 35 * np.cos(turns)], axis=1)
    drawn = np.zeros(written.shape[:2], np.uint8)
    cv2.polylines(drawn, [path.round().astype(np.int32)], isClosed=False, color=255, thickness=3, lineType=cv2.LINE_AA)
    canvas.stamp(np.asarray(drawn / 255, np.float32), 0, 0, colour)
    page = Raster(pixels=np.round(canvas.reflectance * 255).astype(np.uint8), dpi=DPI)
    signature = Stamp(shape="lines", ink="", box=(370, 1015, 710, 1086))
    (found,) = [match.seal for match in find_seals(page, map_ink(page)) if is_of(match.seal, signature)]
    assert found.kind == "signature"
