"""Pages drawn with known truth: angle, frame, shading, ink, a red seal, a blue signature."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scanpipe.raster import Pixels, Raster
from tests.grain import with_grain

DPI = 150.0
PAPER = (232, 224, 205)
RED, BLUE, BLACK = (190, 40, 45), (40, 60, 150), (40, 38, 36)


@dataclass(frozen=True)
class DrawnPage:
    raster: Raster
    ink: NDArray[np.bool_]
    seal: NDArray[np.bool_]
    corners: NDArray[np.float64] = field(repr=False)


Draw = Callable[..., DrawnPage]


def _writing(canvas: Pixels, kind: str) -> None:
    height, width = canvas.shape[:2]
    if kind == "blank":
        return
    lines = 4 if kind == "few lines" else 26
    for number in range(lines):
        top = 140 + number * 58
        words = "Ho va ten: Nguyen Van An, sinh ngay 05 thang 07 nam 1998" if number % 3 else "Noi dang ky: xa Hoa Loc"
        cv2.putText(canvas, words, (90, top), cv2.FONT_HERSHEY_COMPLEX, 0.8, BLACK, 2, cv2.LINE_AA)
        cv2.circle(canvas, (300, top + 8), 2, BLACK, -1, cv2.LINE_AA)
        if kind == "table":
            cv2.line(canvas, (60, top + 16), (width - 60, top + 16), BLACK, 2)
    if kind == "table":
        for column in (60, 420, 800, width - 60):
            cv2.line(canvas, (column, 100), (column, height - 150), BLACK, 2)


def _seal(canvas: Pixels, centre: tuple[int, int]) -> None:
    cv2.circle(canvas, centre, 95, RED, 6, cv2.LINE_AA)
    cv2.circle(canvas, centre, 60, RED, 3, cv2.LINE_AA)
    cv2.putText(canvas, "UBND", (centre[0] - 44, centre[1] + 12), cv2.FONT_HERSHEY_DUPLEX, 1.0, RED, 3, cv2.LINE_AA)


def _turned(pixels: Pixels, angle: float, margin: int, fill: tuple[int, ...]) -> tuple[Pixels, NDArray[np.float64]]:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -angle, 1.0)
    matrix[:, 2] += margin
    size = (width + 2 * margin, height + 2 * margin)
    turned = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=fill)
    corners = np.array([[0, 0, 1], [width - 1, 0, 1], [width - 1, height - 1, 1], [0, height - 1, 1]]) @ matrix.T
    return turned.astype(np.uint8), corners


def draw_page(
    *,
    kind: str = "form",
    angle: float = 0.0,
    frame: int = 0,
    frame_colour: tuple[int, int, int] = (12, 12, 14),
    shade: float = 0.0,
    contrast: float = 1.0,
    seal: bool = True,
    seed: int = 1,
) -> DrawnPage:
    """Draw an A4 page at 150 dpi; `angle` is positive where lines run down to the right, `frame` is in pixels."""
    height, width = 1754, 1240
    white = np.full((height, width, 3), 255, np.uint8)
    writing, stamp = white.copy(), white.copy()
    _writing(writing, kind)
    if seal and kind != "blank":
        _seal(stamp, (930, 1560))
        cv2.putText(writing, "Tran Viet Hung", (820, 1590), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.2, BLUE, 2, cv2.LINE_AA)
    layers = np.minimum(writing, stamp).astype(np.float32)
    page = ((1 - contrast + contrast / 255 * layers) * np.array(PAPER, np.float32)).astype(np.uint8)
    scene, corners = _turned(page, angle, frame, frame_colour if frame else PAPER)
    light = 1 - shade * np.linspace(0, 1, scene.shape[1], dtype=np.float32)[None, :, None] ** 2
    lit = (scene * light).astype(np.uint8) if shade else scene
    ink, seal = (_turned(np.minimum.reduce(cv2.split(layer)), angle, frame, (255,))[0] for layer in (writing, stamp))
    return DrawnPage(
        raster=Raster(pixels=with_grain(lit, seed), dpi=DPI), ink=ink < 128, seal=seal < 128, corners=corners
    )


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draw a page, or give one that was drawn before; nobody may write on it."""
    return lru_cache(maxsize=16)(_untouchable)


def _untouchable(**traits: Any) -> DrawnPage:
    page = draw_page(**traits)
    for layer in (page.raster.pixels, page.ink, page.seal, page.corners):
        layer.flags.writeable = False
    return page
