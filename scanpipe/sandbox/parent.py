"""The limited child as its parent sees it: started when needed, asked, watched, killed; one serves many files.

A process has one for all its `limited` functions; who reads side by side has more.
"""

import atexit
import logging
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from scanpipe import errors
from scanpipe.errors import EngineError
from scanpipe.messages import LazyText, lazy, text_from_json
from scanpipe.sandbox.bounds import LimitExceeded, narrowed, spend
from scanpipe.sandbox.protocol import Answer, Broken, Raised, Ready, Request, decode, decode_answer, encode
from scanpipe.system.isolation import python_module
from scanpipe.system.pipes import Lines, TimedOut
from scanpipe.system.timeouts import TimeLimit

log = logging.getLogger(__name__)

MAX_ANSWER = 128 * 1024 * 1024
_STARTS = 3
_START_S = 120.0
# A loaded machine or a slow disk is no fault of the file: time on the clock is the last resort.
_WALL_S, _WALL_FACTOR = 120.0, 10.0
# Pictures are decoded one after the other: memory that glibc keeps for the next saves a fifth of the time.
_KEEPING_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}


class _Lost(Exception):
    """The child is gone, by itself."""


def call(
    name: str, returns: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, cpu_s: float, memory_mb: int
) -> Any:
    """Have a function called in this process's own child and return what it returned, of the type `returns`.

    Raises:
        LimitExceeded: it went beyond a bound, or the child died over it.
        ScanpipeError: what the function raised.
        EngineError: no child can be started.
    """
    with _lock:
        return _child.call(name, returns, args, kwargs, cpu_s=cpu_s, memory_mb=memory_mb)


def _folder() -> bytes:
    try:
        return os.fsencode(Path.cwd())
    except OSError:
        return b""  # it is gone; only names from the root are found


class Child:
    """A limited child: started when needed, and again after its death."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: Lines | None = None
        self._stopped = False

    def call(
        self,
        name: str,
        returns: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        cpu_s: float,
        memory_mb: int,
        wall_s: float | None = None,
    ) -> Any:
        """See `call`; `wall_s` is the time on the clock after which the child counts as hung, far longer by default."""
        cpu_s, memory_mb = narrowed(cpu_s, memory_mb)
        request = Request(
            function=name,
            args=tuple(msgspec.Raw(encode(value)) for value in args),
            kwargs={key: msgspec.Raw(encode(value)) for key, value in kwargs.items()},
            cwd=_folder(),
            language=os.environ.get("LANGUAGE"),
            cpu_s=cpu_s,
            memory_mb=memory_mb,
        )
        answer = self._ask(request, _WALL_S + _WALL_FACTOR * cpu_s if wall_s is None else wall_s)
        spend(cpu_s if answer is None else answer.cpu_s)
        if answer is None:
            raise LimitExceeded(
                "time", lazy("reading it needs more than {seconds:g} seconds of processor time", seconds=cpu_s)
            )
        return _value(answer, returns)

    def stop(self) -> None:
        """Have whoever waits for an answer, in another thread, wait no longer; this child is not started any more."""
        self._stopped = True
        if process := self._process:
            process.kill()

    def _ask(self, request: Request, wall_s: float) -> Answer | None:
        """Return the answer to a request; None where it took all its time.

        Raises:
            LimitExceeded: the child died over it, or its answer is far too long.
            EngineError: no child can be started.
        """
        process = self._process or self._started()
        try:
            answer = self._exchange(process, encode(request) + b"\n", wall_s)
        except _Lost:
            code = self.end()
            if code == -signal.SIGPROF:
                return None
            spend(request.cpu_s)
            raise LimitExceeded(
                "crash", lazy("it crashes the program that reads it ({how})", how=_death(code))
            ) from None
        except LimitExceeded:
            self.end()
            spend(request.cpu_s)
            raise
        except BaseException:
            self.end()
            raise
        if isinstance(answer, Broken):
            self.end()
        if isinstance(answer, Ready):
            self._out_of_step()
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        code = 0
        for _turn in range(_STARTS):
            process = self._process = self._begun()
            if self._stopped:
                process.kill()
            try:
                self._exchange(process, b"", _START_S)
                return process
            except _Lost:
                code = self.end()
            except BaseException:
                self.end()
                raise
        raise EngineError(
            lazy("The process that reads foreign files did not start ({how}).", how=_death(code)),
            remedy=lazy("Run the same command again. If the error persists, reinstall scanpipe."),
        )

    def _begun(self) -> subprocess.Popen[bytes]:
        # A session of its own: the terminal's Ctrl-C is for the parent, which ends the child in order.
        process = subprocess.Popen(
            python_module("scanpipe.sandbox.child"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **_KEEPING_MEMORY},
        )
        assert process.stdout is not None
        self._lines = Lines(process.stdout.fileno())
        return process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, wall_s: float) -> Answer | Ready:
        """Send a request and return the answer.

        Raises:
            _Lost: the child is gone.
            LimitExceeded: the answer is far too long, or none came.
        """
        assert process.stdin is not None and self._lines is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return decode_answer(self._lines.take(TimeLimit(wall_s), most=MAX_ANSWER))
        except (BrokenPipeError, EOFError) as error:
            raise _Lost from error
        except TimedOut as over:
            raise LimitExceeded("time", lazy("reading it takes too long")) from over
        except OverflowError as error:
            raise LimitExceeded("answer", lazy("it contains too much data for a file of its kind")) from error

    def _out_of_step(self) -> NoReturn:
        self.end()
        raise EngineError(lazy("The process that reads foreign files violated its protocol."))

    def end(self) -> int:
        """End the child and return how it ended."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()  # does nothing to one that has died already
        process.communicate()
        return process.returncode


def _value(answer: Answer, returns: Any) -> Any:
    if isinstance(answer, Raised):
        raise getattr(errors, answer.kind)(text_from_json(answer.text), remedy=text_from_json(answer.remedy))
    if isinstance(answer, Broken):
        log.debug("%s", answer.trace)
        raise LimitExceeded(answer.bound, text_from_json(answer.text))
    return decode(answer.value, returns)


def _death(code: int) -> LazyText | str:
    if code >= 0:
        return lazy("code {code}", code=code)
    try:
        return signal.Signals(-code).name
    except ValueError:
        return str(-code)


_lock = threading.Lock()
_child = Child()
end_child = _child.end
atexit.register(end_child)
