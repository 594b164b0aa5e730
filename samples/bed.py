"""The page on the scanner's glass: turned, on a black bed or under a white lid; the truth moves with it."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.noise import smooth_noise
from samples.truth import Mask, Pixels, Point, SamplePage, TextLine

_BED = (16, 15, 17)
_LID = (238, 238, 236)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Half:
    """The columns `first` to `last` of a page and the 2x3 matrix that takes them to the frame."""

    first: int
    last: int
    matrix: NDArray[np.float64]

    def point(self, x: float, y: float) -> Point:
        """Return where a point comes to lie."""
        moved = self.matrix @ (x, y, 1.0)
        return float(moved[0]), float(moved[1])


def lay_on_scanner(
    page: SamplePage, skew_deg: tuple[float, float], border_mm: float, rng: np.random.Generator
) -> SamplePage:
    """Turn a page, on A3 each half by its own angle, and show the scanner's black bed around it.

    Without a border the frame keeps the paper's size, and a white lid shows at the corners.
    """
    left_deg, right_deg = skew_deg if page.paper == "A3" else (skew_deg[0], skew_deg[0])
    if not left_deg and not right_deg and not border_mm:
        return page
    height, width = page.ink.shape
    room = np.round(rng.uniform(0.6, 1.4, 4) * border_mm / 25.4 * page.dpi).astype(int)
    if border_mm:
        turn = np.deg2rad(max(abs(left_deg), abs(right_deg)))
        room = room + np.ceil(np.array([height, width, height, width]) * np.sin(turn) / 2).astype(int)
    frame = (width + int(room[0] + room[2]), height + int(room[1] + room[3]))
    halves = _halves((width, height), (left_deg, right_deg), (float(room[0]), float(room[1])))
    return replace(
        page,
        pixels=_on_bed(page.pixels, halves, frame, page.dpi, rng, dark=bool(border_mm)),
        ink=_moved(page.ink, halves, frame),
        diacritics=_moved(page.diacritics, halves, frame) & _moved(page.ink, halves, frame),
        seal=_moved(page.seal, halves, frame),
        lines=tuple(_moved_line(line, halves) for line in page.lines),
        page_box=_moved_box(page.page_box, halves),
        angle_deg=page.angle_deg + left_deg,
        right_angle_deg=page.right_angle_deg + right_deg,
    )


def _halves(size: tuple[int, int], angles_deg: tuple[float, float], offset: tuple[float, float]) -> tuple[_Half, ...]:
    width = size[0]
    middle = width // 2 if angles_deg[0] != angles_deg[1] else width
    bounds = ((0, middle), (middle, width))[: 1 + (middle < width)]
    return tuple(
        _Half(first=first, last=last, matrix=_turned(angle, size, offset))
        for (first, last), angle in zip(bounds, angles_deg, strict=False)
    )


def _turned(angle_deg: float, size: tuple[int, int], offset: tuple[float, float]) -> NDArray[np.float64]:
    """Return the 2x3 matrix that turns about the centre, text then running down to the right, and shifts."""
    cos, sin = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    centre = (np.array(size, np.float64) - 1) / 2
    turn = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([turn, centre - turn @ centre + np.array(offset)])


def _on_bed(
    pixels: Pixels,
    halves: tuple[_Half, ...],
    frame: tuple[int, int],
    dpi: int,
    rng: np.random.Generator,
    *,
    dark: bool,
) -> Pixels:
    dust = np.rint((8 if dark else 2) * smooth_noise(rng, (frame[1], frame[0]), 0.3 / 25.4 * dpi)).astype(np.int16)
    bed: Pixels = np.asarray(np.array(_BED if dark else _LID, np.int16) + dust[..., None], np.uint8)
    for half in halves:
        moved = cv2.warpAffine(pixels, half.matrix, frame, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        there = _moved(np.ones(pixels.shape[:2], bool), (half,), frame)
        cv2.copyTo(moved, there.astype(np.uint8), bed)
    return bed


def _moved(mask: Mask, halves: tuple[_Half, ...], frame: tuple[int, int]) -> Mask:
    moved = np.zeros((frame[1], frame[0]), bool)
    for half in halves:
        own = np.zeros(mask.shape, np.uint8)
        own[:, half.first : half.last] = mask[:, half.first : half.last] * np.uint8(255)
        moved |= cv2.warpAffine(own, half.matrix, frame, flags=cv2.INTER_LINEAR) > 127
    return moved


def _moved_box(box: tuple[Point, Point, Point, Point], halves: tuple[_Half, ...]) -> tuple[Point, Point, Point, Point]:
    left, right = halves[0], halves[-1]
    return left.point(*box[0]), right.point(*box[1]), right.point(*box[2]), left.point(*box[3])


def _moved_line(line: TextLine, halves: tuple[_Half, ...]) -> TextLine:
    half = halves[-1] if line.left + line.width / 2 >= halves[-1].first else halves[0]
    right, bottom = line.left + line.width, line.top + line.height
    corners = ((line.left, line.top), (right, line.top), (right, bottom), (line.left, bottom))
    moved = np.array([half.point(x, y) for x, y in corners])
    low, high = np.floor(moved.min(axis=0)).astype(int), np.ceil(moved.max(axis=0)).astype(int)
    return replace(line, left=int(low[0]), top=int(low[1]), width=int(high[0] - low[0]), height=int(high[1] - low[1]))
