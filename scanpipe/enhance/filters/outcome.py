"""What comes of a filter: the page that it made with the ink that this cost, or why it leaves the page alone."""

from dataclasses import dataclass

import msgspec

from scanpipe.enhance.maps.background import Flags, Paper
from scanpipe.enhance.maps.ink import InkLoss, InkMap, loss_by_mass, loss_in_place, map_ink
from scanpipe.enhance.maps.seals import worst_lost_share
from scanpipe.enhance.page import Page
from scanpipe.raster import Raster


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """A new page, and the ink that it cost; None where no ink can be lost."""

    page: Page
    loss: InkLoss | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Why a page is left alone (`not_needed`, `unsure`, `found`), and the flag that this raises, if any."""

    status: str
    flag: str | None = None


def resampled(page: Page, raster: Raster, surround_mask: Flags, marks: Flags) -> Applied:
    """Weigh a page whose pixels moved.

    Args:
        page: the page before.
        raster: its picture now.
        surround_mask: what surrounds it now, at any scale.
        marks: its marks now.
    """
    ink = map_ink(raster, surround_mask=surround_mask)
    return Applied(page=Page(raster=raster, ink=ink, marks=marks), loss=loss_by_mass(page.ink, ink))


def recoloured(page: Page, raster: Raster, *, own_ink: InkMap | None = None, paper: Paper | None = None) -> Applied:
    """Weigh a page none of whose pixels moved.

    Args:
        page: the page before.
        raster: its picture now.
        own_ink: the ink that must not be lost, if that is not all there was.
        paper: the paper under the ink, if it stays as it was.
    """
    ink, seals = map_ink(raster, surround_mask=page.ink.surround_mask, paper=paper), page.seals
    loss = msgspec.structs.replace(
        loss_in_place(own_ink or page.ink, ink), seal_lost_share=worst_lost_share(seals, page.ink, ink)
    )
    return Applied(page=Page(raster=raster, ink=ink, marks=page.marks, known_seals=seals), loss=loss)
