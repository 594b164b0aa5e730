"""What is told of a capture: flags, the places they are about, measures that later captures are compared with."""

from dataclasses import dataclass
from typing import Final, Literal

from scanpipe.messages import LazyText

Flag = Literal[
    "damaged", "cut_off", "blank", "black", "too_dark", "overexposed", "low_contrast", "blurred", "edge_cut",
    "askew", "upside_down", "two_sheets", "wrong_size", "duplicate", "dust_line", "tone_drift", "number_gap",
]  # fmt: skip

BAD_FLAGS: Final = frozenset(
    {
        "damaged", "cut_off", "black", "too_dark", "overexposed", "low_contrast", "blurred", "edge_cut", "askew",
        "upside_down", "two_sheets", "wrong_size", "duplicate",
    }
)  # fmt: skip
"""The flags of a page that is to be scanned again: several such pages in a row mean that something is wrong.

A blank page is none: books have many. A dirty glass, a drifting lamp and a number that does not follow spoil no page.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits:
    """From where on a measure is told; 0 means that it is not looked at.

    Attributes:
        blank_ink_share: a page with less ink than this part of it is blank (a line of writing has about 0.001).
        black_share: a page of which more than this part is nearly black shows no paper.
        dark_paper: the brightest paper is darker than this grey level (0-255).
        overexposed_contrast: the paper is purely white, and the ink of half of the page is fewer levels darker.
        contrast: ink differs by fewer levels from the paper around it; real pages have 45 to 250.
        blur_mm: the sharpest edges are softer than this standard deviation.
        edge_strokes: so many strokes of writing run into one edge of the picture.
        skew_deg: lines slope by more than this.
        upside_down: how sure that must be, in standard errors.
        sheet_edge: how many grey levels the edge of a second sheet differs from the paper, all across the page.
        size_mm: the picture's width or height differs by more than this from that of the pages before it.
        duplicate: how much more alike a page is to one earlier page than to the next one (0-1).
        dust_pages: a line at the same place in so many of the last pages of the same side is dust.
        tone_drift: the paper of the last pages differs by so many grey levels from that of the first.
        page_numbers: the number in an upper corner is read, by OCR.
    """

    blank_ink_share: float = 0.0003
    black_share: float = 0.85
    dark_paper: float = 120.0
    overexposed_contrast: float = 180.0
    contrast: float = 22.0
    blur_mm: float = 0.35
    edge_strokes: int = 6
    skew_deg: float = 3.0
    upside_down: float = 2.5
    sheet_edge: float = 12.0
    size_mm: float = 15.0
    duplicate: float = 0.05
    dust_pages: int = 5
    tone_drift: float = 12.0
    page_numbers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The place on the picture that a flag is about, in millimetres from its left upper corner."""

    flag: Flag
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureChecks:
    """What was measured, and what is wrong.

    Attributes:
        ink_share: the part of the page that is ink (0-1).
        dark_share: the part that is nearly black (0-1).
        white_share: the part that is purely white (0-1).
        paper: the paper's grey level (0-255).
        contrast: how many levels the ink is darker than the paper around it.
        blur_mm: standard deviation of the blur at the sharpest edges, 0.0 where there is no ink to judge by.
        colour: whether the picture has three channels.
        flags: what is wrong.
        damage: how it shows that the file is damaged, empty where it does not.
        size_mm: width and height of the picture.
        paper_rgb: the paper's colour, the same value three times on a grey page.
        skew_deg: how much lines run down to the right, None where there are too few.
        upright: in standard errors how sure it is that the page stands upright; below 0 for upside down.
        lines_mm: where lines run from the top to the bottom of the picture, from its left edge.
        fingerprint: where its ink stands, as `fingerprint.packed` writes it; empty where there is none.
        marks: where on the page some of the flags are about.
        side: which side of the sheet it shows, as the scanner names it; empty where that is not known.
        page_number: the number in its corner, None where none was read or looked for.
    """

    ink_share: float
    dark_share: float
    paper: float
    contrast: float
    blur_mm: float
    colour: bool
    flags: tuple[Flag, ...]
    damage: LazyText | str = ""
    white_share: float = 0.0
    size_mm: tuple[float, float] = (0.0, 0.0)
    paper_rgb: tuple[int, int, int] = (0, 0, 0)
    skew_deg: float | None = None
    upright: float = 0.0
    lines_mm: tuple[float, ...] = ()
    fingerprint: str = ""
    marks: tuple[Mark, ...] = ()
    side: str = ""
    page_number: int | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing seems to be written on the page."""
        return "blank" in self.flags
