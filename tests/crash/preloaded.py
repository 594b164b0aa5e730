"""Commands with a library preloaded that changes what the system does, steered through a file that all of them map."""

import ctypes
import mmap
import os
import subprocess
from pathlib import Path
from typing import Generic, TypeVar

from tests.forked import ForkedCommands, Result

Control = TypeVar("Control", bound=ctypes.Structure)


class PreloadedCommands(Generic[Control]):
    """Runs commands on stations with the library of a C source preloaded.

    Attributes:
        control: what the library is told, and tells; the file of it is named by `variable` in the environment.
    """

    def __init__(self, source: Path, variable: str, control: type[Control], folder: Path) -> None:
        library, shared = folder / f"{source.stem}.so", folder / "control"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
        shared.write_bytes(bytes(ctypes.sizeof(control)))
        with shared.open("r+b") as stream:
            self.control = control.from_buffer(mmap.mmap(stream.fileno(), 0))
        self._preloaded = {"LD_PRELOAD": str(library), variable: str(shared)}
        self._commands = ForkedCommands(**self._preloaded)

    def run(self, station: Path, *words: object) -> Result:
        """Run a command on a station to its end."""
        environment = {**os.environ, "LANGUAGE": "en", **self._preloaded}
        return self._commands.run(["--station", str(station), *map(str, words)], environment)

    def close(self) -> None:
        """End the server."""
        self._commands.close()
