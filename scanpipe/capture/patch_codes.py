"""The bars of patch codes (Kodak A-61599), found on a coarse copy of a page, along the page or across it.

The page is looked at in strips, each averaged to one line of levels. A patch code is where the same four bars stand in
many neighbouring strips, in white, a little higher or lower in each as the sheet lies askew. Ruled forms have bars of
other widths, and writing has none so long.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import averaged, reduced
from scanpipe.raster.channels import to_grey
from scanpipe.separator import NARROW_MM, PATCH_3, PATCH_T, WIDE_MM

_Flags = NDArray[np.bool_]
_Floats = NDArray[np.float64]

_DPI = 75.0
_STRIP_MM = 5.0
_LEAST_STRIPS = 8  # 40 mm; A-61599 asks for 50
_TOLERANCE_MM = 0.35 * NARROW_MM
_QUIET_MM = 1.25 * NARROW_MM  # white before the first bar and after the last
_STEEPEST = 0.3  # millimetres up or down for one across: 17 degrees
_REACH_MM = 25.0  # further than a bar and the white beside it
_REACH = 2  # strips: one between two others may be spoiled
_LEAST_CONTRAST = 40  # grey levels between a bar and the paper beside it


def find_patch(page: Raster) -> str:
    """Return the patch code on a page, PATCH_T or PATCH_3, "" where there is none."""
    small = to_grey(reduced(page, _DPI))
    strip = small.px(_STRIP_MM)
    across, down = small.width // strip, small.height // strip
    if not (across and down):
        return ""
    # A whole number of pixels is averaged five times as fast as one and a fraction.
    bars_across = averaged(small.pixels[:, : across * strip], across, small.height)
    bars_along = averaged(small.pixels[: down * strip], small.width, down).T
    return _code_in(bars_across, small) or _code_in(np.ascontiguousarray(bars_along), small)


def _code_in(strips: Pixels, page: Raster) -> str:
    """Return the patch code whose bars stand below one another in strips, one in each column."""
    runs = _runs(_dark(strips, page.px(_REACH_MM) | 1), page.mm(1))
    for code in (PATCH_3, PATCH_T):
        strip, at_mm = runs.where(code)
        if len(strip) >= _LEAST_STRIPS and _longest_row(strip.tolist(), at_mm.tolist()) >= _LEAST_STRIPS:
            return code
    return ""


def _dark(levels: Pixels, reach: int) -> _Flags:
    """Return what is darker than half way between the lightest and the darkest near it in its strip."""
    column = np.ones((reach, 1), np.uint8)
    lightest = np.asarray(cv2.dilate(levels, column), np.uint8)
    contrast = lightest - np.asarray(cv2.erode(levels, column), np.uint8)
    return (lightest - levels > contrast // 2) & (contrast >= _LEAST_CONTRAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """Each four dark runs that follow one another in a strip.

    Attributes:
        bars_mm: (N, 4), how high they are.
        strip: (N,), in which strip they are.
        at_mm: (N,), how far down their middle is.
    """

    bars_mm: _Floats
    strip: NDArray[np.int64]
    at_mm: _Floats

    def where(self, code: str) -> tuple[NDArray[np.int64], _Floats]:
        """Return strip and place of those that are the bars of a code, either way up."""
        fits = _as_wide(self.bars_mm, code) | _as_wide(self.bars_mm, code[::-1])
        return self.strip[fits], self.at_mm[fits]


def _runs(dark: _Flags, pixel_mm: float) -> _Runs:
    """Return the dark runs with spaces as those of a patch code, and white around them."""
    rows, bars = dark.shape[0] + 2, len(PATCH_3)
    edges = np.diff(np.pad(dark, ((1, 1), (0, 0))).T.ravel().view(np.int8))
    starts, ends = np.flatnonzero(edges == 1) + 1, np.flatnonzero(edges == -1) + 1
    # Before the first run and after the last there is nothing but the page's edge, or the next strip.
    if len(starts) < bars:
        return _Runs(bars_mm=np.zeros((0, bars)), strip=np.zeros(0, np.int64), at_mm=np.zeros(0))
    white_mm = sliding_window_view(np.pad((starts[1:] - ends[:-1]) * pixel_mm, 1, constant_values=np.inf), bars + 1)
    first, last = starts[: len(white_mm)], ends[bars - 1 :]
    fits = np.all(np.abs(white_mm[:, 1:-1] - NARROW_MM) <= _TOLERANCE_MM, axis=1) & (first // rows == last // rows)
    fits &= (white_mm[:, 0] >= _QUIET_MM) & (white_mm[:, -1] >= _QUIET_MM)
    middle = (first + last)[fits] / 2
    return _Runs(
        bars_mm=sliding_window_view((ends - starts) * pixel_mm, bars)[fits],
        strip=(middle // rows).astype(np.int64),
        at_mm=middle % rows * pixel_mm,
    )


def _as_wide(bars_mm: _Floats, code: str) -> _Flags:
    wanted = [WIDE_MM if bar == "W" else NARROW_MM for bar in code]
    return np.asarray(np.all(np.abs(bars_mm - wanted) <= _TOLERANCE_MM, axis=1))


def _longest_row(strips: Sequence[int], at_mm: Sequence[float]) -> int:
    """Return in how many neighbouring strips the bars go on."""
    longest: list[int] = []
    for place, (strip, at) in enumerate(zip(strips, at_mm, strict=True)):
        before = 0
        for other in range(place - 1, -1, -1):
            steps = strip - strips[other]
            if steps > _REACH:
                break
            if steps and abs(at - at_mm[other]) <= _STEEPEST * _STRIP_MM * steps:
                before = max(before, longest[other])
        longest.append(1 + before)
    return max(longest, default=0)
