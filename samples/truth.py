"""What a drawn page is: pixels and everything that is true of them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["form", "table", "lines", "cover", "notes"]
Paper = Literal["A4", "A3"]
Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]
Point = tuple[float, float]

PAPER_MM: dict[Paper, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (420.0, 297.0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A piece of text on one line (NFC), its box in pixels, and whether it is written by hand."""

    text: str
    left: int
    top: int
    width: int
    height: int
    hand: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SamplePage:
    """A page and its truth; the masks are as large as the pixels, RGB (H, W, 3).

    `ink` is every stroke of print, pen, rule, stamp and signature; `diacritics` the parts of letters that stand apart
    from them (marks above and below, dots), a subset of `ink`; `seal` the red seals. `page_box` holds the corners of
    the paper, clockwise from its top left, and may reach past the pixels. `angle_deg` is positive where text runs down
    to the right; the right half of a spread may lie at an angle of its own, `right_angle_deg`.
    """

    kind: Kind
    paper: Paper
    seed: int
    dpi: int
    pixels: Pixels
    lines: tuple[TextLine, ...]
    ink: Mask
    diacritics: Mask
    seal: Mask
    page_box: tuple[Point, Point, Point, Point]
    angle_deg: float = 0.0
    right_angle_deg: float = 0.0
