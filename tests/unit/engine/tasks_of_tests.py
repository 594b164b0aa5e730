"""Tasks that engines are tested with; workers import this module by name."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from scanpipe.errors import ToolMissing

NAME = "tasks_of_tests"


def double(data: dict[str, Any]) -> dict[str, Any]:
    return {"twice": data["n"] * 2, "pid": os.getpid()}


def misbehave(data: dict[str, Any]) -> dict[str, Any] | None:
    match data["how"]:
        case "foreign error":
            raise ZeroDivisionError("no ink")
        case "own error":
            raise ToolMissing("tesseract has no 'vie'.", remedy="Install tesseract-ocr-vie.")
        case "exit":
            sys.exit(3)
        case "surrogates":
            raise ValueError(os.fsdecode(b"page-\xff.tif"))
        case "unsayable result":
            return {"pixels": object()}
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "crash":
            os._exit(7)
        case "shouts":
            os.write(1, b"noise on standard output\n")
    return {"fine": True}


def die_idle(data: dict[str, Any]) -> dict[str, Any]:
    """Answer, then die while waiting for the next job."""
    import threading

    threading.Timer(0.05, os._exit, [1]).start()
    return data


def settings(data: dict[str, Any]) -> dict[str, Any]:
    import cv2

    return {"cv2": cv2.getNumThreads(), "omp": os.environ.get("OMP_THREAD_LIMIT"), "language": os.environ["LANGUAGE"]}


def linger(data: dict[str, Any]) -> dict[str, Any]:
    """Start a program, as OCR does, and write down who is at work."""
    child = subprocess.Popen(["sleep", "60"])
    note = Path(data["notes"]) / f"{os.getpid()}"
    note.with_suffix(".part").write_text(f"{os.getpid()} {child.pid}")
    note.with_suffix(".part").rename(note.with_suffix(".pids"))
    if data.get("then") == "die":
        os._exit(1)
    time.sleep(60)
    return {}


def take(data: dict[str, Any]) -> dict[str, Any]:
    """Take time, memory, or nothing but patience."""
    match data["what"]:
        case "time":
            while True:
                pass
        case "memory":
            return {"bytes": len(bytearray(4 << 30))}
        case "patience":
            time.sleep(60)
    return {"pid": os.getpid()}
