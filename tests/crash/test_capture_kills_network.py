"""A network scanner, the process that scans or its child killed in a duplex run, with a person at the feeder.

The person does as told: the sheets that are asked for go on top, behind them those from the next page on.
"""

import os
import random
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.station import create_station, open_station
from scanpipe.raster.codecs import decode_master
from tests.crash.conftest import Killer, assert_sound
from tests.crash.test_capture_kills import kill_scanner
from tests.escl_scanner import Tray, escl_scanner
from tests.thorough import tried

SHEETS = int(os.environ.get("SCANPIPE_KILLED_SHEETS") or tried(40, 200))
KILLS = int(os.environ.get("SCANPIPE_KILLS") or tried(3, 20))
BITS = 10
PROFILE = """
match = "airscan:*"
source = "duplex"
mode = "Gray"
dpi = 75
page_mm = [50, 60]
untold_breaks = true
[sources.duplex]
source = "ADF Duplex"
"""
CONVENTION = 'name = "small"\nbased_on = "default"\nconfidence = "for tests"\n[limits]\nmin_dpi = 50\ncolour = false\n'
CONFIG = '[devices]\n"Sim" = {}, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n'
_PAGES = re.compile(r"pages? (\d+)(?: and (\d+))?")


def picture(number: int) -> Image.Image:
    """A page that carries its number in bars."""
    page = Image.new("RGB", (148, 177), (235, 235, 235))
    draw = ImageDraw.Draw(page)
    for bit in range(BITS):
        draw.rectangle((20, 10 + 16 * bit, 128, 20 + 16 * bit), fill=(30,) * 3 if number >> bit & 1 else (200,) * 3)
    return page


def number_of(station: Path, digest: str) -> int:
    """Return the number that the bars of a master say."""
    data = (station / "store" / digest[:2] / digest).read_bytes()
    pixels = decode_master(data, dpi=75).pixels
    rows = [round((15 + 16 * bit) * pixels.shape[0] / 177) for bit in range(BITS)]
    return sum(1 << bit for bit, row in enumerate(rows) if pixels[row, pixels.shape[1] // 2] < 100)


class Scanner:
    """A network scanner that can be switched off and on again at one address."""

    def __init__(self) -> None:
        self.tray = Tray(glass=picture(0), formats=("image/png",))
        self._running = ExitStack()
        self.address = self._running.enter_context(escl_scanner(self.tray))

    def restart(self) -> None:
        self._running.close()
        self.tray.adf_state = ""
        self._running.enter_context(escl_scanner(self.tray, int(self.address.rpartition(":")[2].partition("/")[0])))

    def switch_off(self) -> None:
        self._running.close()


@contextmanager
def switched_on() -> Iterator[Scanner]:
    scanner = Scanner()
    try:
        yield scanner
    finally:
        scanner.switch_off()


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    folder = tmp_path / "sane.d"
    folder.mkdir()
    (folder / "dll.conf").write_text("airscan\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))
    with switched_on() as scanner:
        (folder / "airscan.conf").write_text(CONFIG.format(scanner.address))
        yield scanner


@pytest.fixture
def book(tmp_path: Path) -> Killer:
    station = tmp_path / "station"
    create_station(station)
    (station / "conventions" / "small.toml").write_text(CONVENTION)
    (station / "scanners" / "own.toml").write_text(PROFILE)
    settings = station / "station.toml"
    text = (
        settings.read_text()
        .replace('device = ""', 'device = "airscan:e0:Sim"')
        .replace('profile = ""', 'profile = "own"')
    )
    text = text.replace('convention = "default"', 'convention = "small"')
    settings.write_text(text.replace("stop_after_bad = 3", "stop_after_bad = 0"))
    return Killer(station=station)


def captured(station: Path, book: str) -> dict[int, str]:
    with open_station(station) as opened:
        return {state.page.number: state.facts.digest for state in book_facts(opened, book).captured}


def load(scanner: Scanner, killer: Killer, book: str) -> None:
    """Put in what the program asks for, then the sheets from the next page on."""
    scanner.tray.sheets.clear()
    killer.start("capture", book).join(60)  # nobody can be asked: it only says what must lie on top
    log = (killer.station / "command.log").read_text()
    asked = [int(match[1]) for match in _PAGES.finditer(log)] if "must be on top" in log else []
    there = captured(killer.station, book)
    missing = [number for number in range(1, 2 * SHEETS + 1) if number not in there]
    sheets = dict.fromkeys((page + 1) // 2 for page in (*asked, *missing))
    scanner.tray.sheets.extend((picture(2 * sheet - 1), picture(2 * sheet)) for sheet in sheets)


@pytest.mark.timeout(tried(300, 14400))
def test_a_person_who_does_as_told_loses_and_doubles_no_page(scanner: Scanner, book: Killer) -> None:
    lot, kills, volume = random.Random(11), 0, 0
    while kills < KILLS:
        volume += 1
        with open_station(book.station, purpose="test") as opened:
            details = BookDetails(pages=2 * SHEETS)
            add_book(opened, kind="KS", year=2010, volume=volume, unit="14758", details=details)
        kills += scanned_through_kills(scanner, book, f"KS.2010.{volume:02}", lot, most=KILLS - kills)
        assert captured(book.station, f"KS.2010.{volume:02}").keys() == {*range(1, 2 * SHEETS + 1)}
    assert_sound(book.station)


def scanned_through_kills(scanner: Scanner, killer: Killer, book: str, lot: random.Random, *, most: int) -> int:
    """Scan a book to its end while something is killed again and again; return how often."""
    kills, safe, longest = 0, set[str](), 0.8 + SHEETS * 0.01
    while len(captured(killer.station, book)) < 2 * SHEETS:
        load(scanner, killer, book)
        process = killer.start("capture", book, "--yes")
        process.join(lot.uniform(0.2, longest) if kills < most else 600)
        if process.is_alive():
            kills += 1
            kill(lot.choice(["process", "child", "scanner"]), process.pid or 0, scanner)
        process.join(120)
        safe |= {*re.findall(r"^page (\d+) ", (killer.station / "command.log").read_text(), re.MULTILINE)}
        there = captured(killer.station, book)
        assert safe <= {str(number) for number in there}
        assert {number: number_of(killer.station, digest) for number, digest in there.items()} == {n: n for n in there}
    return kills


def kill(victim: str, process_id: int, scanner: Scanner) -> None:
    if victim == "process":
        os.kill(process_id, signal.SIGKILL)
    elif victim == "child":
        kill_scanner(process_id)
    else:
        scanner.restart()
