"""The page box: frame, table, bed and covers off the page, never the paper and nothing written.

What surrounds the page is recognised from the picture's rim inwards: parts much darker than the paper (frame, table),
an even bed of another colour, in its shadows too, and covers, which differ much from paper. The box is upright; what it
cannot cut off beside a slanted or bent edge is painted as paper, outside the convex hull of all that may be page (the
page frame as the region of the paper: Shafait, van Beusekom, Keysers and Breuel, IJDAR 11, 2008). Stacks of page edges
and the facing page stay.
"""

import math
from dataclasses import dataclass
from typing import Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.filters.edge_lines import cut_lines
from scanpipe.enhance.filters.surroundings import Outline, paint_surroundings
from scanpipe.enhance.maps.background import Field, Flags, Paper
from scanpipe.enhance.maps.connected_components import parts_of
from scanpipe.enhance.maps.ink import LARGEST_SEAL_MM2
from scanpipe.enhance.parameters import PageBoxParams
from scanpipe.raster import MM_PER_INCH, Box, Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.cut_off import ends_early
from scanpipe.raster.flags import dilated, square, touched

_MAP_DPI = MM_PER_INCH  # one millimetre a pixel
_RIM_MM = 2.0
_EVEN = 3.5  # largest colour step (Lab) between neighbours that still belong to one bed
_SHADE = 0.3  # weight of lightness against hue: a bed in shadow is still that bed
_COVER_LEVEL = 0.62  # of the paper's lightness; water stains are lighter
_COVER_HUE = 24.0  # distance in (a, b) from the paper
_WRITING_MM = 5.0
_SURE_OUTSIDE = 0.7  # of what lies outside the outline must have been recognised, else nothing is painted
_EDGE_MM = 0.5


class PageBox(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="page_box"):
    """The page within the picture, in pixels, and how sure it is (0-1).

    `outline` is a convex polygon around all of the page; empty where nothing outside it is to be painted.
    """

    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    surroundings: Literal["none", "dark", "bed", "cover", "dark and bed"] = "none"
    outline: Outline = ()

    @property
    def sides(self) -> Box:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    def covers(self, raster: Raster) -> bool:
        """Whether the box is the whole picture and nothing in it is to be painted."""
        return self.sides == (0, 0, raster.width, raster.height) and not self.outline

    def without_outline(self) -> "PageBox":
        """Return the box with nothing painted."""
        return msgspec.structs.replace(self, outline=())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectedPage:
    """The page without its margin (h, w), what surrounds it (h, w), whose pattern is no ink, their dpi; and the box."""

    page: Flags
    surround_mask: Flags
    dpi: float
    box: PageBox


def find_page(raster: Raster, params: PageBoxParams, marks: Flags | None = None) -> DetectedPage:
    """Find the page within what surrounds it: all writing and all that is not frame, bed or cover, plus a margin.

    Args:
        raster: the picture.
        params: how the page is told.
        marks: where writing was found, at any scale: that is page whatever it looks like.
    """
    small = reduced(raster, _MAP_DPI)
    lab = _lab(small.pixels)
    paper = _paper_colour(lab)
    dark = _reached_from_rim(lab[..., 0] < params.frame_level * paper[0], small)
    bed = _bed(lab, paper, small, dark, params)
    cover = _covers(lab, paper, small, dark | bed)
    outside = (dark | bed | cover) & ~_cut_off(raster, small)
    page = _page_parts(~outside, small, params)
    written = page if marks is None or not page.any() else page | _written(marks, small)
    bounds = _bounds(written) or (0, 0, small.width, small.height)
    kind = " and ".join(name for name, part in (("dark", dark), ("bed", bed)) if part.any())
    box = cut_lines(raster, _scaled(bounds, raster, small, raster.px(params.margin_mm) if params.margin_mm else 0))
    confidence = _confidence(page, bounds, params)
    painted = params.wedges == "paint" and confidence > 0
    measured = PageBox(
        left=box[0], top=box[1], right=box[2], bottom=box[3], confidence=confidence,
        surroundings=cast(Literal["none"], kind or ("cover" if cover.any() else "none")),
        outline=_outline(written, outside & ~written, raster, small) if painted else (),
    )  # fmt: skip
    return DetectedPage(page=page, surround_mask=dilated(outside, 3), dpi=small.dpi, box=measured)


