"""Open books drawn with known truth: two pages, each at its own angle, that meet in a shadowed gutter."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import MM_PER_INCH, Pixels, Raster
from tests.grain import with_grain

DPI = 150.0
PAPER, BLACK, RED = (232, 224, 205), (40, 38, 36), (190, 40, 45)
BED, SIDE_MM = (14, 14, 16), 12.0
PAGE_MM = (210.0, 297.0)
FONT = cv2.FONT_HERSHEY_COMPLEX


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSpread:
    """A picture, its ink, and the place of the gutter on the first and last row of the paper, in pixels."""

    raster: Raster
    ink: NDArray[np.bool_]
    gutter: tuple[tuple[float, float], tuple[float, float]]

    def gutter_at(self, row: float) -> float:
        """Return where the gutter crosses a row."""
        (top_x, top), (bottom_x, bottom) = self.gutter
        return top_x + (bottom_x - top_x) * (row - top) / (bottom - top)


def px(length_mm: float) -> int:
    return round(length_mm / MM_PER_INCH * DPI)


def write_page(ink: Pixels, left: int, width: int, number: str) -> None:
    """Write lines, a note in the margin and a page number close to the outer edges, on a white canvas."""
    for row in range(34):
        text = "Ho va ten: Nguyen Van An, ngay 05" if row % 3 else "Noi dang ky: xa Hoa Loc"
        cv2.putText(ink, text, (left + px(22), px(28 + 7.4 * row)), FONT, 0.9, BLACK, 2, cv2.LINE_AA)
    outer = left + (px(1.5) if left == 0 else width - px(14))
    cv2.putText(ink, number, (outer, px(8)), FONT, 0.8, BLACK, 2, cv2.LINE_AA)
    cv2.putText(ink, "sua", (outer, px(150)), FONT, 0.7, BLACK, 2, cv2.LINE_AA)


def write_table(ink: Pixels) -> None:
    """Rule a table over the whole width, with words in every cell."""
    height, width = ink.shape[:2]
    rows = np.arange(px(40), height - px(20), px(16))
    for row in rows:
        cv2.line(ink, (px(15), int(row)), (width - px(15), int(row)), BLACK, 2)
    columns = [px(15 + 38 * step) for step in range(11)]
    for column in [*columns, width - px(15)]:
        cv2.line(ink, (column, int(rows[0])), (column, int(rows[-1])), BLACK, 3)
    for row in rows[:-1]:
        for column in columns[:-1]:
            cv2.putText(ink, "Hoa Loc", (column + px(3), int(row) + px(10)), FONT, 0.7, BLACK, 2, cv2.LINE_AA)


def draw_open_sheet(
    *,
    kind: str = "pages",
    angles: tuple[float, float] = (0.0, 0.0),
    shadow: float = 0.4,
    contrast: float = 1.0,
    bed: tuple[int, int, int] | None = BED,
    seed: int = 3,
) -> DrawnSpread:
    """Draw an A3 sheet lying down: two `pages`, or a `table` from edge to edge; the halves turn about the gutter.

    Args:
        kind: pages or table.
        angles: of left and right half in degrees, positive where lines run down to the right.
        shadow: how much darker the paper is at the gutter; 0 is a flat single sheet.
        contrast: of the ink.
        bed: colour of what shows around the paper; None: the picture ends with the paper.
        seed: of the grain.
    """
    width, height = 2 * px(PAGE_MM[0]), px(PAGE_MM[1])
    ink = np.full((height, width, 3), 255, np.uint8)
    if kind == "table":
        write_table(ink)
    else:
        write_page(ink, 0, width // 2, "12")
        write_page(ink, width // 2, width // 2, "13")
    cv2.circle(ink, (width - px(2), px(220)), px(16), RED, 5, cv2.LINE_AA)
    away = np.abs(np.arange(width) - (width - 1) / 2) / DPI * MM_PER_INCH
    light = 1 - shadow * (0.7 * np.exp(-((away / 4.5) ** 2)) + 0.3 * np.exp(-away / 16))
    lit = (np.array(PAPER) * light[:, None]).astype(np.float32)
    page = ((1 - contrast) + contrast / 255 * ink.astype(np.float32)) * lit
    return _laid(page.astype(np.uint8), np.minimum.reduce(cv2.split(ink)) < 128, angles, bed, seed)


def _laid(
    page: Pixels,
    ink: NDArray[np.bool_],
    angles: tuple[float, float],
    bed: tuple[int, int, int] | None,
    seed: int,
) -> DrawnSpread:
    """Turn the halves about the gutter's middle, so that they meet there, and lay them on the bed."""
    height, width = page.shape[:2]
    room = px(SIDE_MM) if bed else 0
    size = (width + 2 * room, height + 2 * room)
    scene = np.full((size[1], size[0], 3), bed or PAPER, np.uint8)
    truth = np.zeros((size[1], size[0]), np.uint8)
    for half, angle in ((slice(0, width // 2), angles[0]), (slice(width // 2, width), angles[1])):
        turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -angle, 1.0)
        turn[:, 2] += room
        there = np.zeros((height, width), np.uint8)
        there[:, half] = 255
        place = cv2.warpAffine(there, turn, size, flags=cv2.INTER_NEAREST)
        turned = cv2.warpAffine(page, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        cv2.copyTo(turned, place, scene)
        cv2.copyTo(cv2.warpAffine(ink.astype(np.uint8) * 255, turn, size), place, truth)
    lean = np.tan(np.radians(sum(angles) / 2)) * (height - 1) / 2
    middle = room + (width - 1) / 2
    return DrawnSpread(
        raster=Raster(pixels=with_grain(scene, seed), dpi=DPI),
        ink=truth > 127,
        gutter=((middle + lean, float(room)), (middle - lean, float(room + height - 1))),
    )
