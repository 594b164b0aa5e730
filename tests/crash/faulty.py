"""Commands at which one system call fails, or that are killed at it: the preloaded library, and who steers it."""

import ctypes
import errno
import json
import mmap
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")
KINDS = ("open", "write", "sync", "rename", "unlink", "mkdir", "chmod")
ERRORS = {"killed": 0, "EIO": errno.EIO, "ENOSPC": errno.ENOSPC}
NO_CALL = -1


class _Control(ctypes.Structure):
    """What `faults.c` maps: counts of calls, what happened, and which call is to fail how."""

    _fields_ = [
        ("count", ctypes.c_uint * len(KINDS)),
        ("fired", ctypes.c_uint),
        ("kind", ctypes.c_int),
        ("number", ctypes.c_uint),
        ("error", ctypes.c_int),
        ("root", ctypes.c_char * 4096),
    ]


@dataclass(frozen=True)
class Fault:
    """The `number`-th call (from 1) of a kind ends with an error, or the process with it."""

    kind: str
    number: int
    how: str

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.how}"


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, what it printed, whether the fault was met, how often each kind was called."""

    code: int
    text: str
    fired: bool
    calls: dict[str, int]


class FaultyCommands:
    """Runs commands on stations, with or without a fault."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "command.log"
        library, control = folder / "faults.so", folder / "control"
        compiler = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
        subprocess.run(compiler, check=True)
        control.write_bytes(bytes(ctypes.sizeof(_Control)))
        with control.open("r+b") as stream:
            self._map = mmap.mmap(stream.fileno(), 0)
        self._control = _Control.from_buffer(self._map)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.fork_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LANGUAGE": "en", "LD_PRELOAD": str(library), "SCANPIPE_FAULTS": str(control)},
        )
        assert self._answer() == "ready"

    def run(self, station: Path, *words: str, fault: Fault | None = None) -> Ended:
        """Run a command on a station to its end."""
        control = self._control
        ctypes.memset(ctypes.addressof(control), 0, ctypes.sizeof(_Control))
        control.root = str(station).encode()
        control.kind = KINDS.index(fault.kind) if fault else NO_CALL
        control.number = fault.number if fault else 0
        control.error = ERRORS[fault.how] if fault else 0
        request = {"words": ["--station", str(station), *words], "log": str(self._log)}
        assert self._server.stdin is not None
        print(json.dumps(request), file=self._server.stdin, flush=True)
        code = int(self._answer())
        calls = dict(zip(KINDS, control.count, strict=True))
        return Ended(code=code, text=self._log.read_text(), fired=bool(control.fired), calls=calls)

    def close(self) -> None:
        """End the server."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(30)
        self._server.stdout.close()

    def _answer(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().strip()


@contextmanager
def faulty_commands(folder: Path) -> Iterator[FaultyCommands]:
    """Yield a runner of commands that is closed at the end."""
    commands = FaultyCommands(folder)
    try:
        yield commands
    finally:
        commands.close()
