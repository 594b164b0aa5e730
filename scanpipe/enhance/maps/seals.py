"""Seals, stamps and signatures: found by colour and shape, so that no step takes one away unnoticed.

Coloured ink is sorted by hue. Round seals are found in every colour, black too, by their outline; other coloured ink
that keeps together is a stamp or a mark if its colour is rare on the page, and writing if the page is written in it.
What has the loops of a signature is none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.circles import circles
from scanpipe.enhance.maps.connected_components import parts_of
from scanpipe.enhance.maps.hand_signatures import find_signatures, signature_confidence
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.enhance.maps.ink_colours import (
    PENS,
    SMALLEST_INK_MM2,
    Colour,
    InkLayer,
    ink_layers,
    like_writing,
    without_pen,
)
from scanpipe.raster import MM_PER_INCH, Box, Raster
from scanpipe.raster.averaging import in_blocks
from scanpipe.raster.channels import KEPT
from scanpipe.raster.flags import near, square
from scanpipe.raster.lengths import mm_of, pixel_mm2, px_of

Kind = Literal["round", "oval", "box", "stamp", "signature"]

_ROUND_ASPECT = 0.87
_FILLS_BOX = 0.9
_LIKE_ELLIPSE = 0.07
_OUTLINE = 0.75
_FRAMED = 0.9  # of the outline is inked: no signature fills its hull so well
_GAP_MM = 4.0  # parts of a stamp lie no further apart
_SMALLEST_MM = 3.0
_LARGEST_MM = 80.0  # what is longer is a line of writing
_HAND = 0.2  # of the page's ink: a colour that has more of it is a pen's
_FEW_STAMPS = 6  # red is the colour of stamps, but a page written in red has as many parts as words
_ROUND_MM = (8.0, 46.0)
_ROUND_PEN_MM = 14.0  # smaller circles in the colours of pens are letters and loops
_CIRCLE_DPI = 40.0
_SEEN = 0.6  # share of a circle's directions in which there must be ink
_SEEN_OF_HALF = 0.4  # of a large red one: half a seal (giáp lai) lies across the page's edge
_HALF_MM = 20.0
_SURE = 0.5
_AT_EDGE = 0.4
BY_HUE: Final = 0.3
"""How sure a stamp is that is known by nothing but its hue: it may be the writing of a second pen."""

_EDGE_MM = 1.5
_SHADOW_MM = 2.0
_SURE_BLACK = 0.65  # what shines through from the back is grey
_RING = 1.12  # a seal reaches a little beyond the edge that was found


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was stamped or signed: its box in pixels of the page, its size, its ink, how sure it is (0-1)."""

    kind: Kind
    colour: Colour
    box_px: Box
    size_mm: tuple[float, float]
    ink_mm2: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SealMatch:
    """A seal, the places of its ink as indices into half the ink map it was found in, and what it was found by."""

    seal: Seal
    places: NDArray[np.intp]
    by_colour: bool

    @property
    def sure(self) -> bool:
        """Whether a step that harms it is to be undone: what is less sure is told, but holds no step up."""
        return self.seal.confidence >= (_SURE if self.by_colour else _SURE_BLACK)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Component:
    """Ink of one colour that keeps together."""

    places: NDArray[np.intp]

    def sure(self, edge: Flags) -> float:
        """How sure it is a stamp: what lies at the page's edge may be a cover."""
        return _AT_EDGE if edge.ravel()[self.places].any() else _SURE


def find_seals(raster: Raster, ink: InkMap) -> tuple[SealMatch, ...]:
    """Find what was stamped or signed on a page, from its ink map.

    Args:
        raster: the page, for the size of the boxes.
        ink: its ink map, which may have any resolution below the page's.
    """
    layers = ink_layers(ink)
    edge = _page_edge(ink)
    matches: list[SealMatch] = []
    inked: Counter[str] = Counter()
    for layer in layers:
        inked[layer.family] += int(np.count_nonzero(layer.where))
    writing = inked.total()
    for layer in layers:
        remaining = layer.where.copy()
        shapes = _outlined(layer, edge) if layer.colour != "black" else ()
        for kind, places, sure in (*shapes, *_round_seals(layer)):
            unclaimed = places[remaining.ravel()[places]]
            if unclaimed.size > places.size / 2:
                matches.append(_match(kind, layer, unclaimed, raster, sure))
                remaining.ravel()[unclaimed] = False
                inked[layer.family] -= unclaimed.size
        parts = list(_components(layer, remaining)) if layer.colour != "black" else []
        rare = inked[layer.family] <= _HAND * writing
        if rare or (layer.colour == "red" and len(parts) <= _FEW_STAMPS):
            matches += [_match("stamp", layer, part.places, raster, part.sure(edge)) for part in parts]
    matches += _in_other_ink(without_pen(ink, layers), _taken(matches), raster)
    matches = [_signature_or_stamp(match, layers) for match in matches]
    signatures = [
        _of_colour(_match("signature", layer, places, raster, sure), layers)
        for layer, places, sure in find_signatures(ink, _taken(matches))
    ]
    return (*matches, *signatures)


