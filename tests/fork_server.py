"""Runs scanpipe commands one after the other, each in a fork that has the heavy libraries loaded: for many short runs.

Reads a line of JSON for each command, {"words": [...], "env": {...}, "out": path, "err": path}, and answers with its
exit code; a signal's is negative, as in subprocess. `tests.forked` is the other end.
"""

import importlib
import json
import os
import signal
import sys

# Not the command line: its texts are put into words as it is loaded, in the language of each command.
LOADED = (
    *("cv2", "numba", "PIL.Image", "pikepdf", "img2pdf", "openpyxl", "imagecodecs", "tifffile", "pypdfium2"),
    *("jinja2", "msgspec", "babel", "pytesseract", "tomlkit", "natsort", "weasyprint"),
    *(
        "scanpipe.flows.nightly",
        "scanpipe.flows.capture.scan",
        "scanpipe.flows.capture.import_files",
        "scanpipe.flows.process.page_task",
    ),
)
LONGEST_S = 240


def become(words: list[str], env: dict[str, str], out: str, err: str) -> None:
    """Be one command to its end."""
    signal.alarm(LONGEST_S)
    os.setsid()
    os.environ.clear()
    os.environ.update(env)
    for handle, path in ((0, os.devnull), (1, out), (2, err)):
        os.dup2(os.open(path, os.O_RDWR), handle)
    sys.argv = ["scanpipe", *words]
    importlib.import_module("scanpipe.cli.main").run()


def main() -> None:
    for name in LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
