"""Pictures of captures as JPEG: made in a thread, so that the server goes on meanwhile, and kept for the next look."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from scanpipe.flows.pictures.live_page import ShownCapture
from scanpipe.flows.pictures.recent import Recent
from scanpipe.flows.pictures.screen import Masters
from scanpipe.system.priority import give_way

WIDTHS: Final = (800, 1100, 1366, 1600, 1920, 2560, 3840)
"""The widths in pixels that pictures are made smaller to; few, so that windows of about one size share them."""

FULL: Final = 0
"""Stands for the width of the capture itself."""

_JPEG_BYTES = 48_000_000
_STEPS = 5  # to look must not slow down the scan, which stores pages on the same cores


class ScreenPictures:
    """Masters of a station as JPEG, for one event loop; `width` is that which was asked for last."""

    def __init__(self, folder: Path) -> None:
        self._masters = Masters(folder)
        self._thread = ThreadPoolExecutor(1, "live-pictures", initializer=give_way, initargs=(_STEPS,))
        self._jpegs: Recent[tuple[str, int], bytes] = Recent(_JPEG_BYTES, len)
        self._making: dict[tuple[str, int], asyncio.Task[bytes]] = {}
        self.width = WIDTHS[2]

    async def jpeg(self, shown: ShownCapture, width: int) -> bytes:
        """Return a capture's picture; several who ask for the same one wait for the same work.

        Raises:
            BlobDamaged: the master is gone, or damaged.
            StoreFailed: the store cannot be read.
        """
        key = (shown.digest, width)
        if found := self._jpegs.get(key):
            return found
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(shown, width))
            making.add_done_callback(partial(self._made, key))
        return await asyncio.shield(making)

    def prepare(self, shown: ShownCapture) -> None:
        """Begin a picture that will be asked for, unless another is under way: it may be overtaken by then."""
        if not self._making and not self._jpegs.get((shown.digest, self.width)):
            asyncio.ensure_future(self.jpeg(shown, self.width)).add_done_callback(_heard)

    def close(self) -> None:
        """Begin no more pictures."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _make(self, shown: ShownCapture, width: int) -> bytes:
        encode = partial(self._masters.jpeg, shown.digest, dpi=shown.dpi, width=width or None)
        return await asyncio.get_running_loop().run_in_executor(self._thread, encode)

    def _made(self, key: tuple[str, int], making: "asyncio.Task[bytes]") -> None:
        self._making.pop(key, None)
        if not making.cancelled() and not making.exception():
            self._jpegs.put(key, making.result())


def _heard(made: "asyncio.Future[bytes]") -> None:
    """Take note of a failure, which whoever asks for the picture is told."""
    if not made.cancelled():
        made.exception()