def _taken(matches: Sequence[SealMatch]) -> NDArray[np.intp]:
    return np.concatenate([match.places for match in matches]) if matches else np.zeros(0, np.intp)


def _in_other_ink(layers: Sequence[InkLayer], taken: NDArray[np.intp], raster: Raster) -> Iterator[SealMatch]:
    """Yield stamps in ink that no pen of the page has, and that were not found by their shape."""
    for layer in layers:
        remaining = layer.where.copy()
        remaining.ravel()[taken] = False
        for part in _components(layer, remaining):
            yield _match("stamp", layer, part.places, raster, BY_HUE)


def _signature_or_stamp(match: SealMatch, layers: Sequence[InkLayer]) -> SealMatch:
    """Return what was found by the colour of pens as a signature, where it has the loops of one, and no clear frame."""
    framed = match.seal.kind == "round" or match.seal.confidence >= _FRAMED
    if framed or match.seal.colour not in PENS:
        return match
    sure = signature_confidence(match.places, layers[0].where.shape[1])
    if not sure:
        return match
    return replace(match, seal=msgspec.structs.replace(match.seal, kind="signature", confidence=round(sure, 3)))


def _of_colour(signature: SealMatch, layers: list[InkLayer]) -> SealMatch:
    """Name the colour that most of a signature is written in."""
    shares = {layer.colour: float(np.mean(layer.where.ravel()[signature.places])) for layer in layers}
    colour = max(shares, key=lambda name: shares[name])
    return replace(signature, seal=msgspec.structs.replace(signature.seal, colour=colour))


def worst_lost_share(matches: tuple[SealMatch, ...], before: InkMap, after: InkMap) -> float:
    """Return the largest share of its ink that any seal lost between two states of equal geometry.

    What lies close to frame or cover is left out, as in `ink.loss_in_place`.
    """
    page = ~near(in_blocks(before.surround_mask.view(np.uint8), 2), round(px_of(_SHADOW_MM, before.dpi) / 2)).ravel()
    sure = [match for match in matches if match.sure]
    worst = 0.0
    for by_colour in {match.by_colour for match in sure}:
        old, new = (in_blocks(ink.colour if by_colour else ink.contrast, 2) for ink in (before, after))
        kept = np.asarray(cv2.dilate(new, square(3)) >= KEPT * old, np.bool_).ravel()
        for match in sure:
            places = match.places[page[match.places]]
            if match.by_colour is by_colour and places.size:
                worst = max(worst, 1 - float(np.mean(kept[places])))
    return round(worst, 5)


