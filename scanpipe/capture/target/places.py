"""Where the target sheet lies on a picture, told by its four black squares."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.target.layout import MARK_CENTRES, MARK_MM, SMALL_MARK_MM, Box
from scanpipe.errors import ImageRefused
from scanpipe.messages import lazy
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.channels import to_grey

Points = NDArray[np.float64]

_SEARCH_DPI = 100.0
_TOLERANCE = 0.25  # of a square's side: the stated resolution may be wrong
_FILLED = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TargetPlaces:
    """The target on a picture.

    Attributes:
        marks: middles of its squares in pixels (4, 2), in the order of MARK_CENTRES.
        matrix: from millimetres on the sheet to pixels (3, 3).
        grey: the picture in grey.
        picture: the picture.
    """

    marks: Points
    matrix: NDArray[np.float64]
    grey: Raster
    picture: Raster

    def pixels_of(self, places_mm: Points) -> Points:
        """Return where places (n, 2) of the sheet are on the picture."""
        return np.asarray(cv2.perspectiveTransform(places_mm.reshape(-1, 1, 2), self.matrix).reshape(-1, 2), np.float64)

    def inside(self, box: Box) -> tuple[slice, slice]:
        """Return rows and columns of the largest upright rectangle that lies within a box of the sheet."""
        right, bottom = box.left + box.width, box.top + box.height
        corners = np.array([[box.left, box.top], [right, box.top], [right, bottom], [box.left, bottom]], np.float64)
        found = self.pixels_of(corners)
        across, down = np.sort(found[:, 0]), np.sort(found[:, 1])
        return slice(int(down[1]) + 1, int(down[2])), slice(int(across[1]) + 1, int(across[2]))


def find_target(picture: Raster) -> TargetPlaces:
    """Find the target sheet, whichever way up it lies.

    Raises:
        ImageRefused: it is not on the picture, or not all of it.
    """
    grey = to_grey(picture)
    found = _squares(grey)
    if len(found) < len(MARK_CENTRES):
        raise ImageRefused(
            lazy("The test target was not found on the picture."),
            remedy=lazy("Print it with 'scanpipe selftest --target FILE.pdf' at 100 % and scan the whole sheet."),
        )
    marks = _in_order(found)
    matrix = cv2.getPerspectiveTransform(np.array(MARK_CENTRES, np.float32), marks.astype(np.float32))
    return TargetPlaces(marks=marks, matrix=np.asarray(matrix, np.float64), grey=grey, picture=picture)


def _squares(grey: Raster) -> list[tuple[float, float, float]]:
    """Return middle and area, in pixels of the picture, of what may be a black square of the target."""
    small = reduced(grey, _SEARCH_DPI)
    scale = grey.width / small.width
    bound = (int(small.pixels.max()) + int(small.pixels.min())) / 2
    dark = np.asarray(cv2.threshold(small.pixels, bound, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(dark)
    low, high = small.px(SMALL_MARK_MM * (1 - _TOLERANCE)), small.px(MARK_MM * (1 + _TOLERANCE))
    found = []
    for left, top, width, height, area in stats[1:].tolist():
        if low <= width <= high and low <= height <= high and area >= _FILLED * width * height:
            edges = round((left - 2) * scale), round((top - 2) * scale), round((width + 4) * scale)
            found.append(_middle(grey.pixels, *edges, round((height + 4) * scale)))
    return found


def _middle(pixels: Pixels, left: int, top: int, width: int, height: int) -> tuple[float, float, float]:
    """Return the middle of a dark shape in a window, to a part of a pixel, and its area."""
    left, top = max(0, left), max(0, top)
    window = pixels[top : top + height, left : left + width].astype(np.float64)
    white, black = np.percentile(window, 95), np.percentile(window, 20)
    dark = np.clip((white - window) / max(white - black, 1.0), 0, 1)
    dark[dark < 0.2] = 0
    rows, columns = np.indices(dark.shape)
    total = float(dark.sum())
    return left + float((columns * dark).sum()) / total, top + float((rows * dark).sum()) / total, total


def _in_order(found: list[tuple[float, float, float]]) -> Points:
    """Return the four outermost squares, clockwise, the small one third."""
    values = np.array(found)
    x, y = values[:, 0], values[:, 1]
    corners = [int(np.argmin(x + y)), int(np.argmax(x - y)), int(np.argmax(x + y)), int(np.argmin(x - y))]
    chosen = values[corners]
    turns = int(np.argmin(chosen[:, 2])) - 2
    return np.asarray(np.roll(chosen, -turns, axis=0)[:, :2], np.float64)
