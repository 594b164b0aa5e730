"""Runs scanpipe commands one after the other, each in a fork that has the heavy libraries loaded: for many short runs.

Reads a line of JSON for each command, {"words": [...], "env": {...}, "out": path, "err": path}, and answers with its
exit code; a signal's is negative, as in subprocess. `tests.forked` is the other end.
"""

import atexit
import importlib
import json
import os
import signal
import sys
import threading
import traceback
from typing import NoReturn

LONGEST_S = 240


def become(words: list[str], env: dict[str, str], out: str, err: str) -> NoReturn:
    """Be one command to its end."""
    signal.alarm(LONGEST_S)
    os.setsid()
    os.environ.clear()
    os.environ.update(env)
    for handle, path in ((0, os.devnull), (1, out), (2, err)):
        os.dup2(os.open(path, os.O_RDWR), handle)
    sys.argv = ["scanpipe", *words]
    code: object = 1
    try:
        importlib.import_module("scanpipe.cli.main").run()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    end(code)


def end(code: object) -> NoReturn:
    """End as the interpreter does, but do not take the libraries apart: that takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else bool(code))


def main() -> None:
    importlib.import_module("tests.loaded")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
