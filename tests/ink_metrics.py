"""How much of a page's known ink is still there after enhancing, in the picture and in the mask."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.truth import SamplePage
from samples.wear import paper_of
from scanpipe.enhance.pipeline import Enhanced, enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Pixels, Raster

STILL_THERE = 0.6  # of its former contrast
NEAR_MM = 0.17  # 2 pixels at 300 dpi: interpolation and the edges of strokes
PART_IN_MASK = 0.5

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Shares that were kept, in the picture and in the mask: of stroke pixels, of diacritics, of each seal's pixels."""

    strokes: float
    strokes_in_mask: float
    diacritics: float
    diacritics_in_mask: float
    seals: tuple[float, ...]
    seals_in_mask: tuple[float, ...]


def enhanced(page: SamplePage, recipe: Recipe) -> Enhanced:
    """Enhance a sample page where it lies, so that its truth still fits."""
    return enhance(Raster(pixels=page.pixels, dpi=page.dpi), recipe, keep_geometry=True)


def kept(page: SamplePage, result: Enhanced) -> Kept:
    """Compare the result with the page's truth."""
    before, after = _seen(page.pixels, page.dpi), _seen(result.image.pixels, page.dpi)
    there = _still_there(page, before.contrast, after.contrast)
    coloured = _still_there(page, before.colour, after.colour)
    masked = _near(result.mask.pixels == 0, page.dpi)
    marks = _parts(page.diacritics)
    seals = _parts(_near(page.seal, page.dpi, by_mm=2.0))
    return Kept(
        strokes=float(there[page.ink].mean()),
        strokes_in_mask=float(masked[page.ink].mean()),
        diacritics=_parts_kept(marks, page.diacritics, there),
        diacritics_in_mask=_parts_kept(marks, page.diacritics, masked),
        seals=_of_each(seals, page.seal & ~page.ink, coloured),
        seals_in_mask=_of_each(seals, page.seal, masked),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """How far each pixel is from the paper around it, and how coloured it is, as shares of the paper."""

    contrast: NDArray[np.float32]
    colour: NDArray[np.float32]


def _seen(pixels: Pixels, dpi: int) -> _Seen:
    paper = cv2.max(paper_of(pixels, dpi), 1.0)
    channels = cv2.split(pixels / paper)
    low, high = np.minimum.reduce(channels), np.maximum.reduce(channels)
    return _Seen(contrast=1 - low, colour=high - low)


def _still_there(page: SamplePage, before: NDArray[np.float32], after: NDArray[np.float32]) -> Flags:
    reach = 2 * max(1, round(NEAR_MM / 25.4 * page.dpi)) + 1
    near = cv2.dilate(after, np.ones((reach, reach), np.uint8))
    return np.asarray(near >= STILL_THERE * before, np.bool_)


def _near(flags: Flags, dpi: int, *, by_mm: float = NEAR_MM) -> Flags:
    reach = 2 * max(1, round(by_mm / 25.4 * dpi)) + 1
    return np.asarray(cv2.dilate(flags.astype(np.uint8), np.ones((reach, reach), np.uint8)), np.bool_)


def _parts(flags: Flags) -> tuple[int, NDArray[np.int32]]:
    count, labels = cv2.connectedComponents(flags.astype(np.uint8))
    return count, np.asarray(labels, np.int32)


def _parts_kept(parts: tuple[int, NDArray[np.int32]], truth: Flags, there: Flags) -> float:
    """Return the share of connected parts of which enough is there."""
    count, labels = parts
    sizes = np.bincount(labels[truth], minlength=count)[1:]
    found = np.bincount(labels[truth & there], minlength=count)[1:]
    return float(np.mean(found[sizes > 0] >= PART_IN_MASK * sizes[sizes > 0])) if (sizes > 0).any() else 1.0


def _of_each(parts: tuple[int, NDArray[np.int32]], truth: Flags, there: Flags) -> tuple[float, ...]:
    count, labels = parts
    return tuple(float(there[truth & (labels == number)].mean()) for number in range(1, count))
