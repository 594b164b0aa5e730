"""Draw the pictures of the console in the operator's guide: `python scripts/console_pictures.py docs/pictures`.

A practice station is made, and a book is scanned on it with its faults, in Vietnamese, at 100 x 30 characters. Chromium
draws what the terminal shows, in fonts of this computer.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from textual.pilot import Pilot

from scanpipe.console.app import ConsoleApp
from scanpipe.flows.practice import make_practice_station, practice_devices
from scanpipe.flows.station import open_station
from scanpipe.messages import use_language

SIZE = (100, 30)
COLOURS = 48
FONTS = re.compile(r"@font-face *\{[^}]*\}")  # they would be fetched from the network
CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1240,800")
_LONGEST_S = 60


async def _idle(pilot: Pilot[None], app: ConsoleApp) -> None:
    """Wait until no run of the scanner is under way."""
    for _time in range(_LONGEST_S * 10):
        await pilot.pause(0.1)
        if app.run_of_scanner is None:
            return
    raise TimeoutError("the scanner did not stop")


async def draw(app: ConsoleApp, folder: Path, size: tuple[int, int]) -> None:
    """Go through the screens, and write a picture of each."""

    def picture(name: str) -> None:
        shown = FONTS.sub("", app.export_screenshot())
        with tempfile.TemporaryDirectory() as scratch:
            drawing = Path(scratch) / "screen.svg"
            drawing.write_text(shown, encoding="utf-8")
            target = (folder / f"console-{name}.png").resolve()
            subprocess.run([*CHROMIUM, f"--screenshot={target}", drawing.as_uri()], check=True, capture_output=True)
        with Image.open(target) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)

    async with app.run_test(size=size) as pilot:
        await pilot.pause(1)
        picture("home")
        await pilot.press("f2", *"2010", "tab", *"ham rong", "enter")
        await pilot.press("tab", "tab", *"98", "tab", *"97")
        await pilot.pause(0.5)
        picture("new-book")
        await pilot.press("escape", "enter")
        await pilot.pause(1)
        picture("book")
        for name in ("jam", "going-on"):
            await pilot.press("enter")
            await _idle(pilot, app)
            await pilot.pause(0.5)
            picture(name)
        await pilot.press("f12")
        await pilot.pause(0.3)
        picture("finish")
        await pilot.press("f1")
        await pilot.pause(0.3)
        picture("keys")


def main(folder: Path, size: tuple[int, int] = SIZE) -> None:
    """Write the pictures into `folder`."""
    use_language("vi")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        station = Path(scratch) / "station"
        make_practice_station(station)
        with practice_devices(station), open_station(station, purpose="console", person="Lê Thị Hoa") as opened:
            asyncio.run(draw(ConsoleApp(opened), folder, size))


if __name__ == "__main__":
    words = sys.argv[1:]
    main(Path(words[0]), (int(words[1]), int(words[2])) if len(words) > 2 else SIZE)
