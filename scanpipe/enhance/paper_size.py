"""How large the paper is that a scan shows, whichever way it lies: without margin, bed, and what turning adds."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.filters import spread
from scanpipe.enhance.filters.page_box import find_page
from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.parameters import PageBoxParams
from scanpipe.raster import Raster

Millimetres = tuple[float, float]

_BEYOND = 0.25  # of the rows at either end: there a slanted sheet has its corners


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """What is known of the paper on a scan.

    Attributes:
        scan: the picture before it was bent, turned by less than a quarter, or cut.
        gutter: where the scan's two pages meet, if only one of them is the paper in question.
        region: which of them.
        upended: whether the page was turned by a quarter since.
        size_mm: width and height of the paper as the scan lies.
    """

    scan: Raster
    gutter: spread.Spread | None = None
    region: spread.Half = "left"
    upended: bool = False
    size_mm: Millimetres

    @property
    def upright_mm(self) -> Millimetres:
        """Width and height of the paper as the page lies."""
        width, height = self.size_mm[::-1] if self.upended else self.size_mm
        return round(width, 1), round(height, 1)

    def turned(self, turn_deg: int) -> "Sheet":
        """Return the sheet after a turn by quarters."""
        return replace(self, upended=self.upended != (turn_deg % 180 == 90))

    def measured(self, params: PageBoxParams) -> "Sheet":
        """Return the sheet with its size as seen on the scan; as it was where its surroundings do not tell.

        A slanted sheet's rows and columns are longer than its sides by one over the cosine of its angle.
        """
        detected = find_page(self.scan, params)
        if not detected.box.confidence:
            return self
        block = self.scan.dpi / detected.dpi
        page = detected.page & self._on_this_page(detected.page.shape, block)
        across = _chord_px(page, block, self.scan.width)
        down = _chord_px(page.T, block, self.scan.height)
        upright = float(np.cos(np.radians(_angle_deg(page))))
        return replace(self, size_mm=(self.scan.mm(across * upright), self.scan.mm(down * upright)))

    def _on_this_page(self, shape: tuple[int, ...], block: float) -> Flags:
        """Return which places of a map are not on the facing page."""
        if self.gutter is None:
            return np.ones(shape, np.bool_)
        rows, columns = (np.arange(side) * block for side in shape)
        gutter = [self.gutter.x_at(row, self.scan.height) for row in rows]
        on_left = columns[None, :] + block / 2 < np.array(gutter)[:, None]
        return np.asarray(on_left if self.region == "left" else ~on_left, np.bool_)


def sheet_of(scan: Raster) -> Sheet:
    """Return the sheet that is all of a scan, as long as nothing else is known."""
    return Sheet(scan=scan, size_mm=scan.size_mm)


def half_of(scan: Raster, gutter: spread.Spread, region: spread.Half) -> Sheet:
    """Return the sheet that lies on one side of a scan's gutter."""
    middle = (gutter.top_x + gutter.bottom_x) / 2
    width = middle if region == "left" else scan.width - middle
    return Sheet(scan=scan, gutter=gutter, region=region, size_mm=(scan.mm(width), scan.size_mm[1]))


def _chord_px(page: Flags, block: float, end_px: int) -> float:
    """Return how far it usually is from a row's first place on the page to its last; each is a block of pixels."""
    rows = np.flatnonzero(page.any(axis=1))
    beyond = int(len(rows) * _BEYOND)
    middle = page[rows[beyond : len(rows) - beyond]]
    last: NDArray[np.intp] = page.shape[1] - middle[:, ::-1].argmax(axis=1)
    ends = np.where(last == page.shape[1], end_px, last * block)
    chords = np.sort(ends - middle.argmax(axis=1) * block)
    few = len(chords) // 4
    return float(chords[few : len(chords) - few].mean())


def _angle_deg(page: Flags) -> float:
    """Return how far the smallest rectangle around the page leans from upright, at most 45."""
    places = np.argwhere(page)[:, ::-1].astype(np.float32)
    return (float(cv2.minAreaRect(places)[2]) + 45) % 90 - 45
