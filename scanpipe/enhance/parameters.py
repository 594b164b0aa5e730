"""What a recipe may say: the parameters of every step, of the text mask, of the guard, and of the score.

Each step is one class, which is also its row in the registry of steps: its tag is the name that a recipe and a report
use, `VERSION` is part of every recipe's id, and `KIND` and `PER_PAGE` say when the step runs. What the steps do lies in
`filters/`; nothing here imports more than msgspec, so that a recipe can be read, and its id be known, at once.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, get_args

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
StrokeWidth = Annotated[float, msgspec.Meta(ge=0.5, le=10)]
Degrees = Literal[0, 90, 180, 270]
Millimetres = Annotated[float, msgspec.Meta(ge=0, le=2000)]
Amount = Annotated[float, msgspec.Meta(ge=0.001, le=1000)]

SEALS_VERSION = 4
"""Of how seals are found (`maps/`: `seals.py`, `hand_signatures.py`, `ink_colours.py`), which has no parameters."""


class StepParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="step"):
    """What all steps have.

    Attributes:
        VERSION: raised whenever the same parameters make other pixels; pages made before are then due again.
        KIND: `geometric` where the step moves pixels, `photometric` where it changes their colours. The text mask is
            taken from the page as the geometric steps leave it.
        PER_PAGE: whether each half of an open spread is measured for itself.
        RECORDED_AS: the names, in ids and in the journal, of keys that recipe files call otherwise by now.
    """

    VERSION: ClassVar[int]
    KIND: ClassVar[Literal["geometric", "photometric"]] = "geometric"
    PER_PAGE: ClassVar[bool] = True
    RECORDED_AS: ClassVar[Mapping[str, str]] = {}

    @property
    def name(self) -> str:
        """The step's name in recipes and reports."""
        return str(self.__struct_config__.tag)


class OrientationParams(StepParams, frozen=True, kw_only=True, tag="orientation"):
    """How sure the way up must be, and from where on doubt is told."""

    VERSION: ClassVar = 1
    PER_PAGE: ClassVar = False

    confidence: Annotated[float, msgspec.Meta(ge=0.5, le=1)] = 0.5
    doubt: Share = 0.45


class SpreadParams(StepParams, frozen=True, kw_only=True, tag="spread"):
    """Whether an open spread is parted into its pages; `overlap_mm` of the facing page stay with each half."""

    VERSION: ClassVar = 1
    PER_PAGE: ClassVar = False

    mode: Literal["keep", "split"] = "keep"
    overlap_mm: Annotated[float, msgspec.Meta(ge=0, le=30)] = 5.0
    confidence: Share = 0.5
    smallest_aspect: Annotated[float, msgspec.Meta(ge=0.8, le=2)] = 1.0


class PageBoxParams(StepParams, frozen=True, kw_only=True, tag="page_box"):
    """How the page is found."""

    VERSION: ClassVar = 6

    margin_mm: Annotated[float, msgspec.Meta(ge=0, le=30)] = 2.0
    frame_level: Annotated[float, msgspec.Meta(ge=0.05, le=0.8)] = 0.45
    bed_difference: Annotated[float, msgspec.Meta(ge=3, le=50)] = 7.0
    smallest_part_mm2: Annotated[float, msgspec.Meta(ge=1, le=1_000_000)] = 600.0
    smallest_page_share: Share = 0.2
    wedges: Literal["paint", "keep"] = "paint"


class DeskewParams(StepParams, frozen=True, kw_only=True, tag="deskew"):
    """How far and how surely a page is turned."""

    VERSION: ClassVar = 7

    range_deg: Annotated[float, msgspec.Meta(ge=0.5, le=20)] = 10.0
    smallest_deg: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.05
    confidence: Share = 0.4


class DewarpParams(StepParams, frozen=True, kw_only=True, tag="dewarp"):
    """How much curl, and how sure, is worth a page's being resampled."""

    VERSION: ClassVar = 1

    smallest_mm: Annotated[float, msgspec.Meta(ge=0, le=5)] = 0.15
    confidence: Share = 0.4


class FlattenParams(StepParams, frozen=True, kw_only=True, tag="flatten"):
    """How the light is levelled."""

    VERSION: ClassVar = 5
    KIND: ClassVar = "photometric"
    RECORDED_AS: ClassVar = {"max_colour_cast": "cast"}

    window_mm: Annotated[float, msgspec.Meta(ge=2, le=50)] = 9.0
    smooth_mm: Annotated[float, msgspec.Meta(ge=0.5, le=50)] = 3.0
    paper: Literal["natural", "white"] = "natural"
    strongest_gain: Annotated[float, msgspec.Meta(ge=1, le=5)] = 2.2
    max_colour_cast: Share = 0.1
    smallest_unevenness: Share = 0.01


