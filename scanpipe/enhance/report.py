"""What was measured and done on a page, as JSON-able values."""

from typing import Literal

import msgspec

from scanpipe.enhance.filters.contrast import ContrastStats
from scanpipe.enhance.filters.deskew import Skew
from scanpipe.enhance.filters.dewarp import PageCurl
from scanpipe.enhance.filters.flatten import Illumination
from scanpipe.enhance.filters.orientation import Orientation
from scanpipe.enhance.filters.page_box import PageBox
from scanpipe.enhance.filters.spread import Spread
from scanpipe.enhance.filters.stains import StainStats
from scanpipe.enhance.maps.ink import InkLoss
from scanpipe.enhance.maps.seals import Seal
from scanpipe.enhance.mask.text_mask import MaskStats
from scanpipe.enhance.score import Score

Measured = Orientation | Spread | PageBox | Skew | PageCurl | Illumination | ContrastStats | StainStats


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what it measured, whether it was applied, and the ink before and after.

    `status` is `applied`, `found` (a spread that is kept whole), `not_needed`, `unsure`, `given` (not
    measured on this page), `geometry_kept`, or `ink_lost` or
    `seal_lost` (done, found to cost writing or a seal, and undone).
    """

    step: str
    measured: Measured
    applied: bool
    status: str = msgspec.field(name="why")
    ink: InkLoss | None = None


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """The page as a whole: level and noise of its paper, how dark its ink stands off it (0-1), how much ink."""

    paper_level: float
    grain: float
    ink_contrast: float
    ink_mm2: float
    mask: MaskStats


class PageStats(msgspec.Struct, frozen=True, kw_only=True):
    """What a recipe is chosen by, measured on the scan.

    Attributes:
        contrast: how far the ink stands off its paper (0-1), median.
        faint: share of the ink that stands off it by less than a quarter.
        unevenness: how far the paper's light differs over the page, share of its level.
        dirt: how far the dirtiest twentieth of the bare paper stands off the rest, by the ink's contrast.
        frame: share of the picture that is frame, table or cover.
        colour: share of the page that has any colour.
    """

    contrast: float
    faint: float
    unevenness: float
    dirt: float
    frame: float
    colour: float


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which recipe was chosen by which rules, the quantities that decided, and all that was measured for it."""

    by: str
    recipe: str
    decided: tuple[str, ...]
    stats: PageStats = msgspec.field(name="look")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one enhanced page.

    Attributes:
        recipe: its name.
        recipe_id: of what it does.
        region: `left` or `right` for half a spread, else empty.
        size_px: of the picture.
        dpi: of the picture.
        paper_mm: width and height of the paper: without the page box's margin, the canvas that turning grows and, of
            half a spread, the facing page; the scan's size where no page box was found. Reports of old have none.
        steps: in order.
        flags: for attention.
        metrics: the page as a whole.
        score: how well it can be read.
        seals: what was found stamped on it.
        choice: why this recipe, where rules chose it.
    """

    recipe: str
    recipe_id: str
    region: Literal["", "left", "right"] = ""
    size_px: tuple[int, int]
    dpi: float
    paper_mm: tuple[float, float] | None = None
    steps: tuple[StepReport, ...]
    flags: tuple[str, ...]
    metrics: Metrics
    score: Score
    seals: tuple[Seal, ...] = ()
    choice: Choice | None = None
