"""Commands in processes of their own that need not load the libraries each time: the client of `tests.fork_server`."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)

    @property
    def last_json(self) -> Any:
        """The last of the lines that are JSON each."""
        return json.loads(self.out.splitlines()[-1])


class ForkedCommands:
    """A server of commands; what it has loaded was loaded under `env`."""

    def __init__(self, **env: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.fork_server"],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, words: list[str], env: dict[str, str]) -> Result:
        """Run one command to its end; `env` is its whole environment."""
        out, err = (Path(self._folder.name) / name for name in ("out", "err"))
        for path in (out, err):
            path.write_text("")
        request = {"words": words, "env": env, "out": str(out), "err": str(err)}
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps(request), file=self._server.stdin, flush=True)
        code = int(self._server.stdout.readline())
        return Result(code=code, out=out.read_text(), err=err.read_text())

    def close(self) -> None:
        """End the server."""
        self._server.communicate()
        self._folder.cleanup()
