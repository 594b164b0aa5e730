"""How long another process may take, not counting the time in which this one was stopped (Ctrl-Z, a paused machine)."""

import selectors
import time

_SLICE_S = 0.5


class Patience:
    """So many seconds of waiting that are left."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = seconds


def wait_for(selector: selectors.BaseSelector, *bounds: Patience) -> Patience | None:
    """Wait until something can be read, and return None; or return the bound that is over before.

    A wait that lasted much longer than was asked for was no wait: this process was stopped meanwhile.
    """
    while True:
        since = time.monotonic()
        for_s = max(0.0, min(_SLICE_S, *(bound.left for bound in bounds)))
        ready = selector.select(for_s)
        waited = min(time.monotonic() - since, 2 * _SLICE_S)
        for bound in bounds:
            bound.left -= waited
        if ready:
            return None
        if over := next((bound for bound in bounds if bound.left <= 0), None):
            return over
