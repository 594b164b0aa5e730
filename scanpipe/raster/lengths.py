"""Lengths on paper and pixels of a picture, by its resolution."""

from typing import Final

MM_PER_INCH: Final = 25.4


def px_of(length_mm: float, dpi: float) -> float:
    """Return how many pixels a length on paper is, fractions too."""
    return length_mm / MM_PER_INCH * dpi


def whole_px(length_mm: float, dpi: float) -> int:
    """Return a length on paper as whole pixels, at least 1."""
    return max(1, round(px_of(length_mm, dpi)))


def mm_of(pixels: float, dpi: float) -> float:
    """Return how long so many pixels are on paper, in millimetres."""
    return pixels / dpi * MM_PER_INCH


def pixel_mm2(dpi: float) -> float:
    """Return how much paper a pixel shows, in mm²."""
    return (MM_PER_INCH / dpi) ** 2
