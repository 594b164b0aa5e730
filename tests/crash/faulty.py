"""Commands at which one system call fails, or that are killed at it: the preloaded library, and who steers it."""

import ctypes
import errno
import mmap
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.forked import ForkedCommands

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
        library, control = folder / "faults.so", folder / "control"
        compiler = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
        subprocess.run(compiler, check=True)
        control.write_bytes(bytes(ctypes.sizeof(_Control)))
        with control.open("r+b") as stream:
            self._map = mmap.mmap(stream.fileno(), 0)
        self._control = _Control.from_buffer(self._map)
        self._preloaded = {"LD_PRELOAD": str(library), "SCANPIPE_FAULTS": str(control)}
        self._commands = ForkedCommands(**self._preloaded)

    def run(self, station: Path, *words: str, fault: Fault | None = None) -> Ended:
        """Run a command on a station to its end."""
        control = self._control
        ctypes.memset(ctypes.addressof(control), 0, ctypes.sizeof(_Control))
        control.root = str(station).encode()
        control.kind = KINDS.index(fault.kind) if fault else NO_CALL
        control.number = fault.number if fault else 0
        control.error = ERRORS[fault.how] if fault else 0
        environment = {**os.environ, "LANGUAGE": "en", **self._preloaded}
        done = self._commands.run(["--station", str(station), *words], environment)
        calls = dict(zip(KINDS, control.count, strict=True))
        return Ended(code=done.code, text=done.out + done.err, fired=bool(control.fired), calls=calls)

    def close(self) -> None:
        """End the server."""
        self._commands.close()


@contextmanager
def faulty_commands(folder: Path) -> Iterator[FaultyCommands]:
    """Yield a runner of commands that is closed at the end."""
    commands = FaultyCommands(folder)
    try:
        yield commands
    finally:
        commands.close()
