"""Where everything stands on the target sheet, in millimetres from the left upper corner of an A4 sheet.

The sheet that is printed and the measuring of its scan both go by this.
"""

from dataclasses import dataclass
from typing import Final

TARGET_ID: Final = "SCANPIPE TARGET A4.1"
"""What the QR code of the sheet says."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of the sheet."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> Place:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """An area of one colour, as red, green and blue (0-255)."""

    box: Box
    rgb: tuple[int, int, int]

    @property
    def css(self) -> str:
        """The colour for a style sheet."""
        return "rgb({}, {}, {})".format(*self.rgb)


MARK_CENTRES: Final[tuple[Place, Place, Place, Place]] = ((22, 22), (188, 22), (188, 275), (22, 275))
"""Middles of the black squares: left upper, right upper, right lower, left lower."""
MARK_MM: Final = 8.0
SMALL_MARK_MM: Final = 5.0
"""Of the right lower one, by which the sheet's lie is known."""

FRAME: Final = Box(left=14, top=14, width=182, height=269)
QR_CODE: Final = Box(left=152, top=58, width=22, height=22)

_STEP_MM = 14.0
_GREY_TOP, _COLOUR_TOP, _PATCH_LEFT = 38.0, 58.0, 28.0
_COLOURS = (
    (200, 40, 40), (40, 140, 60), (40, 60, 170), (30, 150, 190), (190, 50, 130), (240, 210, 40), (110, 60, 150),
    (130, 90, 60),
)  # fmt: skip

GREYS: Final = tuple(
    Patch(
        box=Box(left=_PATCH_LEFT + step * _STEP_MM, top=_GREY_TOP, width=_STEP_MM, height=_STEP_MM),
        rgb=(round(255 - 25.5 * step),) * 3,
    )
    for step in range(11)
)
"""From paper to black, in tenths."""

COLOURS: Final = tuple(
    Patch(box=Box(left=_PATCH_LEFT + step * _STEP_MM, top=_COLOUR_TOP, width=_STEP_MM, height=_STEP_MM), rgb=rgb)
    for step, rgb in enumerate(_COLOURS)
)
"""Among them the red of seals, and blue and violet ink."""

EDGE_SQUARE: Final = Box(left=38, top=90, width=30, height=30)
EDGE_TURN_DEG: Final = 5.0
"""By which the black square is turned, clockwise, so that its edges are sampled at all parts of a pixel."""

FINE_LINES_MM: Final = (0.5, 0.35, 0.25, 0.18, 0.12)
FINE_LINES: Final = Box(left=90, top=90, width=84, height=30)

BLANK: Final = Box(left=32, top=136, width=146, height=130)
"""Bare paper."""
