"""The grain of drawn paper: noise that is drawn once for pictures of one size."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster import Pixels

SPREAD = 2.0  # levels


def with_grain(levels: Pixels | NDArray[np.float32], seed: int) -> Pixels:
    """Return a picture with normal noise of `SPREAD` levels on it, the same for each picture of that size and seed."""
    return np.asarray(cv2.add(np.ascontiguousarray(levels), _grain(levels.shape, seed), dtype=cv2.CV_8U), np.uint8)


@lru_cache(maxsize=4)
def _grain(shape: tuple[int, ...], seed: int) -> NDArray[np.int8]:
    noise = np.random.default_rng(seed).standard_normal(shape, np.float32)
    return np.asarray(np.rint(SPREAD * noise), np.int8)
