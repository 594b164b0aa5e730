"""Levelling: shadows, yellowing and uneven light evened out, the paper's and the ink's colour kept.

Every pixel is multiplied by (wanted paper / paper at this place), a gain that varies only slowly; so fine colour noise
is not made stronger in one channel than in another, and ink keeps its ratio to the paper around it.
"""

from typing import Annotated, Literal

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.paper import Field, Paper
from scanpipe.raster import Raster

VERSION = 1

_BAND_ROWS = 256  # full-size floating point exists for a band of the page at a time


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="step", tag="flatten"):
    """How the light is levelled."""

    window_mm: Annotated[float, msgspec.Meta(ge=2, le=50)] = 9.0
    smooth_mm: Annotated[float, msgspec.Meta(ge=0.5, le=50)] = 3.0
    paper: Literal["natural", "white"] = "natural"
    strongest_gain: Annotated[float, msgspec.Meta(ge=1, le=5)] = 2.2
    cast: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    smallest_unevenness: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.01


class Ground(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="ground"):
    """The paper's colour (levels a channel), its unevenness (share of the level, 5 % to 95 %), and its noise."""

    colour: tuple[float, ...]
    unevenness: float
    grain: float


def measure(paper: Paper, grain: float) -> Ground:
    """Tell how even the light is where paper was seen."""
    luma = paper.ground.mean(axis=2)[paper.known]
    low, high = np.percentile(luma, (5, 95))
    return Ground(
        colour=tuple(round(level, 1) for level in paper.colour),
        unevenness=round(float((high - low) / max(1.0, high)), 4),
        grain=round(grain, 2),
    )


def apply(raster: Raster, paper: Paper, params: Params) -> Raster:
    """Multiply every pixel by the gain that makes the paper under it the wanted paper."""
    gains = _gains(paper, params)
    result = np.empty_like(raster.pixels)
    for top in range(0, raster.height, _BAND_ROWS):
        band = raster.pixels[top : top + _BAND_ROWS]
        gain = _rows(gains, raster, top, top + band.shape[0])
        result[top : top + _BAND_ROWS] = cv2.multiply(band, gain, dtype=cv2.CV_8U).reshape(band.shape)
    return raster.replace(result)


def _gains(paper: Paper, params: Params) -> Field:
    colour = np.array(paper.colour, np.float32)
    wanted = np.full_like(colour, 250) if params.paper == "white" else colour
    level = paper.ground.mean(axis=2, keepdims=True)
    light = np.clip(colour.mean() / np.maximum(level, 1), 1 / params.strongest_gain, params.strongest_gain)
    hue = (colour / np.maximum(paper.ground, 1)) / (colour.mean() / np.maximum(level, 1))
    hue = np.clip(hue, 1 - params.cast, 1 + params.cast)
    return np.asarray(light * hue * (wanted / np.maximum(colour, 1)), np.float32)


def _rows(gains: Field, raster: Raster, top: int, bottom: int) -> Field:
    """Return full-size gains of the rows from `top` to `bottom`, by bilinear interpolation of the map."""
    down, across = gains.shape[0] / raster.height, gains.shape[1] / raster.width
    matrix = np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2 + top * down]], np.float32)
    wide = cv2.warpAffine(
        gains, matrix, (raster.width, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return wide.astype(np.float32, copy=False)
