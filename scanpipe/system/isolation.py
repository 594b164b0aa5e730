"""Code comes from where it is installed, never from the folder that a person works in: anybody's USB stick.

Python looks into the working folder first in processes that are started by `-m` or `-c`. An empty entry in a search
path means the working folder, too, and OpenCV leaves one in LD_LIBRARY_PATH, so that Tesseract would load its libraries
from there.
"""

import os
import sys

_SEARCH_PATHS = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH")


def isolate_children() -> None:
    """Have all processes that this one starts from now on look for code only where it is installed."""
    os.environ["PYTHONSAFEPATH"] = "1"
    for name in _SEARCH_PATHS:
        found = os.environ.pop(name, "")
        if named := os.pathsep.join(filter(None, found.split(os.pathsep))):
            os.environ[name] = named


def python_module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a module in a Python of its own."""
    return [sys.executable, "-P", "-m", name, *arguments]
