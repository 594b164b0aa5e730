"""The picture of a page as it passes between stages: read-only pixels and their resolution.

This room is the only place where pixels are decoded, encoded or channel-swapped: `codecs.py` for the forms that
scanpipe itself keeps, `files.py` and `pdf.py` for what people bring.
"""

from dataclasses import dataclass

import cv2  # noqa: F401  # loaded here, before the line below that mends what loading it does to the environment
import numpy as np
from numpy.typing import NDArray

from scanpipe.raster.lengths import MM_PER_INCH as MM_PER_INCH
from scanpipe.raster.lengths import mm_of, pixel_mm2, whole_px
from scanpipe.system.isolation import isolate_children

isolate_children()

Pixels = NDArray[np.uint8]

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of a picture; right and bottom lie just beyond."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """Read-only uint8 pixels, RGB (H, W, 3) or grey (H, W), with `dpi` pixels an inch both ways."""

    pixels: Pixels
    dpi: float

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3):
            raise ValueError(f"a raster is uint8 (H, W) or (H, W, 3), not {pixels.dtype} {pixels.shape}")
        if pixels.size == 0 or not self.dpi > 0:
            raise ValueError(f"a raster has pixels and a resolution, not {pixels.shape} at {self.dpi} dpi")
        view = np.ascontiguousarray(pixels).view()
        view.flags.writeable = False
        object.__setattr__(self, "pixels", view)

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def colour(self) -> bool:
        """Whether there are three channels."""
        return self.pixels.ndim == 3

    @property
    def black_and_white(self) -> bool:
        """Whether it is grey, and every pixel 0 or 255, as of a scan with one bit a pixel."""
        # Added to one, as bytes wrap around, these two become 1 and 0.
        return not self.colour and int(np.max(self.pixels + np.uint8(1))) <= 1

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the paper shown, in millimetres."""
        return self.mm(self.width), self.mm(self.height)

    def mm(self, pixels: float) -> float:
        """Return how long so many pixels are on paper, in millimetres."""
        return mm_of(pixels, self.dpi)

    def px(self, length_mm: float) -> int:
        """Return a length on paper as whole pixels, at least 1."""
        return whole_px(length_mm, self.dpi)

    @property
    def pixel_mm2(self) -> float:
        """How much paper a pixel shows, in mm²."""
        return pixel_mm2(self.dpi)

    def replace(self, pixels: Pixels) -> "Raster":
        """Return other pixels at the same resolution."""
        return Raster(pixels=pixels, dpi=self.dpi)
