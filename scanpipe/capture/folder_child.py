"""The process that decodes files nobody vouches for, so that a crash, a hang or a hunger for memory costs one page.

Run as `python -m scanpipe.capture.folder_child MEMORY_MB TIMEOUT_S`; it answers each line on stdin with a line on
stdout and ends with its parent's end of the pipe.
"""

import math
import os
import resource
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import cv2

from scanpipe.capture.checks import check_capture
from scanpipe.capture.folder_protocol import (
    Answer,
    Bad,
    Counted,
    Decoded,
    Ready,
    SpoolFailed,
    Wanted,
    decode_wanted,
    encode,
)
from scanpipe.errors import DiskFull, StoreFailed
from scanpipe.raster.codecs import encode_master
from scanpipe.raster.files import Frame, PageFile, open_pages
from scanpipe.raster.picture import Damaged, Unreadable
from scanpipe.system.fsio import store_errors_named

_GRACE_S = 10  # the parent kills first; the alarm is for a child whose parent is gone


class _Shelf:
    """The file last asked for, kept open for its next page."""

    def __init__(self) -> None:
        self._path = b""
        self._pages: PageFile | None = None
        self._stack = ExitStack()

    def file(self, wanted: Wanted) -> PageFile:
        if self._pages is None or wanted.path != self._path or wanted.index == 0:
            self._stack.close()
            self._pages, self._path = None, wanted.path
            opened = open_pages(Path(os.fsdecode(wanted.path)), wanted.reading)
            self._pages = self._stack.enter_context(opened)
        return self._pages


def main(memory_mb: int, timeout_s: float) -> None:
    """Answer requests until stdin ends."""
    cv2.setNumThreads(1)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers, shelf = _private_stdout(), _Shelf()
    _send(answers, Ready())
    for line in sys.stdin.buffer:
        signal.alarm(math.ceil(timeout_s) + _GRACE_S)
        _send(answers, _answer(decode_wanted(line), shelf))
        signal.alarm(0)


def _private_stdout() -> BinaryIO:
    """Keep the pipe for answers alone: what a C library prints on descriptor 1 goes where stderr goes."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _send(answers: BinaryIO, answer: Answer) -> None:
    answers.write(encode(answer) + b"\n")
    answers.flush()


def _answer(wanted: Wanted, shelf: _Shelf) -> Answer:
    count = 0
    try:
        pages = shelf.file(wanted)
        count = pages.count
        if not wanted.target:
            return Counted(count=count)
        return _decoded(pages.frame(wanted.index), count, Path(os.fsdecode(wanted.target)))
    except Unreadable as error:
        return Bad(count=count, reason=str(error), damaged=isinstance(error, Damaged))
    except (DiskFull, StoreFailed) as error:
        return SpoolFailed(full=isinstance(error, DiskFull), message=error.message, remedy=error.remedy)


def _decoded(frame: Frame, count: int, target: Path) -> Decoded:
    raster = frame.raster
    with store_errors_named(target.parent):
        target.write_bytes(encode_master(raster))
    return Decoded(
        count=count,
        width=raster.width,
        height=raster.height,
        dpi=raster.dpi,
        dpi_assumed=frame.dpi_assumed,
        checks=check_capture(raster, damage=frame.damage),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
