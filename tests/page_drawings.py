"""Pages drawn for one test: printed Vietnamese words whose places are known to the pixel."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scanpipe.raster import MM_PER_INCH, Pixels, Raster

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
LINES = (
    ("Cộng", "hòa", "xã", "hội", "chủ", "nghĩa"),
    ("Nguyễn", "Thị", "Phượng", "khai", "sinh"),
    ("Phường", "Đông", "Thọ", "quyển", "2010"),
)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPage:
    """A page, its mask (0 = ink), and where each word stands: left, top, right, bottom in millimetres."""

    image: Raster
    mask: Raster
    words: dict[str, Box]


def without_colour(raster: Raster, *_more: object) -> Raster:
    """Return a page in the darkest of its channels, as a step gone wrong might."""
    return raster.replace(raster.pixels.min(axis=2, keepdims=True).repeat(3, 2))


def draw_page(
    lines: tuple[tuple[str, ...], ...] = LINES,
    *,
    size_mm: tuple[float, float] = (105, 74),
    dpi: float = 300,
    colour: bool = True,
    grain: int = 0,
) -> DrawnPage:
    """Draw `lines` in 14 point type on paper of `size_mm`; `grain` is the spread of the paper's noise in levels."""
    width, height = (round(mm / MM_PER_INCH * dpi) for mm in size_mm)
    ink = Image.new("L", (width, height), 255)
    words = _write(ink, lines, dpi)
    pixels = _on_paper(np.asarray(ink), colour=colour, grain=grain)
    mask = np.where(np.asarray(ink) < 128, 0, 255).astype(np.uint8)
    return DrawnPage(image=Raster(pixels=pixels, dpi=dpi), mask=Raster(pixels=mask, dpi=dpi), words=words)


def _write(ink: Image.Image, lines: tuple[tuple[str, ...], ...], dpi: float) -> dict[str, Box]:
    draw, font = ImageDraw.Draw(ink), ImageFont.truetype(FONT, round(14 / 72 * dpi))
    margin, space = round(8 / MM_PER_INCH * dpi), draw.textlength(" ", font)
    words: dict[str, Box] = {}
    for row, line in enumerate(lines):
        x, y = float(margin), margin + row * font.size * 2
        for word in line:
            left, top, right, bottom = (value / dpi * MM_PER_INCH for value in draw.textbbox((x, y), word, font))
            words[word] = (left, top, right, bottom)
            draw.text((x, y), word, fill=0, font=font)
            x += draw.textlength(word, font) + space
    return words


def _on_paper(ink: Pixels, *, colour: bool, grain: int) -> Pixels:
    noise = np.random.default_rng(7).integers(-grain, grain + 1, ink.shape)
    grey = np.clip(ink * 0.85 + 15 + noise, 0, 255)
    if not colour:
        return grey.astype(np.uint8)
    tint = np.array([1.0, 0.98, 0.92])
    page = grey[..., None] * tint
    height, width = ink.shape
    seal = np.hypot(np.arange(height)[:, None] - 0.75 * height, np.arange(width)[None, :] - 0.8 * width)
    radius = min(ink.shape) * 0.15
    page[(seal < radius) & (seal > radius * 0.9)] = (200, 30, 40)
    return page.astype(np.uint8)
