"""Runs scanpipe commands one after the other, each in a fork that has everything imported: for many short runs.

Reads a line of JSON for each command, {"words": [...], "log": path}, and answers with its exit code; a signal's is
negative, as in subprocess.
"""

import importlib
import json
import os
import sys
from pathlib import Path

LOADED = (
    *("scanpipe.flows.nightly", "scanpipe.flows.capture", "scanpipe.flows.import_files", "scanpipe.cli.commands"),
    *("scanpipe.cli.main", "weasyprint", "openpyxl", "pypdfium2"),
)


def run(words: list[str], log: str) -> int:
    child = os.fork()
    if not child:
        os.setsid()
        with Path(log).open("w") as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        os.close(0)
        os.open(os.devnull, os.O_RDONLY)
        sys.argv = ["scanpipe", *words]
        importlib.import_module("scanpipe.cli.main").run()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    for name in LOADED:
        importlib.import_module(name)
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(run(request["words"], request["log"]), flush=True)


if __name__ == "__main__":
    main()
