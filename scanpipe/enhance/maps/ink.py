"""Ink accounting: how much writing, in black and in colour, a page shows, and how much of it a step took away."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.maps.background import Flags, Paper, measure_paper
from scanpipe.enhance.maps.connected_components import parts_of
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import KEPT, darkest, divided_by, saturation
from scanpipe.raster.flags import dilated, fitted, near, square
from scanpipe.raster.lengths import pixel_mm2, whole_px

_MAP_DPI = 150.0
_BLURRED = 0.8  # of its peak: what is left of the thinnest stroke after interpolation
_BLOT_MM = 4.0
_MASS_CONTRAST = 90
_SOLID_MM = 2.6
_MASS_EDGE_MM = 0.8  # the blurred rim of a mass
_VIVID = 110
_SEAL_STROKE_MM = 0.4
_PART_CONTRAST = 40
_THICKEST_STROKE_MM = 1.5
_SHADOW_MM = 2.0
_SMALLEST_FRAME_MM2 = 60.0
_LINE_MM, _LINE_SHARE = 2.5, 0.6  # how broad at most, and along how much of the edge


LARGEST_SEAL_MM2: Final = 1800.0
"""What is larger is no seal."""

BLANK_MM2: Final = 2.0
"""A page with less ink is blank."""


class InkLoss(msgspec.Struct, frozen=True, kw_only=True):
    """Ink before and after a step, in mm² of paper, and the shares of writing and of coloured ink that were lost.

    `seal_lost_share` is that of the seal, stamp or signature that lost most; `writing_lost_mm2` what is lost of the
    scan's writing in the square of 10 mm that lost most.
    """

    before_mm2: float
    after_mm2: float
    lost_share: float = 0.0
    colour_lost_share: float = 0.0
    seal_lost_share: float = 0.0
    writing_lost_mm2: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InkMap:
    """Ink at about 150 dpi.

    Attributes:
        contrast: (h, w) 0-255, how much darker than the paper around it, in the channel that shows it most.
        fine_contrast: (h, w) 0-255, the part of the contrast that is narrower than a blot: strokes without smudges.
        colour: (h, w) 0-255, how far from the paper's own hue.
        surround_mask: (h, w) what is neither paper nor writing: black frame, table, covers.
        reduced: the picture, at the map's resolution.
        paper: what the ink was measured against.
        grain: noise of `contrast` on bare paper.
    """

    contrast: Pixels
    fine_contrast: Pixels
    colour: Pixels
    surround_mask: Flags
    reduced: Raster
    paper: Paper
    grain: float

    @property
    def dpi(self) -> float:
        """Of this map."""
        return self.reduced.dpi

    @property
    def ratio(self) -> Pixels:
        """The picture divided by its paper (h, w[, 3]), 255 = bare paper: the ink's own colour."""
        return _divided(self.reduced, self.paper)

    @property
    def ink_threshold(self) -> float:
        """The contrast from which something is writing beyond doubt."""
        return max(40.0, 6 * self.grain)

    @property
    def colour_threshold(self) -> float:
        """The distance in hue from which ink has a colour of its own: seals, stamps, blue and red pens."""
        return max(50.0, 6 * self.grain)

    @property
    def strokes(self) -> Flags:
        """Where writing is sure."""
        return self.fine_contrast > self.ink_threshold

    @property
    def coloured_ink(self) -> Flags:
        """Where sure ink has a colour of its own."""
        return self.colour > self.colour_threshold

    @property
    def area_mm2(self) -> float:
        """The paper covered by sure ink."""
        return self.mm2(self.strokes)

    def without(self, places: Flags) -> "InkMap":
        """Return the map without what lies in those places, given at any scale: no ink is told there."""
        removed = fitted(places, self.contrast.shape)
        fine_contrast, colour = self.fine_contrast.copy(), self.colour.copy()
        fine_contrast[removed], colour[removed] = 0, 0
        return replace(self, fine_contrast=fine_contrast, colour=colour)

    def px(self, length_mm: float) -> int:
        """Return a length on paper as whole pixels of this map, at least 1."""
        return whole_px(length_mm, self.dpi)

    def mm2(self, where: Flags) -> float:
        """Return the paper covered by the points of this map that are true."""
        return float(np.count_nonzero(where)) * pixel_mm2(self.dpi)


