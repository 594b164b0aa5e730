"""The page box: cut away the black frame and the scanner's bed, never the book and nothing written.

What surrounds the page is recognised from the picture's rim inwards: parts much darker than the paper (frame, table),
and an even bed of another colour than the paper. Covers, page edges and the facing page stay.
"""

from typing import Annotated, Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.paper import Field, Flags, reduced
from scanpipe.raster import MM_PER_INCH, Pixels, Raster

VERSION = 1

_MAP_DPI = 25.4  # one millimetre a pixel
_RIM_MM = 2.0
_EVEN = 3.5  # largest colour step (Lab) between neighbours that still belong to one bed


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="step", tag="page_box"):
    """How the page is found."""

    margin_mm: Annotated[float, msgspec.Meta(ge=0, le=30)] = 2.0
    frame_level: Annotated[float, msgspec.Meta(ge=0.05, le=0.8)] = 0.45
    bed_difference: Annotated[float, msgspec.Meta(ge=3, le=50)] = 7.0
    smallest_part_mm2: Annotated[float, msgspec.Meta(ge=1)] = 600.0
    smallest_page_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.2


class PageBox(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="page_box"):
    """The page within the picture, in pixels, and how sure it is (0-1)."""

    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    surroundings: Literal["none", "dark", "bed", "dark and bed"] = "none"

    def covers(self, raster: Raster) -> bool:
        """Whether the box is the whole picture."""
        return (self.left, self.top, self.right, self.bottom) == (0, 0, raster.width, raster.height)


def measure(raster: Raster, params: Params) -> PageBox:
    """Find the smallest upright box that holds everything that is not frame or bed, plus a margin."""
    small = reduced(raster, _MAP_DPI)
    lab = _lab(small.pixels)
    paper = _paper_colour(lab)
    dark = _reached_from_rim(lab[..., 0] < params.frame_level * paper[0], small)
    bed = _bed(lab, paper, small, dark, params)
    page = _page_parts(~(dark | bed), small, params)
    whole = (0, 0, small.width, small.height)
    found = _bounds(page) or whole
    kind = " and ".join(name for name, part in (("dark", dark), ("bed", bed)) if part.any()) or "none"
    box = _scaled(found, raster, small, raster.px(params.margin_mm) if params.margin_mm else 0)
    return PageBox(
        left=box[0], top=box[1], right=box[2], bottom=box[3],
        confidence=_confidence(page, found, params), surroundings=cast(Literal["none"], kind),
    )  # fmt: skip


def apply(raster: Raster, box: PageBox) -> Raster:
    """Return the picture within the box."""
    return raster.replace(raster.pixels[box.top : box.bottom, box.left : box.right])


def _lab(pixels: Pixels) -> Field:
    colour = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
    return cv2.cvtColor(colour.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).astype(np.float32, copy=False)


def _paper_colour(lab: Field) -> NDArray[np.float32]:
    """Return the median colour of the brighter half of the picture's middle."""
    height, width = lab.shape[:2]
    middle = lab[height // 6 : height - height // 6, width // 6 : width - width // 6].reshape(-1, 3)
    bright = middle[middle[:, 0] >= np.median(middle[:, 0])]
    return np.median(bright, axis=0).astype(np.float32)


def _rim(small: Raster) -> Flags:
    rim = np.ones((small.height, small.width), bool)
    deep = small.px(_RIM_MM)
    if small.height > 2 * deep and small.width > 2 * deep:
        rim[deep:-deep, deep:-deep] = False
    return rim


def _reached_from_rim(flags: Flags, small: Raster) -> Flags:
    """Keep the parts that touch the picture's edge and are at least 3 mm thick."""
    padded = cv2.copyMakeBorder(flags.astype(np.uint8), 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    thick = cv2.getStructuringElement(cv2.MORPH_RECT, (small.px(3.0) | 1, small.px(3.0) | 1))
    solid = cv2.morphologyEx(padded, cv2.MORPH_OPEN, thick)[2:-2, 2:-2]
    _count, labels = cv2.connectedComponents(solid)
    touching = np.unique(labels[_rim(small)])
    return np.isin(labels, touching[touching > 0])


def _bed(lab: Field, paper: NDArray[np.float32], small: Raster, dark: Flags, params: Params) -> Flags:
    """Find an even ground of a colour that is not the paper's, grown from the rim over small colour steps."""
    rim = _rim(small) & ~dark
    if not rim.any():
        return np.zeros_like(rim)
    colour = np.median(lab[rim & (lab[..., 0] >= np.median(lab[rim][:, 0]))], axis=0)
    if float(np.linalg.norm(colour - paper)) < params.bed_difference:
        return np.zeros_like(rim)
    nearer = np.linalg.norm(lab - colour, axis=2) < np.minimum(np.linalg.norm(lab - paper, axis=2), 12.0)
    step = np.maximum(
        np.abs(cv2.Laplacian(lab[..., 0], cv2.CV_32F)), np.abs(cv2.Laplacian(lab[..., 2], cv2.CV_32F))
    )  # fmt: skip
    return _reached_from_rim(nearer & (step < 4 * _EVEN), small)


def _page_parts(inside: Flags, small: Raster, params: Params) -> Flags:
    """Drop specks and dust in the surroundings: parts that are thin or small."""
    thick = cv2.getStructuringElement(cv2.MORPH_RECT, (small.px(4.0) | 1, small.px(4.0) | 1))
    solid = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_OPEN, thick, borderType=cv2.BORDER_REPLICATE)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(solid)
    smallest = params.smallest_part_mm2 * (small.dpi / MM_PER_INCH) ** 2
    kept = np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= smallest) + 1
    return np.isin(labels, kept)


def _bounds(page: Flags) -> tuple[int, int, int, int] | None:
    rows, columns = np.flatnonzero(page.any(axis=1)), np.flatnonzero(page.any(axis=0))
    if not rows.size:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _scaled(box: tuple[int, int, int, int], raster: Raster, small: Raster, margin: int) -> tuple[int, int, int, int]:
    across, down = raster.width / small.width, raster.height / small.height
    left, top, right, bottom = box
    return (
        0 if left == 0 else max(0, int(left * across) - margin),
        0 if top == 0 else max(0, int(top * down) - margin),
        raster.width if right == small.width else min(raster.width, int(right * across) + margin + 1),
        raster.height if bottom == small.height else min(raster.height, int(bottom * down) + margin + 1),
    )


def _confidence(page: Flags, box: tuple[int, int, int, int], params: Params) -> float:
    """Return how well the page fills its box; 0 when it is too small a part of the picture to be believed."""
    left, top, right, bottom = box
    area = (right - left) * (bottom - top)
    if not page.any() or area < params.smallest_page_share * page.size:
        return 0.0
    return round(float(np.count_nonzero(page[top:bottom, left:right])) / area, 3)
