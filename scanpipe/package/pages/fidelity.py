"""The proof of a page: its PDF rendered back, and compared with the page that it was made from."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from scanpipe.package.pages.assemble import place_pages
from scanpipe.package.pages.colour_error import colour_error, paper_error, pieces_of
from scanpipe.package.pages.ink import (
    densest_mm2,
    faded,
    ground_of,
    new_ink,
    recall,
)
from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.reference import Original
from scanpipe.package.pages.rendered import shown_page
from scanpipe.package.pages.similarity import unlikeness
from scanpipe.raster import Box, Pixels
from scanpipe.raster.channels import levels_below

Doubt = Literal["ink", "smudge", "colour"]

INK_RECALL: Final = 0.995
"""The least share of the page's ink that must be about as dark as it was."""

LOST_MM2: Final = 4.0
"""The most ink of letters that may be lost in any square of 10 mm: a letter, but no word."""

FAINT_MM2: Final = 5.0
"""The most faint ink likewise: of real pages it is up to 3.9, of stains; where pencil is wiped out, 5.5 to 8."""

NEW_MM2: Final = 1.0
"""The most ink that may appear in any square of 10 mm: letters that run together have more."""

UNLIKE_OF_ALL: Final = 0.05
"""The most of what is drawn through the mask that may be unlike what it was."""

UNLIKE_OF_WORST: Final = 0.5
"""The most of any square of 10 mm whose letters may be lost: more is a line of writing."""

COLOUR_ERROR: Final = 10.0
"""The most that the colour of a seal may be off: the mean over its ink, in levels."""

INK_COLOUR_ERROR: Final = 25.0
"""The most that the colour of any sign in coloured ink may be off, likewise."""

PAPER_ERROR: Final = 4.0
"""The most that the paper may be off: the median over the page, in levels."""

_SIGN_PX = 40  # the smallest sign that is proven: of 2 x 1.3 mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is not as it was.

    Attributes:
        doubts: `ink` that is lost, a `smudge` of ink that never was, in which letters may have drowned, or `colour`.
        off: where pieces of coloured ink are off by more than a seal may be, in pixels of the page.
    """

    doubts: tuple[Doubt, ...]
    off: tuple[Box, ...] = ()


def prove(page: EncodedPage, original: Original, seals: Sequence[Box]) -> Proof:
    """Compare a page with what it was made from.

    Args:
        page: as it goes into the PDF.
        original: the page that it was made from.
        seals: where its seals are, in pixels of the page.
    """
    height, width = original.depth.shape
    rendered = render(page, original.small.dpi)
    if rendered.shape[:2] != (height, width):
        rendered = np.asarray(cv2.resize(rendered, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    doubts = tuple(_doubts_of_ink(original, rendered))
    if not original.small.colour:
        return Proof(doubts=doubts)
    pieces = [piece for piece in pieces_of(original.small.pixels, rendered) if piece.error > COLOUR_ERROR]
    wrong = any(piece.size >= _SIGN_PX and piece.error > INK_COLOUR_ERROR for piece in pieces)
    if wrong or _off_colour(original, rendered, seals):
        doubts = (*doubts, "colour")
    off = [_scaled(piece.box, 1 / original.scale) for piece in pieces]
    return Proof(doubts=doubts, off=tuple(off))


def _doubts_of_ink(original: Original, rendered: Pixels) -> Iterator[Doubt]:
    dpi = original.small.dpi
    depth = levels_below(rendered, ground_of(rendered, dpi))
    lost = faded(original.depth, depth)
    a_word = densest_mm2(lost & original.letters, dpi) > LOST_MM2 or densest_mm2(lost & original.faint, dpi) > FAINT_MM2
    if a_word or recall(original.depth, original.sure, lost) < INK_RECALL:
        yield "ink"
    unlike = unlikeness(original.small, original.small.replace(rendered), original.masked)
    drowned = unlike.of_all > UNLIKE_OF_ALL or unlike.of_worst > UNLIKE_OF_WORST
    if drowned or densest_mm2(new_ink(original.depth, depth), dpi) > NEW_MM2:
        yield "smudge"


def _off_colour(original: Original, rendered: Pixels, seals: Sequence[Box]) -> bool:
    before = original.small.pixels
    boxes = [_scaled(box, original.scale) for box in seals]
    return paper_error(before, rendered) > PAPER_ERROR or any(
        colour_error(before, rendered, box) > COLOUR_ERROR for box in boxes
    )


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (round(side * scale) for side in box)
    return left, top, right, bottom


def render(page: EncodedPage, dpi: float) -> Pixels:
    """Return a page as a reader of PDFs shows it (h, w[, 3])."""
    stream = io.BytesIO()
    with place_pages([page]) as document:
        document.save(stream)
    return shown_page(stream.getvalue(), 1, dpi=dpi, colour=page.base.colour)
