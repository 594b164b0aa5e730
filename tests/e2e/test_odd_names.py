"""Folders and words in bytes that are no UTF-8, and control characters in them, from the capture to the package."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import Cli, make_small_station
from tests.e2e.test_handover import ADD

BOOK = "KS.2010.01"


def test_a_station_in_a_folder_that_is_no_utf_8_takes_a_book_all_the_way(
    cli: Cli, page_folder: Path, tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"tr\xf4m \x1b[31m")
    odd.mkdir()
    station = make_small_station(odd / "station")
    (odd / os.fsdecode(b"trang s\xf4\xec.png")).write_bytes((page_folder / "page1.png").read_bytes())
    ticket = os.fsdecode(b"CV \xf4\x1b[2J")
    steps: list[tuple[object, ...]] = [
        (*ADD, "--volume", 1, "--pages", 1, "--rule", "pages:1"),
        ("capture", BOOK, "--from", odd),
        ("reject", BOOK, 1, "--reason", "faded", "--redo", "plain", "--ticket", ticket),
        ("process", "--engine", "pool", "--workers", 1),
        ("accept", BOOK, "--ticket", ticket),
        ("deliver", BOOK, "--json"),
        ("handover", BOOK, "-o", odd / "notes"),
        ("export", BOOK, "-o", odd / "masters"),
        ("check",),
    ]
    for step in steps:
        done = cli(*step, station=station)
        assert done.code in (0, 1), (step, done.err)
        assert not {"\x1b", "\udcf4"} & set(done.out + done.err)


def test_a_device_of_no_known_letters_is_refused_at_once(cli: Cli, scanning: Path) -> None:
    assert cli(*ADD, "--volume", 1, "--pages", 1, "--rule", "pages:1", station=scanning).code == 0
    done = subprocess.run(
        [Path(sys.executable).with_name("scanpipe"), "--station", scanning, "capture", BOOK, "--device", b"\xf4"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 2, done.stderr
    assert b"\\xf4 is not valid UTF-8" in done.stderr
