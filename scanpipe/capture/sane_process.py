"""The scanner's process as its parent sees it: start it, ask it, watch it, kill it."""

import os
import signal
import subprocess
from contextlib import suppress

from scanpipe.capture.sane_protocol import Heartbeat, Reply, Request, decode_reply, encode
from scanpipe.system.isolation import python_module
from scanpipe.system.pipes import Lines, TimedOut
from scanpipe.system.timeouts import TimeLimit

START_S = 60.0


class Hung(Exception):
    """The process was silent, or at one request, for longer than allowed; it was killed. `seconds` is the bound."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Died(Exception):
    """The process ended by itself with `code`, negative for a signal."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ScannerProcess:
    """A child in a session of its own, so that the terminal's Ctrl-C does not reach it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            python_module("scanpipe.capture.sane_child"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._lines = Lines(self._process.stdout.fileno())
        self._awake = False
        self._released = False

    @property
    def pid(self) -> int:
        """The process id, which is its group's and session's too."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def ask(self, request: Request, *, silence_s: float, answer_s: float) -> Reply:
        """Send a request and return its answer.

        Raises:
            Hung: no sign of life for `silence_s`, or no answer within `answer_s`.
            Died: the process ended.
        """
        try:
            self._write(request)
            if not self._awake:
                self._next(silence_s=START_S, answer=TimeLimit(START_S))
                self._awake = True
            answer = TimeLimit(answer_s)
            while isinstance(reply := self._next(silence_s=silence_s, answer=answer), Heartbeat):
                pass
        except BaseException:
            # An answer that nobody waits for any more would be taken for that of the next request.
            self.kill()
            raise
        return reply

    def abort(self) -> None:
        """End the process while another thread asks it; that thread finds it dead, and releases what it held."""
        if not self._released:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the process and all that its drivers started, now."""
        if self._released:
            return
        self._released = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def wait(self, seconds: float) -> None:
        """Let the process end by itself after a Close; kill it if it does not."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def _write(self, request: Request) -> None:
        assert self._process.stdin is not None
        line = encode(request) + b"\n"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise Died(self._process.wait()) from None

    def _next(self, *, silence_s: float, answer: TimeLimit) -> Reply:
        try:
            line = self._lines.take(TimeLimit(silence_s), answer)
        except TimedOut as timed_out:
            raise Hung(timed_out.limit.seconds) from None
        except EOFError:
            raise Died(self._process.wait()) from None
        reply: Reply = decode_reply(line)
        return reply
