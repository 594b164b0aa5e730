"""Tasks that clusters are tested with; workers import this module by name."""

import os
import time
from pathlib import Path
from typing import Any

from scanpipe.state.exchange import blobs_at
from scanpipe.system.fsio import write_atomic

SLOWER_S = "TEST_SLOWER_S"


def note(data: dict[str, Any]) -> dict[str, Any]:
    """Leave a note of who began it, take a while, and answer."""
    name = os.environ.get("TEST_NAME", "here")
    if notes := data.get("notes"):
        (Path(notes) / f"{data['n']}-{name}-{os.getpid()}").touch()
    if data.get("die"):
        os._exit(7)
    time.sleep(data.get("s", 0.0) + float(os.environ.get(SLOWER_S, "0")))
    return {"n": data["n"], "by": name}


def write(data: dict[str, Any]) -> dict[str, Any]:
    """Write more into the spool of whoever does it than the small disk of the tests holds."""
    time.sleep(0.05)
    write_atomic(Path(data["spool"]) / str(data["n"]), bytes(2_000_000))
    return {"n": data["n"], "by": os.environ.get("TEST_NAME", "here")}


def turn(data: dict[str, Any]) -> dict[str, Any]:
    """Read a blob and write another."""
    blobs = blobs_at(data["store"])
    return {"image": blobs.put(blobs.get(data["digest"])[::-1]), "by": os.environ.get("TEST_NAME", "here")}
