"""Smooth noise: what makes ink, paper and wear uneven."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell_px: float) -> Field:
    """Return a field (H, W) of values in about -1..1 that changes over `cell_px` pixels."""
    height, width = shape
    cell = max(1.0, cell_px)
    grid = rng.uniform(-1, 1, (int(height / cell) + 3, int(width / cell) + 3)).astype(np.float32)
    large = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.float32)


def as_cover(art: NDArray[np.uint8]) -> Field:
    """Return a drawing in 0..255 as coverage in 0..1."""
    return np.asarray(art, np.float32) / np.float32(255)


def blur(field: Field, sigma_px: float) -> Field:
    """Return `field` (H, W) or (H, W, C) after a Gaussian blur; a sigma below a third of a pixel changes nothing."""
    if sigma_px < 0.3:
        return field
    return np.asarray(cv2.GaussianBlur(field, (0, 0), sigma_px), np.float32)
