"""Stamps of every shape and colour, drawn by lot: worn, pressed on one side only, turned, over whatever is there."""

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from samples.canvas import Canvas, Colour, typeset
from samples.noise import Field, as_cover, smooth_noise

Shape = Literal["round", "oval", "box", "lines"]

SHAPES: Final[tuple[Shape, ...]] = ("round", "oval", "box", "lines")
INKS: Final[dict[str, tuple[Colour, ...]]] = {
    "red": ((206, 32, 44), (178, 40, 60), (224, 70, 60)),
    "violet": ((98, 60, 150), (122, 70, 142), (84, 62, 128)),
    "blue": ((44, 64, 168), (60, 96, 170), (70, 110, 160)),
    "green": ((30, 110, 70), (60, 120, 84)),
    "black": ((46, 44, 50), (70, 68, 74)),
}
_WORDS: Final = (
    "ỦY BAN NHÂN DÂN",
    "ĐÃ ĐĂNG KÝ",
    "BẢN SAO",
    "THƯ VIỆN",
    "LƯU TRỮ",
    "ARCHIVES",
    "MAIRIE DE PARIS",
    "ĐÃ KIỂM TRA",
    "CÔNG VĂN ĐẾN",
    "ngày 12-03-1978",
    "Số: 1204",
    "PHÒNG HỘ TỊCH",
)
_MARGIN_MM: Final = 12.0
_SCALE: Final = 2  # stamps are drawn so many times larger


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A stamp on a page: its shape, the name of its ink, and the box of what was printed of it, in pixels."""

    shape: Shape
    ink: str
    box: tuple[int, int, int, int]


def press(canvas: Canvas, rng: np.random.Generator, *, shape: Shape, ink: str) -> Stamp:
    """Press a stamp somewhere on a page."""
    cover = _worn(_turned(_art(shape, canvas, rng), rng), canvas.dpi, rng)
    height, width = cover.shape
    page_height, page_width = canvas.ink.shape
    margin = canvas.px(_MARGIN_MM)
    x = round(rng.uniform(margin, page_width - margin - width))
    y = round(rng.uniform(margin, page_height - margin - height))
    colour = INKS[ink][int(rng.integers(len(INKS[ink])))]
    per_mm = canvas.px(1)
    canvas.stamp(cover, x / per_mm, y / per_mm, colour)
    rows, columns = np.nonzero(cover > 0.3)
    left, top, right, bottom = (int(n) for n in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return Stamp(shape=shape, ink=ink, box=(x + left, y + top, x + right, y + bottom))


def _art(shape: Shape, canvas: Canvas, rng: np.random.Generator) -> Field:
    match shape:
        case "round":
            size = rng.uniform(24, 40)
            return _framed(canvas, rng, size, size, lines=int(rng.integers(1, 4)), oval=True)
        case "oval":
            width = rng.uniform(30, 48)
            return _framed(
                canvas, rng, width, width * rng.uniform(0.55, 0.75), lines=int(rng.integers(1, 4)), oval=True
            )
        case "box":
            width = rng.uniform(24, 60)
            lines = int(rng.integers(1, 4))
            return _framed(canvas, rng, width, 6.5 * lines + rng.uniform(3, 8), lines=lines, oval=False)
        case _:
            lines = int(rng.integers(1, 4))
            return _text(canvas, rng, lines, rng.uniform(9, 16), rng.uniform(28, 60))


def _framed(
    canvas: Canvas, rng: np.random.Generator, width_mm: float, height_mm: float, *, lines: int, oval: bool
) -> Field:
    width, height = (round(canvas.px(mm) * _SCALE) for mm in (width_mm, height_mm))
    art = np.zeros((height, width), np.uint8)
    thick = max(2, round(canvas.px(rng.uniform(0.4, 1.1)) * _SCALE))
    for inset in (0.0, rng.uniform(1.2, 2.2)) if rng.random() < 0.6 else (0.0,):
        pad = round(canvas.px(inset) * _SCALE) + thick
        line = thick if inset == 0 else max(2, thick // 2)
        if oval:
            axes = (width // 2 - pad, height // 2 - pad)
            cv2.ellipse(art, (width // 2, height // 2), axes, 0, 0, 360, 255, line, cv2.LINE_AA)
        else:
            cv2.rectangle(art, (pad, pad), (width - pad, height - pad), 255, line, cv2.LINE_AA)
    field = np.asarray(cv2.resize(as_cover(art), (width // _SCALE, height // _SCALE), interpolation=cv2.INTER_AREA))
    inner = 0.7 if oval else 0.86
    text = _text(canvas, rng, lines, rng.uniform(8, 12), width_mm * inner)
    room = (int(field.shape[0] * inner), int(field.shape[1] * inner))
    share = min(1.0, room[0] / text.shape[0], room[1] / text.shape[1])
    text = np.asarray(cv2.resize(text, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.float32)
    top, left = (field.shape[0] - text.shape[0]) // 2, (field.shape[1] - text.shape[1]) // 2
    place = field[top : top + text.shape[0], left : left + text.shape[1]]
    np.maximum(place, text, out=place)
    return np.asarray(field, np.float32)


def _text(canvas: Canvas, rng: np.random.Generator, lines: int, size_pt: float, width_mm: float) -> Field:
    font = ("serif-bold", "serif")[int(rng.integers(2))]
    size = round(canvas.px(size_pt * 25.4 / 72), 1)
    words = [unicodedata.normalize("NFC", _WORDS[int(rng.integers(len(_WORDS)))]) for _line in range(lines)]
    covers = [typeset(text, font, size)[0] for text in words]
    widest = max(cover.shape[1] for cover in covers)
    pitch = round(size * 1.25)
    field = np.zeros((pitch * (lines - 1) + covers[0].shape[0], widest), np.float32)
    for number, cover in enumerate(covers):
        left = (widest - cover.shape[1]) // 2
        place = field[number * pitch : number * pitch + cover.shape[0], left : left + cover.shape[1]]
        np.maximum(place, cover, out=place)
    inked = np.nonzero(field.max(axis=1) > 0)[0]
    field = field[inked[0] : inked[-1] + 1]
    share = min(1.0, canvas.px(width_mm) / field.shape[1])
    return np.asarray(cv2.resize(field, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.float32)


def _turned(cover: Field, rng: np.random.Generator) -> Field:
    height, width = cover.shape
    angle = float(rng.normal(0, 6))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = (int(height * sin + width * cos) + 2, int(height * cos + width * sin) + 2)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return np.asarray(cv2.warpAffine(cover, turn, size), np.float32)


def _worn(cover: Field, dpi: int, rng: np.random.Generator) -> Field:
    """Let ink be missing in spots, be paler than it should, and one of three stamps be printed on one side only."""
    height, width = cover.shape
    dense = (
        0.8
        + 0.3 * smooth_noise(rng, cover.shape, 4 / 25.4 * dpi)
        + 0.3 * smooth_noise(rng, cover.shape, 0.35 / 25.4 * dpi)
    )
    strength = rng.uniform(0.45, 0.95)
    if rng.random() < 1 / 3:
        angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.35)
        y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
        along = x * np.cos(angle) + y * np.sin(angle)
        dense = dense * np.clip((along + reach) / 0.15, 0, 1)
    soft = cv2.GaussianBlur(cover, (0, 0), max(0.4, 0.06 / 25.4 * dpi))
    return np.asarray(soft * np.clip(dense, 0, 1) * strength, np.float32)
