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
Options = Mapping[str, OptionValue]
Side = Literal["front", "back"]
Source = Literal["flatbed", "feeder", "duplex"]
Intent = Literal[
    "double_feed",
    "page_length",
    "endorser",
    "crop_off",
    "blank_skip_off",
    "deskew_off",
    "rotation_off",
    "clean_up_off",
    "read_ahead_off",
]

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
class Endorser:
    """Where the printer in the feeder keeps its numbers: the options of the first one, and of the step to the next."""

    number: str
    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """How pages are to be scanned.

    Attributes:
        device: what the scanner is opened by.
        source: the scanner's word for where paper lies; empty: as it is.
        kind: what that is; None: told by the word.
        source_options: further options that choose it.
        mode: the scanner's word for colour; empty: as it is.
        dpi: of a device that serves files, what the files are.
        depth: bits a sample.
        page_mm: width and height from the bed's corner, None the whole bed.
        duplex: pages come front, back, front, back, although the source is not named so.
        intents: what is wanted of the scanner, each as options; those that it does not have are passed over.
        required: intents without which nothing is scanned.
        options: further options, each of which must be taken.
        rotate_back: degrees that second sides are turned by, as they come upside down.
        sheet_counter: the option that tells how many sheets the scanner ever moved; empty: it has none.
        double_feed_sensor: the option that tells, where paper is stuck, whether two sheets were drawn in.
        endorser: where the printed numbers come from; None: nothing is printed.
        untold_breaks: the driver tells a broken job as the end of the stack, fills up broken pages, and draws in ahead.
        feed: a folder of PNM files for a device that serves files; its nth file in natural order is page n.
        stall_s: how long the scanner's process may be silent.
        page_s: how long one page, or opening, may take.
    """

    device: str
    source: str = ""
    kind: Source | None = None
    source_options: Options = field(default_factory=dict)
    mode: str = ""
    dpi: int = 300
    depth: Literal[1, 8] = 8
    page_mm: tuple[float, float] | None = None
    duplex: bool = False
    intents: Mapping[Intent, Options] = field(default_factory=dict)
    required: tuple[Intent, ...] = ()
    options: Options = field(default_factory=dict)
    rotate_back: Literal[0, 180] = 0
    sheet_counter: str = ""
    double_feed_sensor: str = ""
    endorser: Endorser | None = None
    untold_breaks: bool = False
    feed: Path | None = None
    stall_s: float = 30.0
    page_s: float = 180.0

    @property
    def draws_ahead(self) -> bool:
        """Whether sheets leave the stack before they are asked for: a run that is stopped leaves some uncaptured."""
        return self.stack and self.untold_breaks

    @property
    def numbers_go_on(self) -> bool:
        """Whether printed numbers go on from run to run, since nothing sets the first one."""
        chosen = (self.source_options, *self.intents.values(), self.options)
        return self.endorser is not None and not any(self.endorser.number in options for options in chosen)

    @property
    def stack(self) -> bool:
        """Whether pages come from a stack whose end is told by FeederEmpty; if not, a person lays each one."""
        if self.feed is not None:
            return True
        return self.kind != "flatbed" if self.kind else bool(_FEEDER.search(self.source))

    @property
    def two_sided(self) -> bool:
        """Whether the pages that come are front, back, front, back ...; the glass has no second side."""
        by_source = self.kind == "duplex" if self.kind else bool(_DUPLEX.search(self.source))
        return self.stack and (self.duplex or by_source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A page that came whole: its pixels, the side of the sheet, and the settings as the scanner gave them back.

    `printed` is the number that the endorser put on the sheet, None where nothing is printed.
    """

    raster: Raster
    side: Side
    device: str
    settings: Options
    printed: int | None = None


class ScanSession(Protocol):
    """A scanner held open.

    Attributes:
        interrupted: the operator pressed Ctrl-C while a page was under way; that page was still returned.
        colour: whether pages will come in colour, None where the scanner does not tell.
        lacking: what was wanted of the scanner that it cannot do.
    """

    interrupted: bool
    colour: bool | None
    lacking: tuple[Intent, ...]

    @property
    def number_step(self) -> int:
        """How far it is from one printed number to the next."""
        ...

    @property
    def ahead(self) -> bool:
        """Whether sheets may have left the stack that nobody asked for yet."""
        ...

    def sheets_left(self) -> bool:
        """Return whether sheets did so; one more is asked for to know it, and goes back like the others."""
        ...

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
