"""A real file system that is really full: a clear error, nothing published, nothing lost, and on it goes."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.flows.station import SETTINGS
from tests.conftest import run_scanpipe
from tests.crash.conftest import Killer, assert_sound, content, copy_station, masters_and_versions
from tests.thorough import tried

BOOK = "KS.2010.01"
FULL = 33
DISK_KB = 6000
ROOMS_KB = (0, 40, 120, 300)[: tried(3, 4)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*as_root, "mount", "-t", "tmpfs", "-o", f"size={DISK_KB}k,mode=777", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk: root, or sudo without a password")
    try:
        yield disk
    finally:
        subprocess.run([*as_root, "umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, *, leave_kb: int) -> Path:
    """Write a file that leaves so much room."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    with filler.open("wb") as stream:
        stream.write(bytes(max(0, free - leave_kb * 1024)))
    return filler


def let_the_disk_fill(station: Path) -> None:
    """Have capture not stop long before there is no room."""
    settings = station / SETTINGS
    settings.write_text(settings.read_text().replace("stop_free_gb = 1\n", "stop_free_gb = 0\n"))
    assert "stop_free_gb = 0\n" in settings.read_text()


def run_out_of_room(station: Path, command: str, *, leave_kb: int) -> bool:
    """Run a command on a disk with so little room; return whether that was too little."""
    filler = fill(station.parent, leave_kb=leave_kb)
    result = run_scanpipe(command, BOOK, station=station)
    filler.unlink()
    assert result.code in (0, FULL), result.err
    if result.code == FULL:
        assert "the disk is full" in result.err.lower()
        assert "Traceback" not in result.err
    return result.code == FULL


@pytest.mark.parametrize("command", ["capture", "process", "deliver"])
def test_a_full_disk_stops_a_command_and_loses_nothing(
    command: str, killer: Killer, small_disk: Path, tmp_path: Path
) -> None:
    for step in {"capture": (), "process": ("capture",), "deliver": ("capture", "process", "accept")}[command]:
        killer.finish(step, BOOK)
    reference = copy_station(killer.station, tmp_path / "reference")
    reference.finish(command, BOOK)
    stopped = 0
    for room in ROOMS_KB:
        victim = copy_station(killer.station, small_disk / "station").station
        let_the_disk_fill(victim)
        stopped += run_out_of_room(victim, command, leave_kb=room)
        assert content(victim / "out") in ({}, content(reference.station / "out"))
        assert run_scanpipe(command, BOOK, station=victim).code == 0
        assert masters_and_versions(victim) == masters_and_versions(reference.station)
        assert content(victim / "out") == content(reference.station / "out")
        assert_sound(victim)
        shutil.rmtree(victim)
    assert stopped >= 2
