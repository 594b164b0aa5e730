"""Pictures of pages for the review site: what is asked for at once, what will be asked for in the background."""

import asyncio
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scanpipe.errors import ScanpipeError
from scanpipe.flows.pictures.page_pictures import Cut, PagePictures, Source
from scanpipe.system.priority import give_way

_ASKED, _AHEAD = 2, 15  # steps: both give way to the scan, and what is made ahead to what is asked for


class ReviewPictures:
    """Makes pictures in two threads of lower priority; several who ask for one picture wait for the same work."""

    def __init__(self, folder: Path) -> None:
        self._asked = PagePictures(folder)
        self._thread = ThreadPoolExecutor(1, "review-pictures", initializer=give_way, initargs=(_ASKED,))
        self._making: dict[tuple[Source, Cut], asyncio.Task[bytes]] = {}
        self._ahead = _Ahead(folder)

    async def jpeg(self, source: Source, cut: Cut) -> bytes:
        """Return a picture.

        Raises:
            PageUnknown: it has no such tile.
            BlobDamaged: it is gone, or damaged.
            StoreFailed: the store cannot be read.
        """
        key = (source, cut)
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._made(source, cut))
            making.add_done_callback(lambda _made: self._making.pop(key, None))
        return await asyncio.shield(making)

    def make_ahead(self, sources: Iterable[Source], width: int) -> None:
        """Make these one after the other while nothing else is asked for, and none that were wanted before."""
        self._ahead.want(sources, width)

    def close(self) -> None:
        """Make no more pictures."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._ahead.close()

    async def _made(self, source: Source, cut: Cut) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._asked.jpeg, source, cut)


class _Ahead:
    """A thread that makes pictures nobody waits for."""

    def __init__(self, folder: Path) -> None:
        self._pictures = PagePictures(folder)
        self._news = threading.Condition()
        self._wanted: list[Source] = []
        self._width = 0
        self._closed = False
        self._thread: threading.Thread | None = None

    def want(self, sources: Iterable[Source], width: int) -> None:
        with self._news:
            self._wanted, self._width = list(sources)[::-1], width
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="review-ahead", daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        give_way(_AHEAD)
        while (wanted := self._next()) is not None:
            source, width = wanted
            try:
                if not self._pictures.has(source, width):
                    self._pictures.jpeg(source, Cut(width=width))
            except ScanpipeError:
                continue  # whoever asks for it is told

    def _next(self) -> tuple[Source, int] | None:
        with self._news:
            self._news.wait_for(lambda: self._closed or self._wanted)
            return None if self._closed else (self._wanted.pop(), self._width)