class StainsParams(StepParams, frozen=True, kw_only=True, tag="stains"):
    """How much of stains and of the other side is taken away."""

    VERSION: ClassVar = 1
    KIND: ClassVar = "photometric"

    stroke_mm: StrokeWidth = 2.5
    stains: Share = 0.8
    show_through: Share = 0.7
    faintest_ink: Share = 0.4
    smallest_mm2: Annotated[float, msgspec.Meta(ge=0, le=10000)] = 20.0


class ContrastParams(StepParams, frozen=True, kw_only=True, tag="contrast"):
    """How far faint ink is brought back."""

    VERSION: ClassVar = 2
    KIND: ClassVar = "photometric"
    RECORDED_AS: ClassVar = {
        "target_contrast": "wanted",
        "uniformity": "evenness",
        "neighbourhood_mm": "around_mm",
        "noise_floor": "quiet",
    }

    target_contrast: Annotated[float, msgspec.Meta(ge=0.05, le=1)] = 0.6
    strongest_gain: Annotated[float, msgspec.Meta(ge=1, le=7)] = 3.5
    uniformity: Share = 0.5
    stroke_mm: StrokeWidth = 2.5
    neighbourhood_mm: Annotated[float, msgspec.Meta(ge=1, le=100)] = 6.0
    noise_floor: Annotated[float, msgspec.Meta(ge=0, le=10)] = 3.0
    show_through: Share = 0.45
    smallest_gain: Annotated[float, msgspec.Meta(ge=1, le=2)] = 1.05


Step = (
    OrientationParams
    | SpreadParams
    | PageBoxParams
    | DeskewParams
    | DewarpParams
    | FlattenParams
    | StainsParams
    | ContrastParams
)
STEPS: dict[str, type[Step]] = {str(kind.__struct_config__.tag): kind for kind in get_args(Step)}
"""Every step by its name."""


class MaskParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How ink is told from paper."""

    VERSION: ClassVar = 13
    RECORDED_AS: ClassVar[Mapping[str, str]] = {"target_contrast": "wanted"}

    target_contrast: Annotated[float, msgspec.Meta(ge=0.05, le=1)] = 0.5
    agreement: Annotated[float, msgspec.Meta(ge=1, le=2000)] = 100.0
    edge: Annotated[float, msgspec.Meta(ge=0.1, le=10)] = 3.4
    weak_edge: Annotated[float, msgspec.Meta(ge=0.01, le=1)] = 0.3
    faintest: Annotated[float, msgspec.Meta(ge=0.01, le=1)] = 0.15
    outline: Share = 0.4
    speck_mm2: Annotated[float, msgspec.Meta(ge=0, le=5)] = 0.07
    attached_mm: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.8
    stamp: Annotated[float, msgspec.Meta(ge=0.1, le=10)] = 0.5


class ScoreThresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where on each thing is weak; a page beyond one of them, or below `score`, is flagged."""

    VERSION: ClassVar = 1

    blur_mm: Amount = 0.45
    contrast: Amount = 0.2
    faint: Amount = 0.65
    noise: Amount = 0.2
    clipped: Amount = 8.0
    skew_deg: Amount = 0.5
    score: Annotated[float, msgspec.Meta(ge=0, le=100)] = 35.0


class Guard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that one step may cost; beyond, it is undone.

    Attributes:
        ink: share of all writing.
        colour: share of all coloured ink.
        seals: share of any one seal, stamp or signature.
        writing_mm2: of the writing found on the scan, in any square of 10 mm.
    """

    ink: Share = 0.005
    colour: Share = 0.01
    seals: Share = 0.02
    writing_mm2: Annotated[float, msgspec.Meta(ge=0, le=100)] = 0.5


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is not measured but given; nothing by default.

    Attributes:
        turn_deg: quarter turn clockwise, for the step `orientation`.
        angle_deg: angle of the lines, positive where they run down to the right, for the step `deskew`.
        box_mm: left, top, right, bottom of the page as it lies before the step `page_box`.
    """

    turn_deg: Degrees | None = None
    angle_deg: Annotated[float, msgspec.Meta(ge=-20, le=20)] | None = None
    box_mm: tuple[Millimetres, Millimetres, Millimetres, Millimetres] | None = None
