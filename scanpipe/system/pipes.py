"""Lines between a process and its child, over pipes: both ends."""

import os
import selectors
from math import inf
from typing import BinaryIO

from scanpipe.system.timeouts import TimeLimit, wait_for

_CHUNK = 65536


class TimedOut(Exception):
    """No line came in time; `limit` is what is over."""

    def __init__(self, limit: TimeLimit) -> None:
        super().__init__(limit.seconds)
        self.limit = limit


class Lines:
    """The lines that a child writes; `descriptor` is this side's end of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._received = bytearray()

    def take(self, *limits: TimeLimit, most: float = inf) -> bytes:
        """Return the next line, of about `most` bytes.

        Raises:
            TimedOut: a bound is over before.
            EOFError: the child has closed its end.
            OverflowError: the line is too long.
        """
        searched = 0
        with selectors.DefaultSelector() as selector:
            selector.register(self._descriptor, selectors.EVENT_READ)
            while (end := self._received.find(b"\n", searched)) < 0:
                searched = len(self._received)
                if searched > most:
                    raise OverflowError
                self._receive(selector, limits)
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line

    def _receive(self, selector: selectors.BaseSelector, limits: tuple[TimeLimit, ...]) -> None:
        if exceeded := wait_for(selector, *limits):
            raise TimedOut(exceeded)
        data = os.read(self._descriptor, _CHUNK)
        if not data:
            raise EOFError
        self._received += data


def private_stdout() -> BinaryIO:
    """Keep the child's pipe for lines alone: what a C library prints on descriptor 1 goes where stderr goes."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers
