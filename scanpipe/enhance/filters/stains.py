"""Stains: smudges and water marks levelled to the paper, the other side's ink lifted towards it; no stroke is touched.

A stain is wider than a stroke, no deeper than half the paper, grey or brownish, and no sharp outline shuts it in: solid
stamps, pictures and coloured crayon are not. It is multiplied away like shadow, strokes on it included, so that they
keep their contrast. What shows through from the other side is as narrow as a stroke, but soft and faint, both measured
against the deep ink of this page; where the two cannot be told apart, it stays.
"""

from dataclasses import dataclass, replace

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.filters.outcome import Applied, Skipped, recoloured
from scanpipe.enhance.maps.ground import Field, Flags, enclosed_regions, level_of
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.enhance.maps.row_bands import pad_map, row_bands, upsample_rows
from scanpipe.enhance.maps.strokes import Strokes, find_strokes
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import StainsParams
from scanpipe.raster import Box, Pixels, Raster
from scanpipe.raster.channels import grey_pixels
from scanpipe.raster.flags import fitted, fitted_by_centres, near
from scanpipe.raster.lengths import pixel_mm2

_UNIT = 250  # a gain of 1 in maps of whole numbers
_TEXTURE, _STAINED = 0.03, 0.07  # of the paper: less deep is its texture; from here on it is levelled in full
_DEEP, _DEEPEST = 0.4, 0.5  # of the paper: what is deeper may be ink
_OTHER_HUE = 0.03
_SOFT, _SHARP = 0.4, 0.55  # of the sharpness of the page's deep ink: surely the other side's, perhaps not
_FAINT = 0.75  # of the depth at which soft marks are spared: from here they are lifted less and less
_SEEN_SHARE, _SEEN_FOR_SURE = 0.03, 0.06  # of the page: a few soft marks are pencil, a page of them is the other side
_FLAGGED = 0.5
_CLEAR_MM = 1.0  # what may be ink is left alone with so much around it


class StainStats(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="spoilt"):
    """How much of the page is stained, and shows its other side (mm² of paper); whether that is worth cleaning."""

    stained_mm2: float
    show_through_mm2: float
    worth_cleaning: bool = msgspec.field(name="found")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StainMap:
    """What is to be taken away, as maps at 75 dpi.

    Attributes:
        gain: (h, w, channels) what pixels are multiplied by: 1 where there is no stain.
        paper: (h, w, channels) levels that the other side's ink is lifted towards.
        lift: (h, w) how far, 0 to 1.
        own_ink: (h, w) where marks are this page's own ink, of which none may be lost.
        stats: all of it in short.
    """

    gain: Field
    paper: Field
    lift: Field
    own_ink: Flags
    stats: StainStats


def measure(page: Page, params: StainsParams) -> StainMap:
    """Find stains, smudges and the other side's ink on a levelled page; nothing is touched where seals are."""
    spared = tuple(match.seal.box_px for match in page.seals if match.sure)
    return _measured(page.raster, page.ink, params, spared)


def _measured(raster: Raster, ink: InkMap, params: StainsParams, spared: tuple[Box, ...]) -> StainMap:
    """Return what is to be taken away; `spared` are boxes in pixels of the page (left, top, right, bottom)."""
    strokes = find_strokes(raster, ink, stroke_mm=params.stroke_mm)
    ground = np.atleast_3d(strokes.ground).astype(np.float32)
    size = (ground.shape[1], ground.shape[0])
    wide = np.asarray(cv2.resize(ink.paper.ground, size), np.float32).reshape(ground.shape)
    page = fitted(ink.paper.known, ground.shape) & ~fitted(ink.surround_mask, ground.shape)
    for left, top, right, bottom in np.array(spared, np.float32).reshape(-1, 4) * (strokes.dpi / raster.dpi):
        page[int(top) : int(bottom) + 2, int(left) : int(right) + 2] = False
    wanted = np.array(ink.paper.colour, np.float32) * (level_of(wide) / np.mean(ink.paper.colour))[..., None]
    ratio = ground / np.maximum(wanted, 1)
    usual = np.median(ratio[page][::9], axis=0) if page.any() else np.ones(ground.shape[2], np.float32)
    share = _stained(np.asarray(ratio / np.maximum(usual, 0.1), np.float32), strokes, page)
    gain = 1 + params.stains * share[..., None] * (np.maximum(usual / np.maximum(ratio, 0.1), 1) - 1)
    soft = _showing_through(strokes, params) * page
    seen = float(np.count_nonzero(soft > _FLAGGED)) / max(1, int(np.count_nonzero(page)))
    lift = params.show_through * soft * np.clip((seen - _SEEN_SHARE) / (_SEEN_FOR_SURE - _SEEN_SHARE), 0, 1)
    return StainMap(
        gain=np.asarray(gain, np.float32),
        paper=ground * np.float32(1 - strokes.paper_offset / 255),
        lift=np.asarray(lift, np.float32),
        own_ink=np.asarray((share <= _FLAGGED) & (lift <= _FLAGGED * params.show_through), np.bool_)
        | (strokes.sharpness >= _SHARP),
        stats=_stats(share, lift, strokes.dpi, params),
    )


