"""What the tests of the limited child have it do."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import WorkbookError
from scanpipe.messages import _
from scanpipe.sandbox import limited


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    process: int
    path: Path
    folder: Path
    words: str


@limited()
def look(path: Path, *, names: tuple[str, ...] = ()) -> Seen:
    return Seen(process=os.getpid(), path=path, folder=Path.cwd(), words=" ".join((_("error"), *names)))


@limited()
def refuse(path: Path) -> None:
    raise WorkbookError(f"{path} is wrong.", remedy="Mend it.")


@limited(error=WorkbookError)
def hoard(path: Path) -> int:
    return len(bytes(1 << 40))


@limited(cpu_s=0.2)
def spin(path: Path) -> None:
    while True:
        pass


@limited()
def die(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


@limited()
def stumble(path: Path) -> int:
    return 1 // 0


@limited()
def chatter(path: Path, megabytes: int) -> str:
    return "x" * (megabytes << 20)
