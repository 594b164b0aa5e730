"""Masters are freed only where two backups on two other disks hold them, and whoever needs one is told which."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from scanpipe.errors import StateError
from scanpipe.flows.backup import prune as flow
from scanpipe.flows.backup.prune import PrunedBook, prune
from scanpipe.flows.station import open_station
from tests.conftest import Cli
from tests.crash.conftest import content
from tests.e2e.conftest import BOOK, revision
from tests.e2e.test_backup import masters

DISKS = {"station": 1, "one": 2, "two": 3}


def disk(folder: Path) -> int:
    """The tests have one disk, so names tell which one a folder would be on."""
    return next((number for name, number in DISKS.items() if name in folder.parts), 4)


def pruned(station: Path, **how: bool) -> PrunedBook:
    with open_station(station, purpose="prune", person="Hoa") as opened:
        (book,) = prune(opened, disk=disk, **how)
    return book


def there(folder: Path, digests: Sequence[str]) -> int:
    return sum((folder / "store" / digest[:2] / digest).is_file() for digest in digests)


@pytest.fixture
def allowed(delivered: Path) -> Path:
    """A delivered station that may free masters."""
    settings = delivered / "station.toml"
    settings.write_text(settings.read_text().replace("prune = false", "prune = true"))
    return delivered


@pytest.fixture
def twice(cli: Cli, allowed: Path, tmp_path: Path) -> Path:
    """The same with backups on two disks."""
    for name in ("one", "two"):
        assert cli("backup", tmp_path / name, station=allowed).code == 0
    return allowed


def test_it_is_off_by_default_and_needs_two_other_disks(cli: Cli, delivered: Path, tmp_path: Path) -> None:
    off = cli("prune", station=delivered)
    assert (off.code, "prune = true" in off.err) == (2, True)
    settings = delivered / "station.toml"
    settings.write_text(settings.read_text().replace("prune = false", "prune = true"))
    for name in ("one", "two"):
        assert cli("prune", station=delivered).code == 30
        assert cli("backup", tmp_path / name, station=delivered).code == 0
    refused = cli("prune", station=delivered)  # all on one disk
    assert (refused.code, "two other disks" in refused.err) == (30, True)
    (tmp_path / "two").rename(tmp_path / "away")
    with pytest.raises(StateError, match="two other disks"):
        pruned(delivered)
    assert there(delivered, masters(delivered)) == 4


def test_freed_masters_are_not_missed_and_come_back(cli: Cli, twice: Path, tmp_path: Path) -> None:
    digests = masters(twice)
    assert pruned(twice, dry_run=True).masters == 4
    assert there(twice, digests) == 4
    assert pruned(twice).masters == 4
    assert (there(twice, digests), there(tmp_path / "one", digests)) == (0, 4)
    checked = cli("check", station=twice)
    assert (checked.code, "4 masters were freed" in checked.err) == (0, True)
    assert cli("backup", tmp_path / "one", "--check", station=twice).code == 0
    third = cli("backup", tmp_path / "three", "--json", station=twice)
    assert (third.code, third.json["elsewhere"]) == (0, 4)

    published = content(twice / "out")
    for path in sorted((twice / "out").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert cli("deliver", BOOK, "--again", station=twice).code == 0
    assert content(twice / "out") == published

    assert cli("reject", BOOK, 1, "--reason", "faded", "--redo", "plain", station=twice).code == 0
    told = cli("process", BOOK, station=twice)
    assert (
        f"--masters 14758@2025-06-30/{BOOK}" in told.out + told.err or f"--masters 14758/{BOOK}" in told.out + told.err
    )
    back = cli("restore", tmp_path / "one", "--masters", BOOK, station=twice)
    assert (back.code, "4 masters were brought back" in back.err) == (0, True)
    for words in (("process", BOOK), ("accept", BOOK), ("deliver", BOOK)):
        assert cli(*words, station=twice).code == 0
    assert revision(twice, 2).is_dir()
    assert "not backed up on both disks" in str(pruned(twice).kept)


def test_a_master_that_a_backup_has_not_whole_stays(cli: Cli, twice: Path, tmp_path: Path) -> None:
    first, second, *_others = masters(twice)
    damaged = tmp_path / "two" / "store" / first[:2] / first
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    (tmp_path / "one" / "store" / second[:2] / second).unlink()
    done = pruned(twice)
    assert (done.masters, done.doubtful) == (2, 2)
    assert there(twice, (first, second)) == 2


def test_a_book_that_changed_since_it_was_delivered_keeps_its_masters(cli: Cli, twice: Path) -> None:
    assert cli("reject", BOOK, 1, "--reason", "faded", station=twice).code == 0
    assert "changed since" in str(pruned(twice).kept)
    assert there(twice, masters(twice)) == 4


def test_a_restored_station_has_freed_masters_again(cli: Cli, twice: Path, tmp_path: Path) -> None:
    digests = masters(twice)
    pruned(twice)
    assert cli("backup", tmp_path / "two", station=twice).code == 0
    assert cli("restore", tmp_path / "two", tmp_path / "restored").code == 0
    assert there(tmp_path / "restored", digests) == 4
    assert cli("check", station=tmp_path / "restored").code == 0


@pytest.mark.parametrize("moment", ["before", "within", "after"])
def test_a_killed_prune_leaves_each_master_in_the_store_or_on_record(
    moment: str, twice: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, unlinked = flow.free_masters, Path.unlink

    def dying(path: Path, missing_ok: bool = False) -> None:
        unlinked(path, missing_ok=missing_ok)
        os._exit(9)

    if (child := os.fork()) == 0:
        if moment == "before":
            monkeypatch.setattr(flow, "free_masters", lambda *_a, **_k: os._exit(9))
        elif moment == "within":
            monkeypatch.setattr(
                flow, "free_masters", lambda *a, **k: (written(*a, **k), setattr(Path, "unlink", dying))
            )
        else:
            monkeypatch.setattr(flow, "sync_folder", lambda _folder: os._exit(9))
        pruned(twice)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert there(twice, masters(twice)) == {"before": 4, "within": 3, "after": 0}[moment]
    assert cli("check", station=twice).code == 0
    pruned(twice)
    assert there(twice, masters(twice)) == 0
    assert cli("check", station=twice).code == 0
