"""Where the CPU seconds of a page go, module by module: `python -m bench.profile PICTURE ...`.

Each picture is processed and put into a PDF of its own, all in this process, after a first one that does not count. A
module's seconds are its own and those of the libraries that it calls, without those of other modules of scanpipe. What
Tesseract takes, which is a process of its own, stands in a row of its own.
"""

import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from scanpipe.enhance.recipe import record_of
from scanpipe.enhance.report import Report
from scanpipe.flows.delivery.document_task import DocumentJob, DocumentPage, build_document
from scanpipe.flows.process.page_task import PageJob, process_page
from scanpipe.flows.recipes import load_recipe
from scanpipe.flows.sharp_seals import sharp_seals
from scanpipe.raster.codecs import encode_master
from scanpipe.raster.files import read_frames
from scanpipe.state.exchange import blobs_at

LEAST_S = 0.005
OTHERS = "other programs"
Seconds = defaultdict[tuple[str, str], float]
Task = Callable[[dict[str, Any]], dict[str, Any]]


class Clock:
    """CPU seconds of a piece of work by module: a module is charged until another one is entered or left."""

    def __init__(self, work: str, seconds: Seconds) -> None:
        self._work, self._seconds = work, seconds
        self._within = ["scanpipe"]

    def __enter__(self) -> None:
        self._others, self._last = _others(), time.process_time()
        sys.setprofile(self._moved)

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)
        self._charge()
        self._seconds[self._work, OTHERS] += _others() - self._others

    def _moved(self, frame: FrameType, event: str, _what: object) -> None:
        module = frame.f_globals.get("__name__", "") if event in {"call", "return"} else ""
        if not module.startswith("scanpipe."):
            return
        self._charge()
        if event == "call":
            self._within.append(module)
        elif len(self._within) > 1:
            self._within.pop()

    def _charge(self) -> None:
        now = time.process_time()
        self._seconds[self._work, self._within[-1]] += now - self._last
        self._last = now


def _others() -> float:
    times = os.times()
    return times.children_user + times.children_system


def take_through(picture: Path, folder: Path, seconds: Seconds) -> None:
    """Do with a picture what both kinds of worker do."""
    master = next(iter(read_frames(picture))).raster
    store = str(folder / "store")
    page = PageJob(
        store=store,
        spool=str(folder),
        screen="",
        digest=blobs_at(store).put(encode_master(master)),
        dpi=master.dpi,
        language="vie",
        recipe=record_of(load_recipe("default")),
    )
    made = _timed(process_page, page, "process", seconds)
    report = msgspec.json.decode(made["report"], type=Report)
    version = DocumentPage(
        **{name: made[name] for name in ("image", "mask", "text_layer", "dpi", "writing")},
        seals=sharp_seals(report),
        letter_mm=report.metrics.mask.letter_mm,
    )
    document = DocumentJob(store=store, pages=(version,), title="a page", subject="", budget_kb_per_a4=100)
    _timed(build_document, document, "deliver", seconds)


def _timed(task: Task, job: msgspec.Struct, work: str, seconds: Seconds) -> dict[str, Any]:
    plain = msgspec.to_builtins(job)
    with Clock(work, seconds):
        return task(plain)


def main() -> None:
    """Print a table, the dearest modules first."""
    pictures = [Path(word) for word in sys.argv[1:]]
    if not pictures:
        sys.exit("Usage: python -m bench.profile PICTURE ...")
    seconds: Seconds = defaultdict(float)
    with tempfile.TemporaryDirectory(prefix="scanpipe-profile-") as name:
        (Path(name) / "store").mkdir()
        take_through(pictures[0], Path(name), defaultdict(float))
        for picture in pictures:
            take_through(picture, Path(name), seconds)
    print("| work | module | CPU s a page |\n|---|---|---|")
    for (work, module), spent in sorted(seconds.items(), key=lambda item: -item[1]):
        if spent >= LEAST_S * len(pictures):
            print(f"| {work} | {module} | {spent / len(pictures):.3f} |")
    for work in ("process", "deliver"):
        total = sum(spent for (of, _module), spent in seconds.items() if of == work)
        print(f"| {work} | all | {total / len(pictures):.3f} |")


if __name__ == "__main__":
    main()
