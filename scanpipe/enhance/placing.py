"""Where the pixels of a scan came to lie on its page, told by the report of what was measured and done."""

from collections.abc import Iterable

import numpy as np

from scanpipe.enhance.filters import deskew, dewarp, orientation, spread
from scanpipe.enhance.filters.page_box import PageBox
from scanpipe.enhance.maps.carried import Way
from scanpipe.enhance.parameters import SpreadParams
from scanpipe.enhance.report import Report, StepReport
from scanpipe.raster import Raster


def way_of(report: Report, scan_size: tuple[int, int], *, spread_params: SpreadParams | None = None) -> Way | None:
    """Return the way that pixels of a scan took, without the bends of dewarping; None where the report does not say.

    Args:
        report: of the page.
        scan_size: width and height of the scan in pixels.
        spread_params: by which a spread was parted; by default those of a recipe that says nothing of it.
    """
    canvas, way = _canvas(*scan_size, report.dpi), np.eye(3)
    for step in _done(report.steps):
        if isinstance(step.measured, spread.Spread):
            moved, size = _halved(canvas, report, step.measured, spread_params or SpreadParams())
        else:
            moved, size = _moved(canvas, step)
        canvas, way = _canvas(*size, report.dpi), np.array([*moved, (0, 0, 1)]) @ way
    return way[:2] if (canvas.width, canvas.height) == report.size_px else None


def _done(steps: Iterable[StepReport]) -> Iterable[StepReport]:
    return (step for step in steps if step.applied)


def _canvas(width: int, height: int, dpi: float) -> Raster:
    """Return a picture of that size that takes no memory."""
    return Raster(pixels=np.broadcast_to(np.uint8(0), (height, width)), dpi=dpi)


def _moved(canvas: Raster, step: StepReport) -> tuple[Way, tuple[int, int]]:
    """Return the way that a step takes, and the size of what comes of it."""
    measured, size = step.measured, (canvas.width, canvas.height)
    if isinstance(measured, orientation.Orientation):
        return orientation.way(canvas, measured), size[::-1] if measured.turn_deg % 180 else size
    if isinstance(measured, deskew.Skew):
        return deskew.way(canvas, measured), deskew.size_after(canvas, measured)
    if isinstance(measured, dewarp.PageCurl):
        above, below = dewarp.room_for(canvas, measured)
        return _by(0, above), (size[0], size[1] + above + below)
    if isinstance(measured, PageBox):
        return _by(-measured.left, -measured.top), (measured.right - measured.left, measured.bottom - measured.top)
    return _by(0, 0), size


def _halved(canvas: Raster, report: Report, gutter: spread.Spread, params: SpreadParams) -> tuple[Way, tuple[int, int]]:
    if not report.region:
        return _by(0, 0), (canvas.width, canvas.height)
    if "gutter_unsure" in report.flags:
        gutter, params = spread.middle(canvas), spread.unsure(params)
    columns, _corners = spread.part(canvas, gutter, report.region, params)
    return _by(-columns.start, 0), (columns.stop - columns.start, canvas.height)


def _by(across: int, down: int) -> Way:
    return np.array([[1.0, 0, across], [0, 1.0, down]])


def for_edges(way: Way) -> Way:
    """Return a way between pixel centres as one between places that count from the pixels' outer edges."""
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    edges = half @ np.array([*way, (0, 0, 1)]) @ np.linalg.inv(half)
    return np.asarray(edges[:2], np.float64)
