"""What the bare paper looks like, everywhere on the page: the ground that ink is told from and light is levelled by."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import MM_PER_INCH, Pixels, Raster

Field = NDArray[np.float32]
Flags = NDArray[np.bool_]

_MAP_DPI = 37.5  # 0.7 mm a pixel: light and stains vary no faster, and every mean over 64 pixels is free of grain
_GRAIN_MM = 1.4
_SAMPLE = 3  # every third row and column of the map is enough for a median
_FEWEST = 1000
_DARKEST = 0.45  # of the page's paper: darker ground is a frame, a table or a blot, not shaded paper
_CAST = 0.16  # of full scale: a ground that differs more in colour is a seal or a cover, not stained paper


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paper:
    """The paper's colour over the page, at reduced size.

    Attributes:
        ground: (h, w, channels) levels 0-255 of bare paper, continued under what is not paper.
        known: (h, w) where paper was really seen.
        colour: the page's typical paper, one level a channel.
    """

    ground: Field
    known: Flags
    colour: tuple[float, ...]

    @property
    def level(self) -> float:
        """The typical paper as one grey level."""
        return grey_of(self.colour)

    def at(self, raster: Raster) -> Pixels:
        """Return the ground at the size, and with the channels, of a picture of the same page."""
        return self._enlarged(np.clip(self.ground, 1, 255).astype(np.uint8), raster)

    def grey_at(self, raster: Raster) -> Pixels:
        """Return the ground in grey at the size of a picture of the same page."""
        levels = np.clip(self.ground, 1, 255).astype(np.uint8)
        return self._enlarged(grey_pixels(levels) if levels.shape[2] == 3 else levels[..., 0], raster)

    @staticmethod
    def _enlarged(levels: Pixels, raster: Raster) -> Pixels:
        size = (raster.width, raster.height)
        return np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def grey_of(colour: tuple[float, ...]) -> float:
    """Return the luma (ITU-R BT.601) of an RGB or one-channel colour."""
    return colour[0] if len(colour) == 1 else 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def reduced(raster: Raster, dpi: float) -> Raster:
    """Return the page averaged down by a whole factor to about `dpi`, never below it; small enough: unchanged."""
    factor = int(raster.dpi // dpi)
    if factor < 2:
        return raster
    width, height = max(1, raster.width // factor), max(1, raster.height // factor)
    # Whole blocks only: an exact factor is averaged four to nine times as fast as one that is a little more.
    blocks = raster.pixels[: height * factor, : width * factor]
    pixels = cv2.resize(blocks, (width, height), interpolation=cv2.INTER_AREA)
    return Raster(pixels=pixels.astype(np.uint8, copy=False), dpi=raster.dpi / factor)


def grey_pixels(pixels: Pixels) -> Pixels:
    """Return RGB pixels as grey; grey ones as they are."""
    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def measure_paper(raster: Raster, *, window_mm: float = 9.0, smooth_mm: float = 3.0) -> Paper:
    """Find the paper under the writing.

    A grey closing at reduced size takes the brightest within `window_mm`, so ink narrower than that vanishes; what is
    too dark or too colourful to be paper is continued from its surroundings; the rest is smoothed over `smooth_mm`.
    (Closing as the background of documents: Gatos, Pratikakis, Perantonis, Pattern Recognition 39, 2006.)
    """
    small = reduced(raster, _MAP_DPI)
    window = small.px(window_mm) | 1
    soft = cv2.GaussianBlur(small.pixels, (0, 0), max(0.6, small.dpi / MM_PER_INCH * _GRAIN_MM / 2))
    closed = cv2.morphologyEx(
        soft, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (window, window)),
        borderType=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    ground = np.atleast_3d(closed).astype(np.float32)
    known = _is_paper(ground)
    colour = _median_colour(ground, known)
    sigma = small.dpi / MM_PER_INCH * smooth_mm
    return Paper(
        ground=_continued(ground, known, colour, sigma),
        known=known,
        colour=tuple(float(level) for level in colour),
    )


def _is_paper(ground: Field) -> Flags:
    """Tell paper from frame, blots and colour; at least the brightest tenth always counts as paper."""
    luma = cv2.transform(ground, np.full((1, ground.shape[2]), 1 / ground.shape[2], np.float32))
    typical = float(np.percentile(luma[::_SAMPLE, ::_SAMPLE], 75))
    bright = luma >= _DARKEST * typical
    if ground.shape[2] == 3 and bright.any():
        red, green, blue = cv2.split(ground / np.maximum(_median_colour(ground, bright), 1))
        spread = cv2.max(cv2.max(red, green), blue) - cv2.min(cv2.min(red, green), blue)
        calm = spread <= _CAST * 2
        if (calm & bright).any():
            return calm & bright
    return bright


def _median_colour(ground: Field, where: Flags) -> NDArray[np.float32]:
    """Return the median colour of the places that are true, from one in nine of them where that is enough."""
    sample = ground[::_SAMPLE, ::_SAMPLE][where[::_SAMPLE, ::_SAMPLE]]
    return np.median(sample if len(sample) >= _FEWEST else ground[where], axis=0).astype(np.float32)


def _continued(ground: Field, known: Flags, colour: NDArray[np.float32], sigma: float) -> Field:
    """Smooth the known ground and carry it on, ever more widely, into what is not known."""
    weight = known.astype(np.float32)[..., None]
    layers = np.concatenate([ground * weight, weight], axis=2)
    result = np.broadcast_to(colour.astype(np.float32), ground.shape)
    for widening in (16, 4, 1) if not known.all() else (1,):
        blurred = _blurred(layers, sigma * widening)
        share = blurred[..., -1:]
        trust = np.clip((share - 0.05) / 0.25, 0, 1)
        result = result * (1 - trust) + blurred[..., :-1] / np.maximum(share, 1e-3) * trust
    return np.asarray(result, np.float32)


def _blurred(layers: Field, sigma: float) -> Field:
    """Blur by a Gaussian, wide ones on a reduced copy."""
    height, width = layers.shape[:2]
    factor = max(1, int(sigma / 3))
    size = (max(1, width // factor), max(1, height // factor))
    small = cv2.resize(layers, size, interpolation=cv2.INTER_AREA) if factor > 1 else layers
    soft = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def grain_of(raster: Raster) -> float:
    """Return the noise of a page, as the standard deviation of its grey in levels.

    By the median absolute second difference along rows, which writing hardly touches (Immerkær, CVIU 64, 1996).
    """
    pixels = grey_pixels(raster.pixels[::7])
    values = pixels.astype(np.int16)
    second = values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
    return float(np.median(np.abs(second[:, ::3]))) / (0.6745 * 6**0.5) if second.size else 0.0