def map_ink(raster: Raster, *, surround_mask: Flags | None = None, paper: Paper | None = None) -> InkMap:
    """Measure the ink of a page relative to the paper around it.

    Args:
        raster: the page.
        surround_mask: where frame and covers are, at any scale, if that is known from an earlier state of the page.
        paper: the paper under the ink, if that is known.
    """
    small = reduced(raster, _MAP_DPI)
    paper = measure_paper(small) if paper is None else paper
    ratio = _divided(small, paper)
    if small.colour:
        lowest, colour = darkest(ratio), saturation(ratio)
    else:
        lowest, colour = ratio, np.zeros_like(ratio)
    contrast = np.asarray(cv2.bitwise_not(lowest), np.uint8)
    surround_mask = (
        _find_surroundings(contrast, small) & ~_seals(colour, small)
        if surround_mask is None
        else _fitted(surround_mask, small)
    )
    contrast[surround_mask] = 0
    colour[surround_mask] = 0
    grain = float(np.median(contrast[::3, ::3])) + 1.0
    side = small.px(_BLOT_MM) | 1
    blots = cv2.morphologyEx(contrast, cv2.MORPH_OPEN, square(side))
    fine_contrast = np.asarray(cv2.subtract(contrast, blots), np.uint8)
    return InkMap(
        contrast=contrast,
        fine_contrast=fine_contrast,
        colour=colour,
        surround_mask=surround_mask,
        reduced=small,
        paper=paper,
        grain=grain,
    )


def _divided(small: Raster, paper: Paper) -> Pixels:
    """Return a picture divided by its paper, 255 = bare paper."""
    return divided_by(small.pixels, paper.at(small))


def _fitted(flags: Flags, small: Raster) -> Flags:
    """Bring a carried map to this map's size, a pixel wider for what rounding may have shifted."""
    return dilated(fitted(flags, small.pixels.shape), 3)


