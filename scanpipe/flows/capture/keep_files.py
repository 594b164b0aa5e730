"""Keeping a page of an image file, and what the journal knows files by: the names of folder and file, the content."""

import hashlib
from pathlib import Path

from scanpipe.capture.folder import Imported, Refused
from scanpipe.flows.book.reorder import NO_REASON, ChangeReason
from scanpipe.flows.capture.events import Captured
from scanpipe.flows.capture.keep import NewCapture, keep_capture, store_master
from scanpipe.flows.station import Station
from scanpipe.model import Placement
from scanpipe.package.naming.limits import Limits
from scanpipe.state.views import FilePage
from scanpipe.system.fsio import nfc, readable_name
from scanpipe.system.plain_files import open_plain


def keep_file(
    station: Station,
    book: int,
    item: Imported,
    placements: tuple[Placement, ...],
    *,
    limits: Limits,
    set_aside: str = "",
    why: ChangeReason = NO_REASON,
) -> Captured:
    """Keep a page of a file on pages of the book with that row, or, `set_aside` for a reason, on none."""
    master = store_master(station.store, item.master)
    capture = NewCapture(
        master=master,
        side="single",
        device="folder",
        file=file_page(item),
        file_digest=file_digest(item.path),
        why=why,
    )
    kept = keep_capture(station, book, capture, placements, limits=limits, sheet=None, set_aside=set_aside)
    return Captured(
        pages=tuple(placement.page for placement in placements),
        origin=item.name,
        flags=kept.flags,
        capture=kept.row,
        digest=master.digest,
        checks=master.checks,
    )


def file_page(item: Imported | Refused) -> FilePage:
    """Return what a page of a file is known by in the journal."""
    return FilePage(full_name(item.path), item.index + 1 if item.count > 1 else None)


def full_name(path: Path) -> str:
    """Return what a file is known by in the journal, as text: its folder and itself."""
    return nfc(readable_name(f"{path.resolve().parent.name}/{path.name}"))


def file_digest(path: Path) -> str:
    """Return the sha256 of a file; "" if it cannot be read, which its import will say."""
    try:
        with open_plain(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
