"""The bounds of a job, kept by the system within the process that does it.

Memory is bounded as address space: an allocation beyond it fails. Processor time is bounded by a timer whose signal
kills, and time on the clock, for a job that hangs, by whoever waits for it: generously, so that a loaded machine
refuses nothing.
"""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from scanpipe.engine.base import Bounds

OUT_OF_TIME = signal.SIGPROF
"""What kills a process that has used up its processor time."""

_CLOCK_FACTOR = 10


def longest_s(bounds: Bounds) -> float | None:
    """Return how long a job may take by the clock, None where it is not bounded."""
    return float(_CLOCK_FACTOR * bounds.cpu_s) or None


@contextmanager
def kept_within(bounds: Bounds) -> Iterator[None]:
    """Keep what the block does, in this process, within bounds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if bounds.memory_mb:
        wanted = bounds.memory_mb << 20
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    signal.setitimer(signal.ITIMER_PROF, bounds.cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
