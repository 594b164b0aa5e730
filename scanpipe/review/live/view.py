"""The live view of a scan: a web server in a thread of its own, for the browser of this computer."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scanpipe.flows.station import LOCKS
from scanpipe.messages import LazyText
from scanpipe.review.web.security import Address, listening_socket, station_token

if TYPE_CHECKING:
    from scanpipe.review.live.site import LiveSite
    from scanpipe.review.web.serving import WebServer

_KEY = "live.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEvent:
    """What whoever scans tells the live view; it looks for itself, but sooner when it is told.

    Attributes:
        book: the name of the book that is scanned; the view follows it. Empty: any book of the station.
        capture: the row of what was just kept, if it was that.
        page: the label of the page that it is about, or "".
        state: "scanning", "waiting" (for paper, or for a person), "stopped" or "idle".
        words: why, for people; shown large where the scan stopped.
    """

    book: str
    capture: int | None = None
    page: str = ""
    state: str = "scanning"
    words: LazyText | str = ""


class LiveView:
    """Serves the live view of one station from `start` to `stop`; `url` is the address to open, with its secret."""

    def __init__(self, station_folder: Path, *, port: int = 0) -> None:
        self._folder, self._port = station_folder.resolve(), port
        self._server: WebServer[LiveSite] | None = None
        self.url = ""

    def start(self) -> None:
        """Start to serve; from here on `url` answers.

        Raises:
            UsageError: the port is taken.
        """
        from scanpipe.review.live.site import LiveSite
        from scanpipe.review.web.serving import WebServer

        if self._server:
            return
        token = station_token(self._folder / LOCKS, _KEY)
        listening = listening_socket(token, self._port)
        address = Address(port=listening.getsockname()[1])
        self.url = address.url(token)
        make = partial(LiveSite, self._folder, address=address, token=token)
        self._server = WebServer("live-view", listening, make)
        self._server.start()

    def stop(self) -> None:
        """End all that was started, also streams that browsers hold open."""
        if self._server:
            self._server.end()
        self._server = None
        self.url = ""

    def publish(self, event: LiveEvent) -> None:
        """Tell at once what happened; safe from any thread, and in vain where nothing is served."""
        if self._server:
            self._server.call(lambda site: site.feed.tell(event))
