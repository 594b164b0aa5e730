"""The decoding child as its parent sees it: started when needed, asked, watched, killed."""

import selectors
import signal
import subprocess
from types import TracebackType
from typing import Self

from scanpipe.capture.folder_protocol import (
    Answer,
    Bad,
    Counted,
    Decoded,
    Ready,
    SpoolFailed,
    Wanted,
    decode_answer,
    encode,
)
from scanpipe.errors import DiskFull, EngineError, StoreFailed
from scanpipe.messages import _
from scanpipe.system.isolation import python_module
from scanpipe.system.timeouts import Patience, wait_for

_START_S = 60.0
_STARTS = 3  # a process that is killed while it starts is started again


class Lost(Exception):
    """The child died or was killed over a page; in words for the operator."""


class Decoder:
    """Decodes one page at a time, in a process that is replaced when it is lost."""

    def __init__(self, *, timeout_s: float, memory_mb: int) -> None:
        self._timeout_s, self._memory_mb = timeout_s, memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()

    def stop(self) -> None:
        """Have whoever waits for an answer, in another thread, wait no longer; nothing is decoded any more."""
        self._stopped = True
        if process := self._process:
            process.kill()

    def ask(self, wanted: Wanted) -> Decoded | Counted | Bad:
        """Have one page decoded, or the pages counted.

        Raises:
            Lost: the child crashed over it, or took too long.
            DiskFull: no room for the master.
            EngineError: no child can be started.
        """
        process = self._process or self._started()
        try:
            answer = self._exchange(process, encode(wanted) + b"\n", self._timeout_s)
        except Lost:
            self._kill()
            raise
        if isinstance(answer, SpoolFailed):
            raise (DiskFull if answer.full else StoreFailed)(answer.message, remedy=answer.remedy)
        if isinstance(answer, Ready):
            raise EngineError(_("The decoding process does not keep to its protocol."))
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        for _attempt in range(_STARTS):
            try:
                return self._start()
            except Lost as error:
                self._kill()
                loss = error
        raise EngineError(_("The process that decodes images does not start: {error}.").format(error=loss)) from loss

    def _start(self) -> subprocess.Popen[bytes]:
        command = python_module("scanpipe.capture.folder_child", str(self._memory_mb), str(self._timeout_s))
        # A session of its own: the terminal's Ctrl-C is for the parent, which ends the child in order.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        if self._stopped:
            self._process.kill()
        self._exchange(self._process, b"", _START_S)
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, timeout_s: float) -> Answer:
        assert process.stdin is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            line = _line(process, Patience(timeout_s))
        except TimeoutError as error:
            raise Lost(_("decoding took longer than {seconds:g} seconds").format(seconds=timeout_s)) from error
        except (BrokenPipeError, EOFError) as error:
            raise Lost(_death(process)) from error
        return decode_answer(line)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


def _line(process: subprocess.Popen[bytes], patience: Patience) -> bytes:
    """Read one answer.

    Raises:
        TimeoutError: none came in time.
        EOFError: the child is gone.
    """
    assert process.stdout is not None
    received = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not received.endswith(b"\n"):
            if wait_for(selector, patience):
                raise TimeoutError
            part = process.stdout.read1()  # type: ignore[attr-defined]  # a buffered reader, typed as IO
            if not part:
                raise EOFError
            received += part
    return received


def _death(process: subprocess.Popen[bytes]) -> str:
    code = process.wait()
    if code >= 0:
        return _("the decoder ended with code {code}").format(code=code)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return _("the decoder crashed ({signal})").format(signal=name)