def _written(marks: Flags, small: Raster) -> Flags:
    """Return the places that marks lie in or close to."""
    return dilated(touched(marks, small.pixels.shape), 3)


def cut_and_painted(raster: Raster, paper: Paper, box: PageBox, marks: Flags) -> tuple[Raster, Paper]:
    """Return the picture within the box, with paper in place of what surrounds the page; and its paper.

    Args:
        raster: the picture.
        paper: of the picture.
        box: within it.
        marks: where in the box writing was found, at any scale; nothing is painted there.
    """
    cut = raster.replace(raster.pixels[box.top : box.bottom, box.left : box.right])
    if box.outline:
        return paint_surroundings(cut, tuple((x - box.left, y - box.top) for x, y in box.outline), marks)
    return cut, paper.cut(box.sides, raster)


def _cut_off(raster: Raster, small: Raster) -> Flags:
    """Return where the picture has no data: a part of the page is missing there, so it stays for a person to see."""
    ends = ends_early(raster.pixels)
    flags = np.zeros((small.height, small.width), np.bool_)
    across, down = small.width / raster.width, small.height / raster.height
    flags[: math.ceil(ends.top * down)] = flags[small.height - math.ceil(ends.bottom * down) :] = True
    flags[:, : math.ceil(ends.left * across)] = flags[:, small.width - math.ceil(ends.right * across) :] = True
    return flags


def _covers(lab: Field, paper: NDArray[np.float32], small: Raster, known: Flags) -> Flags:
    """Find what is neither paper nor writing and hangs together with the rim or the surroundings found so far."""
    side = small.px(_WRITING_MM) | 1
    closed = cv2.morphologyEx(lab[..., 0], cv2.MORPH_CLOSE, square(side))
    hue = cv2.blur(lab[..., 1:], (3, 3)) - paper[1:]
    vivid = np.linalg.norm(hue, axis=2) > _COVER_HUE
    other = (closed < _COVER_LEVEL * paper[0]) | (vivid & ~_seal_sized(vivid & ~known, small))
    covers = _reached_from_rim(other | known, small) & ~known
    return covers & ~_seal_sized(covers, small)


def _seal_sized(parts: Flags, small: Raster) -> Flags:
    """Return the parts that may be a seal across the page's edge."""
    _count, labels, stats = parts_of(parts.astype(np.uint8))
    few = stats[:, cv2.CC_STAT_AREA] * small.pixel_mm2 <= LARGEST_SEAL_MM2
    few[0] = False
    return np.asarray(few[labels], np.bool_)


def _outline(page: Flags, outside: Flags, raster: Raster, small: Raster) -> Outline:
    """Return the hull of the page in the picture's pixels; empty unless surroundings lie beyond it for sure.

    A hull cannot cut into a side; corners it cuts off count only together with the side's slant: the recognised
    surroundings must make up most of what it leaves out.
    """
    points = cv2.findNonZero(page.astype(np.uint8))
    if points is None:
        return ()
    corners = _corners_of(np.asarray(cv2.convexHull(points), np.int32))
    hull = cv2.convexHull(corners)[:, 0].astype(np.float64)
    within = np.zeros(page.shape, np.uint8)
    cv2.fillConvexPoly(within, np.rint(hull).astype(np.int32), 1)
    beyond = within == 0
    if not beyond.any() or np.count_nonzero(beyond & outside) < _SURE_OUTSIDE * np.count_nonzero(beyond):
        return ()
    centre = hull.mean(axis=0)
    away = hull - centre
    grown = hull + away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1) * small.px(1.0) * _EDGE_MM
    scale = np.array([raster.width / small.width, raster.height / small.height])
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in grown * scale)


