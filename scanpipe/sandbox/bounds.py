"""What reading a foreign file may take, and the error that says which bound it went beyond."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from typing import Literal

from scanpipe.messages import LazyText, lazy

Bound = Literal["memory", "time", "answer", "crash"]


class LimitExceeded(Exception):
    """A file went beyond a bound, or broke the process that read it; `text` says so to a person."""

    def __init__(self, bound: Bound, text: LazyText | str) -> None:
        super().__init__(text)
        self.bound = bound
        self.text = text


class ResourceLimits:
    """What calls may take: memory each, seconds of processor all together; `cpu_s` is what is left."""

    def __init__(self, cpu_s: float, memory_mb: int | None) -> None:
        self.cpu_s = cpu_s
        self.memory_mb = memory_mb


_limits_in_force: ContextVar[tuple[ResourceLimits, ...]] = ContextVar("limits", default=())


@contextmanager
def at_most(*, cpu_s: float = inf, memory_mb: int | None = None) -> Iterator[ResourceLimits]:
    """Narrow what the limited calls within the block may take: `cpu_s` all of them together, `memory_mb` each.

    Blocks may stand within one another; what is taken counts in all of them. What is yielded tells what is left.
    """
    limits = ResourceLimits(cpu_s, memory_mb)
    token = _limits_in_force.set((*_limits_in_force.get(), limits))
    try:
        yield limits
    finally:
        _limits_in_force.reset(token)


def narrowed(cpu_s: float, memory_mb: int) -> tuple[float, int]:
    """Return what a call may take that would have `cpu_s` and `memory_mb`, here.

    Raises:
        LimitExceeded: nothing is left.
    """
    in_force = _limits_in_force.get()
    left = min([cpu_s, *(limits.cpu_s for limits in in_force)])
    if left <= 0:
        raise LimitExceeded("time", lazy("it was not read: earlier files used all of the allowed time"))
    return left, min([memory_mb, *(limits.memory_mb for limits in in_force if limits.memory_mb)])


def spend(cpu_s: float) -> None:
    """Note what a call has taken."""
    for limits in _limits_in_force.get():
        limits.cpu_s -= cpu_s
