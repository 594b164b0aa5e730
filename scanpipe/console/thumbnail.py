"""The newest capture as a small picture beside the map, in a terminal that shows pictures."""

import io
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from textual.app import ComposeResult
from textual.containers import Center
from textual.geometry import Size
from textual.message import Message

from scanpipe.console.state import KeptPage
from scanpipe.console.terminal_pictures import PictureWidget
from scanpipe.errors import ScanpipeError
from scanpipe.flows.pictures.screen import Masters

log = logging.getLogger(__name__)

_WIDTH: Final = 400  # pixels, enough for the widest column on a screen of fine cells
_PRIORITY: Final = 10  # nice; pages are stored on the same cores
_PAUSE_S: Final = 0.4  # between two pictures; a fast feeder's pages are left out rather than waited for


def column(size: Size) -> int:
    """Return how many cells wide the thumbnail is on a screen of that size; 0: there is no room."""
    if size.width < 100 or size.height < 30:
        return 0
    return 28 if size.width >= 120 and size.height >= 40 else 20


class Thumbnail(Center):
    """A column with the newest capture, which takes no room before there is one."""

    class Made(Message):
        """A picture is made, which the column shows."""

        def __init__(self, jpeg: io.BytesIO) -> None:
            super().__init__()
            self.jpeg = jpeg

    def __init__(self, folder: Path, picture: PictureWidget) -> None:
        super().__init__(id="thumbnail")
        self.display = False
        self._picture = picture(id="picture")
        self._maker = SmallPictures(folder, tell=self._made)
        self._asked = ""

    def compose(self) -> ComposeResult:
        """Yield the picture."""
        yield self._picture

    def place(self, screen: Size, newest: KeptPage | None, *, hidden: bool) -> int:
        """Fit the column to the screen, and have the newest capture's picture made; return the column's width."""
        width = column(screen)
        if width and newest and newest.digest != self._asked:
            self._asked = newest.digest
            self._maker.make(newest)
        if hidden or self._picture.image is None:
            width = 0
        self.display, self.styles.width = width > 0, width
        return width

    def _made(self, jpeg: bytes) -> None:
        self.post_message(self.Made(io.BytesIO(jpeg)))

    def on_thumbnail_made(self, message: Made) -> None:
        """Show a picture."""
        self._picture.image = message.jpeg

    def on_unmount(self) -> None:
        """Make no more pictures."""
        self._maker.close()


class SmallPictures:
    """Makes small pictures in a thread of low priority; of those that are wanted meanwhile only the newest.

    Args:
        folder: the station.
        tell: is called in that thread with the bytes of a JPEG.
    """

    def __init__(self, folder: Path, *, tell: Callable[[bytes], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._lock = threading.Lock()
        self._wanted: KeptPage | None = None
        self._working = False
        self._over = threading.Event()

    def make(self, kept: KeptPage) -> None:
        """Have the picture of a capture made; it takes the place of one that waits."""
        with self._lock:
            self._wanted = kept
            if not self._working and not self._over.is_set():
                self._working = True
                threading.Thread(target=self._work, name="thumbnail", daemon=True).start()

    def close(self) -> None:
        """Begin no more pictures."""
        self._over.set()

    def _work(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PRIORITY)
        while kept := self._next():
            try:
                jpeg = Masters(self._folder).jpeg(kept.digest, dpi=kept.dpi, width=_WIDTH)
            except ScanpipeError as error:
                log.warning("no thumbnail: %s", error)
            else:
                if not self._over.is_set():
                    self._tell(jpeg)
            self._over.wait(_PAUSE_S)

    def _next(self) -> KeptPage | None:
        with self._lock:
            kept, self._wanted = self._wanted, None
            self._working = kept is not None and not self._over.is_set()
            return kept if self._working else None
