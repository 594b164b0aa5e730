"""Writing that runs into an edge of the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.capture.checks.page_map import PageMap, histogram, level_below
from scanpipe.capture.checks.values import Mark
from scanpipe.raster import Pixels
from scanpipe.raster.flags import Flags, runs

_DEEP_MM = 3.0
_INWARD_MM = 0.5  # less deep: the edge of a sheet below, or of the lid
_WORD_MM = 60.0  # what is longer along the edge is a shadow, a fold, the lid
_LETTER_MM = 1.0  # narrower: the stub of a rule
_STROKE_MM = 3.5
_RULE_MM, _UNBROKEN, _THIN_PX = 9.0, 0.8, 2  # so far straight inward: a rule, which may well run to the edge
_APART_MM = 1.0
_DARKNESS = 0.25  # of the page's ink: fainter strokes are rules, or show through
_CORE = 0.75  # the darkest part of a stroke; dirt in a gutter, and the grain of a board, are fainter
_PAPER, _NEAR_MM = 0.85, 4.0  # of the page's paper: darker is the board below, or the shadow of a gutter
_SEAL_LEVELS = 40  # that red is above green and blue


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeStrokes:
    """Strokes of writing that one side of the picture cuts: how many, and from where to where, in pixels along it."""

    side: int
    count: int
    first: int
    last: int


def cut_strokes(page: PageMap) -> tuple[EdgeStrokes, ...]:
    """Count the strokes that run into each side of the picture: left, top, right, bottom; not those of seals."""
    levels = histogram(page.depth)
    levels[0] = 0
    usual = level_below(levels, 0.75) if levels.any() else 0.0
    paper = _PAPER * level_below(histogram(np.asarray(page.inner(page.grey), np.uint8)), 0.8)
    found = []
    maps = [_sides(levels, page.px(_RULE_MM)) for levels in (page.depth, page.grey, page.surround)]
    for number, (depth, grey, surround) in enumerate(zip(*maps, strict=True)):
        there = _on_paper(grey, paper, page) & ~surround
        found.append(_along(np.where(there, depth, 0), usual, _red(page, number), number, page))
    return tuple(found)


def _sides(levels: NDArray[np.generic], deep: int) -> tuple[NDArray[np.generic], ...]:
    """Return so many rows of a map from each side: that edge of the picture lies at their top."""
    return levels[:, :deep].T, levels[:deep], levels[:, ::-1][:, :deep].T, levels[::-1][:deep]


def _on_paper(grey: Pixels, least: float, page: PageMap) -> Flags:
    """Return where along its top there is something as bright as paper near the edge."""
    brightest = grey[: page.px(_DEEP_MM)].max(axis=0).reshape(1, -1)
    near = cv2.dilate(np.ascontiguousarray(brightest), np.ones((1, page.px(_NEAR_MM) | 1), np.uint8))
    return np.asarray(near.ravel() >= least, np.bool_)


def _red(page: PageMap, side: int) -> Flags:
    """Return which pixels of the map at a side, in its order, are red: of a seal set across the edges of pages."""
    pixels = page.captured.pixels
    deep = 3 * page.step
    strip = (pixels[:, :deep].swapaxes(0, 1), pixels[:deep], pixels[:, -deep:].swapaxes(0, 1), pixels[-deep:])[side]
    if strip.ndim == 2:
        return np.zeros(max(page.grey.shape), np.bool_)
    levels = strip[:, :: page.step].astype(np.int16)
    return np.asarray((levels[..., 0] - levels[..., 1:].max(axis=-1) > _SEAL_LEVELS).any(axis=0), np.bool_)


def edge_mark(page: PageMap, strokes: EdgeStrokes) -> Mark:
    """Return where the strokes run into the edge."""
    height, width = page.grey.shape
    deep, first, length = 8.0, page.mm(strokes.first), page.mm(strokes.last - strokes.first + 1)
    if strokes.side in (0, 2):
        left = 0.0 if strokes.side == 0 else page.mm(width) - deep
        return Mark(flag="edge_cut", left_mm=left, top_mm=first, width_mm=deep, height_mm=length)
    top = 0.0 if strokes.side == 1 else page.mm(height) - deep
    return Mark(flag="edge_cut", left_mm=first, top_mm=top, width_mm=length, height_mm=deep)


def _along(depth: Pixels, usual: float, red: Flags, side: int, page: PageMap) -> EdgeStrokes:
    """Look at the first rows of a map of depths, of which `usual` is that of ink; the picture's edge is its top."""
    ink = depth > _DARKNESS * usual
    band = np.ascontiguousarray(ink[: page.px(_DEEP_MM)]).view(np.uint8)
    # The shadow of a gutter or of the paper's own edge lies along the picture's, and joins what it meets.
    shadow = cv2.morphologyEx(band, cv2.MORPH_OPEN, np.ones((1, page.px(_STROKE_MM)), np.uint8))
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(cv2.subtract(band, shadow))
    inward, along = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    stroke = (inward >= page.px(_INWARD_MM)) & (along <= page.px(_WORD_MM)) & (along >= page.px(_LETTER_MM))
    stroke &= np.isin(np.arange(len(stats)), labels[depth[: len(labels)] >= _CORE * usual])
    stroke[0] = False
    cut = stroke[labels[0]] & stroke[labels[min(1, len(labels) - 1)]]
    found = [
        start
        for start, end in runs(cut)
        if end - start <= page.px(_STROKE_MM) and not _is_rule(ink, start, end, page) and not red[start:end].any()
    ]
    apart = [place for n, place in enumerate(found) if n == 0 or place - found[n - 1] >= page.px(_APART_MM)]
    return EdgeStrokes(side=side, count=len(apart), first=found[0] if found else 0, last=found[-1] if found else 0)


def _is_rule(ink: Flags, start: int, end: int, page: PageMap) -> bool:
    """Whether the stroke goes straight on into the page, thin, whatever it crosses."""
    far = ink[: page.px(_RULE_MM), max(0, start - 2) : end + 2]
    return bool(far.any(axis=1).mean() > _UNBROKEN and np.quantile(far.sum(axis=1), 0.75) <= _THIN_PX)
