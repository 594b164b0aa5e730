"""Backups and their way back, killed at random moments, on full, read-only and vanishing disks: all goes on."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.errors import StoreFailed
from scanpipe.flows.backup.back_up import back_up
from scanpipe.flows.station import open_station
from scanpipe.state.store import digest_of
from tests.conftest import Cli
from tests.crash.conftest import KILLS, Killer, content, shares
from tests.crash.test_disk_full import FULL, fill, small_disk  # noqa: F401 - a fixture
from tests.small_books import printed_book

FAILED = 38


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    """A station with a captured page, and some more blobs so that copying takes a while."""
    with printed_book(tmp_path) as station:
        rows = []
        for number in range(400):
            data = f"blob {number}".encode() * 500
            path = station.store.path(digest_of(data))
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            rows.append({"digest": path.name, "device": "d", "profile": "", "dpi": 300.0, "report": "{}", "person": ""})
        station.journal.add_facts("selftest", rows)
    return tmp_path / "station"


def names_are_true(folder: Path) -> bool:
    """Whether each file that is named by its content has it; temporary files do not count."""
    files = [path for place in ("store", "journals") for path in folder.glob(f"{place}/**/*") if path.is_file()]
    return all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in files if len(path.name) == 64)


def kept(station: Path) -> dict[str, str]:
    return {name: digest for name, digest in content(station).items() if name.startswith(("store/", "station.toml"))}


def killed(killer: Killer, words: tuple[object, ...], made: Path, duration: float) -> Iterator[Path]:
    """Kill a command at many moments, each time on a new `made`, and yield that."""
    kills = 0
    for share in shares():
        shutil.rmtree(made, ignore_errors=True)
        if killer.kill(*words, after_s=share * duration):
            kills += 1
            yield made
        else:
            duration *= 0.9
        if kills == KILLS:
            return
    pytest.fail(f"only {kills} commands were still at work when they were to be killed")


@pytest.mark.timeout(600)
def test_a_killed_backup_leaves_nothing_half_and_goes_on(printed: Path, tmp_path: Path, cli: Cli) -> None:
    killer = Killer(station=printed)
    killer.finish("status")  # what forks is loaded then
    duration = killer.finish("backup", tmp_path / "first")
    for backup in killed(killer, ("backup", tmp_path / "backup", "--new"), tmp_path / "backup", duration):
        assert names_are_true(backup)
        killer.finish("backup", backup, "--new")
        assert names_are_true(backup)
    assert not [path for path in backup.rglob(".tmp-*") if path.parent.name != "snapshots"]
    assert cli("restore", backup, tmp_path / "restored").code == 0
    assert kept(tmp_path / "restored") == kept(printed)


@pytest.mark.timeout(600)
def test_a_killed_restore_is_no_station_and_goes_on(printed: Path, tmp_path: Path) -> None:
    killer = Killer(station=printed)
    killer.finish("backup", tmp_path / "backup")
    words = ("restore", tmp_path / "backup", tmp_path / "restored")
    duration = killer.finish(*words)
    for restored in killed(killer, words, tmp_path / "restored", duration):
        assert not (restored / "station.toml").exists() or kept(restored) == kept(printed)
        if not (restored / "station.toml").exists() or (restored / "restoring.json").exists():
            killer.finish(*words)
        assert kept(restored) == kept(printed)
        assert not (restored / "restoring.json").exists()


@pytest.mark.usefixtures("small_disk")
def test_a_full_or_read_only_disk_stops_a_backup_and_keeps_the_earlier_one(
    printed: Path, tmp_path: Path, cli: Cli
) -> None:
    disk = tmp_path / "disk"
    backup = disk / "backup"
    with open_station(printed) as station:
        master = station.journal.db.execute("SELECT digest FROM capture").fetchone()[0]
    assert cli("backup", backup, station=printed).code == 0
    earlier = sorted((backup / "snapshots").iterdir())
    shutil.rmtree(backup / "store" / master[:2])
    filler = fill(disk, leave_kb=8)
    full = cli("backup", backup, station=printed)
    assert (full.code, "Earlier backups are whole" in full.err, "Traceback" in full.err) == (FULL, True, False)
    filler.unlink()
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    subprocess.run([*as_root, "mount", "-o", "remount,ro", str(disk)], check=True)
    refused = cli("backup", backup, station=printed)
    assert (refused.code, "read-only" in refused.err, "Traceback" in refused.err) == (FAILED, True, False)
    subprocess.run([*as_root, "mount", "-o", "remount,rw", str(disk)], check=True)
    assert sorted((backup / "snapshots").iterdir()) == earlier
    assert names_are_true(backup)
    assert cli("backup", backup, station=printed).code == 0


def test_a_share_that_goes_away_is_told_and_nothing_is_written_in_its_place(printed: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    with open_station(printed, purpose="backup") as station:
        events = back_up(station, backup)
        next(events)
        next(events)
        backup.rename(tmp_path / "away")
        backup.mkdir()
        with pytest.raises(StoreFailed, match="Earlier backups are whole"):
            list(events)
    assert not list(backup.iterdir())
