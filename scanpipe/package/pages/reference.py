"""A page as the fidelity check sees it: reduced, with its ink told from its background."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from scanpipe.package.pages.ink import Flags, background_of, faint_ink, in_letters, on_bright_background, sure_ink
from scanpipe.package.pages.rendered import ROUNDING_EPSILON
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import blurred_down
from scanpipe.raster.channels import levels_below
from scanpipe.raster.flags import square

_DPI = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """A page as the fidelity check sees it, reduced.

    Attributes:
        reduced: the page.
        scale: its size, as a share of the page's, in pixels.
        background: the paper close by each pixel.
        depth: of its ink.
        ink: where there is ink for sure.
        letters: what of it is letters.
        in_mask: what of those the mask has, or has next to it.
        faint_ink: where ink as faint as pencil hangs together as letters do, outside of the mask.
        on_background: what lies on paper, and not on or close to something dark beside it.
    """

    reduced: Raster
    scale: float
    background: Pixels
    depth: Pixels
    ink: Flags
    letters: Flags
    in_mask: Flags
    faint_ink: Flags
    on_background: Flags


def reference_of(image: Raster, mask: Raster) -> Reference:
    """Return a page as the fidelity check sees it.

    Args:
        image: the page.
        mask: grey, same size, 0 = ink.
    """
    dpi = min(_DPI, image.dpi)
    size = _rendered_px(image.width, image.dpi, dpi), _rendered_px(image.height, image.dpi, dpi)
    pixels = blurred_down(image.pixels, *size)
    background = background_of(pixels, dpi)
    depth = levels_below(pixels, background)
    ink, in_mask, on_background = sure_ink(depth), _near_ink_of(mask, size), on_bright_background(background, dpi)
    letters = in_letters(ink, dpi)
    return Reference(
        reduced=Raster(pixels=pixels, dpi=dpi),
        scale=size[0] / image.width,
        background=background,
        depth=depth,
        ink=ink,
        letters=letters,
        in_mask=letters & in_mask,
        faint_ink=in_letters(faint_ink(depth), dpi) & on_background & ~in_mask,
        on_background=on_background,
    )


def _rendered_px(pixels: int, of_dpi: float, dpi: float) -> int:
    """Return how many pixels readers show of a side: those that are begun."""
    return max(1, math.ceil(ROUNDING_EPSILON * pixels / of_dpi * dpi))


def _near_ink_of(mask: Raster, size: tuple[int, int]) -> Flags:
    small = cv2.resize(cv2.erode(mask.pixels, square(3)), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.erode(small, square(3)) == 0, np.bool_)
