"""What an engine promises, the values that cross processes, and the one function that does a job.

Everything that crosses is JSON, also within one process, so that a job that works with one engine works with all.
"""

import errno
import importlib
import json
import logging
import traceback
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Any, Protocol, Self, TypeGuard

import msgspec

from scanpipe.errors import BeyondBounds, EngineError, ScanpipeError
from scanpipe.messages import LazyText, lazy, text_from_json, text_to_json
from scanpipe.system.fsio import of_the_station
from scanpipe.system.printable import printable

# What the system says when disk, rights or limits of the machine fail, whatever page is worked on.
_OF_THE_MACHINE = frozenset(
    {
        *(errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        *(errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.EMFILE, errno.ENFILE),
    }
)

log = logging.getLogger(__name__)

Task = Callable[[dict[str, Any]], dict[str, Any] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a job may take: seconds of its processor, MB of address space of its process; 0 is no bound.

    They hold where a job has a process of its own. Programs that it starts are told the memory, and have other clocks.
    """

    cpu_s: int = 0
    memory_mb: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work: a key that its outcome carries back, and what the task is given (JSON values only)."""

    key: str
    data: dict[str, Any] = field(default_factory=dict)
    bounds: Bounds = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a job has no result: the error's class name, its text, and its exit code (50 for foreign errors).

    `text` is what its text is made of (`messages.text_to_json`), to be kept. `trace` is the traceback of an error that
    scanpipe has no name for, empty for those of the tree.
    """

    code: str
    message: str
    exit_code: int
    text: str = ""
    trace: str = ""

    @property
    def why(self) -> LazyText | str:
        """Its text, to be put into words later."""
        return text_from_json(self.text) if self.text else self.message

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Return what is worth keeping of `error`; what the system failed to do is a fault of the station."""
        if of_the_machine(error):
            error = of_the_station(error)
        if isinstance(error, MemoryError):
            error = BeyondBounds(lazy("It needs more memory than it may have, or than there is."))
        code = type(error).__name__
        message = printable(str(error), lines=True) or code
        if isinstance(error, ScanpipeError):
            return cls(code=code, message=message, exit_code=error.exit_code, text=text_to_json(error.whole))
        trace = printable("".join(traceback.format_exception(error)), lines=True)
        return cls(code=code, message=message, exit_code=EngineError.exit_code, trace=trace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the job `key`: what its task returned, or the failure; how long that took, where it is known."""

    key: str
    result: dict[str, Any] | None = None
    failure: Failure | None = None
    seconds: float = 0.0


def of_the_machine(error: BaseException) -> TypeGuard[OSError]:
    """Whether an error says that disk, rights or limits of the machine fail."""
    return isinstance(error, OSError) and error.errno in _OF_THE_MACHINE


class Engine(Protocol):
    """Runs many small jobs."""

    def run(self, task: str, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
        """Yield exactly one outcome for each job, in any order, as they end.

        `task` names a `Task` as "package.module:function"; it is looked up where the work is done. Jobs are taken
        from the iterable only as there is room for them. Closing the generator, or an interrupt, stops the work at
        once. Errors are values: nothing that a task raises comes out here.

        Raises:
            TypeError: a job's data is not JSON.
        """
        ...

    def close(self) -> None:
        """End whatever is kept between runs."""
        ...


def write_job(job: Job) -> bytes:
    """Return a job as JSON; in it, names of folders that are no UTF-8 keep their bytes as escapes.

    Raises:
        TypeError: its data is not JSON.
    """
    return json.dumps({"key": job.key, "data": job.data, "bounds": msgspec.to_builtins(job.bounds)}).encode()


def read_job(job: bytes) -> Job:
    """Read what `write_job` returned."""
    return msgspec.convert(json.loads(job), type=Job)


def perform(task: str, job: bytes) -> bytes:
    """Do one job, both as JSON; whatever goes wrong is in the outcome, except an interrupt from the keyboard."""
    request, began = read_job(job), monotonic()
    try:
        result = _find(task)(request.data)
        return msgspec.json.encode(Outcome(key=request.key, result=result, seconds=monotonic() - began))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also SystemExit and what native extensions derive from BaseException
        return msgspec.json.encode(Outcome(key=request.key, failure=Failure.of(error)))


def read_outcome(data: bytes) -> Outcome:
    """Read what `perform` returned, and log the traceback of a failure that nobody foresaw."""
    outcome = msgspec.json.decode(data, type=Outcome)
    log_unforeseen(outcome)
    return outcome


def log_unforeseen(outcome: Outcome) -> None:
    """Log the traceback of a failure that nobody foresaw."""
    if outcome.failure and outcome.failure.trace:
        log.error("%s failed: %s", outcome.key, outcome.failure.trace)


@cache
def _find(task: str) -> Task:
    module, _colon, name = task.partition(":")
    function: Task = getattr(importlib.import_module(module), name)
    return function
