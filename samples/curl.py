"""A page that rises towards its gutter, as a camera above the open book sees it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.truth import Pixels

_CAMERA_MM = 450.0
_CREST_MM, _WIDE_MM = 14.0, 42.0  # from the gutter to the crest of the page, and how wide the crest is


def curl(pixels: Pixels, rise_mm: float, dpi: float, *, at: float = 0.0) -> Pixels:
    """Return a page as a camera above its middle sees it that rises by so much near its gutter.

    What is nearer to the camera is seen larger, so lines above the middle bend up at the crest, and below it down;
    places move up and down only.

    Args:
        pixels: (H, W) or (H, W, 3), the flat page.
        rise_mm: height of the crest.
        dpi: pixels an inch.
        at: where the gutter is, as a share of the width.
    """
    height, width = pixels.shape[:2]
    columns, middle = np.arange(width, dtype=np.float32), (height - 1) / 2
    crest = (np.abs(columns - at * (width - 1)) / dpi * 25.4 - _CREST_MM) / _WIDE_MM
    nearer: NDArray[np.float32] = rise_mm * np.exp(-(crest**2)) / _CAMERA_MM
    down = np.arange(height, dtype=np.float32)[:, None] - middle
    from_y = (middle + down * (1 - nearer)).astype(np.float32)
    from_x = np.broadcast_to(columns, from_y.shape).copy()
    seen = cv2.remap(pixels, from_x, from_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)
