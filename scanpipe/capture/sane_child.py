"""The scanner's own process, the only one where python-sane is imported: `python -m scanpipe.capture.sane_child`.

A driver may crash, hang or hold Python's lock for good, so nothing else lives here. Requests come as lines on stdin and
are worked on by the main thread, one at a time; one thread reads them, one sends signs of life while work is under way.
The process ends when stdin does: a parent that died, however, lets go of the scanner.
"""

import errno
import os
import queue
import select
import shutil
import signal
import threading
import time
import traceback
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from scanpipe.capture.sane_describe import describe
from scanpipe.capture.sane_frame import Frame, check_readable, page_rows
from scanpipe.capture.sane_handle import MISSING, SaneHandle, find_scanners, open_scanner
from scanpipe.capture.sane_protocol import (
    Close,
    Closed,
    Describe,
    Fault,
    Heartbeat,
    Open,
    Opened,
    Page,
    Probe,
    Reply,
    Request,
    Scan,
    Watch,
    Watched,
    decode_request,
    encode,
    fault,
)
from scanpipe.capture.sane_settings import apply, set_and_verify, watched
from scanpipe.capture.sane_status import OUT_OF_DOCUMENTS
from scanpipe.system.pipes import private_stdout
from scanpipe.system.printable import printable

HEARTBEAT_S = 0.25
# A process whose lock a driver never gives back cannot see that its parent is gone; the system's alarm ends it. Longer
# than any bound a profile may set on silence.
FROZEN_S = 600
GRACE_S = 5.0


class Child:
    """The state of the process: the channel to the parent and the scanner, if one is open."""

    def __init__(self, channel: BinaryIO) -> None:
        self._channel = channel
        self._sending = threading.Lock()
        self._working = threading.Event()
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._handle: SaneHandle | None = None
        self._wanted: Open | None = None
        self._raw: Path | None = None
        self._scanning = False
        self._pages = 0

    def serve(self, requests: RawIOBase) -> None:
        """Work until told to close, or until the parent is gone."""
        for job in (lambda: self._read(requests), self._heartbeat):
            threading.Thread(target=job, daemon=True).start()
        self._send(Heartbeat())
        self._work_off()

    def _work_off(self) -> None:
        while (request := self._requests.get()) is not None:
            self._working.set()
            self._send(self._answer(request))
            self._end_scan()
            self._working.clear()
            if isinstance(request, Close):
                return
        self._close()
        self._drop_page()

    def _read(self, requests: RawIOBase) -> None:
        for line in requests:
            self._requests.put(decode_request(line))
        self._requests.put(None)
        if self._handle:
            self._handle.cancel()
        time.sleep(GRACE_S)
        self._drop_page()
        os.killpg(0, signal.SIGKILL)

    def _drop_page(self) -> None:
        if self._raw:
            self._raw.unlink(missing_ok=True)

    def _heartbeat(self) -> None:
        while True:
            signal.alarm(FROZEN_S)
            # A parent that was stopped (Ctrl-Z) reads nothing: this thread must not wait for it at a full pipe.
            if self._working.is_set() and self._sending.acquire(blocking=False):
                try:
                    if select.select([], [self._channel], [], 0)[1]:
                        self._write(Heartbeat())
                finally:
                    self._sending.release()
            time.sleep(HEARTBEAT_S)

    def _send(self, reply: Reply) -> None:
        with self._sending:
            self._write(reply)

    def _write(self, reply: Reply) -> None:
        with suppress(BrokenPipeError):
            self._channel.write(encode(reply) + b"\n")
            self._channel.flush()

    def _answer(self, request: Request) -> Reply:
        try:
            return self._work(request)
        except Fault as problem:
            return problem.failed
        except Exception as error:
            traceback.print_exc()
            return fault("other", f"{type(error).__name__}: {error}").failed

    def _work(self, request: Request) -> Reply:
        if MISSING:
            raise fault("no-library", MISSING)
        match request:
            case Probe():
                return find_scanners()
            case Describe():
                self._handle = open_scanner(request.device)
                return describe(self._handle, request.source)
            case Open():
                return self._open(request)
            case Scan():
                return self._scan(request)
            case Watch():
                handle, wanted = self._open_now()
                return Watched(watched(handle, wanted.watched))
            case Close():
                return self._close()

    def _open(self, wanted: Open) -> Opened:
        self._handle, self._wanted = open_scanner(wanted.device), wanted
        in_force = apply(self._handle, wanted)
        return Opened(
            settings=in_force.settings,
            colour=_colour(self._handle, wanted),
            lacking=in_force.lacking,
            watched=watched(self._handle, wanted.watched),
        )

    def _open_now(self) -> tuple[SaneHandle, Open]:
        if self._handle is None or self._wanted is None:
            raise fault("other", "no scanner is open")
        return self._handle, self._wanted

    def _scan(self, request: Scan) -> Page:
        handle, wanted = self._open_now()
        self._raw = Path(os.fsdecode(request.raw))
        self._scanning = True
        try:
            page = _scan_page(handle, request, depth=wanted.depth)
        except Fault as problem:
            if wanted.untold_breaks and problem.failed.detail == OUT_OF_DOCUMENTS:
                raise _end_of_stack(handle, pages=self._pages) from None
            raise
        self._pages += 1
        # Between the pages of a stack a cancel would throw the rest of it out.
        self._scanning = not wanted.keep_going
        return page

    def _end_scan(self) -> None:
        """End a scan after its answer is sent: a driver that hangs here takes neither the page nor the reason along."""
        if self._scanning and self._handle:
            self._handle.cancel()
        self._scanning = False

    def _close(self) -> Closed:
        if self._handle:
            self._handle.cancel()
            self._handle.close()
            self._handle = None
        return Closed()


