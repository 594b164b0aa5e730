"""The page cut out of its picture: frame, bed and covers go, and what of them stays within the box is painted over."""

from dataclasses import replace

import msgspec
import numpy as np

from scanpipe.enhance.filters import page_box, surroundings
from scanpipe.enhance.filters.outcome import Applied, Skipped
from scanpipe.enhance.filters.page_box import DetectedPage, PageBox
from scanpipe.enhance.maps import carried
from scanpipe.enhance.maps.background import Flags, Paper
from scanpipe.enhance.maps.ink import loss_outside, map_ink
from scanpipe.enhance.maps.marks import most_mm2
from scanpipe.enhance.maps.seals import crop_seals, worst_cropped_share
from scanpipe.enhance.page import Page
from scanpipe.enhance.parameters import PageBoxParams
from scanpipe.raster import Raster

_SPECK_MM2 = 3.0  # of colour beside the page: a fringe of the scanner's rim
_PAINTED_OVER = 0.002  # of the writing: more of what looks like it outside the outline, and nothing is painted


def measure(page: Page, params: PageBoxParams) -> DetectedPage:
    """Find the page; its box has no outline where painting would cover what may be writing."""
    detected = page_box.find_page(page.raster, params, page.marks)
    box = detected.box
    if not box.confidence or not box.outline:
        return detected
    ink, bare = page.ink.without(detected.surround_mask), box.without_outline()
    painted, cut = (loss_outside(ink, _within(which, page)).lost_share for which in (box, bare))
    return replace(detected, box=bare) if painted > _PAINTED_OVER + cut else detected


def stats(detected: DetectedPage) -> PageBox:
    """Return what the report tells."""
    return detected.box


def judge(page: Page, detected: DetectedPage, _params: PageBoxParams) -> Skipped | None:
    """Leave a picture alone that is all page, or whose page was not found."""
    if detected.box.covers(page.raster):
        return Skipped(status="not_needed")
    return None if detected.box.confidence else Skipped(status="unsure", flag="page_box_unsure")


def apply(page: Page, detected: DetectedPage, _params: PageBoxParams) -> Applied:
    """Cut the page out; what was found to surround it is no ink that could be lost."""
    box, ink = detected.box, page.ink.without(detected.surround_mask)
    inside, seals = _within(box, page), page.seals
    rows, columns = _on_map(box, page)
    raster, paper, marks = _cut(page, box)
    cut_ink = map_ink(raster, surround_mask=(page.ink.surround_mask | ~inside)[rows, columns], paper=paper)
    loss = loss_outside(ink, inside)
    if ink.mm2(ink.coloured_ink & ~inside) < _SPECK_MM2:
        loss = msgspec.structs.replace(loss, colour_lost_share=0.0)
    loss = msgspec.structs.replace(
        loss, seal_lost_share=worst_cropped_share(seals, inside), writing_lost_mm2=_writing_outside(box, page)
    )
    known_seals = crop_seals(seals, box.sides, page.ink, cut_ink)
    return Applied(page=Page(raster=raster, ink=cut_ink, marks=marks, known_seals=known_seals), loss=loss)


def apply_given(page: Page, box: PageBox) -> Applied:
    """Cut a page to a box that a person or another page gave; all ink outside counts as lost."""
    rows, columns = _on_map(box, page)
    inside = _within(box, page)
    raster, paper, marks = _cut(page, box)
    ink = map_ink(raster, surround_mask=page.ink.surround_mask[rows, columns], paper=paper)
    loss = msgspec.structs.replace(
        loss_outside(page.ink, inside),
        seal_lost_share=worst_cropped_share(page.seals, inside),
        writing_lost_mm2=_writing_outside(box, page),
    )
    return Applied(page=Page(raster=raster, ink=ink, marks=marks), loss=loss)


def _cut(page: Page, box: PageBox) -> tuple[Raster, Paper, Flags]:
    """Return what is within a box, its paper, and the marks on it."""
    within = page.raster.replace(page.raster.pixels[box.top : box.bottom, box.left : box.right])
    marks = carried.cut(page.marks, box.left, box.top, within)
    return *page_box.cut_and_painted(page.raster, page.ink.paper, box, marks), marks


def _writing_outside(box: PageBox, page: Page) -> float:
    """Return how much writing a cut to the box, and the painting beyond its outline, take away."""
    block = carried.block_px(page.raster.dpi)
    rows, columns = np.ogrid[: len(page.marks), : len(page.marks[0])]
    middles = (rows + 0.5) * block, (columns + 0.5) * block
    within = (middles[0] >= box.top) & (middles[0] < box.bottom) & (middles[1] >= box.left) & (middles[1] < box.right)
    if box.outline:
        within = within & surroundings.inside(box.outline, *page.marks.shape, scale=1 / block)
    return most_mm2(page.marks & ~within, page.raster.dpi / block)


def _within(box: PageBox, page: Page) -> Flags:
    """Return where, on the page's ink map, the box and its outline are."""
    rows, columns = _on_map(box, page)
    flags = np.zeros(page.ink.surround_mask.shape, np.bool_)
    flags[rows, columns] = True
    if box.outline:
        flags &= surroundings.inside(box.outline, len(flags), len(flags[0]), scale=page.ink.dpi / page.raster.dpi)
    return flags


def _on_map(box: PageBox, page: Page) -> tuple[slice, slice]:
    """Return the box as rows and columns of the page's ink map."""
    height, width = page.ink.surround_mask.shape
    across, down = width / page.raster.width, height / page.raster.height
    rows = slice(int(box.top * down), min(height, int(np.ceil(box.bottom * down))))
    return rows, slice(int(box.left * across), min(width, int(np.ceil(box.right * across))))
