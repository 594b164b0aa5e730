"""The live view of a scan: a web server in a thread of its own, for the browser of this computer."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scanpipe.errors import UsageError
from scanpipe.flows.station import LOCKS
from scanpipe.messages import LazyText, lazy
from scanpipe.review.security import ADDRESS, bound_socket, station_token

if TYPE_CHECKING:
    import uvicorn

    from scanpipe.review.feed import LiveFeed

_LONGEST_END_S = 5.0


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
        self._thread: threading.Thread | None = None
        self._serving: _Serving | None = None
        self.url = ""

    def start(self) -> None:
        """Start to serve; from here on `url` answers.

        Raises:
            UsageError: the port is taken.
        """
        if self._thread:
            return
        token = station_token(self._folder / LOCKS)
        listening = self._listen(token)
        port = listening.getsockname()[1]
        self.url = f"http://{ADDRESS}:{port}/{token}/"
        self._serving = _Serving(self._folder, listening, token)
        self._thread = threading.Thread(target=self._serving.run, name="live-view", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End all that was started, also streams that browsers hold open."""
        if self._serving and self._thread:
            self._serving.end()
            self._thread.join(_LONGEST_END_S)
        self._thread = self._serving = None
        self.url = ""

    def publish(self, event: LiveEvent) -> None:
        """Tell at once what happened; safe from any thread, and in vain where nothing is served."""
        if self._serving:
            self._serving.publish(event)

    def _listen(self, token: str) -> socket.socket:
        try:
            return bound_socket(token, self._port)
        except OSError as error:
            raise UsageError(
                lazy("The live view cannot use port {port}: {error}.", port=self._port, error=error.strerror),
                remedy=lazy("Choose another port with --port, or none."),
            ) from error


class _Serving:
    """What runs in the thread: an event loop with the server, and the feed that watches the journal."""

    def __init__(self, folder: Path, listening: socket.socket, token: str) -> None:
        self._folder, self._listening, self._token = folder, listening, token
        self._loop = asyncio.new_event_loop()
        self._feed: LiveFeed | None = None
        self._server: uvicorn.Server | None = None
        self._told: LiveEvent | None = None
        self._ended = False

    def run(self) -> None:
        """Serve until `end`."""
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are for the thread that works
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    def end(self) -> None:
        """Have `run` return soon."""
        self._ended = True
        self._call(self._stop)

    def publish(self, event: LiveEvent) -> None:
        """Pass an event on to the loop."""
        self._told = event
        self._call(self._pass_on)

    async def _serve(self) -> None:
        from scanpipe.review.feed import LiveFeed

        self._feed = feed = LiveFeed(self._folder)
        self._server = server = self._new_server(feed)
        self._pass_on()
        if self._ended:
            self._stop()
        watching = asyncio.create_task(feed.watch())
        try:
            await server.serve(sockets=[self._listening])
        finally:
            feed.close()
            await watching
            self._listening.close()

    def _new_server(self, feed: "LiveFeed") -> "uvicorn.Server":
        import uvicorn

        from scanpipe.review.app import guarded_app

        app = guarded_app(self._folder, feed, port=self._listening.getsockname()[1], token=self._token)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # addresses have a secret in them
            lifespan="off",
            ws="none",
            http="h11",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        return uvicorn.Server(config)

    def _pass_on(self) -> None:
        if self._feed and self._told:
            self._feed.tell(self._told)

    def _stop(self) -> None:
        if self._feed and self._server:
            self._feed.close()
            self._server.should_exit = True

    def _call(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: it ended by itself
            self._loop.call_soon_threadsafe(what)
