"""The functions that are done in the limited child, wherever they are called from.

A function says of itself that what it reads is foreign, so that no caller can forget it. Its parameters and its result
are JSON: values of msgspec's kinds, dataclasses, paths.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar, get_type_hints

from scanpipe.errors import ScanpipeError
from scanpipe.messages import lazy
from scanpipe.sandbox.bounds import LimitExceeded
from scanpipe.sandbox.parent import call

P = ParamSpec("P")
R = TypeVar("R")

_here: ContextVar[bool] = ContextVar("here", default=False)


def limited(
    *, cpu_s: float = 60, memory_mb: int = 3000, error: type[ScanpipeError] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a function of a module done in the limited child.

    Args:
        cpu_s: seconds of processor for a call.
        memory_mb: its address space, that of Python and its libraries included.
        error: raised with the name of the file, the first argument, where a limit is exceeded; else `LimitExceeded` is.
    """

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__}:{function.__qualname__}"

        @wraps(function)
        def reached(*args: P.args, **kwargs: P.kwargs) -> R:
            if _here.get():
                return function(*args, **kwargs)
            try:
                returns = get_type_hints(function)["return"]
                value: R = call(name, returns, args, kwargs, cpu_s=cpu_s, memory_mb=memory_mb)
                return value
            except LimitExceeded as exceeded:
                if error is None:
                    raise
                raise _refusal(error, args[0], exceeded) from exceeded

        return reached

    return mark


def _refusal(error: type[ScanpipeError], path: object, exceeded: LimitExceeded) -> ScanpipeError:
    assert isinstance(path, Path)
    return error(
        lazy("{path} was refused: {reason}.", path=path, reason=exceeded.text),
        remedy=lazy("The file may be harmful, or it is damaged. Ask for a new copy."),
    )


@contextmanager
def trusted() -> Iterator[None]:
    """Do within the block what is marked as limited in this process: what it reads was written by scanpipe itself."""
    token = _here.set(True)
    try:
        yield
    finally:
        _here.reset(token)


def within_child() -> None:
    """Note that this process is the limited child."""
    _here.set(True)
