"""The ink of a page, sorted by its colour; and where a stamp has another ink than the pen, of nearly the same hue."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.ink import InkMap
from scanpipe.raster import Pixels
from scanpipe.raster.averaging import in_blocks
from scanpipe.raster.lengths import pixel_mm2, whole_px

Colour = Literal["red", "green", "blue", "violet", "black"]

_HUES: dict[Colour, tuple[int, int]] = {"red": (310, 385), "green": (75, 170), "blue": (170, 252), "violet": (252, 310)}
PENS: Final = ("blue", "violet")
"""The colours that pens have."""

# Of its darkness: ink with less colour than this is black or brown. No pen is green, nor paper, nor black ink.
_PURITY, _GREEN_PURITY = 0.33, 0.2
_FAINTEST = 24.0
SMALLEST_INK_MM2: Final = 3.0
"""Less ink of a colour is none."""

_ALIKE_DEG = 8  # hues of one ink on one page differ by less
_SMOOTH_DEG = 9
_AROUND_MM = 2.5
_MOSTLY = 0.6  # of the coloured ink around
_MOST = 0.5  # of the ink of pens: what has more is another pen's


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InkLayer:
    """The ink of one colour, at half the ink map's resolution: where, and how strong (0-255)."""

    colour: Colour
    where: Flags
    strength: Pixels
    dpi: float

    @property
    def family(self) -> Colour:
        """The colour of pen that this may be the ink of: one ink may lie on both sides of where hues are parted."""
        return "blue" if self.colour == "violet" else self.colour

    def px(self, length_mm: float) -> int:
        """Return a length on paper in whole pixels of the layer."""
        return whole_px(length_mm, self.dpi)

    def mm2(self, pixels: float | np.integer) -> float:
        """Return the area of so many pixels of the layer."""
        return float(pixels) * pixel_mm2(self.dpi)


def ink_layers(ink: InkMap) -> list[InkLayer]:
    """Sort the ink by hue; what has too little colour of its own is black. Colours without ink are left out."""
    dpi = ink.dpi / 2
    contrast = in_blocks(ink.contrast, 2)
    coloured = np.zeros(contrast.shape, np.bool_)
    layers: list[InkLayer] = []
    if ink.ratio.ndim == 3:
        colour = in_blocks(ink.colour, 2)
        hues = cv2.LUT(_hues(ink), _hue_table())
        pure = colour > cv2.multiply(contrast, cv2.LUT(hues, _purity_table()), scale=1 / 255)
        coloured = pure & (colour > max(_FAINTEST, 4 * ink.grain))
        hues[~coloured] = 0
        for number, name in enumerate(_HUES, 1):
            where = hues == number
            if np.count_nonzero(where) * pixel_mm2(dpi) >= SMALLEST_INK_MM2:
                layers.append(InkLayer(colour=name, where=where, strength=colour * where.view(np.uint8), dpi=dpi))
    contrast[coloured] = 0
    black = InkLayer(colour="black", where=contrast > max(40.0, 5 * ink.grain), strength=contrast, dpi=dpi)
    return [*layers, black]


def without_pen(ink: InkMap, layers: list[InkLayer]) -> list[InkLayer]:
    """Return the blue and violet layers without the ink that most of the page is written in.

    The pen is the hue that there is most of. What lies among ink of other hues is no pen's.
    """
    inked = [layer for layer in layers if layer.colour in PENS]
    if not inked:
        return []
    where = np.logical_or.reduce([layer.where for layer in inked])
    hues = _hues(ink)
    other = where & ~_alike(hues, _commonest(hues[where]))
    side = inked[0].px(_AROUND_MM) | 1
    share = [cv2.boxFilter(flags.astype(np.float32), -1, (side, side)) for flags in (other, where)]
    apart = where & (share[0] > _MOSTLY * share[1])
    if np.count_nonzero(apart) > _MOST * np.count_nonzero(where):
        return []
    return [replace(layer, where=apart & layer.where) for layer in inked]


def _hues(ink: InkMap) -> Pixels:
    """Return the hue of each place, 0-255 for the whole circle."""
    return np.asarray(cv2.cvtColor(in_blocks(ink.ratio, 2), cv2.COLOR_RGB2HSV_FULL)[..., 0], np.uint8)


def _hue_table() -> Pixels:
    """Return, for each hue 0-255, the number of its colour, 0 for none."""
    degrees = np.arange(256) * 360 / 256
    table = np.zeros(256, np.uint8)
    for number, (low, high) in enumerate(_HUES.values(), 1):
        table[(degrees - low) % 360 < high - low] = number
    return table


def _purity_table() -> Pixels:
    """Return, for the number of each colour, and 0 for none, the least share of colour in its ink, in 255ths."""
    table = np.full(256, round(255 * _PURITY), np.uint8)
    table[1 + list(_HUES).index("green")] = round(255 * _GREEN_PURITY)
    return table


def _commonest(hues: Pixels) -> int:
    window = round(_SMOOTH_DEG * 256 / 360)
    counts = np.convolve(np.bincount(hues, minlength=256), np.ones(window), "same")
    return int(np.argmax(counts))


def _alike(hues: Pixels, hue: int) -> NDArray[np.bool_]:
    return np.asarray(np.abs(hues.astype(np.int16) - hue) <= _ALIKE_DEG * 256 / 360, np.bool_)


def like_writing(layer: InkLayer, places: NDArray[np.intp]) -> float:
    """Return 1, or less by how much paler than the page's writing some ink is: it may shine through from the back.

    Args:
        layer: with all of the writing.
        places: of that ink, as indices into the layer.
    """
    usual = float(np.percentile(layer.strength[layer.where], 75))
    strength = float(np.percentile(layer.strength.ravel()[places], 75))
    return min(1.0, strength / max(1.0, usual)) ** 2
