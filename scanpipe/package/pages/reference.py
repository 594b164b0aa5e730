"""A page as its proofs see it: reduced, with its ink told from its paper."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from scanpipe.package.pages.ink import Flags, faint_ink, ground_of, in_letters, on_bright, sure_ink
from scanpipe.package.pages.rendered import HAIR
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import blurred_down
from scanpipe.raster.channels import levels_below
from scanpipe.raster.flags import square

_DPI = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Original:
    """A page as its proofs see it, reduced.

    Attributes:
        small: the page.
        scale: its size, as a share of the page's, in pixels.
        ground: the paper close by each pixel.
        depth: of its ink.
        sure: where there is ink for sure.
        letters: what of it is letters.
        masked: what of those the mask has, or has next to it.
        faint: where ink as faint as pencil hangs together as letters do, outside of the mask.
        on_paper: what lies on paper, and not on or close to something dark beside it.
    """

    small: Raster
    scale: float
    ground: Pixels
    depth: Pixels
    sure: Flags
    letters: Flags
    masked: Flags
    faint: Flags
    on_paper: Flags


def original_of(image: Raster, mask: Raster) -> Original:
    """Return a page as its proofs see it.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
    """
    dpi = min(_DPI, image.dpi)
    size = _rendered_px(image.width, image.dpi, dpi), _rendered_px(image.height, image.dpi, dpi)
    pixels = blurred_down(image.pixels, *size)
    ground = ground_of(pixels, dpi)
    depth = levels_below(pixels, ground)
    sure, in_mask, on_paper = sure_ink(depth), _near_ink_of(mask, size), on_bright(ground, dpi)
    letters = in_letters(sure, dpi)
    return Original(
        small=Raster(pixels=pixels, dpi=dpi),
        scale=size[0] / image.width,
        ground=ground,
        depth=depth,
        sure=sure,
        letters=letters,
        masked=letters & in_mask,
        faint=in_letters(faint_ink(depth), dpi) & on_paper & ~in_mask,
        on_paper=on_paper,
    )


def _rendered_px(pixels: int, of_dpi: float, dpi: float) -> int:
    """Return how many pixels readers show of a side: those that are begun."""
    return max(1, math.ceil(HAIR * pixels / of_dpi * dpi))


def _near_ink_of(mask: Raster, size: tuple[int, int]) -> Flags:
    small = cv2.resize(cv2.erode(mask.pixels, square(3)), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.erode(small, square(3)) == 0, np.bool_)
