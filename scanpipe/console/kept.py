"""The captures on the strip, from the journal: those of a run as they come, and the last ones of a book."""

from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from scanpipe.console.state import KeptPage
from scanpipe.flows.station import Station
from scanpipe.model import Page
from scanpipe.package.paper_area import a4_of, paper_name
from scanpipe.state.captures import CaptureRow, capture_row, newest_captures

_LAST: Final = 20  # as many as a screen has lines


def kept_page(station: Station, capture: int, pages: Sequence[Page]) -> KeptPage | None:
    """Return what the strip shows of a capture; None where the journal has none of that number."""
    row = capture_row(station.journal, capture)
    return _kept(station, row, pages) if row else None


def last_kept(station: Station, book: int) -> tuple[KeptPage, ...]:
    """Return the last captures of a book that show a page, newest first."""
    rows = newest_captures(station.journal, book, most=_LAST)
    return tuple(_kept(station, row, [placement.page for placement in row.placements]) for row in rows)


def _kept(station: Station, row: CaptureRow, pages: Sequence[Page]) -> KeptPage:
    width_mm, height_mm = (pixels / (row.dpi or 1.0) * 25.4 for pixels in (row.width, row.height))
    at = datetime.fromisoformat(row.at)
    return KeptPage(
        pages=tuple(pages),
        cases=(),
        paper=paper_name(width_mm, height_mm),
        a4=a4_of(width_mm, height_mm, iso_sizes=station.settings.handover.iso_sizes),
        dpi=row.dpi,
        flags=row.flags,
        capture=row.row,
        digest=row.digest,
        seconds=monotonic() - (datetime.now(UTC) - at).total_seconds(),
        clock=at.astimezone().strftime("%H:%M:%S"),
    )
