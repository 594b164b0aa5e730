"""What a night does for the station itself once the books are done: nothing is freed but old copies of the journal."""

from collections.abc import Callable, Iterator
from datetime import datetime

from scanpipe.flows.night.attention import Attention
from scanpipe.flows.night.disk import DiskState, disk_state, disk_warning
from scanpipe.flows.night.events import JournalCopied
from scanpipe.flows.night.store_slice import StoreRead, read_slice
from scanpipe.flows.station import BACKUPS, Station
from scanpipe.state.journal_copies import copy_journal, drop_old_copies


def keep_copy(station: Station, now: datetime) -> Iterator[JournalCopied]:
    """Copy the journal, yield the copy, and drop the oldest ones."""
    kept = station.settings.nightly.journal_copies
    if kept:
        folder = station.folder / BACKUPS
        yield JournalCopied(file=copy_journal(station.journal, folder, now).name)
        drop_old_copies(folder, kept=kept)


def look_at_store(station: Station, now: datetime, more: Callable[[], bool]) -> Iterator[Attention | StoreRead]:
    """Read the part of the store that is due."""
    if station.settings.nightly.store_days:
        yield from read_slice(station, now, more)


def look_at_disk(station: Station, now: datetime) -> Iterator[Attention | DiskState]:
    """Tell how the disk stands, and warn days before it is full."""
    disk = disk_state(station, now)
    yield disk
    if warning := disk_warning(station, disk):
        yield warning
