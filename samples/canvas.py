"""A sheet being drawn: millimetres in, ink laid over paper, the truth kept alongside."""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import Literal

import cv2
import numpy as np

from samples.glyphs import glyph
from samples.noise import Field, as_cover
from samples.truth import Mask, TextLine

Colour = tuple[int, int, int]
Anchor = Literal["left", "middle", "right"]

BLACK: Colour = (38, 36, 38)
MM_PER_POINT = 25.4 / 72
ASCENT, DESCENT = 1.9, 1.0
"""Room above and below the baseline, in ems: a capital with two marks in a school hand needs that much."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Canvas:
    """A sheet: reflectance (H, W, 3) in 0..1, its masks and its text; `left_mm` is where x = 0 lies on it."""

    dpi: int
    reflectance: Field
    ink: Mask
    diacritics: Mask
    seal: Mask
    lines: list[TextLine] = field(default_factory=list)
    left_mm: float = 0.0

    @classmethod
    def of(cls, paper: Field, dpi: int) -> "Canvas":
        """Return a canvas over `paper`, which is drawn upon."""
        ink, diacritics, seal = (np.zeros(paper.shape[:2], bool) for _ in range(3))
        return cls(dpi=dpi, reflectance=paper, ink=ink, diacritics=diacritics, seal=seal)

    def at(self, left_mm: float) -> "Canvas":
        """Return the same sheet with x counted from `left_mm`."""
        return replace(self, left_mm=left_mm)

    def px(self, length_mm: float) -> float:
        """Return a length in pixels."""
        return length_mm / 25.4 * self.dpi

    def lay(self, cover: Field, x_mm: float, y_mm: float, colour: Colour, *, marks: Field | None = None) -> None:
        """Lay ink of `colour` as dense as `cover` (h, w), with its top left at (x, y)."""
        x, y = round(self.px(self.left_mm + x_mm)), round(self.px(y_mm))
        place, part = self._clip(cover.shape, x, y)
        dense = cover[part]
        self._darken(place, dense, colour)
        self.ink[place] |= dense > 0.5
        if marks is not None:
            self.diacritics[place] |= (dense > 0.5) & (marks[part] > 0.5 * dense)

    def stamp(self, cover: Field, x_mm: float, y_mm: float, colour: Colour) -> None:
        """Lay a seal: like ink, but true in the seal mask."""
        x, y = round(self.px(self.left_mm + x_mm)), round(self.px(y_mm))
        place, part = self._clip(cover.shape, x, y)
        self._darken(place, cover[part], colour)
        self.seal[place] |= cover[part] > 0.35

    def _clip(self, shape: tuple[int, ...], x: int, y: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        height, width = self.ink.shape
        top, left = min(max(y, 0), height), min(max(x, 0), width)
        bottom, right = max(top, min(y + shape[0], height)), max(left, min(x + shape[1], width))
        place = (slice(top, bottom), slice(left, right))
        return place, (slice(top - y, bottom - y), slice(left - x, right - x))

    def _darken(self, place: tuple[slice, slice], cover: Field, colour: Colour) -> None:
        absorbed = 1 - np.asarray(colour, np.float32) / 255
        self.reflectance[place] *= 1 - cover[..., None] * absorbed

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, width_mm: float = 0.25) -> None:
        """Draw a straight printed rule, across or down, at least one pixel wide."""
        thick = max(1.0, self.px(width_mm))
        wide, high = max(self.px(x2 - x1), thick), max(self.px(y2 - y1), thick)
        cover = np.full((max(1, round(high)), max(1, round(wide))), 0.9, np.float32)
        self.lay(cover, x1, y1, BLACK)

    def box(self, x: float, y: float, width: float, height: float, *, width_mm: float = 0.25) -> None:
        """Draw a printed rectangle."""
        right, bottom = x + width - width_mm, y + height - width_mm
        for x1, y1, x2, y2 in ((x, y, x + width, y), (x, bottom, x + width, bottom)):
            self.rule(x1, y1, x2, y2, width_mm=width_mm)
        for x1, y1, x2, y2 in ((x, y, x, y + height), (right, y, right, y + height)):
            self.rule(x1, y1, x2, y2, width_mm=width_mm)

    def dots(self, x1: float, x2: float, y: float, *, pitch_mm: float = 1.1) -> None:
        """Draw a dotted leader along a baseline."""
        pitch, radius = self.px(pitch_mm), max(0.4, self.px(0.17))
        width, height = max(1, round(self.px(x2 - x1))), round(2 * radius) + 2
        cover = np.zeros((height, width), np.uint8)
        for centre in np.arange(pitch / 2, width - radius, pitch):
            middle = (round(centre * 16), round(height * 8))
            cv2.circle(cover, middle, round(radius * 16), 255, -1, cv2.LINE_AA, 4)
        self.lay(np.float32(0.9) * as_cover(cover), x1, y - (height - radius) / self.dpi * 25.4, BLACK)

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size_pt: float,
        *,
        font: str = "serif",
        anchor: Anchor = "left",
        colour: Colour = BLACK,
    ) -> float:
        """Print `text` with its baseline at `y` mm and return its width in mm."""
        text = unicodedata.normalize("NFC", text)
        size = round(self.px(size_pt * MM_PER_POINT), 1)
        cover, marks, (left, base) = typeset(text, font, size)
        width = sum(glyph(font, size, char).advance for char in text)
        shift = {"left": 0.0, "middle": width / 2, "right": width}[anchor]
        per_mm = self.px(1)
        x_left, y_top = x - (shift + left) / per_mm, y - base / per_mm
        self.lay(cover * 0.93, x_left, y_top, colour, marks=marks)
        self.note(text, cover, x_left, y_top, hand=False)
        return width / per_mm

    def note(self, text: str, cover: Field, x_mm: float, y_mm: float, *, hand: bool) -> None:
        """Keep `text` as true of the box that its coverage fills."""
        rows, columns = np.nonzero(cover.max(axis=1) > 0.5)[0], np.nonzero(cover.max(axis=0) > 0.5)[0]
        if not text.strip() or not rows.size:
            return
        left, top = round(self.px(self.left_mm + x_mm)) + int(columns[0]), round(self.px(y_mm)) + int(rows[0])
        width, height = int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1
        self.lines.append(TextLine(text=text, left=left, top=top, width=width, height=height, hand=hand))


def typeset(text: str, font: str, size_px: float) -> tuple[Field, Field, tuple[int, int]]:
    """Return the coverage of a line of `text`, that of its marks, and where its origin lies in them."""
    glyphs = [glyph(font, size_px, char) for char in text]
    pad = round(size_px)
    width, base = round(sum(item.advance for item in glyphs)) + 2 * pad, round(ASCENT * size_px)
    cover = np.zeros((base + round(DESCENT * size_px), width), np.float32)
    marks = np.zeros_like(cover)
    pen = float(pad)
    for item in glyphs:
        place_glyph(cover, item.cover, pen, base, item.origin)
        place_glyph(marks, item.marks, pen, base, item.origin)
        pen += item.advance
    return cover, marks, (pad, base)


def place_glyph(target: Field, part: Field, x: float, y: float, origin: tuple[int, int]) -> None:
    """Put the coverage `part` into `target` with its origin at (x, y), keeping the denser of the two."""
    left, top = round(x) - origin[0], round(y) - origin[1]
    rows, columns = slice(max(top, 0), top + part.shape[0]), slice(max(left, 0), left + part.shape[1])
    window = target[rows, columns]
    cut = part[max(-top, 0) :, max(-left, 0) :][: window.shape[0], : window.shape[1]]
    np.maximum(window, cut, out=window)
