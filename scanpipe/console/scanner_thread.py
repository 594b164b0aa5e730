"""Which scanner it is, found out beside the screen: libsane may look for devices for seconds."""

import logging
import threading
from collections.abc import Callable

from scanpipe.capture.sane import SaneScanner
from scanpipe.console.effects import Event, ScannerKnown
from scanpipe.console.state import BookState
from scanpipe.errors import ScanpipeError
from scanpipe.flows.capture.scanners import scanner_setup
from scanpipe.flows.station import Station, open_station

log = logging.getLogger(__name__)


def look_at_scanner(station: Station, state: BookState, *, tell: Callable[[Event], None]) -> None:
    """Tell which scanner it is and whether pages come from a stack; nothing is told where none answers."""
    source = state.paper if state.paper in ("flatbed", "feeder", "duplex") else None

    def look() -> None:
        try:
            with open_station(station.folder) as opened:
                scanner = SaneScanner(spool=station.spool)
                setup = scanner_setup(opened, scanner, profile=state.profile, source=source)
        except (ScanpipeError, OSError) as error:
            log.info("no scanner yet: %s", error)
        else:
            tell(ScannerKnown(device=setup.settings.device, stack=setup.settings.stack))

    threading.Thread(target=look, name="scanner", daemon=True).start()
