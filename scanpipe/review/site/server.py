"""The review site of one station: a web server in a thread of its own."""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from scanpipe.errors import UsageError
from scanpipe.flows.station import LOCKS
from scanpipe.messages import lazy
from scanpipe.review.site.app import review_app
from scanpipe.review.site.review import Review
from scanpipe.review.web.changes import OwnChanges, change_token
from scanpipe.review.web.security import ADDRESS, Address, Guard, is_loopback, listening_socket, station_token
from scanpipe.review.web.serving import Certificate, WebServer

_KEY = "review.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where the review site is to be reached: for this computer alone, or for others with a certificate."""

    host: str = ADDRESS
    port: int = 0
    certificate: Certificate | None = None


class ReviewSite:
    """The review site as a server serves it, within one event loop."""

    def __init__(self, folder: Path, *, address: Address, token: str, person: str) -> None:
        change = change_token(token)
        self._review = Review(folder, address=address, change_token=change, person=person)
        app = OwnChanges(app=review_app(self._review), token=change)
        self.app: ASGIApp = Guard(app=app, address=address, token=token)
        self._closed = asyncio.Event()

    async def work(self) -> None:
        """Wait until closed, then finish what is under way."""
        await self._closed.wait()
        await self._review.live.ended()
        await asyncio.to_thread(self._review.close)

    def end_streams(self) -> None:
        """End the streams of all pages that show the scan in progress."""
        self._review.live.end()

    def close(self) -> None:
        """Have `work` return."""
        self._closed.set()


class ReviewServer:
    """serves the review site of one station from `start` to `stop`; `url` is the address to open, with its secret."""

    def __init__(self, station_folder: Path, *, person: str = "", listening: Listening | None = None) -> None:
        self._folder, self._person = station_folder.resolve(), person
        self._where = listening or Listening()
        self._server: WebServer[ReviewSite] | None = None
        self.url = ""

    def start(self) -> None:
        """Start to serve; from here on `url` answers.

        Raises:
            UsageError: the port is taken, or other computers could listen to what is said.
        """
        if self._server:
            return
        self._refuse_open()
        token = station_token(self._folder / LOCKS, _KEY)
        listening = listening_socket(token, self._where.port, self._where.host)
        secure = self._where.certificate is not None
        address = Address(port=listening.getsockname()[1], host=self._where.host, secure=secure)
        self.url = address.url(token)
        make = partial(ReviewSite, self._folder, address=address, token=token, person=self._person)
        self._server = WebServer("review", listening, make, certificate=self._where.certificate)
        self._server.start()

    def stop(self) -> None:
        """End all that was started."""
        if self._server:
            self._server.end()
        self._server = None
        self.url = ""

    def _refuse_open(self) -> None:
        if not is_loopback(self._where.host) and self._where.certificate is None:
            raise UsageError(
                lazy("Other computers reach {host}.", host=self._where.host),
                remedy=lazy("Give --certificate and --key, so that nobody can listen or pretend to be this computer."),
            )
        if self._where.host in ("0.0.0.0", "::"):
            raise UsageError(
                lazy("{host} is no address that a browser can open.", host=self._where.host),
                remedy=lazy("Give the address or the name of this computer, as the certificate has it."),
            )
