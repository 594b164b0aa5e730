"""The disk of the station: how much room is left, and for how many days at the present rate."""

from dataclasses import dataclass
from datetime import datetime

from scanpipe.flows.night.attention import Attention
from scanpipe.flows.station import Station
from scanpipe.messages import lazy, lazy_counted
from scanpipe.package.reports.numbers import number
from scanpipe.state.growth import bytes_a_day
from scanpipe.system.disk import GB, free_bytes

_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskState:
    """Bytes that are free, bytes a day by which the store grows, and days until capture stops; None: it does not."""

    free: int
    per_day: int
    days_left: float | None


def disk_state(station: Station, now: datetime) -> DiskState:
    """Return how the disk stands."""
    free = free_bytes(station.folder)
    per_day = bytes_a_day(station.journal, station.store, now, days=_DAYS)
    room = max(0.0, free - station.settings.stop_free_gb * GB)
    return DiskState(free=free, per_day=per_day, days_left=room / per_day if per_day else None)


def disk_warning(station: Station, disk: DiskState) -> Attention | None:
    """Return what a person is told of the disk, None where it has room enough."""
    settings = station.settings
    free = number(disk.free / GB, decimals=1)
    if disk.days_left is not None and disk.days_left < settings.nightly.disk_warn_days:
        text = lazy_counted(
            "the disk has {free} GB free; as it fills now, capture stops in {n} day",
            "the disk has {free} GB free; as it fills now, capture stops in {n} days",
            int(disk.days_left),
            free=free,
        )
        return Attention.of("disk-fills", text)
    if disk.free < settings.min_free_gb * GB:
        text = lazy("the disk has only {free} GB free", free=free)
        return Attention.of("disk-low", text)
    return None
