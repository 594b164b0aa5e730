"""How long another process may take, not counting the time in which this one was stopped (Ctrl-Z, a paused machine)."""

import selectors
import time

_SLICE_S = 0.5


class TimeLimit:
    """How many seconds a wait may take, and how many of them are left."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = seconds


def wait_for(selector: selectors.BaseSelector, *limits: TimeLimit) -> TimeLimit | None:
    """Wait until something can be read, and return None; or return the limit that is over before.

    A wait that lasted much longer than was asked for was no wait: this process was stopped meanwhile.
    """
    while True:
        since = time.monotonic()
        for_s = max(0.0, min(_SLICE_S, *(limit.left for limit in limits)))
        ready = selector.select(for_s)
        waited = min(time.monotonic() - since, 2 * _SLICE_S)
        for limit in limits:
            limit.left -= waited
        if ready:
            return None
        if exceeded := next((limit for limit in limits if limit.left <= 0), None):
            return exceeded
