"""Deskew: turn the page so that its lines of writing and its rules lie level.

The angle is where the sum of the ink over slanted rows changes most from row to row (Postl, US patent 4,723,297, 1988;
evaluated by Papandreou et al., DISEC'13), searched from coarse to fine on a reduced ink map.
"""

from typing import Annotated

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.ink import InkMap
from scanpipe.enhance.paper import Field, Flags
from scanpipe.raster import Pixels, Raster

VERSION = 2

_COARSE_STEP_DEG = 0.5
_FINEST_STEP_DEG = 0.02
_SOFTENING_PX = 1.5  # so that a level sum, which no interpolation blurs, has no head start
_SHOW_THROUGH = 0.4  # of the darkest writing: fainter marks, perhaps of the other side, do not vote
_EDGE_MM = 4.0
_STRIPS = 128  # a strip of one column sum each: at the widest angle its ends differ by about a row


Curve = NDArray[np.float64]


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="step", tag="deskew"):
    """How far and how surely a page is turned."""

    range_deg: Annotated[float, msgspec.Meta(ge=0.5, le=20)] = 10.0
    smallest_deg: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.05
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.4


class Skew(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="skew"):
    """The angle of the lines, positive where they run down to the right, and how sure it is (0-1)."""

    angle_deg: float
    confidence: float


def measure(ink: InkMap, params: Params) -> Skew:
    """Find the angle of the page's lines from its ink."""
    strips, centres = _strips(ink)
    coarse = np.arange(-params.range_deg, params.range_deg + 1e-9, _COARSE_STEP_DEG)
    half = strips.reshape(strips.shape[0] // 2, 2, -1).sum(axis=1)
    scores = np.array([_sharpness(half, centres / 2, angle) for angle in coarse])
    if not scores.max() > 0:
        return Skew(angle_deg=0.0, confidence=0.0)
    best = float(coarse[int(scores.argmax())])
    step = _COARSE_STEP_DEG
    while step > _FINEST_STEP_DEG:
        step /= 5
        near = np.asarray(best + step * np.arange(-8, 9), np.float64)
        best = _summit(near, np.array([_sharpness(strips, centres, angle) for angle in near]))
    return Skew(angle_deg=round(best, 3), confidence=_confidence(coarse, scores, best))


def apply(raster: Raster, skew: Skew) -> Raster:
    """Turn the page level on a canvas grown so that no corner is cut; new corners go on with what the rim shows.

    That is paper, or the frame or bed around the page, which the page box can then tell from the page.
    """
    turn, size = _turn(raster.height, raster.width, skew.angle_deg)
    pixels = cv2.warpAffine(
        raster.pixels,
        turn,
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_rim_colour(raster.pixels),
    )
    return raster.replace(pixels.astype(np.uint8, copy=False))


def apply_to_flags(flags: Flags, skew: Skew) -> Flags:
    """Turn a map of places along with its page; the new corners count as true."""
    turn, size = _turn(flags.shape[0], flags.shape[1], skew.angle_deg)
    turned = cv2.warpAffine(
        flags.astype(np.uint8), turn, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=1
    )
    return np.asarray(turned, np.bool_)


def _rim_colour(pixels: Pixels) -> tuple[float, ...]:
    """Return the median colour of the outermost pixels."""
    sides = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    return tuple(np.atleast_1d(np.median(np.concatenate(sides), axis=0)).tolist())


def _turn(height: int, width: int, angle_deg: float) -> tuple[Curve, tuple[int, int]]:
    """Return the affine matrix about the middle and the size of the canvas that holds every corner."""
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle_deg, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    across, down = int(np.ceil(width * cosine + height * sine)), int(np.ceil(width * sine + height * cosine))
    turn[0, 2] += (across - width) / 2
    turn[1, 2] += (down - height) / 2
    return np.asarray(turn, np.float64), (across, down)


def _strips(ink: InkMap) -> tuple[Field, Curve]:
    """Return column sums of the ink in vertical strips (rows, strips), and the strips' centres in pixels."""
    weight = ink.contrast.astype(np.float32)
    weight[_margin(ink)] = 0
    full = float(np.percentile(weight[weight > 6 * ink.grain], 90)) if (weight > 6 * ink.grain).any() else 255.0
    weight = np.clip(weight - max(3 * ink.grain, _SHOW_THROUGH * full), 0, full)
    height, width = weight.shape
    count = min(_STRIPS, width)
    edges = np.linspace(0, width, count + 1).astype(int)
    sums = np.add.reduceat(weight, edges[:-1], axis=1)
    sums = cv2.GaussianBlur(sums, (1, 9), 0, sigmaY=_SOFTENING_PX)
    centres = (edges[:-1] + edges[1:] - 1) / 2 - (width - 1) / 2
    return np.pad(sums, ((0, height % 2), (0, 0))).astype(np.float32), centres


def _margin(ink: InkMap) -> Flags:
    """Return where edges of the picture, of a frame or of a cover would pass for lines of writing."""
    deep, reach = ink.px(_EDGE_MM), 2 * ink.px(_EDGE_MM) + 1
    margin = cv2.dilate(ink.beside.astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool)
    if min(margin.shape) > 6 * deep:
        margin[:deep] = margin[-deep:] = True
        margin[:, :deep] = margin[:, -deep:] = True
    return margin


def _sharpness(strips: Field, centres: Curve, angle_deg: float) -> float:
    """Return the sum of squared steps of the profile along rows slanted by the angle."""
    height = strips.shape[0]
    shifts = centres * np.tan(np.radians(angle_deg))
    reach = int(np.abs(shifts).max()) + 2
    profile = np.zeros(height + 2 * reach, np.float32)
    for column, shift in zip(strips.T, shifts, strict=True):
        whole = int(np.floor(-shift))
        part = np.float32(-shift - whole)
        start = reach + whole
        profile[start : start + height] += (1 - part) * column
        profile[start + 1 : start + 1 + height] += part * column
    steps = np.diff(profile)
    return float(np.dot(steps, steps))


def _summit(angles: Curve, scores: Curve) -> float:
    """Return the best angle, refined by a parabola through it and its neighbours."""
    top = int(scores.argmax())
    if 0 < top < len(scores) - 1:
        left, middle, right = (float(score) for score in scores[top - 1 : top + 2])
        bend = left - 2 * middle + right
        if bend < 0:
            return float(angles[top] + (angles[1] - angles[0]) * 0.5 * (left - right) / bend)
    return float(angles[top])


def _confidence(angles: Curve, scores: Curve, best: float) -> float:
    """Return how far the summit stands above all angles more than 2° away; at the edge of the range nothing is sure."""
    away = np.abs(angles - best) > 2.0
    if not away.any() or abs(best) > float(angles.max()) - _COARSE_STEP_DEG:
        return 0.0
    return round(float(1 - np.percentile(scores[away], 95) / scores.max()), 3)
