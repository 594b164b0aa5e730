"""The contact sheet of a page: before and after side by side; below, at full size, before, after and mask of its crops.

The crops are the faintest writing and every seal. There are no labels: before stands left of after, the mask last.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from scanpipe.enhance.maps.ink import InkMap, map_ink
from scanpipe.enhance.pipeline import Enhanced
from scanpipe.raster import Box, Pixels, Raster

_PANEL_PX = (760, 1000)
_GAP_PX = 12
_CROP_MM = (60.0, 22.0)
_FAINTEST = 2
_MOST_SEALS = 6
_LARGEST_MM = 60.0
_EDGE_MM = 8.0  # edges of paper look like faint strokes
_LEAST_INK = 0.03  # of a crop: less is no writing
_BACKGROUND = 245


def contact_sheet(before: Raster, after: Enhanced) -> Raster:
    """Compose the sheet.

    Args:
        before: the page as it was scanned, in the geometry of the result.
        after: the result.
    """
    width = sum(_PANEL_PX[:1] * 2) + _GAP_PX
    rows = [_side_by_side([_fitted(before.pixels), _fitted(after.image.pixels)], width)]
    for left, top, right, bottom in _crops(before, after):
        pictures = [raster.pixels[top:bottom, left:right] for raster in (before, after.image, after.mask)]
        rows.append(_side_by_side([_coloured(pixels) for pixels in pictures], width))
    widest = max(row.shape[1] for row in rows)
    gap = np.full((_GAP_PX, widest, 3), _BACKGROUND, np.uint8)
    padded = [_padded(row, widest) for row in rows]
    return after.image.replace(np.concatenate([part for row in padded for part in (row, gap)]))


def _fitted(pixels: Pixels) -> Pixels:
    scale = min(_PANEL_PX[0] / pixels.shape[1], _PANEL_PX[1] / pixels.shape[0])
    return np.asarray(cv2.resize(_coloured(pixels), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _coloured(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 3 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)


def _side_by_side(pictures: list[Pixels], width: int) -> Pixels:
    """Put pictures side by side, a gap between them; a row is at least `width` wide."""
    height = max(picture.shape[0] for picture in pictures)
    row = np.full(
        (height, max(width, sum(picture.shape[1] + _GAP_PX for picture in pictures)), 3), _BACKGROUND, np.uint8
    )
    left = 0
    for picture in pictures:
        row[: picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + _GAP_PX
    return row


def _padded(row: Pixels, width: int) -> Pixels:
    return np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0)), constant_values=_BACKGROUND)


def _crops(before: Raster, after: Enhanced) -> Iterator[Box]:
    """Yield the boxes of the faintest writing, and of the seals, largest first."""
    yield from _faintest(before)
    seals = sorted(after.report.seals, key=lambda seal: -seal.ink_mm2)[:_MOST_SEALS]
    margin, largest = before.px(2), before.px(_LARGEST_MM)
    for seal in seals:
        left, top, right, bottom = seal.box_px
        yield (
            max(0, left - margin),
            max(0, top - margin),
            min(before.width, min(right, left + largest) + margin),
            min(before.height, min(bottom, top + largest) + margin),
        )


def _faintest(before: Raster) -> Iterator[Box]:
    """Yield the places where the strokes stand off their paper least, of all that hold writing."""
    ink = map_ink(before)
    across, down = (ink.px(side) for side in _CROP_MM)
    score = _strength(ink, across, down)
    scale_x, scale_y = before.width / score.shape[1], before.height / score.shape[0]
    for _number in range(_FAINTEST):
        row, column = np.unravel_index(int(score.argmin()), score.shape)
        if not np.isfinite(score[row, column]):
            return
        left, top = max(0, int(column) - across // 2), max(0, int(row) - down // 2)
        yield (
            int(left * scale_x),
            int(top * scale_y),
            min(before.width, int((left + across) * scale_x)),
            min(before.height, int((top + down) * scale_y)),
        )
        score[max(0, row - down) : row + down, max(0, column - across) : column + across] = np.inf


def _strength(ink: InkMap, across: int, down: int) -> Pixels:
    """Return the mean contrast of the strokes around every place, infinite where there is hardly any."""
    strokes, edge = ink.strokes.astype(np.float32), ink.px(_EDGE_MM)
    for side in (strokes[:edge], strokes[-edge:], strokes[:, :edge], strokes[:, -edge:]):
        side[:] = 0
    share = cv2.blur(strokes, (across, down))
    level = cv2.blur(strokes * ink.contrast, (across, down)) / np.maximum(share, 1e-6)
    level[share < _LEAST_INK] = np.inf
    return np.asarray(level)
