"""What a scanner is to the rest of scanpipe: values to ask with, values that come back, and two small protocols.

`sane.py` is the one that talks to hardware.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from scanpipe.raster import Raster

OptionValue = bool | int | float | str
Side = Literal["front", "back"]

_FEEDER = re.compile(r"adf|feeder|duplex", re.IGNORECASE)
_DUPLEX = re.compile(r"duplex", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A scanner that answered: `name` is what it is opened by, `kind` is libsane's word for its sort."""

    name: str
    vendor: str
    model: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """How pages are to be scanned; an empty `source` or `mode` leaves the scanner's own.

    `page_mm` is width and height from the bed's corner, None the whole bed. `feed` is a folder of PNM files for a
    device that serves files: its nth file in natural order is page n, and `dpi` is what the files are. `stall_s` is
    how long the scanner's process may be silent, `page_s` how long one page (or opening) may take.
    """

    device: str
    source: str = ""
    mode: str = ""
    dpi: int = 300
    depth: Literal[1, 8] = 8
    page_mm: tuple[float, float] | None = None
    duplex: bool = False
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    feed: Path | None = None
    stall_s: float = 30.0
    page_s: float = 180.0

    @property
    def stack(self) -> bool:
        """Whether pages come from a stack whose end is told by FeederEmpty; if not, a person lays each one."""
        return self.feed is not None or bool(_FEEDER.search(self.source))

    @property
    def two_sided(self) -> bool:
        """Whether the pages that come are front, back, front, back ...; the glass has no second side."""
        return self.stack and (self.duplex or bool(_DUPLEX.search(self.source)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A page that came whole: its pixels, the side of the sheet, and the settings as the scanner gave them back."""

    raster: Raster
    side: Side
    device: str
    settings: Mapping[str, OptionValue]


class ScanSession(Protocol):
    """A scanner held open.

    Attributes:
        interrupted: the operator pressed Ctrl-C while a page was under way; that page was still returned.
        colour: whether pages will come in colour, None where the scanner does not tell.
    """

    interrupted: bool
    colour: bool | None

    def scan(self, position: int) -> Scanned:
        """Scan the page that is number `position`, from 1, of the book.

        Raises:
            FeederEmpty: the normal end of the stack.
            Interrupted: Ctrl-C was pressed a second time; the page under way is not there.
            DeviceError: one of its kinds; pages returned before are not touched by it.
            DiskFull: no room to put the page; asked before any paper moves.
        """
        ...

    def sheets_moved(self) -> int | None:
        """Return how many sheets the device says it moved since it was opened; None where it does not tell."""
        ...

    def abort(self) -> None:
        """Cut the scanner off, whatever it does: a `scan` in another thread fails. No page comes any more."""
        ...


class Scanner(Protocol):
    """A way to reach scanners."""

    def devices(self) -> tuple[Device, ...]:
        """Return the scanners that answer now.

        Raises:
            DeviceMissing: the software to reach scanners is not installed.
            DeviceHung: a driver did not come back from looking.
        """
        ...

    def open(self, settings: ScanSettings) -> AbstractContextManager[ScanSession]:
        """Hold a scanner open with `settings` in force.

        Raises:
            OptionRefused: the scanner does not take a setting as asked.
            DeviceError: one of its kinds.
        """
        ...
