"""Writing by hand: lines of a person's hand, and signatures."""

import unicodedata
from dataclasses import dataclass

import cv2
import numpy as np

from samples.canvas import ASCENT, DESCENT, Canvas, Colour, place_glyph
from samples.glyphs import glyph
from samples.noise import Field, as_cover, blur, smooth_noise

BLUE: Colour = (38, 58, 146)
BLUE_BLACK: Colour = (40, 46, 92)
BLACK_INK: Colour = (34, 32, 38)
VIOLET: Colour = (92, 42, 128)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How a person writes: font, em in mm, ink, slant (x per y), how much the letters jump, in parts of an em."""

    font: str
    size_mm: float
    colour: Colour
    slant: float = 0.0
    jump: float = 0.02

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Hand":
        """Return a person's hand, drawn by lot."""
        font, size, jump = _FONTS[int(rng.integers(len(_FONTS)))]
        colour = _INKS[int(rng.choice(len(_INKS), p=(0.5, 0.2, 0.18, 0.12)))]
        slant = float(rng.uniform(-0.02, 0.14))
        return cls(font=font, size_mm=size * float(rng.uniform(0.94, 1.06)), colour=colour, slant=slant, jump=jump)


_FONTS = (("playwrite", 4.3, 0.0), ("patrick", 5.8, 0.03), ("dancing", 5.9, 0.004), ("itim", 5.0, 0.03))
_INKS = (BLUE, BLACK_INK, BLUE_BLACK, VIOLET)


def width_mm(hand: Hand, text: str, dpi: int) -> float:
    """Return how wide `text` comes out, about."""
    size = _em_px(hand, dpi)
    return sum(glyph(hand.font, size, char).advance for char in unicodedata.normalize("NFC", text)) / dpi * 25.4


def write(
    canvas: Canvas, text: str, x: float, y: float, hand: Hand, rng: np.random.Generator, *, room_mm: float = 1000.0
) -> float:
    """Write `text` from x with its baseline near `y` (mm), closer where room is short; return its width in mm."""
    text = unicodedata.normalize("NFC", text)
    squeeze = min(1.0, max(0.5, room_mm / max(1e-6, width_mm(hand, text, canvas.dpi))))
    cover, marks, (left, base) = _line(text, hand, squeeze, canvas.dpi, rng)
    cover, marks = _moved_by_the_hand(cover, marks, hand, base, canvas.dpi, rng)
    cover = _pressed(cover, canvas.dpi, rng)
    per_mm = canvas.px(1)
    x_left, y_top = x - left / per_mm, y - base / per_mm
    canvas.lay(cover, x_left, y_top, hand.colour, marks=marks)
    canvas.note(text, cover, x_left, y_top, hand=True)
    return width_mm(hand, text, canvas.dpi) * squeeze