def _stained(ratio: Field, strokes: Strokes, page: Flags) -> Field:
    """Tell, from 0 to 1, where the ground is stained paper; `ratio` is the ground's share of clean paper."""
    least = ratio.min(axis=2)
    maybe_ink = (least < 1 - _DEEPEST) | ~page | _coloured(ratio)
    small = Raster(pixels=strokes.ground, dpi=strokes.dpi)
    maybe_ink |= enclosed_regions(grey_pixels(strokes.ground), small)
    clear = ~near(maybe_ink, small.px(_CLEAR_MM))
    depth = 1 - least
    share = np.clip((depth - _TEXTURE) / (_STAINED - _TEXTURE), 0, 1) * np.clip(
        (_DEEPEST - depth) / (_DEEPEST - _DEEP), 0, 1
    )
    return np.asarray(cv2.blur(np.asarray(share * clear, np.float32), (3, 3)), np.float32)


def _coloured(ratio: Field) -> Flags:
    """Find what is tinted otherwise than stains are: stains take most of blue and least of red."""
    if ratio.shape[2] == 1:
        return np.zeros(ratio.shape[:2], np.bool_)
    red, green, blue = cv2.split(ratio)
    brown = (green - blue) - 0.5 * (red - green)
    return np.asarray((brown < -_OTHER_HUE) | (red < green - _OTHER_HUE), np.bool_)


def _showing_through(strokes: Strokes, params: StainsParams) -> Field:
    """Tell, from 0 to 1, where marks are so soft and so faint for this page that they are the other side's."""
    limit = params.faintest_ink * strokes.page_depth
    seen = np.clip((strokes.peak_depth - strokes.noise) / (0.5 * strokes.noise), 0, 1)
    faint = np.clip((limit - strokes.peak_depth) / max((1 - _FAINT) * limit, 1.0), 0, 1)
    soft = np.clip((_SHARP - strokes.sharpness) / (_SHARP - _SOFT), 0, 1)
    return np.asarray(cv2.blur(np.asarray(seen * faint * soft, np.float32), (3, 3)), np.float32)


def _stats(share: Field, lift: Field, dpi: float, params: StainsParams) -> StainStats:
    point = pixel_mm2(dpi)
    stained, through = float(np.count_nonzero(share > _FLAGGED)) * point, float(np.count_nonzero(lift > 0)) * point
    worth_cleaning = max(stained if params.stains else 0, through if params.show_through else 0) >= params.smallest_mm2
    return StainStats(stained_mm2=round(stained, 1), show_through_mm2=round(through, 1), worth_cleaning=worth_cleaning)


def stats(stain_map: StainMap) -> StainStats:
    """Return what the report tells."""
    return stain_map.stats


def judge(_page: Page, stain_map: StainMap, _params: StainsParams) -> Skipped | None:
    """Leave a page alone that is clean."""
    return None if stain_map.stats.worth_cleaning else Skipped(status="not_needed")


def apply(page: Page, stain_map: StainMap, _params: StainsParams) -> Applied:
    """Clean a page; what is taken away on purpose is no loss."""
    fine_contrast = page.ink.fine_contrast.copy()
    fine_contrast[~fitted_by_centres(stain_map.own_ink, fine_contrast.shape)] = 0
    own = replace(page, marks=page.marks & fitted_by_centres(stain_map.own_ink, page.marks.shape))
    return recoloured(own, cleaned(page.raster, stain_map), own_ink=replace(page.ink, fine_contrast=fine_contrast))


def cleaned(raster: Raster, stain_map: StainMap) -> Raster:
    """Lift the other side's ink towards the paper, then multiply stains away."""
    level = pad_map(np.asarray(_UNIT / stain_map.gain, np.float32))
    lift, paper = pad_map(255 * stain_map.lift), pad_map(stain_map.paper)
    result = np.empty_like(raster.pixels)
    for rows in row_bands(raster):
        band = raster.pixels[rows]
        weight = upsample_rows(lift, raster, rows)
        if weight.any():
            band = _lifted(band, upsample_rows(paper, raster, rows), weight)
        result[rows] = cv2.divide(band, upsample_rows(level, raster, rows), scale=_UNIT).reshape(band.shape)
    return raster.replace(result)


def _lifted(band: Pixels, paper: Pixels, weight: Pixels) -> Pixels:
    below = cv2.subtract(paper, band).reshape(band.shape)
    weights = weight if band.ndim == 2 else cv2.merge([weight] * band.shape[2])
    return np.asarray(cv2.add(band, cv2.multiply(below, weights, scale=1 / 255)), np.uint8)
