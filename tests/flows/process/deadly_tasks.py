"""Pages that kill the process that works on them; workers import this module by name."""

import os
import signal
from pathlib import Path
from typing import Any

from scanpipe.errors import ImageRefused


def kill(data: dict[str, Any]) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def kill_once(data: dict[str, Any]) -> dict[str, Any]:
    """Kill the process the first time, and fail like any page the second."""
    mark = Path(data["store"]) / "tried"
    if mark.exists():
        raise ImageRefused("no page")
    mark.touch()
    return kill(data)
