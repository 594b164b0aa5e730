"""Ways to spoil a page on purpose, as scanners and operators do; see `capture_checks.py`."""

from collections.abc import Callable, Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Raster
from scanpipe.raster.channels import grey_pixels

Rng = np.random.Generator
Single = Callable[[Raster, Raster, Rng], Iterator[Raster]]
Series = Callable[[Raster, int, int], Raster]

_CUT_STROKES = 20
_LETTER_MM, _TIP_MM = 4.0, 0.7
_RULE_MM, _UNBROKEN = 9.0, 0.8
_WHITE = 254


def _levels(page: Raster, levels: NDArray[np.floating]) -> Raster:
    return page.replace(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def _noisy(page: Raster, rng: Rng) -> Raster:
    """Return the page with the noise of a sensor, which no lens blurs."""
    noise = rng.normal(0, 2, page.pixels.shape[:2]).astype(np.float32)
    return _levels(page, page.pixels.astype(np.float32) + (noise[..., None] if page.colour else noise))


def _paper(page: Raster) -> tuple[float, ...]:
    sample = page.pixels[::16, ::16]
    return tuple(float(level) for level in np.atleast_1d(np.percentile(sample, 75, axis=(0, 1))))


def _placed(page: Raster, angle_deg: float, right_mm: float, down_mm: float) -> Raster:
    """Return the page turned and shifted, with paper where nothing is left of it."""
    matrix = cv2.getRotationMatrix2D((page.width / 2, page.height / 2), angle_deg, 1)
    matrix[0, 2] += right_mm / 25.4 * page.dpi
    matrix[1, 2] += down_mm / 25.4 * page.dpi
    size = (page.width, page.height)
    turned = cv2.warpAffine(page.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=_paper(page))
    return page.replace(np.asarray(turned, np.uint8))


def blurred(page: Raster, _other: Raster, rng: Rng) -> Iterator[Raster]:
    """Out of focus, from hard to read to not readable."""
    for sigma_mm in (0.5, 0.7, 1.0):
        soft = cv2.GaussianBlur(page.pixels, (0, 0), sigma_mm / 25.4 * page.dpi)
        yield _noisy(page.replace(np.asarray(soft, np.uint8)), rng)


def darkened(page: Raster, _other: Raster, rng: Rng) -> Iterator[Raster]:
    """A lamp that is nearly out."""
    for gain in (0.4, 0.25):
        yield _noisy(_levels(page, page.pixels.astype(np.float32) * gain), rng)


def overexposed(page: Raster, _other: Raster, _rng: Rng) -> Iterator[Raster]:
    """Four and eight times as much light, in the sRGB levels of IEC 61966-2-1; none where white paper hides it."""
    if np.mean(grey_pixels(page.pixels[::8, ::8]) >= _WHITE) > 0.5:
        return
    levels = np.arange(256) / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    for gain in (4, 8):
        more = np.clip(light * gain, 0, 1)
        brighter = np.where(more <= 0.0031308, 12.92 * more, 1.055 * more ** (1 / 2.4) - 0.055)
        yield page.replace(np.rint(255 * brighter).astype(np.uint8)[page.pixels])


def cropped(page: Raster, _other: Raster, rng: Rng) -> Iterator[Raster]:
    """An edge that runs through writing, one for each side where there is some to cut."""
    grey = grey_pixels(page.pixels)
    dark = grey < 0.75 * cv2.blur(grey, (151, 151))
    for turns in range(4):
        turned, strokes = np.rot90(page.pixels, turns), np.rot90(dark, turns)
        places = [row for row in range(len(turned) // 12, len(turned) // 3, 7) if _cuts(strokes[row:], page.dpi)]
        if places:
            row = int(rng.choice(places))
            yield page.replace(np.ascontiguousarray(np.rot90(turned[row:], -turns)))


def _cuts(left: NDArray[np.bool_], dpi: float) -> bool:
    """Whether the first row that is left crosses enough strokes, not at their tips; no rules, no dark margin."""
    tip, rule = (round(length / 25.4 * dpi) for length in (_TIP_MM, _RULE_MM))
    lengths = _run_lengths(left[0])
    if lengths.max(initial=0) >= 10 / 25.4 * dpi:
        return False
    strokes = _run_lengths(left[0] & left[tip] & (left[:rule].mean(axis=0) < _UNBROKEN))
    return int(np.count_nonzero((strokes >= dpi / 100) & (strokes < _LETTER_MM / 25.4 * dpi))) >= _CUT_STROKES


def _run_lengths(row: NDArray[np.bool_]) -> NDArray[np.intp]:
    change = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return change[1::2] - change[::2]


def askew(page: Raster, _other: Raster, rng: Rng) -> Iterator[Raster]:
    """A sheet that was drawn in askew."""
    for low, high in ((4.5, 6), (6, 9)):
        yield _placed(page, float(rng.choice([-1, 1]) * rng.uniform(low, high)), 0, 0)


def upside_down(page: Raster, _other: Raster, _rng: Rng) -> Iterator[Raster]:
    """Turned by 180 degrees."""
    yield page.replace(np.ascontiguousarray(page.pixels[::-1, ::-1]))


def scanned_again(page: Raster, _other: Raster, rng: Rng) -> Iterator[Raster]:
    """The same sheet once more: shifted, a little askew, in another light, with other noise."""
    for _time in range(2):
        placed = _placed(page, rng.uniform(-1.5, 1.5), rng.uniform(-6, 6), rng.uniform(-6, 6))
        gamma, gain = rng.uniform(0.85, 1.2), rng.uniform(0.88, 1.08)
        yield _noisy(_levels(placed, 255 * (np.clip(placed.pixels * gain / 255, 0, 1)) ** gamma), rng)


def two_sheets(page: Raster, other: Raster, rng: Rng) -> Iterator[Raster]:
    """Another sheet over a part of this one, a little askew, with the shadow of its edge."""
    if min(page.size_mm) < 100 or page.colour != other.colour:
        return
    other_pixels = cv2.resize(other.pixels, (page.width, page.height), interpolation=cv2.INTER_AREA)
    rows, columns = np.indices(page.pixels.shape[:2], np.float32)
    for _time in range(2):
        place, slope = rng.uniform(0.2, 0.8) * page.height, np.tan(np.radians(rng.uniform(-1.2, 1.2)))
        below = rows - place - slope * (columns - page.width / 2)
        shadow = rng.uniform(25, 70) * np.exp(-0.5 * (below / (0.25 / 25.4 * page.dpi)) ** 2)
        both = np.where((below > 0)[..., None] if page.colour else below > 0, other_pixels, page.pixels)
        yield _levels(page, both - (shadow[..., None] if page.colour else shadow))


def other_size(page: Raster, _other: Raster, rng: Rng) -> Iterator[Raster]:
    """A part of the sheet is not on the picture."""
    share = float(rng.uniform(0.75, 0.85))
    yield page.replace(np.ascontiguousarray(page.pixels[:, : round(page.width * share)]))
    yield page.replace(np.ascontiguousarray(page.pixels[: round(page.height * share)]))


def dusty(page: Raster, number: int, _length: int) -> Raster:
    """A speck on the glass of a feeder draws a line down each page, fainter here and there."""
    rng = np.random.default_rng(number)
    levels = page.pixels.astype(np.float32)
    left = round(22 / 25.4 * page.dpi)
    width = max(1, round(page.dpi / 150))
    depth = 35 + 10 * np.sin(np.linspace(0, 9, page.height)) + rng.normal(0, 3, page.height)
    levels[:, left : left + width] -= depth[:, None, None] if page.colour else depth[:, None]
    return _levels(page, levels)


def drifting(page: Raster, number: int, length: int) -> Raster:
    """A lamp that warms up, or yellows, over the day: by a tenth in the end, blue twice as much."""
    share = number / max(1, length - 1)
    gain = np.array([1 - 0.08 * share, 1 - 0.1 * share, 1 - 0.2 * share], np.float32)
    return _levels(page, page.pixels.astype(np.float32) * (gain if page.colour else gain[1]))


SINGLE: Final[dict[str, tuple[Single, set[str]]]] = {
    "blurred": (blurred, {"blurred"}),
    "darkened": (darkened, {"too_dark", "black"}),
    "overexposed": (overexposed, {"overexposed", "low_contrast", "blank"}),
    "cut at an edge": (cropped, {"edge_cut"}),
    "askew": (askew, {"askew"}),
    "upside down": (upside_down, {"upside_down"}),
    "scanned again": (scanned_again, {"duplicate"}),
    "two sheets": (two_sheets, {"two_sheets"}),
    "another size": (other_size, {"wrong_size"}),
}

SERIES: Final[dict[str, tuple[Series, str, int]]] = {
    "dust on the glass": (dusty, "dust_line", 8),
    "drift of tone": (drifting, "tone_drift", 30),
}
"""The way, what is to be told, and from which page on."""
