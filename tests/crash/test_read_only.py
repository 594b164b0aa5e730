"""A station on a disk that cannot be written: whoever only looks sees everything, whoever writes is told why not."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import run_scanpipe
from tests.crash.conftest import content
from tests.small_books import BOOK, read_book

_ACCEPTED = (
    "INSERT INTO verdict (placement, version, decision, reason, person, ticket, at)"
    " VALUES (1, 1, 'accept', '', 'Lan', '', '2030-01-01T00:00:00.000+00:00')"
)
LOOKING = (("status",), ("check",), ("book", "list"), ("book", "show", BOOK))


def mount(*words: str) -> bool:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    return subprocess.run([*as_root, *words], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a book of two pages that were read."""
    return read_book(tmp_path_factory.mktemp("read"))


@pytest.fixture
def disk(read: Path, tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with a station on it, which can still be written."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("mount", "-t", "tmpfs", "-o", "size=20m,mode=777", "tmpfs", str(folder)):
        pytest.skip("needs the right to mount a small disk: root, or sudo without a password")
    try:
        shutil.copytree(read, folder / "station")
        yield folder
    finally:
        mount("umount", "--lazy", str(folder))


def make_read_only(disk: Path) -> None:
    assert mount("mount", "-o", "remount,ro", str(disk))


def test_looking_needs_no_right_to_write(disk: Path, tmp_path: Path) -> None:
    station = disk / "station"
    make_read_only(disk)
    for words in LOOKING:
        shown = run_scanpipe(*words, station=station)
        assert shown.code == 0, (words, shown.err)
    assert run_scanpipe("export", BOOK, "-o", tmp_path / "masters", station=station).code == 0
    assert len(content(tmp_path / "masters")) == 2


def test_what_a_killed_command_left_in_the_log_is_seen(disk: Path) -> None:
    station = disk / "station"
    source = station / "journal.sqlite"
    # As a kill leaves it: the last facts stand in the log only, and nobody cleans up behind it.
    copies = disk / "copies"
    copies.mkdir()
    with closing(sqlite3.connect(source, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute(_ACCEPTED)
        for name in ("journal.sqlite", "journal.sqlite-wal"):
            shutil.copy(station / name, copies / name)
    for name in ("journal.sqlite-wal", "journal.sqlite-shm"):
        (station / name).unlink(missing_ok=True)
    for file in copies.iterdir():
        shutil.move(file, station / file.name)
    make_read_only(disk)
    assert [row["accepted"] for row in run_scanpipe("status", "--json", station=station).json] == [1]


@pytest.mark.parametrize("words", [("accept", BOOK), ("process",), ("deliver", BOOK), ("book", "amend", BOOK)])
def test_who_writes_is_told_that_the_disk_is_read_only(disk: Path, words: tuple[str, ...]) -> None:
    make_read_only(disk)
    refused = run_scanpipe(*words, station=disk / "station")
    assert refused.code == 38
    assert "the disk is read-only" in refused.err
