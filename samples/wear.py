"""What years and scanners do to a page: pure steps on pixels, and `wear`, which carries the truth along.

Every step takes uint8 RGB (H, W, 3), a strength of 0 (nothing) to 1 (as bad as it gets while a person can still read),
the resolution, and a generator.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.bed import lay_on_scanner
from samples.generate import draw_page
from samples.noise import Field, blur, smooth_noise
from samples.truth import Pixels, SamplePage


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How worn a page is: strengths 0..1; `skew` in degrees, positive: text runs down to the right; `border` in mm.

    `fold` turns the right half of a spread by so many degrees more than the left.
    """

    fading: float = 0.0
    smudge: float = 0.0
    stain: float = 0.0
    bleed: float = 0.0
    shadow: float = 0.0
    skew: float = 0.0
    fold: float = 0.0
    border: float = 0.0


LEVELS: Mapping[int, Wear] = {
    0: Wear(),
    1: Wear(fading=0.25, bleed=0.15, shadow=0.25, skew=0.6, border=3),
    2: Wear(fading=0.5, smudge=0.4, stain=0.4, bleed=0.4, shadow=0.5, skew=-1.5, fold=0.5, border=6),
    3: Wear(fading=0.8, smudge=0.8, stain=0.8, bleed=0.7, shadow=0.8, skew=2.6, fold=-1.2, border=10),
}


def wear(
    page: SamplePage,
    *,
    seed: int = 0,
    fading: float = 0.0,
    smudge: float = 0.0,
    stain: float = 0.0,
    bleed: float = 0.0,
    shadow: float = 0.0,
    skew: float = 0.0,
    fold: float = 0.0,
    border: float = 0.0,
) -> SamplePage:
    """Return `page` worn; where pixels move, masks, boxes, page box and angle move with them (see `Wear`)."""
    pixels = page.pixels
    if bleed:
        verso = draw_page(page.kind, seed=page.seed + 7919, paper=page.paper, dpi=page.dpi)
        pixels = bleed_through(pixels, verso.pixels, bleed, page.dpi, np.random.default_rng([seed, 10]))
    steps: tuple[tuple[Callable[..., Pixels], float], ...] = (
        (fade, fading),
        (smear, smudge),
        (stain_with_water, stain),
    )
    for number, (step, strength) in enumerate(steps):
        if strength:
            pixels = step(pixels, strength, page.dpi, np.random.default_rng([seed, 11 + number]))
    if shadow:
        gutter = 0.5 if page.paper == "A3" else float(np.random.default_rng([seed, 14]).integers(2))
        pixels = shade_gutter(pixels, shadow, page.dpi, gutter)
    return lay_on_scanner(replace(page, pixels=pixels), (skew, skew + fold), border, np.random.default_rng([seed, 15]))


def wear_as(page: SamplePage, amounts: Wear, *, seed: int = 0) -> SamplePage:
    """Return `page` worn by `amounts`, e.g. one of `LEVELS`."""
    return wear(page, seed=seed, **asdict(amounts))


def paper_of(pixels: Pixels, dpi: int) -> Field:
    """Return the paper without its ink, estimated: the lightest within 4 mm, smoothed."""
    scale = max(1, round(dpi / 40))
    small = cv2.resize(pixels, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    reach = max(3, round(4 / 25.4 * dpi / scale)) | 1
    light = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    smooth = cv2.GaussianBlur(light, (0, 0), reach / 2)
    return cv2.resize(smooth, pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)


def fade(pixels: Pixels, strength: float, dpi: int, rng: np.random.Generator) -> Pixels:
    """Let ink pale towards the paper, unevenly."""
    paper = paper_of(pixels, dpi)
    uneven = smooth_noise(rng, (pixels.shape[0], pixels.shape[1]), 45 / 25.4 * dpi)
    kept = 1 - strength * np.clip(0.74 + 0.2 * uneven, 0, 0.92)
    return _as_pixels(paper + (pixels - paper) * _in_channels(kept))


def smear(pixels: Pixels, strength: float, dpi: int, rng: np.random.Generator) -> Pixels:
    """Drag ink sideways in a few places, as a sleeve over wet writing, and leave a grey touch there."""
    out = pixels.astype(np.float32)
    height, width = pixels.shape[:2]
    for _spot in range(2 + round(4 * strength)):
        centre = rng.uniform((0.15, 0.1), (0.85, 0.9)) * (width, height)
        radii = np.array([rng.uniform(14, 28), rng.uniform(5, 9)]) / 25.4 * dpi
        low = np.clip(centre - 1.5 * radii, 0, (width, height)).astype(int)
        high = np.clip(centre + 1.5 * radii, 0, (width, height)).astype(int)
        place = (slice(low[1], high[1]), slice(low[0], high[0]))
        if out[place].size:
            out[place] = _dragged(out[place], centre - low, radii, strength, dpi, rng)
    return _as_pixels(out)


def _dragged(
    patch: Field,
    centre: NDArray[np.float64],
    radii: NDArray[np.float64],
    strength: float,
    dpi: int,
    rng: np.random.Generator,
) -> Field:
    ys, xs = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]]
    distance = ((xs - centre[0]) / radii[0]) ** 2 + ((ys - centre[1]) / radii[1]) ** 2
    inside = np.clip(1.4 - distance + 0.3 * smooth_noise(rng, patch.shape[:2], 3 / 25.4 * dpi), 0, 1)[..., None]
    length = max(3, round((2 + 5 * strength) / 25.4 * dpi))
    trail = np.linspace(2, 0, length, dtype=np.float32)[None, :]
    dragged = cv2.filter2D(patch, -1, trail / trail.sum(), anchor=(0, 0) if rng.random() < 0.5 else (length - 1, 0))
    touched = np.minimum(patch, dragged) * (1 - 0.06 * strength)
    return np.asarray(patch + (touched - patch) * inside * (0.45 + 0.5 * strength), np.float32)


