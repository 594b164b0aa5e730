"""The ground of a page: what is left of a reduced picture when writing, frame, pictures and stamps are taken out.

Light is told from ink by shape. What is narrow is writing. What a sharp outline shuts in is printed, stamped or stuck
on: shadows have soft rims, or run out of the picture. What is tinted within a sharp outline is no shadow either: light
changes its colour as softly as its level.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.connected_components import parts_of
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import averaged
from scanpipe.raster.flags import Flags as Flags
from scanpipe.raster.flags import dilated, square

Field = NDArray[np.float32]

_WINDOW_SHARE = 1 / 16  # of the picture's shorter side: the window is never wider
_GRAIN_PX = 0.7
_SAMPLE = 3  # every third row and column of the map is enough for a median
_FEWEST = 1000
_DARKEST = 0.45  # of the page's paper: darker ground is a frame, a table or a blot, not shaded paper
_CAST = 0.16  # of full scale: a ground that differs more in colour is a seal or a cover, not stained paper
_TINT = 0.16  # of its brightest channel: what differs more and has a sharp outline is text marker, a box, the bed
_FLAT = 4.0  # levels: variation of the ground below this is paper's texture and smoothed, edges above it are kept
_ENCLOSED_DPI = 18.75
_DEPTH = 0.1  # of its level: what is enclosed and less deep may be shade
_THINNEST_MM = 2.0
_SHARP = 0.6  # of its depth is passed within two pixels of the map: no penumbra is that narrow
_SHARP_SHARE = 0.65  # of an outline
_LARGEST_SHARE = 0.3  # of the picture: what is larger is the page


def morphological_close(small: Raster, window_mm: float) -> Pixels:
    """Take out what is narrower than the window, by a closing over an octagon: as round as an ellipse, but fast."""
    window = min(small.px(window_mm), int(min(small.height, small.width) * _WINDOW_SHARE))
    block = square(max(1, round(window * 0.59)) | 1)
    cross, corners = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), max(1, (window - len(block)) // 2)
    soft = cv2.GaussianBlur(small.pixels, (0, 0), _GRAIN_PX)
    rim = window // 2 + 1  # beyond the picture it goes on as at its edge, else a shadow along the edge would be closed
    soft = cv2.copyMakeBorder(soft, rim, rim, rim, rim, cv2.BORDER_REPLICATE)
    wide = cv2.dilate(cv2.dilate(soft, block), cross, iterations=corners)
    whole = cv2.erode(cv2.erode(wide, block), cross, iterations=corners)
    return np.ascontiguousarray(whole[rim:-rim, rim:-rim], np.uint8)


def is_paper(ground: Field) -> Flags:
    """Tell paper from frame, blots and colour; at least the brightest tenth always counts as paper."""
    luma = level_of(ground)
    typical = float(np.percentile(luma[::_SAMPLE, ::_SAMPLE], 75))
    bright = luma >= _DARKEST * typical
    if ground.shape[2] == 3 and bright.any():
        calm = _peak_and_spread(ground, bright)[1] <= _CAST * 2
        if (calm & bright).any():
            return calm & bright
    return bright


def _peak_and_spread(ground: Field, typical: Flags) -> tuple[Field, Field]:
    """Return the brightest channel, and how far the channels lie apart, as shares of the colour of what is typical."""
    red, green, blue = cv2.split(cv2.transform(ground, np.diag(1 / np.maximum(_median_colour(ground, typical), 1))))
    peak = np.asarray(cv2.max(cv2.max(red, green), blue), np.float32)
    return peak, np.asarray(peak - cv2.min(cv2.min(red, green), blue), np.float32)


def level_of(colours: Field) -> Field:
    """Return the mean of the channels of (h, w, channels)."""
    channels = colours.shape[2]
    return np.asarray(cv2.transform(colours, np.full((1, channels), 1 / channels, np.float32)), np.float32)


def bright_paper_colour(ground: Field, known: Flags) -> Field:
    """Return the paper's colour where the light is good: the median of the brighter half of what is known."""
    paper = _sampled(ground, known)
    level = paper.mean(axis=1)
    return np.asarray(np.median(paper[level >= np.median(level)], axis=0), np.float32)


