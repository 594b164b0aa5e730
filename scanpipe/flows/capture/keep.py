"""Keeping a capture, wherever it comes from: its master into the store, then its facts into the journal."""

from collections.abc import Sequence
from dataclasses import dataclass

from scanpipe.capture.checks import CaptureChecks
from scanpipe.capture.master import Master
from scanpipe.flows.book.reorder import NO_REASON, ChangeReason
from scanpipe.flows.capture.events import capture_flags
from scanpipe.flows.station import Station
from scanpipe.model import Placement
from scanpipe.package.naming.limits import Limits
from scanpipe.state import views
from scanpipe.state.journal import json_text
from scanpipe.state.store import Store
from scanpipe.state.views import FilePage

SEPARATOR = "separator"
"""Why a capture needs no page: it is a separator sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMaster:
    """A master that lies in the store under `digest`; the other fields are those of `Master`."""

    digest: str
    width: int
    height: int
    dpi: float
    dpi_assumed: bool
    checks: CaptureChecks


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapture:
    """A stored master and where it came from.

    Attributes:
        master: the picture.
        side: "front" or "back" of a sheet, or "single".
        device: what took it; "folder" for a file.
        file: the page of a file that it is, None for a scan.
        file_digest: the digest of that file.
        printed: the number that the scanner printed on the sheet, None where it prints none.
        why: why it takes the place of another picture, and for which ticket.
    """

    master: StoredMaster
    side: str
    device: str
    file: FilePage | None = None
    file_digest: str = ""
    printed: int | None = None
    why: ChangeReason = NO_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCapture:
    """The row of a capture in the journal, and what a person should look at."""

    row: int
    flags: tuple[str, ...]


def store_master(store: Store, master: Master) -> StoredMaster:
    """Put a master into the store, durably.

    Raises:
        DiskFull, StoreFailed: nothing was kept.
    """
    return StoredMaster(
        digest=store.put(master.data),
        width=master.width,
        height=master.height,
        dpi=master.dpi,
        dpi_assumed=master.dpi_assumed,
        checks=master.checks,
    )


def keep_capture(
    station: Station,
    book: int,
    capture: NewCapture,
    placements: Sequence[Placement],
    *,
    limits: Limits,
    sheet: int | None,
    set_aside: str = "",
) -> KeptCapture:
    """Write a stored picture into the journal, on its pages.

    Args:
        station: where it is kept.
        book: the row of its book.
        capture: the picture, as it came.
        placements: where it stands; none where the book has no room for it, or `set_aside` says why it needs none.
        limits: what the book's convention asks of a picture.
        sheet: the row of the sheet of paper; None for a file.
        set_aside: a code, "other_side", "separator" or "out_of_turn".

    Raises:
        DiskFull, StoreFailed: it was not written.
    """
    master = capture.master
    repeated = not set_aside and views.is_placed(station.journal, book, master.digest)
    flags = capture_flags(
        master.checks, dpi=master.dpi, dpi_assumed=master.dpi_assumed, repeated=repeated, limits=limits
    )
    row = station.journal.add_capture(
        book,
        placements,
        sheet=sheet,
        operator=station.person,
        set_aside=set_aside,
        reason=capture.why.reason,
        ticket=capture.why.ticket or station.ticket,
        side=capture.side,
        digest=master.digest,
        width=master.width,
        height=master.height,
        dpi=master.dpi,
        device=capture.device,
        file=capture.file or ("", None),
        file_digest=capture.file_digest,
        printed=capture.printed,
        flags=json_text(flags),
        checks=json_text(master.checks),
    )
    return KeptCapture(row=row, flags=flags)