def wrap(hand: Hand, text: str, room_mm: float, dpi: int) -> list[str]:
    """Break `text` into lines that fit `room_mm`."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(hand, longer, dpi) <= room_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _em_px(hand: Hand, dpi: int) -> float:
    return round(hand.size_mm / 25.4 * dpi, 1)


def _line(
    text: str, hand: Hand, squeeze: float, dpi: int, rng: np.random.Generator
) -> tuple[Field, Field, tuple[int, int]]:
    em = _em_px(hand, dpi)
    size = round(em * max(squeeze, 0.8), 1)
    glyphs = [glyph(hand.font, size, char) for char in text]
    fit = em * squeeze / size
    pad = round(em)
    cover = np.zeros(
        (round((ASCENT + DESCENT) * em), round(sum(item.advance for item in glyphs) * fit) + 3 * pad), np.float32
    )
    marks = np.zeros_like(cover)
    base = round(ASCENT * em)
    drift = smooth_noise(rng, (1, cover.shape[1]), 9 * em)[0] * 0.05 * em
    pen = float(pad)
    for item, jump in zip(glyphs, rng.normal(0, hand.jump * em, len(glyphs)), strict=True):
        y = base + float(drift[min(int(pen), cover.shape[1] - 1)]) + float(jump)
        place_glyph(cover, item.cover, pen, y, item.origin)
        place_glyph(marks, item.marks, pen, y, item.origin)
        pen += item.advance * fit + float(jump) * 0.5
    return cover, marks, (pad, base)


def _moved_by_the_hand(
    cover: Field, marks: Field, hand: Hand, base: int, dpi: int, rng: np.random.Generator
) -> tuple[Field, Field]:
    """Slant the line and shake it, so that no two letters are alike."""
    height, width = cover.shape
    shake = 0.13 / 25.4 * dpi
    cell = 1.8 / 25.4 * dpi
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    map_x = xs + (ys - base) * np.float32(hand.slant) + shake * smooth_noise(rng, cover.shape, cell)
    map_y = ys + shake * smooth_noise(rng, cover.shape, cell)
    moved = [cv2.remap(layer, map_x, map_y, cv2.INTER_LINEAR, borderValue=0) for layer in (cover, marks)]
    return np.asarray(moved[0], np.float32), np.asarray(moved[1], np.float32)


def _pressed(cover: Field, dpi: int, rng: np.random.Generator) -> Field:
    """Make the stroke wider and denser here, thinner and paler there, as a pen does."""
    spread = blur(cover, 0.05 / 25.4 * dpi)
    pressure = smooth_noise(rng, cover.shape, 5 / 25.4 * dpi)
    edge = np.clip((spread - 0.22 + 0.1 * pressure) / 0.5, 0, 1)
    return np.asarray(edge * (0.86 + 0.1 * pressure), np.float32)


def sign(
    canvas: Canvas, name: str, x: float, y: float, colour: Colour, rng: np.random.Generator, *, size_mm: float = 30
) -> None:
    """Sign as `name` does, a flourish about `size_mm` wide, centred on (x, y): never twice quite the same."""
    own = _flourish(np.random.default_rng(list(name.encode())))
    points = own * rng.uniform(0.85, 1.1, 2).astype(np.float32) * canvas.px(size_mm) / 2
    margin = canvas.px(4)
    low = points.min(axis=0) - margin
    width, height = (np.ceil(points.max(axis=0) - low + margin)).astype(int)
    cover = np.zeros((int(height), int(width)), np.uint8)
    steps = np.round((points - low) * 16).astype(np.int32)
    thickness = np.clip(canvas.px(0.42) * (0.75 + 0.5 * smooth_noise(rng, (1, len(steps)), 30)[0]), 1, None)
    for start, stop, thick in zip(steps[:-1], steps[1:], thickness, strict=False):
        cv2.line(cover, start.tolist(), stop.tolist(), 255, max(1, round(float(thick))), cv2.LINE_AA, 4)
    dense = _pressed(as_cover(cover), canvas.dpi, rng)
    canvas.lay(dense, x + low[0] / canvas.px(1), y + low[1] / canvas.px(1), colour)


def _flourish(rng: np.random.Generator) -> Field:
    """Return the path of a signature (N, 2): loops that run to the right, then one long stroke back."""
    count = int(rng.integers(5, 8))
    t = np.linspace(0, count * 2 * np.pi, count * 40)
    run = np.linspace(-1, 0.8, t.size)
    height = 0.10 + 0.16 * np.abs(np.interp(t, np.linspace(0, t[-1], 9), rng.uniform(-1, 1, 9)))
    height[: t.size // 5] *= float(rng.uniform(1.6, 2.6))
    loops = np.stack([run + 0.16 * np.sin(t + rng.uniform(0, 6)), -height * np.cos(t) + 0.1 * run], axis=1)
    s = np.linspace(0, 1, 60)[:, None]
    start, stop = loops[-1], np.array([rng.uniform(-0.9, -0.4), rng.uniform(0.25, 0.4)])
    bend = np.array([1.25, rng.uniform(0.1, 0.45)])
    back = (1 - s) ** 2 * start + 2 * s * (1 - s) * bend + s**2 * stop
    return np.concatenate([loops, back]).astype(np.float32)
