"""A web server in a thread of its own: the command or the console that started it goes on meanwhile."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import uvicorn
from h11 import LocalProtocolError
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scanpipe.review.web.connections import BoundedConnection

_LONGEST_END_S = 5.0
_GRACE_S = 1


class Site(Protocol):
    """What is served: it is made within the event loop of the server, and works there until it is closed."""

    @property
    def app(self) -> ASGIApp:
        """What answers requests."""

    async def work(self) -> None:
        """Do what is done beside the answers; return once closed."""

    def end_streams(self) -> None:
        """End answers that would go on for ever: the server is about to stop."""

    def close(self) -> None:
        """Have `work` return, and end all that is under way; nothing is asked any more."""


S = TypeVar("S", bound=Site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The files of a certificate and of its key, for a server that other computers reach."""

    chain: Path
    key: Path


class WebServer(Generic[S]):
    """Serves one site from `start` to `end`; what is asked of the site meanwhile goes through `call`."""

    def __init__(
        self, name: str, listening: socket.socket, make: Callable[[], S], *, certificate: Certificate | None = None
    ) -> None:
        self._listening, self._make, self._certificate = listening, make, certificate
        self._loop = asyncio.new_event_loop()
        self._waiting: list[Callable[[S], None]] = []
        self._site: S | None = None
        self._server: uvicorn.Server | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def end(self) -> None:
        """End all that was started, also streams that browsers hold open."""
        self._ended = True
        self._in_loop(self._stop)
        self._thread.join(_LONGEST_END_S)

    def call(self, what: Callable[[S], None]) -> None:
        """Do something with the site, within its loop; safe from any thread."""
        self._in_loop(lambda: self._called(what))

    def _run(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are for the thread that works
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._site = site = self._make()
        self._server = server = uvicorn.Server(self._config(site.app))
        for what in self._waiting:
            what(site)
        if self._ended:
            self._stop()
        working = asyncio.create_task(site.work())
        try:
            await server.serve(sockets=[self._listening])
        finally:
            site.close()
            await working
            self._listening.close()

    def _config(self, app: ASGIApp) -> uvicorn.Config:
        files = self._certificate
        return uvicorn.Config(
            _to_the_end(app),
            log_config=None,
            access_log=False,  # addresses have a secret in them
            lifespan="off",
            ws="none",
            http=BoundedConnection,
            server_header=False,
            proxy_headers=False,  # nobody stands between a browser and this server
            timeout_graceful_shutdown=_GRACE_S,
            ssl_certfile=files.chain if files else None,
            ssl_keyfile=files.key if files else None,
        )

    def _called(self, what: Callable[[S], None]) -> None:
        if self._site:
            what(self._site)
        else:
            self._waiting.append(what)

    def _stop(self) -> None:
        if self._site and self._server:
            self._site.end_streams()
            self._server.should_exit = True

    def _in_loop(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: it ended by itself
            self._loop.call_soon_threadsafe(what)


def _to_the_end(app: ASGIApp) -> ASGIApp:
    """Return what answers; neither a request that was no HTTP nor the end of the server is logged as a fault."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            try:
                await send(message)
            except LocalProtocolError:  # the server itself refused the rest of the request
                await asyncio.sleep(0)  # in its next turn, the loop learns that the connection is closed

        try:
            await app(scope, receive, sending)
        except asyncio.CancelledError:  # the server ends, and waited long enough
            if not started:
                await PlainTextResponse("the server ends", status_code=503)(scope, receive, sending)

    return answering
