"""The fidelity check of a page: its PDF rendered back, and compared with the page that it was made from."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from scanpipe.package.pages.assemble import place_pages
from scanpipe.package.pages.colour_error import background_error, colour_error, coloured_pieces
from scanpipe.package.pages.ink import (
    background_of,
    lost_ink,
    max_local_area_mm2,
    new_ink,
    recall,
)
from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.reference import Reference
from scanpipe.package.pages.rendered import rendered_page
from scanpipe.package.pages.similarity import stroke_mismatch
from scanpipe.raster import Box, Pixels
from scanpipe.raster.channels import levels_below

Defect = Literal["lost_ink", "spurious_ink", "colour_shift"]

MIN_INK_RECALL: Final = 0.995
"""The least share of the page's ink that must be about as dark as it was."""

MAX_LOST_MM2: Final = 4.0
"""The most ink of letters that may be lost in any square of 10 mm: a letter, but no word."""

MAX_LOST_FAINT_MM2: Final = 5.0
"""The most faint ink likewise: of real pages it is up to 3.9, of stains; where pencil is wiped out, 5.5 to 8."""

MAX_NEW_MM2: Final = 1.0
"""The most ink that may appear in any square of 10 mm: letters that run together have more."""

MAX_MISMATCH: Final = 0.05
"""The most of what is drawn through the mask whose strokes may not match what they were."""

MAX_LOCAL_MISMATCH: Final = 0.5
"""The most of any square of 10 mm whose letters may be lost: more is a line of writing."""

MAX_SEAL_COLOUR_ERROR: Final = 10.0
"""The most that the colour of a seal may be off: the mean over its ink, in levels."""

MAX_INK_COLOUR_ERROR: Final = 25.0
"""The most that the colour of any mark in coloured ink may be off, likewise."""

MAX_BACKGROUND_ERROR: Final = 4.0
"""The most that the paper may be off: the median over the page, in levels."""

_LEAST_MARK_PX = 40  # the smallest mark that is checked: of 2 x 1.3 mm


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityReport:
    """What of a page is not as it was.

    Attributes:
        defects: `lost_ink`; `spurious_ink` that never was, in which letters may have drowned; or a `colour_shift`.
        colour_shifts: where pieces of coloured ink are off by more than a seal may be, in pixels of the page.
    """

    defects: tuple[Defect, ...]
    colour_shifts: tuple[Box, ...] = ()


def check_fidelity(page: EncodedPage, reference: Reference, seals: Sequence[Box]) -> FidelityReport:
    """Compare a page with what it was made from.

    Args:
        page: as it goes into the PDF.
        reference: the page that it was made from.
        seals: where its seals are, in pixels of the page.
    """
    height, width = reference.depth.shape
    rendered = render(page, reference.reduced.dpi)
    if rendered.shape[:2] != (height, width):
        rendered = np.asarray(cv2.resize(rendered, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    defects = tuple(_ink_defects(reference, rendered))
    if not reference.reduced.colour:
        return FidelityReport(defects=defects)
    pieces = coloured_pieces(reference.reduced.pixels, rendered)
    pieces = tuple(piece for piece in pieces if piece.error > MAX_SEAL_COLOUR_ERROR)
    wrong = any(piece.size >= _LEAST_MARK_PX and piece.error > MAX_INK_COLOUR_ERROR for piece in pieces)
    if wrong or _colours_shifted(reference, rendered, seals):
        defects = (*defects, "colour_shift")
    shifts = tuple(_scaled(piece.box, 1 / reference.scale) for piece in pieces)
    return FidelityReport(defects=defects, colour_shifts=shifts)


def _ink_defects(reference: Reference, rendered: Pixels) -> Iterator[Defect]:
    dpi = reference.reduced.dpi
    depth = levels_below(rendered, background_of(rendered, dpi))
    lost = lost_ink(reference.depth, depth)
    lost_mm2, lost_faint_mm2 = (max_local_area_mm2(lost & ink, dpi) for ink in (reference.letters, reference.faint_ink))
    a_word = lost_mm2 > MAX_LOST_MM2 or lost_faint_mm2 > MAX_LOST_FAINT_MM2
    if a_word or recall(reference.depth, reference.ink, lost) < MIN_INK_RECALL:
        yield "lost_ink"
    mismatch = stroke_mismatch(reference.reduced, reference.reduced.replace(rendered), reference.in_mask)
    drowned = mismatch.share > MAX_MISMATCH or mismatch.worst_share > MAX_LOCAL_MISMATCH
    if drowned or max_local_area_mm2(new_ink(reference.depth, depth), dpi) > MAX_NEW_MM2:
        yield "spurious_ink"


def _colours_shifted(reference: Reference, rendered: Pixels, seals: Sequence[Box]) -> bool:
    before = reference.reduced.pixels
    boxes = [_scaled(box, reference.scale) for box in seals]
    return background_error(before, rendered) > MAX_BACKGROUND_ERROR or any(
        colour_error(before, rendered, box) > MAX_SEAL_COLOUR_ERROR for box in boxes
    )


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (round(side * scale) for side in box)
    return left, top, right, bottom


def render(page: EncodedPage, dpi: float) -> Pixels:
    """Return a page as a reader of PDFs shows it (h, w[, 3])."""
    stream = io.BytesIO()
    with place_pages([page]) as document:
        document.save(stream)
    return rendered_page(stream.getvalue(), 1, dpi=dpi, colour=page.base.colour)
