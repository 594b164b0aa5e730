"""The process or the scanner's child killed at random moments of a duplex run: nothing is lost or doubled."""

import contextlib
import os
import random
import re
import signal
import sqlite3
from collections import Counter
from pathlib import Path

import numpy as np
import psutil
import pytest

from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_master, encode_pnm
from scanpipe.state.store import digest_of
from tests.crash.conftest import Killer, assert_sound
from tests.thorough import tried

SHEETS = int(os.environ.get("SCANPIPE_KILLED_SHEETS") or tried(30, 200))
KILLS = int(os.environ.get("SCANPIPE_KILLS") or tried(4, 40))
BOOK = "KS.2011.{:02}"
_PLACED = """
SELECT p.page, c.digest, c.side FROM current_placement p JOIN capture c ON c.id = p.capture JOIN book b ON b.id = p.book
WHERE b.volume = ? AND b.year = 2011
"""


def picture(number: int) -> Raster:
    """A small page that no other page equals."""
    pixels = np.full((80, 60, 3), 235, np.uint8)
    for bit in range(10):
        pixels[8 * bit : 8 * bit + 6, 10:50] = 40 if number >> bit & 1 else 200
    return Raster(pixels=pixels, dpi=300)


@pytest.fixture
def digests(killer: Killer) -> dict[str, str]:
    """A duplex scanner over a stack of sheets; the digest of each page's master."""
    folder = killer.station / "stack"
    folder.mkdir()
    masters = {}
    for number in range(1, 2 * SHEETS + 1):
        (folder / f"{number:04}.ppm").write_bytes(encode_pnm(picture(number)))
        masters[str(number)] = digest_of(encode_master(picture(number)))
    profile = f'match = "pnm:*"\ndpi = 300\nduplex = true\nfeed = "{folder}"\n'
    (killer.station / "scanners" / "feeder.toml").write_text(profile)
    settings = killer.station / "station.toml"
    settings.write_text(settings.read_text().replace("stop_after_bad = 3", "stop_after_bad = 0"))
    return masters


def placed(station: Path, volume: int) -> dict[str, tuple[str, str]]:
    with contextlib.closing(sqlite3.connect(station / "journal.sqlite")) as db:
        return {page: (digest, side) for page, digest, side in db.execute(_PLACED, (volume,))}


def told(station: Path) -> list[str]:
    """Return the pages that the last command told as captured."""
    return re.findall(r"^page (\d+) ", (station / "command.log").read_text(), re.MULTILINE)


def kill_scanner(process_id: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process_id).children(recursive=True):
            child.kill()


@pytest.mark.timeout(tried(300, 14400))
def test_what_was_told_as_safe_is_there_whatever_is_killed(killer: Killer, digests: dict[str, str]) -> None:
    lot, kills, volume, whole, safe = random.Random(7), 0, 0, True, set[str]()
    longest = 0.5 + SHEETS * 0.02
    while kills < KILLS:
        if whole:
            volume, safe = volume + 1, set()
            words = f"book add KS --year 2011 --volume {volume} --unit 14758 --pages {len(digests)}"
            killer.finish(*words.split())
        process = killer.start("capture", BOOK.format(volume))
        process.join(lot.uniform(0.2, longest))
        if process.is_alive():
            kills += 1
            if lot.random() < 0.5:
                os.kill(process.pid or 0, signal.SIGKILL)
            else:
                kill_scanner(process.pid or 0)
        process.join(120)
        safe |= {*told(killer.station)}
        there = placed(killer.station, volume)
        assert {page: there[page][0] for page in safe} == {page: digests[page] for page in safe}
        whole = process.exitcode == 0
        if whole:
            assert_whole(there, digests)
    killer.finish("capture", BOOK.format(volume))
    assert_whole(placed(killer.station, volume), digests)
    assert_sound(killer.station)


def assert_whole(there: dict[str, tuple[str, str]], digests: dict[str, str]) -> None:
    """Every page shows its own picture, once, and from its own side of the sheet."""
    assert {page: digest for page, (digest, _side) in there.items()} == digests
    assert max(Counter(digest for digest, _side in there.values()).values()) == 1
    assert {side for page, (_digest, side) in there.items() if int(page) % 2} == {"front"}