def _median_colour(ground: Field, where: Flags) -> Field:
    return np.asarray(np.median(_sampled(ground, where), axis=0), np.float32)


def _sampled(ground: Field, where: Flags) -> Field:
    """Return the colours (n, channels) of the places that are true, one in nine of them where that is enough."""
    sample = ground[::_SAMPLE, ::_SAMPLE][where[::_SAMPLE, ::_SAMPLE]]
    return np.asarray(sample if len(sample) >= _FEWEST else ground[where], np.float32)


def enclosed_regions(grey: Pixels, small: Raster) -> Flags:
    """Find dark parts that touch no edge of the picture and have a sharp outline.

    Enclosed parts are found by filling (morphological reconstruction: Vincent, IEEE TIP 2, 1993).
    """
    deep = cv2.subtract(_flood_filled(grey, max(1, int(small.dpi // _ENCLOSED_DPI))), grey)
    thin = square(small.px(_THINNEST_MM) | 1)
    parts = cv2.morphologyEx((deep > _DEPTH * grey).astype(np.uint8), cv2.MORPH_OPEN, thin)
    return _outlined(parts.astype(np.uint8, copy=False), grey, deep.astype(np.uint8, copy=False))


def tinted(ground: Field, known: Flags) -> Flags:
    """Find parts of another colour than the known paper's that have a sharp outline, at the picture's edge too."""
    if ground.shape[2] != 3 or not known.any():
        return np.zeros(known.shape, np.bool_)
    peak, spread = _peak_and_spread(ground, known)
    hue = cv2.divide(spread, np.clip(peak, _DARKEST, 1), scale=255)  # the same in light and shade
    strange = cv2.convertScaleAbs(hue).astype(np.uint8, copy=False)
    parts = (strange > _TINT * 255).astype(np.uint8)
    parts = cv2.morphologyEx(parts, cv2.MORPH_OPEN, square(3)).astype(np.uint8, copy=False)
    return _outlined(parts, strange, strange) if parts.any() else np.zeros(known.shape, np.bool_)


def _outlined(parts: Pixels, levels: Pixels, deep: Pixels) -> Flags:
    """Return, a little widened, the parts on whose outline the levels change by most of the depth within two pixels."""
    count, labels, stats = parts_of(parts)
    near, wide = square(3), square(5)
    rim = cv2.subtract(cv2.dilate(parts, near), cv2.erode(parts, near)).astype(np.bool_)
    owner = cv2.dilate(labels.astype(np.uint16), near)[rim]
    fall = cv2.morphologyEx(levels, cv2.MORPH_GRADIENT, wide)[rim]
    sharp = fall >= _SHARP * cv2.dilate(deep, square(7))[rim]
    share = np.bincount(owner[sharp], minlength=count) / np.maximum(np.bincount(owner, minlength=count), 1)
    is_outlined = (share >= _SHARP_SHARE) & (stats[:, cv2.CC_STAT_AREA] < _LARGEST_SHARE * parts.size)
    is_outlined[0] = False
    return dilated(is_outlined[labels], 5)


def _flood_filled(grey: Pixels, factor: int) -> Pixels:
    """Fill, at a reduced size, every dark part up to the level over which it would run out of the picture."""
    size = (max(3, grey.shape[1] // factor), max(3, grey.shape[0] // factor))
    floor = averaged(grey, *size)
    level = np.full_like(floor, 255)
    level[[0, -1]], level[:, [0, -1]] = floor[[0, -1]], floor[:, [0, -1]]
    window = square(3)
    for _round in range(floor.shape[0] + floor.shape[1]):
        lower = np.asarray(cv2.max(cv2.erode(level, window), floor), np.uint8)
        if np.array_equal(lower, level):
            break
        level = lower
    return np.asarray(cv2.resize(level, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def inpaint(ground: Field, known: Flags, colour: Field, sigma: float) -> Field:
    """Carry what is known, ever more widely blurred, into what is not known; worked out at half size."""
    half = (max(1, ground.shape[1] // 2), max(1, ground.shape[0] // 2))
    weight_known = known.astype(np.float32)
    layers = _resized(
        merged([*(plane * weight_known for plane in planes_of(ground)), weight_known]), half, cv2.INTER_AREA
    )
    planes = [np.full(half[::-1], level, np.float32) for level in colour]
    for widening in (16, 4, 1):
        *soft_planes, share = planes_of(blurred(layers, sigma / 2 * widening))
        trust = np.clip((share - 0.05) / 0.25, 0, 1)
        weight = trust / np.maximum(share, 1e-3)
        planes = [plane * (1 - trust) + soft * weight for plane, soft in zip(planes, soft_planes, strict=True)]
    wide = _resized(merged(planes), (ground.shape[1], ground.shape[0]))
    return np.asarray(cv2.copyTo(ground, known.astype(np.uint8), wide), np.float32).reshape(ground.shape)


def blurred(layers: Field, sigma: float) -> Field:
    """Blur by a Gaussian, wide ones on a reduced copy."""
    height, width = layers.shape[:2]
    factor = max(1, int(sigma / 3))
    size = (max(1, width // factor), max(1, height // factor))
    small = cv2.resize(layers, size, interpolation=cv2.INTER_AREA) if factor > 1 else layers
    soft = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def smoothed(ground: Field, radius: int) -> Field:
    """Smooth every channel along the page's light, edges kept.

    A guided filter (He, Sun and Tang, IEEE TPAMI 35, 2013), its coefficients at half size (He and Sun, 2015).
    """
    half = (max(1, ground.shape[1] // 2), max(1, ground.shape[0] // 2))
    small = _resized(ground, half, cv2.INTER_AREA)
    light, level, side = level_of(small), level_of(ground), 2 * max(1, radius // 2) + 1
    mean_light = _boxed(light, side)
    spread = _boxed(light * light, side) - mean_light * mean_light + _FLAT * _FLAT
    planes = []
    for plane in planes_of(small):
        mean = _boxed(plane, side)
        slope = (_boxed(plane * light, side) - mean * mean_light) / spread
        start = _boxed(mean - slope * mean_light, side)
        wide_slope, wide_start = (cv2.resize(part, ground.shape[1::-1]) for part in (_boxed(slope, side), start))
        planes.append(wide_slope * level + wide_start)
    return merged(planes)


def planes_of(layers: Field) -> list[Field]:
    """Return the channels of a map (h, w, channels), with which NumPy is several times as fast as with the whole."""
    return [np.asarray(plane, np.float32) for plane in cv2.split(layers)]


def merged(planes: Sequence[NDArray[np.floating[Any]]]) -> Field:
    """Return planes (h, w) as the channels of one map (h, w, channels)."""
    wide = cv2.merge([plane.astype(np.float32, copy=False) for plane in planes])
    return np.asarray(wide, np.float32).reshape(*planes[0].shape, len(planes))


def _boxed(layers: NDArray[np.floating[Any]], side: int) -> Field:
    return np.asarray(cv2.blur(layers, (side, side), borderType=cv2.BORDER_REFLECT), np.float32).reshape(layers.shape)


def _resized(layers: Field, size: tuple[int, int], how: int = cv2.INTER_LINEAR) -> Field:
    """Resize (h, w, channels) to width and height, the axis of channels kept where there is one only."""
    return np.asarray(cv2.resize(layers, size, interpolation=how), np.float32).reshape(size[1], size[0], -1)
