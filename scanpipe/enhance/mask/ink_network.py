"""A small network that tells how probably what is in a text mask is ink, and no other side, stain or texture.

It is a U-Net (Ronneberger, MICCAI 2015) of 210,000 weights, which `scripts/train_ink_network.py` trains on drawn
patches; docs/ink-network.md is its card. It sees the page in the light of its own paper together with the mask, at a
scale at which strokes are some four pixels broad, two by two pixels at a time.
"""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Field, Paper
from scanpipe.enhance.maps.strokes import stroke_width_px
from scanpipe.raster import Pixels, Raster

WEIGHTS: Final = Path(__file__).with_name("ink_network.onnx")
"""The network."""

PAPER_LEVEL: Final = 200
"""What bare paper is to the network, whatever it is on the page."""

_STROKE_PX = 4.0
_LARGE_PX, _LARGE_DPI = 3_000_000, 150.0  # pages of more pixels are looked at in this resolution
_THINNEST_PX = 2.0
_BAND_PX, _CONTEXT = 500_000, 96  # of a picture at a time, and the rows around them that are looked at, too
_SIDES = 16  # the network takes sides that are multiples of so many pixels


def covered(mask: Pixels, shown: Pixels) -> Pixels:
    """Return how much of each pixel of what the network sees a mask covers, 0-255."""
    size = shown.shape[1::-1]
    return np.asarray(cv2.resize(mask * np.uint8(255), size, interpolation=cv2.INTER_AREA), np.uint8)


def network_input(mask: Pixels, raster: Raster, paper: Paper) -> Pixels:
    """Return what the network sees of a page (h, w, 4), reduced: its colours over its paper, and its mask, 0-255."""
    scale = _scale(mask, raster)
    size = max(1, round(raster.width * scale)), max(1, round(raster.height * scale))
    page = np.asarray(cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    levels = over_paper(Raster(pixels=page, dpi=raster.dpi * scale), paper)
    return np.dstack([levels, covered(mask, levels)])


def over_paper(raster: Raster, paper: Paper) -> Pixels:
    """Return the colours of a page over those of its paper (h, w, 3), 0-255; of a grey page, its grey three times."""
    levels = np.asarray(cv2.divide(raster.pixels, paper.at(raster), scale=PAPER_LEVEL), np.uint8)
    return levels if raster.colour else np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB), np.uint8)


def _scale(mask: Pixels, raster: Raster) -> float:
    """Return by how much a page is reduced so that its strokes are as broad as the network knows them."""
    stroke_px = max(1.0, stroke_width_px(mask))
    scale = min(1.0, _STROKE_PX / stroke_px)
    if mask.size > _LARGE_PX:
        scale = min(scale, max(_LARGE_DPI / raster.dpi, _THINNEST_PX / stroke_px))
    return scale


def ink_probability(shown: Pixels, where: Pixels | None = None) -> Field:
    """Return how probably each pixel of a `network_input` is ink (h, w), 0 to 1; 0 away from its mask.

    Args:
        shown: the `network_input` (h, w, 4).
        where: another mask (h, w), not 0 where it is asked; by default that of `shown`.
    """
    probable: Field = np.zeros(shown.shape[:2], np.float32)
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(shown[..., 3] if where is None else where))
    if not width:
        return probable
    columns = slice(max(0, left - _CONTEXT), left + width + _CONTEXT)
    rows = max(_SIDES, _BAND_PX // width)
    for first in range(top, top + height, rows):
        last = min(first + rows, top + height)
        above = min(first, _CONTEXT)
        band = _forward(shown[first - above : last + _CONTEXT, columns])
        probable[first:last, columns] = band[above : above + last - first]
    return probable


def _forward(shown: Pixels) -> Field:
    """Run the network on a picture (h, w, 4); return the probabilities (h, w)."""
    height, width = shown.shape[:2]
    whole = cv2.copyMakeBorder(shown, 0, -height % _SIDES, 0, -width % _SIDES, cv2.BORDER_REFLECT_101)
    network, lock = _network()
    with lock:
        network.setInput(_pixel_unshuffle(np.asarray(cv2.dnn.blobFromImage(whole, 1 / 255), np.float32)))
        logits = np.asarray(network.forward(), np.float32)
    fine = logits.reshape(2, 2, *logits.shape[2:]).transpose(2, 0, 3, 1).reshape(whole.shape[:2])
    return np.asarray(1 / (1 + np.exp(-fine[:height, :width])), np.float32)


def _pixel_unshuffle(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return planes (1, n, h, w) as (1, 4 n, h / 2, w / 2): of each, the pixels of even and odd rows and columns."""
    _one, count, height, width = planes.shape
    apart = planes.reshape(count, height // 2, 2, width // 2, 2).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(apart).reshape(1, 4 * count, height // 2, width // 2)


@cache
def _network() -> tuple[Any, Lock]:
    """Return the network, which one thread at a time may use."""
    return cv2.dnn.readNetFromONNX(str(WEIGHTS), cv2.dnn.ENGINE_NEW), Lock()
