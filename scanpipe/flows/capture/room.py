"""Is there room for more captures? Nothing is captured that might not be kept, or that would fill the disk."""

from scanpipe.errors import DiskFull
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.package.reports.numbers import number
from scanpipe.system.disk import GB, free_bytes

_REMEDY = lazy(
    "What was captured is kept. Free some space, for example by moving other files to another disk, and run the same "
    "command again."
)


def want_of_room(station: Station) -> LazyText | None:
    """Return that too little room is left to capture more, None where there is enough."""
    free, bound = free_bytes(station.folder), station.settings.stop_free_gb
    if free >= bound * GB:
        return None
    room, least = number(free / GB, decimals=1), number(bound, decimals=1)
    return lazy(
        "Only {free} GB are free on the disk of the station; capture stops below {bound} GB.", free=room, bound=least
    )


def require_room(station: Station) -> None:
    """Refuse to capture where too little room is left.

    Raises:
        DiskFull: there is.
    """
    if want := want_of_room(station):
        raise DiskFull(want, remedy=_REMEDY)
