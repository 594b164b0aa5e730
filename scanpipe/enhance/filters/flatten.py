"""Levelling: shadows, yellowing and uneven light evened out, the paper's and the ink's colour kept.

Every pixel is multiplied by (wanted paper / paper at this place), a gain that is the same for a stroke and the paper
around it; so fine colour noise is not made stronger in one channel than in another, and ink keeps its ratio to its
paper: the ratio of light, for which levels are counted from where sRGB has its zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.filters import spread
from scanpipe.enhance.filters.outcome import Applied, Skipped, recoloured
from scanpipe.enhance.maps.background import Paper, grain_of, measure_paper
from scanpipe.enhance.maps.ground import level_of, merged, planes_of
from scanpipe.enhance.maps.gutter_light import with_gutter
from scanpipe.enhance.maps.row_bands import pad_map, row_bands, upsample_rows
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import FlattenParams, SpreadParams
from scanpipe.raster import Pixels, Raster

Levels = NDArray[np.floating[Any]]

MAP_DPI = 75.0  # fine enough for the rim of a cast shadow
_UNIT = 200  # a gain of 1 in maps of whole numbers: a step is half a percent
_WHITE = 250
_STRONGEST_DIMMING = 0.8  # what is brighter still is other paper, not more light
_BRIGHTER, _BRIGHTER_YET = 1.02, 0.05
_TOE = 14.0  # sRGB counts light from here: 255 * 0.055, less than nothing (IEC 61966-2-1)


class Illumination(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="ground"):
    """The paper's colour (levels a channel), its unevenness (share of the level, 5 % to 95 %), and its noise."""

    colour: tuple[float, ...]
    unevenness: float
    grain: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LightMap:
    """The paper as it is lit, and how even that is."""

    paper: Paper
    illumination: Illumination


def measure(page: Page, params: FlattenParams) -> LightMap:
    """Tell how the light lies where paper is seen, and how even it is."""
    small = page.ink.reduced
    paper = measure_paper(small, window_mm=params.window_mm, smooth_mm=params.smooth_mm, map_dpi=MAP_DPI)
    paper = _with_gutter(paper, page)
    luma = level_of(paper.ground)[paper.known]
    low, high = np.percentile(luma, (5, 95))
    illumination = Illumination(
        colour=tuple(round(level, 1) for level in paper.colour),
        unevenness=round(float((high - low) / max(1.0, high)), 4),
        grain=round(grain_of(page.raster), 2),
    )
    return LightMap(paper=paper, illumination=illumination)


def _with_gutter(paper: Paper, page: Page) -> Paper:
    """Return the paper of an open book with the shadow along its gutter; that of any other page as it is."""
    asked = SpreadParams()
    gutter = spread.measure(page, asked) if spread.may_be(page.raster, asked) else None
    if gutter is None or gutter.confidence < asked.confidence:
        return paper
    height, width = paper.known.shape
    levels = cv2.resize(page.ink.reduced.pixels, (width, height), interpolation=cv2.INTER_AREA)
    on_map = gutter.scaled(width / page.raster.width)
    gutter_x = np.linspace(on_map.top_x, on_map.bottom_x, height)
    dpi = page.raster.dpi * width / page.raster.width
    return replace(paper, ground=with_gutter(paper.ground, np.asarray(levels, np.uint8), gutter_x, dpi))


def stats(light: LightMap) -> Illumination:
    """Return what the report tells."""
    return light.illumination


def judge(page: Page, light: LightMap, params: FlattenParams) -> Skipped | None:
    """Leave a page alone that is lit evenly, or has no tones."""
    even = params.paper == "natural" and light.illumination.unevenness < params.smallest_unevenness
    return Skipped(status="not_needed") if even or page.raster.black_and_white else None


def apply(page: Page, light: LightMap, params: FlattenParams) -> Applied:
    """Level the light of a page."""
    return recoloured(page, flattened(page.raster, light.paper, params))


def flattened(raster: Raster, paper: Paper, params: FlattenParams) -> Raster:
    """Multiply every pixel by the gain that makes the paper under it the wanted paper."""
    level, toe = _divisors(paper, params)
    result = np.empty_like(raster.pixels)
    for rows in row_bands(raster):
        band = raster.pixels[rows]
        lit = cv2.divide(band, upsample_rows(level, raster, rows), scale=_UNIT)
        result[rows] = cv2.add(lit, upsample_rows(toe, raster, rows)).reshape(band.shape)
    return raster.replace(result)


def _divisors(paper: Paper, params: FlattenParams) -> tuple[Pixels, Pixels]:
    """Return the map of what pixels are divided by (in 1 / _UNIT), and of what is added to them then."""
    typical = max(sum(paper.colour) / len(paper.colour), 1)  # a bed without light has paper of no level at all
    level = np.maximum(level_of(paper.ground), 1)
    light = np.clip(typical / level, _STRONGEST_DIMMING, params.strongest_gain)
    grounds = [np.maximum(plane, 1) for plane in planes_of(paper.ground)]
    hues = [colour / typical * level / plane for colour, plane in zip(paper.colour, grounds, strict=True)]
    other = _non_paper(level / typical, hues, params)
    gains = []
    for colour, hue in zip(paper.colour, hues, strict=True):
        lit = np.maximum(colour / (light * np.clip(hue, 1 - params.max_colour_cast, 1 + params.max_colour_cast)), 1)
        lit += other * (colour - lit)
        gains.append(((_WHITE if params.paper == "white" else colour) + _TOE) / (lit + _TOE))
    gain = merged(gains)
    return pad_map(_UNIT / gain), pad_map(_TOE * (gain - 1))


def _non_paper(light: Levels, hues: Sequence[Levels], params: FlattenParams) -> Levels:
    """Tell, from 0 to 1, what is brighter than the paper and of another colour: a white bed, a label, another sheet."""
    brighter = np.clip((light - _BRIGHTER) / _BRIGHTER_YET, 0, 1)
    strange = np.maximum.reduce([np.abs(hue - 1) for hue in hues]) / max(params.max_colour_cast, 1e-3)
    return np.asarray(brighter * np.clip(strange - 1, 0, 1), np.float32)
