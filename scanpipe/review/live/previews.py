"""Which captures are enhanced for whoever looks: the newest, one at a time; those that were overtaken are left out."""

import threading
from collections.abc import Callable
from pathlib import Path

from scanpipe.flows.pictures.live_page import ShownCapture
from scanpipe.flows.pictures.preview import Preview, PreviewMaker
from scanpipe.flows.pictures.recent import Recent

_MOST_BYTES = 24_000_000


class Previews:
    """Enhances what is wanted in a thread that waits for a process; `changed` is called there when one was made."""

    def __init__(self, folder: Path, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._maker = PreviewMaker(folder)
        self._news = threading.Condition()
        self._made: Recent[int, Preview] = Recent(_MOST_BYTES, lambda made: len(made.jpeg) + 1000)
        self._wanted: ShownCapture | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def want(self, shown: ShownCapture) -> None:
        """Ask for a preview, and for none that was asked for earlier and not begun."""
        with self._news:
            if self._closed or self._made.get(shown.capture):
                return
            self._wanted = shown
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="live-previews", daemon=True)
                self._thread.start()
            self._news.notify()

    def of(self, capture: int) -> Preview | None:
        """Return what was made of a capture, None where nothing was yet."""
        with self._news:
            return self._made.get(capture)

    def close(self) -> None:
        """End the process, whatever it does."""
        with self._news:
            self._closed = True
            self._news.notify()
        self._maker.end()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        while (shown := self._next()) is not None:
            made = self._maker.preview(shown)
            if made is None:
                return
            with self._news:
                self._made.put(shown.capture, made)
            self._changed()

    def _next(self) -> ShownCapture | None:
        with self._news:
            self._news.wait_for(lambda: self._closed or self._wanted)
            wanted, self._wanted = self._wanted, None
            return None if self._closed else wanted
