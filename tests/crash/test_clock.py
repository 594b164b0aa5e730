"""A wrong clock: before 1980, jumping back, or running backwards. All goes on as with a right one."""

import ctypes
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scanpipe.raster.codecs import encode_png
from tests.conftest import SMALL_DPI, make_small_station
from tests.crash.preloaded import PreloadedCommands
from tests.forked import Result
from tests.page_drawings import LINES, draw_page

BOOK = "KS.2010.01"
SOURCE = Path(__file__).with_name("clock.c")
DAY_S = 24 * 3600
IN_1975_S = -(datetime.now().year - 1975) * 365 * DAY_S


class _Control(ctypes.Structure):
    """What `clock.c` maps."""

    _fields_ = [("off_s", ctypes.c_int64), ("step_ms", ctypes.c_int64), ("looked", ctypes.c_longlong)]


class WrongClock:
    """Runs commands whose clock is `off_s` seconds off, and goes on being so by `jump_s` more after each of them."""

    def __init__(self, folder: Path) -> None:
        self._commands = PreloadedCommands(SOURCE, "SCANPIPE_CLOCK", _Control, folder)
        self._control = self._commands.control
        self.close = self._commands.close
        self.jump_s = 0

    def set(self, *, off_s: int, jump_s: int, step_ms: int) -> None:
        self._control.off_s, self._control.step_ms, self._control.looked = off_s, step_ms, 0
        self.jump_s = jump_s

    def run(self, station: Path, *words: object) -> Result:
        """Run a command to its end; it must not fail."""
        done = self._commands.run(station, *words)
        assert done.code in (0, 1), done.err
        assert self._control.looked > 0
        self._control.off_s += self.jump_s
        return done


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WrongClock]:
    with closing(WrongClock(tmp_path_factory.mktemp("clock"))) as running:
        yield running


def write_scan(path: Path, line: str) -> None:
    page = draw_page((line,), size_mm=(101.6, 50.8), dpi=SMALL_DPI)
    path.write_bytes(encode_png(page.image))


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in (1, 2):
        write_scan(folder / f"{number}.png", LINES[number - 1])
    return folder


WRONG = {
    "before 1980": {"off_s": IN_1975_S, "jump_s": 0, "step_ms": 0},
    "jumping back": {"off_s": 0, "jump_s": -DAY_S, "step_ms": 0},
    "running backwards": {"off_s": 0, "jump_s": 0, "step_ms": 5000},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_book_is_delivered_sent_back_and_delivered_again_by_a_wrong_clock(
    clock: WrongClock, scans: Path, tmp_path: Path, wrong: dict[str, int]
) -> None:
    station = make_small_station(tmp_path / "station")
    clock.set(**wrong)
    add = "book add KS --year 2010 --volume 1 --unit 14758 --pages 2 --cases 2 --rule pages:1"
    for words in (add, f"capture {BOOK} --from {scans}", f"process {BOOK}", f"accept {BOOK} 1-2", f"deliver {BOOK}"):
        clock.run(station, *words.split())
    for number in ("CV 17", "CV 18"):
        clock.run(
            station, "ticket", "add", BOOK, "--number", number, "--date", "2026-03-05", "--approved-by", "Bình"
        )  # fmt: skip
    clock.run(station, "reject", BOOK, 2, "--reason", "blurred", "--rescan", "--ticket", "CV 17")
    write_scan(scans / "2.png", LINES[2])
    for words in (
        f"capture {BOOK} --from {scans}",
        f"process {BOOK}",
        f"accept {BOOK} 2",
        f"--person Hoa deliver {BOOK}",
    ):
        clock.run(station, *words.split())
    assert told(station, 2) == [("2", "blurred", "CV 17")]
    clock.run(station, "book", "amend", BOOK, "--rule", "pages:2", "--cases", 1, "--ticket", "CV 18")
    clock.run(station, "deliver", BOOK)
    assert amended(station, 3) == ["cases", "rule"]
    assert clock.run(station, "check").code == 0
    shown = clock.run(station, "book", "show", BOOK, "--json").json
    assert [(row["revision"], row["person"]) for row in shown["deliveries"]][1] == (2, "Hoa")
    assert went_back(station) == (wrong["jump_s"] < 0 or wrong["step_ms"] > 0)


def changes(station: Path, revision: int) -> dict[str, Any]:
    folder = station / "out" / "14758@2025-06-30" / BOOK / f"r{revision}"
    return dict(json.loads((folder / "manifest.json").read_text())["changes"])


def told(station: Path, revision: int) -> list[tuple[str, str, str]]:
    """Return page, reason and ticket of what the revision changes."""
    pages = [page for file in changes(station, revision)["files"] for page in file["pages"]]
    return [(page["page"], page["reason"], page["ticket"]) for page in pages]


def amended(station: Path, revision: int) -> list[str]:
    return [each["what"] for each in changes(station, revision)["amended"]]


def went_back(station: Path) -> bool:
    """Return whether a delivery has a later time than the next one."""
    with closing(sqlite3.connect(station / "journal.sqlite")) as db:
        times = [at for (at,) in db.execute("SELECT at FROM delivery ORDER BY id")]
    return times != sorted(times)