def _colour(handle: SaneHandle, wanted: Open) -> bool | None:
    """Say whether pages will come in colour; a device that serves files cannot know."""
    if wanted.dpi is None:
        return None
    try:
        return handle.frame().channels > 1
    except Fault:
        return None


def _end_of_stack(handle: SaneHandle, *, pages: int) -> Fault:
    """Say whether a stack that is said to be at its end is: a job that broke off ends in the same words."""
    if pages:
        try:
            handle.start()
            handle.snap()
        except Fault as problem:
            if problem.failed.detail != OUT_OF_DOCUMENTS:
                return problem
        else:
            return fault("ended-early")
    return fault("empty", OUT_OF_DOCUMENTS)


def _scan_page(handle: SaneHandle, request: Scan, *, depth: int) -> Page:
    if request.serve:
        # python-sane sends text as Latin-1; the file's name must arrive as the bytes the system knows it by.
        set_and_verify(handle, "filename", request.serve.decode("latin-1"))
    raw = Path(os.fsdecode(request.raw))
    check_room(handle.frame(), raw.parent)
    handle.start()
    frame = handle.frame()
    check_readable(frame, depth=depth)
    data, height = handle.snap()
    rows = page_rows(frame, data, height=height)
    try:
        with raw.open("wb") as stream:
            stream.writelines(rows)
    except OSError as error:
        raise fault(
            "disk" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "other", str(error)
        ) from error
    return Page(width=frame.width, height=sum(map(len, rows)) // frame.row_bytes, channels=frame.channels)


def check_room(estimate: Frame, folder: Path) -> None:
    """Refuse while the paper still lies in the feeder, not when the page has nowhere to go.

    Raises:
        Fault: "disk".
    """
    if estimate.lines * estimate.row_bytes > shutil.disk_usage(folder).free:
        raise fault("disk", printable(str(folder)))


def _leave_working_folder() -> None:
    """Go where nobody leaves files: libsane looks for its settings in the working folder first.

    Folders of settings that the person names stay where they are meant.
    """
    named = os.environ.get("SANE_CONFIG_DIR")
    if named:
        folders = (str(Path(folder).absolute()) if folder else "" for folder in named.split(os.pathsep))
        os.environ["SANE_CONFIG_DIR"] = os.pathsep.join(folders)
    os.chdir("/")


def main() -> None:
    """Take stdin and stdout for the requests and replies; what drivers print goes to stderr."""
    # Blocked, not ignored: drivers set SIGPIPE back to its default, which would end the process before it can clear up.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGPIPE})
    channel = private_stdout()
    _leave_working_folder()
    with Path("/dev/stdin").open("rb", buffering=0) as requests:
        Child(channel).serve(requests)


if __name__ == "__main__":
    main()
