"""The application: its station, its screens, the run of the scanner, and how it ends."""

import signal
from contextlib import ExitStack
from types import FrameType
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from scanpipe.console.book_screen import BookScreen
from scanpipe.console.effects import SoundName
from scanpipe.console.hangup import leave_terminal
from scanpipe.console.home_screen import HomeScreen
from scanpipe.console.scan_thread import ScanThread
from scanpipe.console.sounds import Sounds
from scanpipe.console.terminal_keys import learn_pairs
from scanpipe.console.terminal_pictures import PictureWidget, picture_widget
from scanpipe.flows.station import LOCKS, Station
from scanpipe.messages import _
from scanpipe.review.live.view import LiveView
from scanpipe.review.web.browser import opened_in_browser


class ConsoleApp(App[None]):
    """The operator's console on an open station; `picture` is the widget for pictures, where the terminal has them."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+c", "leave", show=False),
    ]

    def __init__(self, station: Station, *, book: str = "", picture: PictureWidget | None = None) -> None:
        super().__init__()
        self.station = station
        self.picture = picture
        self.run_of_scanner: ScanThread | None = None
        self.ending = False
        self._book = book
        self._sounds = Sounds(station.spool)
        self.live = LiveView(station.folder)
        self.browsers = ExitStack()

    def on_mount(self) -> None:
        """Show the work of the day, and above it the book that was asked for."""
        self.title = _("scanpipe console")
        self.push_screen(HomeScreen())
        if self._book:
            self.push_screen(BookScreen(self._book))

    def play(self, sound: SoundName) -> None:
        """Play a sound, or ring the bell for what needs a person."""
        wanted = self.station.settings.console.sound
        if wanted == "off":
            return
        if wanted == "on" and self._sounds.plays:
            self._sounds.play(sound)
        elif sound != "good":
            self.bell()

    async def action_leave(self) -> None:
        """End the console; a sheet under way is kept first."""
        self.end()

    def end(self) -> None:
        """End once the run of the scanner has ended, which stops after the sheet under way."""
        self.ending = True
        if self.run_of_scanner is None:
            self.exit()
        else:
            self.run_of_scanner.stop()

    def told_to_end(self, number: int, _frame: FrameType | None) -> None:
        """End because the terminal was closed or the system asks for it."""
        if number == signal.SIGHUP:
            leave_terminal()
        if self._loop:
            self._loop.call_soon_threadsafe(self.end)

    def open_live(self) -> str:
        """Open the live view in the person's browser; return its address.

        Raises:
            UsageError: it cannot be served.
        """
        self.live.start()
        self.browsers.enter_context(opened_in_browser(self.live.url, self.station.folder / LOCKS / "live.html"))
        return self.live.url


def run_console(station: Station, *, book: str = "") -> None:
    """Show the console until the operator leaves it; a run that is under way ends with its sheet kept."""
    learn_pairs()
    app = ConsoleApp(station, book=book, picture=picture_widget() if station.settings.console.thumbnail else None)
    before = {number: signal.signal(number, app.told_to_end) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        app.run()
    finally:
        if app.run_of_scanner:
            app.run_of_scanner.stop()
            app.run_of_scanner.join()
        app.live.stop()
        app.browsers.close()
        for number, handler in before.items():
            signal.signal(number, handler)
