"""What a person asks of the scanner for one run."""

from dataclasses import dataclass
from typing import Literal

from scanpipe.flows.book.reorder import NO_REASON, ChangeReason
from scanpipe.model import Page

Pass = Literal["", "fronts", "backs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """How to scan a book this time; what is empty is as station.toml and the scanner's profile say.

    Attributes:
        device: the scanner, as `scanpipe devices` names it.
        profile: a file of scanners/.
        source: paper source, as the scanner names it.
        dpi: resolution.
        pages: stop after so many; with a two-sided source after the sheet that they end on.
        replace: scan this page again although it has a picture, which is kept.
        counted: how many sheets a person counted before they went in.
        sides: with a simple feeder, "fronts" takes the first sides of a stack, "backs" their second sides, last first.
        why: why pages are scanned again, and for which ticket.
    """

    device: str = ""
    profile: str = ""
    source: str | None = None
    dpi: int | None = None
    pages: int | None = None
    replace: Page | None = None
    counted: int | None = None
    sides: Pass = ""
    why: ChangeReason = NO_REASON
