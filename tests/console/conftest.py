"""A console on a real station, driven by keys."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from scanpipe.console.app import ConsoleApp
from scanpipe.console.scan_thread import ScanThread
from scanpipe.console.terminal_pictures import PictureWidget
from scanpipe.flows.book.books import BookDetails, add_book
from scanpipe.flows.station import Station, open_station

BOOK = "KS.2010.01"
Operator = Callable[["Desk"], Awaitable[None]]
_LONGEST_S = 60.0


class Desk:
    """What an operator sees and presses."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.runs = 0

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def seen(self, name: str) -> str:
        found = self.app.screen.query(f"#{name}")
        return str(found.first(Static).content) if found else ""

    async def shows(self, name: str, text: str) -> None:
        await self.until(lambda: text in self.seen(name))

    async def until(self, what: Callable[[], object]) -> None:
        waited = 0.0
        while not what():
            await self.pilot.pause(0.02)
            waited += 0.02
            assert waited < _LONGEST_S, self.everything()

    async def scan(self, *keys: str) -> None:
        """Press keys that start a run, and wait for its end."""
        before = self.runs
        await self.press(*keys)
        await self.until(lambda: self.runs > before)  # it may have ended by then, too
        await self.until_idle()

    async def until_idle(self) -> None:
        await self.until(lambda: self.app.run_of_scanner is None)
        await self.pilot.pause()

    def everything(self) -> str:
        return "\n".join(str(part.content) for part in self.app.screen.query(Static))


@contextmanager
def counted_runs(desk: Desk) -> Iterator[None]:
    """Count the runs of the scanner that are started."""
    start = ScanThread.start

    def counted(run: ScanThread) -> None:
        start(run)
        desk.runs += 1

    with patch.object(ScanThread, "start", counted):
        yield


def at_the_desk(
    station: Station,
    operator: Operator,
    *,
    book: str = "",
    size: tuple[int, int] = (100, 30),
    picture: PictureWidget | None = None,
) -> None:
    """Show the console on a station, and have an operator do something at it."""

    async def work() -> None:
        app = ConsoleApp(station, book=book, picture=picture)
        async with app.run_test(size=size) as pilot:
            desk = Desk(app, pilot)
            await desk.until(lambda: not book or (app.screen.query("#told, #map") and app.screen.is_mounted))
            await pilot.pause()
            with counted_runs(desk):
                await operator(desk)

    asyncio.run(work())


@pytest.fixture
def opened(scanning: Path) -> Iterator[Station]:
    """A station with a scanner that feeds four small pages, and a book of four pages."""
    with open_station(scanning, purpose="console") as station:
        details = BookDetails(pages=4, cases=4, rule="pages:1")
        add_book(station, kind="KS", year=2010, volume=1, unit="14758", details=details)
        yield station
