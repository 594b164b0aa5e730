"""Pages enhanced by another recipe while somebody looks: nothing of it is kept on the station."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.pictures.live_page import shown_capture
from scanpipe.flows.pictures.preview import PreviewMaker
from scanpipe.flows.pictures.recent import Recent
from scanpipe.flows.review.pages import ReviewPage
from scanpipe.messages import lazy

_MOST_BYTES = 48_000_000


class Trials:
    """Tries recipes on pages one after the other, in one process that gives way to all others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._maker = PreviewMaker(folder)
        self._guard = threading.Lock()
        self._made: Recent[str, bytes] = Recent(_MOST_BYTES, len)
        self.thread = ThreadPoolExecutor(1, "review-trials")

    def make(self, page: ReviewPage, recipe: str) -> str:
        """Enhance a page, and return the name that its picture is found by.

        Raises:
            PageUnknown: there is no such capture.
            UsageError: it cannot be enhanced like that.
        """
        name = f"{page.capture}-{page.region or 'whole'}-{recipe}"
        if self.found(name):
            return name
        shown = shown_capture(self._folder, page.capture or 0)
        if shown is None:
            raise PageUnknown(lazy("There is no such picture."))
        made = self._maker.preview(replace(shown, regions=(page.region,)), recipe)
        if made is None or not made.jpeg:
            raise UsageError(lazy("This page cannot be enhanced: {reason}", reason=made.failure if made else ""))
        with self._guard:
            self._made.put(name, made.jpeg)
        return name

    def found(self, name: str) -> bytes | None:
        """Return a picture that was made, None where it was not, or was forgotten."""
        with self._guard:
            return self._made.get(name)

    def close(self) -> None:
        """End the process, whatever it does."""
        self._maker.end()
        self.thread.shutdown(wait=True, cancel_futures=True)
