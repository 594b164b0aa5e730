"""A page on its way through a recipe: what every step measures."""

from dataclasses import dataclass

from scanpipe.enhance.maps.background import Flags
from scanpipe.enhance.maps.ink import InkMap, map_ink
from scanpipe.enhance.maps.marks import find_marks
from scanpipe.enhance.maps.seals import SealMatch, find_seals
from scanpipe.raster import Raster


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """A picture together with its ink.

    Attributes:
        raster: the picture.
        ink: its ink.
        marks: (h, w) where writing was found on the scan, whatever became of it; carried along, on the page's map.
        known_seals: its seals if they were looked for in this very geometry.
    """

    raster: Raster
    ink: InkMap
    marks: Flags
    known_seals: tuple[SealMatch, ...] | None = None

    @property
    def seals(self) -> tuple[SealMatch, ...]:
        """The seals, stamps and signatures on it; searched for each time it is asked, unless they are known."""
        return find_seals(self.raster, self.ink) if self.known_seals is None else self.known_seals


def page_of(scan: Raster) -> Page:
    """Return a scan with its ink and its marks of writing."""
    return Page(raster=scan, ink=map_ink(scan), marks=find_marks(scan))
