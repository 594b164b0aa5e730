"""The scanner's own process: what it answers to a driver that misbehaves as the test backend cannot be told to."""

import queue
from threading import Event, Thread

import pytest

from scanpipe.capture import sane_child
from scanpipe.capture.sane_protocol import Failed, Heartbeat, Open, Page, Reply, Scan, decode_reply, fault


class HangingHandle:
    """A scanner whose driver never comes back from ending a page."""

    def __init__(self) -> None:
        self.released = Event()

    def cancel(self) -> None:
        self.released.wait()

    def close(self) -> None:
        pass


class Channel(queue.SimpleQueue[Reply]):
    """What the process writes to its parent."""

    def write(self, line: bytes) -> None:
        self.put(decode_reply(line))

    def flush(self) -> None:
        pass

    def answer(self) -> Reply:
        while isinstance(reply := self.get(timeout=10), Heartbeat):
            pass
        return reply


@pytest.mark.parametrize("whole", [True, False])
def test_the_answer_is_sent_before_a_driver_can_hang_over_the_end_of_the_page(
    whole: bool, monkeypatch: pytest.MonkeyPatch
):
    def scan_page(*_: object, **__: object) -> Page:
        if whole:
            return Page(width=2, height=2, channels=1)
        raise fault("empty")

    monkeypatch.setattr(sane_child, "_scan_page", scan_page)
    channel, handle = Channel(), HangingHandle()
    child = sane_child.Child(channel)  # type: ignore[arg-type]
    child._handle = handle  # type: ignore[assignment]
    child._wanted = Open(device="x", source="", mode="", depth=8, dpi=None, page_mm=None, options={}, keep_going=False)
    child._requests.put(Scan(raw="/nowhere", serve=""))
    child._requests.put(None)
    worker = Thread(target=child._work_off, daemon=True)
    worker.start()
    assert isinstance(channel.answer(), Page if whole else Failed)
    handle.released.set()
    worker.join(10)
    assert not worker.is_alive()
