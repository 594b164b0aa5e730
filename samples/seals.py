"""Rubber stamps: the round red seal, the seal across a page's edge (giáp lai), blue numbers."""

import unicodedata

import cv2
import numpy as np

from samples.canvas import Canvas, Colour, typeset
from samples.glyphs import glyph
from samples.noise import Field, as_cover, blur, smooth_noise

RED: Colour = (206, 32, 44)
STAMP_BLUE: Colour = (44, 64, 168)
SEAL_MM = 36.0


def seal(canvas: Canvas, x: float, y: float, rng: np.random.Generator, *, top: str, bottom: str) -> None:
    """Press a round red seal with its centre at (x, y) mm, turned a little, unevenly inked."""
    cover = _seal_cover(canvas.px(SEAL_MM), top, bottom)
    size = cover.shape[0]
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), float(rng.uniform(-18, 18)), 1.0)
    turned = np.asarray(cv2.warpAffine(cover, turn, (size, size)), np.float32)
    half = size / canvas.px(1) / 2
    canvas.stamp(_uneven(turned, canvas.dpi, rng) * 0.9, x - half, y - half, RED)


def number(canvas: Canvas, text: str, x: float, y: float, rng: np.random.Generator) -> None:
    """Stamp a number in blue, its lower left at (x, y) mm, as a numbering machine does."""
    cover, _marks, (left, base) = typeset(text, "serif-bold", round(canvas.px(5.6), 1))
    size = (cover.shape[1], cover.shape[0])
    turn = cv2.getRotationMatrix2D((left, base), float(rng.uniform(-3, 3)), 1.0)
    turned = np.asarray(cv2.warpAffine(cover, turn, size), np.float32)
    dense = _uneven(blur(turned, canvas.px(0.05)), canvas.dpi, rng)
    x_left, y_top = x - left / canvas.px(1), y - base / canvas.px(1)
    canvas.lay(dense * 0.9, x_left, y_top, STAMP_BLUE)
    canvas.note(text, turned, x_left, y_top, hand=False)


def _uneven(cover: Field, dpi: int, rng: np.random.Generator) -> Field:
    """Let ink be missing in spots, and one side be paler than the other."""
    height, width = cover.shape
    grain = smooth_noise(rng, cover.shape, 0.35 / 25.4 * dpi)
    patches = smooth_noise(rng, cover.shape, 4 / 25.4 * dpi)
    lean = np.float32(rng.uniform(-0.2, 0.2)) * np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    lean = lean + np.float32(rng.uniform(-0.2, 0.2)) * np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    return np.asarray(cover * np.clip(0.82 + lean + 0.28 * patches + 0.25 * grain, 0.15, 1), np.float32)


def _seal_cover(diameter_px: float, top: str, bottom: str) -> Field:
    size = int(diameter_px) + 4
    scale = 2
    art = np.zeros((size * scale, size * scale), np.uint8)
    centre, radius = size * scale // 2, diameter_px * scale / 2
    for share, thick in ((0.965, 0.055), (0.885, 0.016), (0.52, 0.014)):
        thickness = max(1, round(radius * thick))
        cv2.circle(art, (centre, centre), round(radius * share), 255, thickness, cv2.LINE_AA)
    cv2.fillPoly(art, [_star(centre, centre, radius * 0.36)], 255, cv2.LINE_AA)
    for side in (-1, 1):
        x, y = (round(centre + radius * 0.7 * part) for part in (side * np.sin(1.98), -np.cos(1.98)))
        cv2.fillPoly(art, [_star(x, y, radius * 0.06)], 255, cv2.LINE_AA)
    field = as_cover(art)
    _text_on_circle(field, top, radius, 0.635, upwards=True)
    _text_on_circle(field, bottom, radius, 0.77, upwards=False)
    return np.asarray(cv2.resize(field, (size, size), interpolation=cv2.INTER_AREA), np.float32)


def _star(x: int, y: int, radius: float) -> np.ndarray:
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2 == 0, radius, radius * 0.4)
    return np.stack([x + reach * np.cos(turns), y + reach * np.sin(turns)], axis=1).round().astype(np.int32)


def _text_on_circle(field: Field, text: str, radius: float, at: float, *, upwards: bool) -> None:
    """Set `text` around the centre, its baseline at the share `at` of the radius, read from outside or from below."""
    em = round(radius * 0.165, 1)
    glyphs = [glyph("serif-bold", em, char) for char in unicodedata.normalize("NFC", text)]
    widths = [item.advance / (radius * at) * 1.06 for item in glyphs]
    pen = -sum(widths) / 2
    size = field.shape[0]
    for item, width in zip(glyphs, widths, strict=True):
        angle = pen + width / 2
        pen += width
        heading = angle if upwards else -angle
        direction = np.array([np.sin(angle), -np.cos(angle) if upwards else np.cos(angle)])
        middle = size / 2 + direction * radius * at
        cos, sin = np.cos(heading), np.sin(heading)
        own = np.array([item.origin[0] + item.advance / 2, item.origin[1]])
        turn = np.array([[cos, -sin], [sin, cos]])
        matrix = np.column_stack([turn, middle - turn @ own])
        field[:] = np.maximum(field, cv2.warpAffine(item.cover, matrix, (size, size)))