def _find_surroundings(contrast: Pixels, small: Raster) -> Flags:
    """Find frame, table and covers: solid dark masses that reach the picture's edge or are larger than any seal."""
    side = small.px(_SOLID_MM) | 1
    dark = cv2.copyMakeBorder((contrast > _MASS_CONTRAST).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, square(side), borderType=cv2.BORDER_REPLICATE)
    count, labels, stats = parts_of(solid)
    lines = _lines_at_edges(contrast, small)
    if count == 1:
        return lines
    area = stats[:, cv2.CC_STAT_AREA] * small.pixel_mm2
    at_edge = np.zeros(count, np.bool_)
    at_edge[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = True
    masses = (area > LARGEST_SEAL_MM2) | (at_edge & (area > _SMALLEST_FRAME_MM2))
    masses[0] = False
    return _with_rims(masses[labels][1:-1, 1:-1], contrast, small) | lines


def _lines_at_edges(contrast: Pixels, small: Raster) -> Flags:
    """Find dark lines along most of an edge of the picture: the glass, the bed or the lid, too thin for a mass.

    What goes on inwards is none: a gutter's shadow, in which there is writing.
    """
    found = np.zeros(contrast.shape, np.bool_)
    most = small.px(_LINE_MM)
    for turns in range(4):  # each side in turn lies on top
        side, lines = np.rot90(contrast, turns), np.rot90(found, turns)
        reach = np.minimum.accumulate(side[: most + 1] > _PART_CONTRAST, axis=0).sum(axis=0)
        if np.count_nonzero((reach > 0) & (reach <= most)) >= _LINE_SHARE * reach.size:
            lines[: int(np.median(reach[reach > 0])) + small.px(_MASS_EDGE_MM)] = True
    return found


def _seals(colour: Pixels, small: Raster) -> Flags:
    """Find coloured parts no larger than a seal: what is stamped across the edge of a page is no frame."""
    side = small.px(_SEAL_STROKE_MM) | 1
    vivid = cv2.morphologyEx((colour > _VIVID).astype(np.uint8), cv2.MORPH_OPEN, square(side))
    _count, labels, stats = parts_of(np.asarray(vivid, np.uint8))
    small_enough = stats[:, cv2.CC_STAT_AREA] * small.pixel_mm2 <= LARGEST_SEAL_MM2
    small_enough[0] = False
    return dilated(small_enough[labels], 3)


def _with_rims(masses: Flags, contrast: Pixels, small: Raster) -> Flags:
    """Add what belongs to a mass: lighter parts that hang together with it and are no strokes; and its rim."""
    thick = small.px(_THICKEST_STROKE_MM) | 1
    dark = (contrast > _PART_CONTRAST).astype(np.uint8)
    parts = cv2.morphologyEx(dark, cv2.MORPH_OPEN, square(thick))
    count, labels = cv2.connectedComponents(cv2.max(np.asarray(parts, np.uint8), masses.astype(np.uint8)))
    joined = np.zeros(count, np.bool_)
    joined[labels[masses]] = True
    return near(joined[labels], small.px(_MASS_EDGE_MM))


def loss_in_place(before: InkMap, after: InkMap) -> InkLoss:
    """Compare two states of a page whose geometry did not change, point by point.

    What lies close to frame or cover is left out: the shadow of an edge looks like a stroke.
    """
    page = ~near(before.surround_mask, before.px(_SHADOW_MM))
    strokes, coloured = before.strokes & page, before.coloured_ink & page
    kept, kept_colour = _kept(before.fine_contrast, after.fine_contrast), _kept(before.colour, after.colour)
    return InkLoss(
        before_mm2=round(before.area_mm2, 2),
        after_mm2=round(after.area_mm2, 2),
        lost_share=_share(strokes & ~kept, strokes),
        colour_lost_share=_share(coloured & ~kept_colour, coloured),
    )


def _kept(before: Pixels, after: Pixels) -> Flags:
    """Return where levels are still near enough, here or next to it, to what they were."""
    least = cv2.convertScaleAbs(before, alpha=KEPT)
    return np.asarray(cv2.compare(cv2.dilate(after, square(3)), least, cv2.CMP_GE), np.bool_)


def loss_outside(before: InkMap, inside: Flags) -> InkLoss:
    """Tell what of the ink lies where `inside` is false, that is, what a crop would cut away."""
    strokes, coloured = before.strokes, before.coloured_ink
    return InkLoss(
        before_mm2=round(before.area_mm2, 2),
        after_mm2=round(before.mm2(strokes & inside), 2),
        lost_share=_share(strokes & ~inside, strokes),
        colour_lost_share=_share(coloured & ~inside, coloured),
    )


def loss_by_mass(before: InkMap, after: InkMap) -> InkLoss:
    """Compare two states of a page that was turned: by how much its ink, weighted by darkness, shrank."""
    return InkLoss(
        before_mm2=round(before.area_mm2, 2),
        after_mm2=round(after.area_mm2, 2),
        lost_share=_shrunk(
            _mass(before.fine_contrast, before.ink_threshold),
            _mass(after.fine_contrast, _BLURRED * before.ink_threshold),
        ),
        colour_lost_share=_shrunk(
            _mass(before.colour, before.colour_threshold), _mass(after.colour, _BLURRED * before.colour_threshold)
        ),
    )


def _mass(levels: Pixels, sure: float) -> float:
    """Sum the levels in and next to the ink: what interpolation spreads over its neighbours still counts."""
    return float(levels[dilated(levels > sure, 3)].sum(dtype=np.float64))


def _share(part: Flags, whole: Flags) -> float:
    total = int(np.count_nonzero(whole))
    return round(int(np.count_nonzero(part)) / total, 5) if total else 0.0


def _shrunk(before: float, after: float) -> float:
    return round(max(0.0, 1 - after / before), 5) if before else 0.0
