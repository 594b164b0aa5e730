"""Letters as coverage: what share of each pixel the ink fills, and which of it belongs to a mark that stands apart."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from samples.noise import Field

FONTS = Path(__file__).parent / "fonts"
_FINE_EM_PX = 120
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_ASCII = "".join(map(chr, range(0x20, 0x7F)))


def characters() -> frozenset[str]:
    """Return every character a page may carry: ASCII, all Vietnamese letters (NFC), a few signs."""
    vowels = {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS + _VOWELS.upper() for tone in _TONES}
    return frozenset(vowels | set("đĐ–…°“”") | set(_ASCII))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glyph:
    """A letter's coverage and that of its separate marks, (H, W) in 0..1; the origin on the baseline; the advance."""

    cover: Field
    marks: Field
    origin: tuple[int, int]
    advance: float


@lru_cache(maxsize=64)
def _face(name: str, size_px: float) -> ImageFont.FreeTypeFont:
    path = str(FONTS / f"{name}.ttf")
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def glyph(name: str, size_px: float, char: str) -> Glyph:
    """Return `char` in the font `name` at `size_px` pixels an em; drawn finer, so that small marks stay apart."""
    fine = max(1, round(_FINE_EM_PX / size_px))
    face = _face(name, size_px * fine)
    left, top, right, bottom = face.getbbox(char, anchor="ls")
    x, y = (int(-left) // fine + 2), (int(-top) // fine + 2)
    width, height = x + int(right) // fine + 3, y + int(bottom) // fine + 3
    image = Image.new("L", (width * fine, height * fine))
    ImageDraw.Draw(image).text((x * fine, y * fine), char, fill=255, font=face, anchor="ls")
    cover = np.asarray(image)
    marks = np.where(_apart(cover) if _has_marks(char) else False, cover, 0)
    return Glyph(
        cover=_reduced(cover, width, height),
        marks=_reduced(marks, width, height),
        origin=(x, y),
        advance=face.getlength(char) / fine,
    )


def _reduced(cover: np.ndarray, width: int, height: int) -> Field:
    small = cv2.resize(cover.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small / 255, np.float32)


def _has_marks(char: str) -> bool:
    return char in "ij" or len(unicodedata.normalize("NFD", char)) > 1


def _apart(cover: np.ndarray) -> np.ndarray:
    """Return where the parts of a letter lie that do not touch its largest part."""
    count, labels, stats, _centres = cv2.connectedComponentsWithStats((cover > 0).astype(np.uint8))
    if count < 3:
        return np.zeros(cover.shape, bool)
    body = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.asarray((labels != 0) & (labels != body))
