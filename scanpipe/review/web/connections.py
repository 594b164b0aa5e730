"""How many connections a server takes from whoever reaches it, and how long each may take to say what it wants.

Nobody needs the secret to connect. Without bounds, one computer could hold as many connections as the server has.
"""

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_OF_ONE: Final = 100  # connections of one computer; a browser opens six
MOST: Final = 300  # connections of all; the system gives a process 1024 files
LONGEST_REQUEST_S: Final = 20  # until a request is there as a whole, which is small


class BoundedConnection(H11Protocol):
    """A connection that is closed where its computer has too many, or where a request does not come to its end."""

    _giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, unless there are too many connections."""
        super().connection_made(transport)
        if self._too_many():
            transport.abort()
        else:
            self._await_request()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._await_request()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _too_many(self) -> bool:
        others = [each.client and each.client[0] for each in self.connections if isinstance(each, H11Protocol)]
        return len(others) > MOST or others.count(self.client and self.client[0]) > MOST_OF_ONE

    def _await_request(self) -> None:
        if self._giving_up is None:
            self._giving_up = self.loop.call_later(LONGEST_REQUEST_S, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._giving_up:
            self._giving_up.cancel()
        self._giving_up = None
