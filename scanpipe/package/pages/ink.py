"""The ink of a page: how dark it is against the paper close by, and what of it two pictures of a page do not share.

Pictures are small ones of equal size; depths are in levels, of the channel where they are greatest.
"""

from typing import Final

import cv2
import numpy as np

from scanpipe.raster import Pixels
from scanpipe.raster.channels import KEPT, brightest, levels_below
from scanpipe.raster.flags import Flags as Flags
from scanpipe.raster.flags import square
from scanpipe.raster.lengths import mm_of, px_of, whole_px

LETTERS_MM: Final = 25.0
"""Letters and words that hang together are no larger; rules and what lies at the edge of a page mostly are."""

SURE_DEPTH: Final = 40.0
"""Ink is darker than the paper close by it by more than that, in levels."""

_WINDOW_MM = 2.5
_TIMES_GRAIN = 6.0
_FAINT_DEPTH, _FAINT_TIMES_GRAIN = 20.0, 4.0
_PALE = 0.3  # of the depth it is drawn with: what is paler than that was no ink
_BRIGHT = 0.6
_PLACE_MM = 10.0
_RULE_MM = 8.0
_APART = 7  # pixels: for a median, one in fifty tells as much
_NEXT = square(3)


def background_of(pixels: Pixels, dpi: float) -> Pixels:
    """Return the paper close by each pixel (h, w[, 3])."""
    return np.asarray(cv2.morphologyEx(cv2.GaussianBlur(pixels, (0, 0), 0.7), cv2.MORPH_CLOSE, _window(dpi)), np.uint8)


def on_bright_background(ground: Pixels, dpi: float) -> Flags:
    """Tell where a ground is about as bright as most of it is, and so is what lies close by."""
    levels = brightest(ground)
    bright = (levels > _BRIGHT * _usual(levels)).astype(np.uint8)
    return np.asarray(cv2.erode(bright, _window(dpi)), np.bool_)


def sure_ink(depth: Pixels) -> Flags:
    """Tell which pixels are darker than stains and grain are."""
    return np.asarray(depth > max(SURE_DEPTH, _TIMES_GRAIN * (_usual(depth) + 1)), np.bool_)


def faint_ink(depth: Pixels) -> Flags:
    """Tell which pixels are about as dark as pencil is, and as stains and show-through are."""
    return np.asarray(depth > max(_FAINT_DEPTH, _FAINT_TIMES_GRAIN * (_usual(depth) + 1)), np.bool_)


def in_letters(ink: Flags, dpi: float) -> Flags:
    """Tell which of the ink hangs together in pieces of the size of letters and words, rules left aside.

    Writing stands on rules, which would make one piece of all of it.
    """
    between = ink & ~_rules(ink, dpi)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(cv2.dilate(between.view(np.uint8), _NEXT))
    sides = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    return np.asarray(between & (sides <= px_of(LETTERS_MM, dpi))[labels], np.bool_)


def _rules(ink: Flags, dpi: float) -> Flags:
    """Tell where ink runs straight on, across or down, for longer than a stroke of a letter, and on beyond its gaps."""
    length = max(2, round(px_of(_RULE_MM, dpi)))
    rules = np.zeros(ink.shape, np.bool_)
    for run, exceeded in (((1, length), (1, 2 * length + 1)), ((length, 1), (2 * length + 1, 1))):
        straight = cv2.morphologyEx(ink.view(np.uint8), cv2.MORPH_OPEN, np.ones(run, np.uint8))
        rules |= cv2.dilate(straight, np.ones(exceeded, np.uint8)) > 0
    return rules


def lost_ink(before: Pixels, after: Pixels) -> Flags:
    """Tell where one depth is no longer nearly as great, neither there nor next to it, in another."""
    return ~_nearly_as_dark(before, after, KEPT)


def new_ink(before: Pixels, after: Pixels) -> Flags:
    """Tell where there is sure ink and was hardly any; by two depths."""
    return sure_ink(after) & much_paler(before, after)


def much_paler(before: Pixels, after: Pixels) -> Flags:
    """Tell where one depth is a small part of another's, and next to it too."""
    return ~_nearly_as_dark(after, before, _PALE)


def ink_recall(before: Pixels, after: Pixels, dpi: float) -> float:
    """Return the share of one picture's ink, by darkness, that is nearly as dark in another; both are (h, w[, 3])."""
    old, new = (levels_below(pixels, background_of(pixels, dpi)) for pixels in (before, after))
    return recall(old, sure_ink(old), lost_ink(old, new))


def recall(depth: Pixels, ink: Flags, lost: Flags) -> float:
    """Return the share of the ink, by darkness, that is not lost."""
    all_ink = float(depth[ink].sum())
    return 1 - float(depth[ink & lost].sum()) / all_ink if all_ink else 1.0


def max_local_area_mm2(flags: Flags, dpi: float) -> float:
    """Return the largest area of flags, in mm², that lies in any square of 10 mm."""
    side = whole_px(_PLACE_MM, dpi)
    shares = cv2.blur(flags.astype(np.float32), (side, side), borderType=cv2.BORDER_CONSTANT)
    return float(shares.max()) * mm_of(side, dpi) ** 2


def _usual(levels: Pixels) -> float:
    """Return the median of a page's levels."""
    return float(np.median(levels[::_APART, ::_APART]))


def _nearly_as_dark(depth: Pixels, other: Pixels, share: float) -> Flags:
    return np.asarray(cv2.dilate(other, _NEXT) >= cv2.convertScaleAbs(depth, alpha=share), np.bool_)


def _window(dpi: float) -> Pixels:
    side = max(3, round(px_of(_WINDOW_MM, dpi))) | 1
    return square(side)
