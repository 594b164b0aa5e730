"""The text mask as it is drawn: without what it takes for ink and is paper."""

import cv2
import numpy as np

from scanpipe.package.pages.ink import SURE_DEPTH, Flags, much_paler
from scanpipe.package.pages.layers import Layer
from scanpipe.package.pages.reference import Reference
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.channels import levels_below, to_grey
from scanpipe.raster.flags import square

_SQUARE = square(3)
_HOLE = square(2)  # smaller ones are grain


def ink_only(image: Raster, mask: Raster, ink: Layer, reference: Reference) -> Raster:
    """Return a mask without what is far paler than the ink it would be drawn with: folds, stains, filled letters.

    Its rim stays, where strokes fade into the paper, and so does all within what is broadly inked, and on a dark frame.
    """
    height, width = reference.depth.shape
    across, down = (round(side * reference.scale) for side in ink.covers_px)
    drawn = np.asarray(
        cv2.resize(ink.raster.pixels, (max(across, width), max(down, height)))[:height, :width], np.uint8
    )
    depth = levels_below(drawn, reference.background)
    filled = cv2.min(_filled_in(image, mask, reference, drawn), _at_mask_size(depth > SURE_DEPTH, mask))
    bare = cv2.max(_at_mask_size(much_paler(reference.depth, depth), mask), filled)
    bare = cv2.min(bare, _at_mask_size(reference.on_background, mask))
    return mask.replace(np.asarray(cv2.max(mask.pixels, bare), np.uint8))


def _filled_in(image: Raster, mask: Raster, reference: Reference, drawn: Pixels) -> Pixels:
    """Return 255 where a page is nearer to its paper than to its ink, though the mask has it and all around it."""
    paper, ink = (to_grey(reference.reduced.replace(pixels)).pixels for pixels in (reference.background, drawn))
    halfway = cv2.resize(cv2.addWeighted(paper, 0.5, ink, 0.5, 0), (image.width, image.height))
    bright = cv2.compare(to_grey(image).pixels, halfway, cv2.CMP_GT)
    inside = cv2.bitwise_not(cv2.dilate(mask.pixels, _SQUARE))
    return np.asarray(cv2.morphologyEx(cv2.min(bright, inside), cv2.MORPH_OPEN, _HOLE), np.uint8)


def _at_mask_size(flags: Flags, mask: Raster) -> Pixels:
    """Return small flags at a mask's size, 255 for each."""
    size = mask.width, mask.height
    return np.asarray(cv2.resize(255 * flags.view(np.uint8), size, interpolation=cv2.INTER_NEAREST), np.uint8)
