"""Does a page cost the same, in CPU and memory, in a book of hundreds and of thousands?

    python -m bench.growth [PAGES ...]

For each number a book of so many small pages (127 x 76 mm at 80 dpi, some lines of writing, no two alike) goes from
files to a delivered package, by whole commands and two processes. Pages of full size cost more each, but not otherwise.
Needs psutil.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cv2
import numpy as np
import psutil

from bench.pipeline import commands
from samples.generate import draw_page

_DPI = 80
_SHEETS = 40
_LOOK_S = 0.5
_SMALL = (slice(60, 300), slice(60, 460))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a command took: seconds, CPU seconds, most memory of itself and of its largest worker in MB."""

    wall_s: float
    cpu_s: float
    own_mb: float
    worker_mb: float


def main(counts: list[int]) -> None:
    """Print a table."""
    print("| pages | step | CPU s a page | s a page | MB: command | MB: worker |\n|---|---|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="scanpipe-growth-") as name:
            folder = Path(name)
            draw(folder / "incoming", count)
            for step, command in commands(folder / "station", folder / "incoming", count).items():
                took = run(command)
                row = f"{took.cpu_s / count:.3f} | {took.wall_s / count:.3f} | {took.own_mb:.0f} | {took.worker_mb:.0f}"
                print(f"| {count} | {step} | {row} |", flush=True)


def draw(folder: Path, count: int) -> None:
    """Write pictures: parts of some pages, each with a grain of its own."""
    folder.mkdir()
    sheets = [draw_page("lines", seed=seed, dpi=_DPI).pixels[_SMALL] for seed in range(_SHEETS)]
    rng = np.random.default_rng(1)
    for number in range(count):
        sheet = np.roll(sheets[number % _SHEETS], (number // _SHEETS * 7 % 200, number // _SHEETS * 13 % 360), (0, 1))
        grain = rng.integers(-3, 4, sheet.shape, np.int16)
        cv2.imwrite(str(folder / f"{number:05}.png"), np.clip(sheet + grain, 0, 255).astype(np.uint8))


def run(command: list[str]) -> Run:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as log:
        took, code = _watched(command, log)
        log.seek(0)
        if code not in (0, 1):
            sys.exit(f"{' '.join(command)} ended with {code}:\n{log.read()[-2000:].decode()}")
    return took


def _watched(command: list[str], log: IO[bytes]) -> tuple[Run, int]:
    """Run a command; return what it took, and its exit code."""
    began, own, worker = time.monotonic(), 0.0, 0.0
    process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        own = max(own, watched.memory_info().rss / 1e6)
        worker = max([worker, *(_memory_mb(child) for child in watched.children(recursive=True))])
        time.sleep(_LOOK_S)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu_s = usage.ru_utime + usage.ru_stime
    took = Run(wall_s=time.monotonic() - began, cpu_s=cpu_s, own_mb=own, worker_mb=worker)
    return took, process.returncode


def _memory_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [100, 1000])
