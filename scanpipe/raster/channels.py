"""The channels of a picture, (H, W) or (H, W, 3), as one: grey, the brightest, how far apart they are."""

from functools import reduce
from typing import Final

import cv2
import numpy as np

from scanpipe.raster import Pixels, Raster

KEPT: Final = 0.6
"""Of its former depth or strength: ink that keeps this much still reads as it did."""


def grey_pixels(pixels: Pixels) -> Pixels:
    """Return RGB pixels as grey (ITU-R BT.601 weights); grey ones as they are."""
    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def to_grey(raster: Raster) -> Raster:
    """Return the page in grey; a grey page is returned as it is."""
    return raster.replace(grey_pixels(raster.pixels)) if raster.colour else raster


def brightest(pixels: Pixels) -> Pixels:
    """Return the highest level of each pixel's channels."""
    return np.asarray(reduce(cv2.max, cv2.split(pixels)), np.uint8)


def darkest(pixels: Pixels) -> Pixels:
    """Return the lowest level of each pixel's channels."""
    return np.asarray(reduce(cv2.min, cv2.split(pixels)), np.uint8)


def saturation(pixels: Pixels) -> Pixels:
    """Return how many levels lie between the highest and the lowest of each pixel's channels: 0 of what is grey."""
    return np.asarray(cv2.subtract(brightest(pixels), darkest(pixels)), np.uint8)


def levels_below(pixels: Pixels, ground: Pixels) -> Pixels:
    """Return how many levels darker than its ground each pixel is, in the channel that shows it most."""
    return brightest(np.asarray(cv2.subtract(ground, pixels), np.uint8))


def divided_by(pixels: Pixels, ground: Pixels) -> Pixels:
    """Return pixels divided by their ground, 255 = as bright as it is: what of the light ink lets through."""
    return np.asarray(cv2.divide(pixels, ground, scale=255), np.uint8)


def depth_below(pixels: Pixels, ground: Pixels) -> Pixels:
    """Return which share of its ground's light, of 255, each pixel lacks, in the channel that shows it most."""
    return np.asarray(cv2.bitwise_not(darkest(divided_by(pixels, ground))), np.uint8)