def _corners_of(points: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the four corners of every pixel."""
    return np.concatenate([points + np.array([[dx, dy]], np.int32) for dx in (0, 1) for dy in (0, 1)])


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


def _bed(lab: Field, paper: NDArray[np.float32], small: Raster, dark: Flags, params: PageBoxParams) -> Flags:
    """Find an even ground of a colour that is not the paper's, grown from the rim over small colour steps."""
    rim = _rim(small) & ~dark
    if not rim.any():
        return np.zeros_like(rim)
    colour = np.median(lab[rim & (lab[..., 0] >= np.median(lab[rim][:, 0]))], axis=0)
    if float(np.linalg.norm(colour - paper)) < params.bed_difference:
        return np.zeros_like(rim)
    shade = _SHADE if _may_be_shaded(colour - paper, paper, params) else 1.0
    nearer = _distance(lab, colour, shade) < np.minimum(_distance(lab, paper, shade), 12.0)
    step = np.maximum(
        np.abs(cv2.Laplacian(lab[..., 0], cv2.CV_32F)), np.abs(cv2.Laplacian(lab[..., 2], cv2.CV_32F))
    )  # fmt: skip
    return _reached_from_rim(nearer & (step < 4 * _EVEN), small)


def _may_be_shaded(difference: NDArray[np.float32], paper: NDArray[np.float32], params: PageBoxParams) -> bool:
    """Return whether a bed can be told from paper by hue alone: not if it is what shaded or stained paper looks like.

    Paper in shade or stain goes on in the direction of its own hue; a bed that lies the other way is another ground.
    """
    hue = difference[1:]
    return bool(np.linalg.norm(hue) >= params.bed_difference and float(hue @ paper[1:]) <= 0)


def _distance(lab: Field, colour: NDArray[np.float32], shade: float) -> Field:
    """Return how far each place is from a colour, with lightness at that weight."""
    difference = (lab - colour) * np.array([shade, 1, 1], np.float32)
    return np.asarray(cv2.magnitude(cv2.magnitude(difference[..., 0], difference[..., 1]), difference[..., 2]))


def _page_parts(inside: Flags, small: Raster, params: PageBoxParams) -> Flags:
    """Drop specks and dust in the surroundings: parts that are thin or small."""
    thick = cv2.getStructuringElement(cv2.MORPH_RECT, (small.px(4.0) | 1, small.px(4.0) | 1))
    solid = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_OPEN, thick, borderType=cv2.BORDER_REPLICATE)
    _count, labels, stats = parts_of(solid)
    smallest = params.smallest_part_mm2 * (small.dpi / MM_PER_INCH) ** 2
    kept = np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= smallest) + 1
    return np.isin(labels, kept)


def _bounds(page: Flags) -> Box | None:
    rows, columns = np.flatnonzero(page.any(axis=1)), np.flatnonzero(page.any(axis=0))
    if not rows.size:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _scaled(box: Box, raster: Raster, small: Raster, margin: int) -> Box:
    across, down = raster.width / small.width, raster.height / small.height
    left, top, right, bottom = box
    return (
        0 if left == 0 else max(0, int(left * across) - margin),
        0 if top == 0 else max(0, int(top * down) - margin),
        raster.width if right == small.width else min(raster.width, int(right * across) + margin + 1),
        raster.height if bottom == small.height else min(raster.height, int(bottom * down) + margin + 1),
    )


def _confidence(page: Flags, box: Box, params: PageBoxParams) -> float:
    """Return how well the page fills its box; 0 when it is too small a part of the picture to be believed."""
    left, top, right, bottom = box
    area = (right - left) * (bottom - top)
    if not page.any() or area < params.smallest_page_share * page.size:
        return 0.0
    return round(float(np.count_nonzero(page[top:bottom, left:right])) / area, 3)