def stain_with_water(pixels: Pixels, strength: float, dpi: int, rng: np.random.Generator) -> Pixels:
    """Let water run in from a side or drip on: a brownish tint with a darker tide line around it."""
    height, width = pixels.shape[:2]
    per_mm = dpi / 25.4
    out = pixels.astype(np.float32)
    for _spot in range(1 + round(2 * strength)):
        x, y = rng.choice((0.0, 1.0)) * width + rng.normal(0, 12 * per_mm), rng.uniform(0.05, 0.95) * height
        radius = rng.uniform(28, 62) * per_mm
        wobble = 0.16 * smooth_noise(rng, (height, width), 22 * per_mm) + 0.03 * smooth_noise(
            rng, (height, width), 3 * per_mm
        )
        reach = 1.3 * radius + 7 * per_mm  # beyond it not a level changes
        rows, columns = _around(y, reach, height), _around(x, reach, width)
        ys, xs = np.mgrid[rows, columns].astype(np.float32)
        inward = radius * (1 + wobble[rows, columns]) - np.hypot(xs - x, ys - y)
        wet = 1 / (1 + np.exp(-np.clip(inward / (0.35 * per_mm), -30, 30)))
        tide = np.exp(-np.abs(inward - 0.6 * per_mm) / (0.8 * per_mm)) + 0.5 * np.exp(
            -np.clip(inward, 0, None) / (6 * per_mm)
        )
        amount = strength * wet * (0.10 + 0.30 * tide)
        out[rows, columns] *= 1 - amount[..., None] * np.array([0.45, 0.70, 1.1], np.float32)
    return _as_pixels(out)


def _around(centre: float, reach: float, most: int) -> slice:
    return slice(max(0, int(centre - reach)), max(0, min(most, int(centre + reach) + 1)))


def bleed_through(pixels: Pixels, verso: Pixels, strength: float, dpi: int, rng: np.random.Generator) -> Pixels:
    """Let the ink of `verso`, mirrored and out of register by a few millimetres, show through."""
    shift = rng.uniform(-2.5, 2.5, 2) / 25.4 * dpi
    mirrored = np.ascontiguousarray(verso[:, ::-1])
    dark = 1 - mirrored.astype(np.float32) / np.maximum(paper_of(mirrored, dpi), 1)
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float64)
    moved = cv2.warpAffine(np.clip(dark - 0.06, 0, 1), matrix, pixels.shape[1::-1])
    soft = blur(np.asarray(moved, np.float32), 0.22 / 25.4 * dpi)
    uneven = 0.8 + 0.3 * smooth_noise(rng, (pixels.shape[0], pixels.shape[1]), dpi)
    return _as_pixels(pixels * (1 - _in_channels(0.42 * strength * uneven) * soft))


def shade_gutter(pixels: Pixels, strength: float, dpi: int, at: float) -> Pixels:
    """Darken the paper where it bends into the binding; `at` is the share of the width: 0 left, 0.5 middle, 1 right."""
    width = pixels.shape[1]
    away_mm = np.abs(np.arange(width, dtype=np.float32) - at * (width - 1)) / dpi * 25.4
    light = 1 - strength * (0.62 * np.exp(-((away_mm / 4.5) ** 2)) + 0.3 * np.exp(-away_mm / 16))
    lit = pixels.reshape(len(pixels), -1) * np.repeat(light, pixels.shape[2])
    return _as_pixels(lit.reshape(pixels.shape))


def _in_channels(field: Field) -> Field:
    """Return a field (H, W) as (H, W, 3): NumPy takes far longer to broadcast a last axis of three."""
    return np.asarray(cv2.merge([field] * 3), np.float32)


def _as_pixels(values: NDArray[np.floating]) -> Pixels:
    """Return levels rounded to even, and held between 0 and 255."""
    return np.asarray(cv2.add(values, 0.0, dtype=cv2.CV_8U), np.uint8)  # type: ignore[call-overload]
