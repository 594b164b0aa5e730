"""One guard for all that a night does for one book, or for the station: an error is told, and the night goes on."""

import logging
from collections.abc import Iterator

from scanpipe.engine.base import of_the_machine
from scanpipe.errors import DiskFull, Interrupted, ScanpipeError, StoreFailed
from scanpipe.flows.night.attention import Attention
from scanpipe.flows.night.events import NightEvent
from scanpipe.messages import lazy
from scanpipe.model import BookId
from scanpipe.system.fsio import of_the_station
from scanpipe.system.printable import printable

log = logging.getLogger(__name__)


def guarded(steps: Iterator[NightEvent], *, book: BookId | None = None) -> Iterator[NightEvent]:
    """Take steps for a book, or for the station; an error ends these steps and is told.

    Raises:
        DiskFull: no room, whatever book is worked on.
        StoreFailed: the machine's disk or rights fail.
        Interrupted: a person stopped the night.
    """
    try:
        yield from steps
    except ScanpipeError as error:
        if isinstance(error, Interrupted) or (book and isinstance(error, DiskFull | StoreFailed)):
            raise
        yield Attention.of(type(error).__name__, error.whole, book=book or "")
    except Exception as error:
        if of_the_machine(error):
            raise of_the_station(error) from error
        log.exception("%s", book or "the station")
        said = f"{type(error).__name__}: {printable(str(error))}"
        yield Attention.of("unforeseen", lazy("an error that has no name yet ({error})", error=said), book=book or "")
