"""Commands at which one system call fails, or that are killed at it: the preloaded library, and who steers it."""

import ctypes
import errno
from dataclasses import dataclass
from pathlib import Path

from tests.crash.preloaded import PreloadedCommands

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
        self._commands = PreloadedCommands(SOURCE, "SCANPIPE_FAULTS", _Control, folder)
        self.close = self._commands.close

    def run(self, station: Path, *words: str, fault: Fault | None = None) -> Ended:
        """Run a command on a station to its end."""
        control = self._commands.control
        ctypes.memset(ctypes.addressof(control), 0, ctypes.sizeof(_Control))
        control.root = str(station).encode()
        control.kind = KINDS.index(fault.kind) if fault else NO_CALL
        control.number = fault.number if fault else 0
        control.error = ERRORS[fault.how] if fault else 0
        done = self._commands.run(station, *words)
        calls = dict(zip(KINDS, control.count, strict=True))
        return Ended(code=done.code, text=done.out + done.err, fired=bool(control.fired), calls=calls)
