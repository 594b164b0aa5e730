"""The displacement of a curled page: one smooth field, and pixels moved up and down by it.

A polynomial along the lines, whose coefficients are polynomials down the page, both after Legendre.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.polynomial import legendre

from scanpipe.enhance.maps.text_lines import Values
from scanpipe.raster import MM_PER_INCH, Pixels

ALONG, DOWN = 6, 2  # degrees of the polynomials
_BEYOND_MM = 5.0  # the slope goes on beside the area so far, then there is none


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Displacement:
    """The displacement of a page: coefficients (down, along) over an area, in mm."""

    area: tuple[float, float, float, float]
    factors: Values

    def across(self, x: Values) -> Values:
        """Return the polynomials along the lines at these places (n, along)."""
        return _basis(x, self.area[0], self.area[2], ALONG)

    def down(self, y: Values) -> Values:
        """Return the polynomials down the page at these heights (n, down)."""
        return _basis(y, self.area[1], self.area[3], DOWN)

    def at(self, x: Values, y: Values) -> Values:
        """Return the displacement at each of n level places."""
        return np.asarray(((self.down(y) @ self.factors) * self.across(x)).sum(axis=1), np.float64)

    def grid(self, x: Values, y: Values) -> Values:
        """Return the displacement at every height y and place x (rows, columns)."""
        return np.asarray(self.down(y) @ self.factors @ self.across(x).T, np.float64)


def _basis(places: Values, low: float, high: float, degree: int) -> Values:
    """Return Legendre polynomials between low and high, continued with their slope, then without."""
    span = max(high - low, 1.0)
    wide = 2 * (places - low) / span - 1
    inside = np.clip(wide, -1, 1)
    beyond = np.clip(wide - inside, -2 * _BEYOND_MM / span, 2 * _BEYOND_MM / span)
    slopes = legendre.legval(inside, legendre.legder(np.eye(degree + 1)))
    return np.asarray(legendre.legvander(inside, degree) + beyond[:, None] * slopes.T, np.float64)


def room(pixels: Pixels, field: Displacement, dpi: float) -> tuple[int, int]:
    """Return the rows needed above and below the page so that all of it stays."""
    height, width = pixels.shape[:2]
    x = _middles(0, width) * MM_PER_INCH / dpi
    top, bottom = field.grid(x, np.array([0.0, height * MM_PER_INCH / dpi])) / MM_PER_INCH * dpi
    return max(0, int(np.ceil(top.max()))), max(0, int(np.ceil(-bottom.min())))


def remapped(
    pixels: Pixels, field: Displacement, dpi: float, rows: slice, above: float, way: int, colour: tuple[float, ...]
) -> Pixels:
    """Return some rows of the levelled page, whose first row lies so many rows above the page's own."""
    mm = MM_PER_INCH / dpi
    columns, down = _middles(0, pixels.shape[1]), _middles(rows.start, rows.stop) - above
    moved = field.grid(columns * mm, down * mm) / mm
    from_y = (moved + down[:, None] - 0.5).astype(np.float32)
    from_x = np.broadcast_to((columns - 0.5).astype(np.float32), from_y.shape).copy()
    level = cv2.remap(pixels, from_x, from_y, way, borderMode=cv2.BORDER_CONSTANT, borderValue=colour)
    return np.asarray(level, np.uint8)


def _middles(first: int, end: int) -> Values:
    """Return the middles of some pixels in a row."""
    return np.asarray(np.arange(first, end) + 0.5, np.float64)