def crop_seals(
    matches: tuple[SealMatch, ...], box_px: Box, before: InkMap, after: InkMap
) -> tuple[SealMatch, ...] | None:
    """Return the seals on a part of the page, or None where one is cut through: then the part is searched anew.

    Args:
        matches: on the whole page.
        box_px: the part: left, top, right, bottom in pixels of the page.
        before: ink map of the whole page.
        after: that of the part.
    """
    left, top, right, bottom = box_px
    page, width = ~in_blocks(after.surround_mask.view(np.uint8), 2).astype(np.bool_), after.contrast.shape[1] // 2
    down, across = round(top * len(page) / (bottom - top)), round(left * width / (right - left))
    kept = []
    for match in matches:
        rows, columns = np.divmod(match.places, before.contrast.shape[1] // 2)
        rows, columns = rows - down, columns - across
        stay = (rows >= 0) & (rows < len(page)) & (columns >= 0) & (columns < width)
        stay[stay] = page[rows[stay], columns[stay]]
        if stay.all():
            x, y, end, foot = match.seal.box_px
            box = max(x, left) - left, max(y, top) - top, min(end, right) - left, min(foot, bottom) - top
            seal = msgspec.structs.replace(match.seal, box_px=box)
            kept.append(replace(match, seal=seal, places=rows * width + columns))
        elif stay.any():
            return None
    return tuple(kept)


def worst_cropped_share(matches: tuple[SealMatch, ...], inside: Flags) -> float:
    """Return the largest share of its ink that any seal has outside of the part that stays."""
    stays = in_blocks(inside.astype(np.uint8) * 255, 2).ravel() > 127
    shares = [1 - float(np.mean(stays[match.places])) for match in matches if match.sure]
    return round(max(shares, default=0.0), 5)


def _round_seals(layer: InkLayer) -> Iterator[tuple[Kind, NDArray[np.intp], float]]:
    """Yield the round seals of a layer: the places of their ink, and in how many directions their outline is seen."""
    factor = max(1, round(layer.dpi / _CIRCLE_DPI))
    small = in_blocks(layer.strength, factor)
    smallest, largest = _ROUND_MM
    smallest = smallest if layer.colour == "red" else _ROUND_PEN_MM
    rings = circles(small, layer.dpi / factor, smallest_mm=smallest, largest_mm=largest, coverage=_SEEN_OF_HALF)
    rows, columns = np.nonzero(layer.where)
    for ring in rings:
        half = layer.colour == "red" and 2 * ring.radius * factor >= layer.px(_HALF_MM)
        near = np.hypot(columns - ring.x * factor, rows - ring.y * factor) <= _RING * ring.radius * factor
        places = np.asarray(rows[near] * layer.where.shape[1] + columns[near], np.intp)
        if places.size and (half or ring.coverage >= _SEEN):
            dark = like_writing(layer, places) if layer.colour == "black" else 1.0
            yield "round", places, ring.coverage * dark


def _page_edge(ink: InkMap) -> Flags:
    """Return where covers, frame and the picture's own edge are close: what is coloured there may be no ink."""
    outside = cv2.copyMakeBorder(
        in_blocks(ink.surround_mask.view(np.uint8), 2), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1
    )
    return near(np.asarray(outside, np.uint8), round(px_of(_EDGE_MM, ink.dpi) / 2))[1:-1, 1:-1]


def _components(layer: InkLayer, ink: Flags) -> Iterator[_Component]:
    """Yield the parts of a colour that keep together and have the size of a stamp."""
    side = layer.px(_GAP_MM) | 1
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, square(side))
    count, labels, stats = parts_of(np.asarray(joined, np.uint8))
    inked = np.bincount(labels[ink], minlength=count) * pixel_mm2(layer.dpi)
    across, down = (stats[:, column] / layer.dpi * MM_PER_INCH for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    stamps = (inked >= SMALLEST_INK_MM2) & (np.minimum(across, down) >= _SMALLEST_MM)
    stamps &= np.maximum(across, down) <= _LARGEST_MM
    for number in np.flatnonzero(stamps):
        if number:
            yield _Component(places=np.flatnonzero((labels == number) & ink))


def _outlined(layer: InkLayer, edge: Flags) -> Iterator[tuple[Kind, NDArray[np.intp], float]]:
    """Yield the parts whose hull is a circle, an oval or a box with ink all along it; not those that the edge cuts."""
    for part in _components(layer, layer.where):
        rows, columns = np.divmod(part.places, layer.where.shape[1])
        if edge.ravel()[part.places].any() or min(np.ptp(rows), np.ptp(columns)) < layer.px(_ROUND_MM[0]):
            continue
        hull = np.asarray(cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32)), np.int32)
        kind = _shape(hull)
        share = _inked_outline(hull, layer) if kind else 0.0
        if kind and share >= _OUTLINE:
            yield kind, part.places, share


def _shape(hull: NDArray[np.int32]) -> Kind | None:
    """Tell what a hull is, by what it fills of the smallest box around it: all, or π/4 as an ellipse does."""
    (_centre, (width, height), _angle) = cv2.minAreaRect(hull)
    filled = float(cv2.contourArea(hull)) / max(1.0, width * height)
    if filled > _FILLS_BOX:
        return "box"
    if abs(filled / (np.pi / 4) - 1) > _LIKE_ELLIPSE:
        return None
    return "round" if min(width, height) > _ROUND_ASPECT * max(width, height) else "oval"


def _inked_outline(hull: NDArray[np.int32], layer: InkLayer) -> float:
    """Return the share of a hull's outline that has ink beside it."""
    x, y, width, height = cv2.boundingRect(hull)
    outline = np.zeros((height, width), np.uint8)
    cv2.polylines(outline, [hull - (x, y)], isClosed=True, color=1)
    close = near(layer.where[y : y + height, x : x + width].astype(np.uint8), layer.px(0.7))
    return round(float(np.mean(close[outline > 0])), 3)


def _match(kind: Kind, layer: InkLayer, places: NDArray[np.intp], raster: Raster, confidence: float) -> SealMatch:
    rows, columns = np.divmod(places, layer.where.shape[1])
    scale = raster.dpi / layer.dpi
    low_x, low_y, high_x, high_y = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    box = tuple(round(float(value) * scale) for value in (low_x, low_y, high_x, high_y))
    seal = Seal(
        kind=kind,
        colour=layer.colour,
        box_px=cast(Box, box),
        size_mm=(
            round(mm_of(float(high_x - low_x), layer.dpi), 1),
            round(mm_of(float(high_y - low_y), layer.dpi), 1),
        ),
        ink_mm2=round(layer.mm2(places.size), 1),
        confidence=round(confidence, 3),
    )
    return SealMatch(seal=seal, places=places, by_colour=layer.colour != "black")
