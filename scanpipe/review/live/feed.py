"""What the live view shows at this moment, and who is to be told when it changes.

It watches the journal, so that nothing is missed, whoever captures: this process, another one, or an import.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scanpipe.errors import ScanpipeError
from scanpipe.flows.pictures.live_page import LivePage, Moment, Trace, live_page, moment, settled, trace
from scanpipe.messages import LazyText
from scanpipe.review.live.pictures import ScreenPictures
from scanpipe.review.live.previews import Previews
from scanpipe.review.live.words import capture_words, state_words

if TYPE_CHECKING:
    from scanpipe.review.live.view import LiveEvent

LOOK_S = 0.3
"""How often the journal is looked at where nobody tells that something happened."""

_ALIVE_S = 15.0  # how often a stream without news says that it is there

log = logging.getLogger(__name__)
T = TypeVar("T")


class LiveFeed:
    """The state of one live view, within one event loop; only `tell` of it is called through the loop by others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "live-journal")
        self._news = asyncio.Event()
        self._watchers: set[asyncio.Event] = set()
        self._page, self._moment, self._trace = LivePage(), Moment(), Trace()
        self._told: LiveEvent | None = None
        self._trouble: LazyText | str = ""
        self._closed = False
        self._shown = ""
        self.pictures = ScreenPictures(folder)
        self.previews = Previews(folder, lambda: self._from_thread())

    def tell(self, event: "LiveEvent") -> None:
        """Take note of what happened, and look at the journal at once."""
        if self._told is None or self._told.book != event.book:
            self._moment = ()  # of another book, another capture is the newest
        self._told = event
        self._news.set()

    def close(self) -> None:
        """End `watch`, all streams, and all work that is under way."""
        if not self._closed:
            self._closed = True
            self._news.set()
            self._tell_watchers()

    async def watch(self) -> None:
        """Look at the journal until the feed is closed."""
        while not self._closed:
            await self._look()
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK_S)
        self.pictures.close()
        self._thread.shutdown(wait=False)
        await asyncio.to_thread(self.previews.close)

    async def views(self) -> AsyncIterator[str]:
        """Yield what is shown as JSON, at once and whenever it changes; "" now and then where it does not."""
        told = asyncio.Event()
        self._watchers.add(told)
        told.set()
        self._prepare()
        try:
            sent = None
            while not self._closed:
                told.clear()
                yield "" if sent == self._shown else self._shown
                sent = self._shown
                with suppress(TimeoutError):
                    await asyncio.wait_for(told.wait(), _ALIVE_S)
        finally:
            self._watchers.discard(told)

    async def _look(self) -> None:
        try:
            now = await self._now()
            if now != self._moment:
                self._page = await self.read(live_page, self._folder, self._told.book if self._told else "")
                self._moment = now
                self._prepare()
            self._trouble = ""
        except ScanpipeError as error:
            if not self._trouble:
                log.warning("%s", error)
            self._trouble = error.text
        self._show()

    async def _now(self) -> Moment:
        """Return the moment of the journal, which is opened only where it may have been written."""
        seen = trace(self._folder)
        if seen == self._trace and settled(seen) and self._moment and not self._trouble:
            return self._moment
        self._trace = seen
        return await self.read(moment, self._folder)

    async def read(self, look: Callable[..., T], *about: Any) -> T:
        """Return what a function reads from the journal, in the thread for that."""
        return await self._loop.run_in_executor(self._thread, look, *about)

    def _prepare(self) -> None:
        """Begin, where somebody looks, what will be asked for."""
        newest = self._page.newest
        if newest and self._watchers and not self._closed:
            self.pictures.prepare(newest)
            self.previews.want(newest)

    def _show(self) -> None:
        shown = json.dumps(self._view(), ensure_ascii=False)
        if shown != self._shown:
            self._shown = shown
            self._tell_watchers()

    def _view(self) -> dict[str, Any]:
        shown = {"newest": self._page.newest, "before": self._page.before}
        return {
            **{name: page and capture_words(page, self.previews.of(page.capture)) for name, page in shown.items()},
            "state": self._state(),
            "trouble": str(self._trouble),
        }

    def _state(self) -> dict[str, str]:
        """Return how the scan stands: as whoever scans told, else as the journal has it."""
        if self._told:
            return state_words(self._told.state, self._told.words)
        stopped = self._page.stopped
        return state_words("" if stopped is None else "stopped", stopped or "")

    def _tell_watchers(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def _from_thread(self) -> None:
        with suppress(RuntimeError):  # the loop ended meanwhile
            self._loop.call_soon_threadsafe(self._news.set)
