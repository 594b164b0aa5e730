"""`scanpipe backup` and `restore` as people run them: while others work, on damaged, foreign and absent disks."""

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Cli, make_small_station
from tests.crash.conftest import content
from tests.e2e.conftest import ADD, BOOK, revision
from tests.e2e.test_together import OTHER, waiting_capture

USAGE, REFUSED = 2, 30


def facts(station: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the journal but those about finished backups, by its table."""
    db = sqlite3.connect(f"{(station / 'journal.sqlite').as_uri()}?mode=ro", uri=True)
    try:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")} - {"backup"}
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in sorted(tables)}
    finally:
        db.close()


def files(station: Path) -> dict[str, str]:
    """Return the digests of all files of a station that a backup is to hold."""
    return {
        name: digest
        for name, digest in content(station).items()
        if not name.startswith(("journal", "locks", "spool", "cache")) and "/.tmp-" not in name
    }


def blobs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("store/??/*") if path.is_file())


@pytest.fixture
def backup(cli: Cli, delivered: Path, tmp_path: Path) -> Path:
    """A backup of the delivered station."""
    assert cli("backup", tmp_path / "backup", station=delivered).code == 0
    return tmp_path / "backup"


def test_a_restored_station_is_the_same_and_goes_on(cli: Cli, delivered: Path, tmp_path: Path) -> None:
    (delivered / "keys").mkdir()
    key = delivered / "keys" / "unit.p12"
    key.write_bytes(b"key")
    key.chmod(0o600)
    backup, restored = tmp_path / "backup", tmp_path / "restored"
    first = cli("backup", backup, "--json", station=delivered)
    assert first.code == 0, first.err
    assert first.json["copied"] == first.json["blobs"] > 10
    again = cli("backup", backup, "--json", station=delivered)
    assert (again.code, again.json["copied"], again.json["blobs"]) == (0, 0, first.json["blobs"])
    known, had = facts(delivered), files(delivered)
    shutil.rmtree(delivered)

    done = cli("restore", backup, restored)
    assert done.code == 0, done.err
    assert (facts(restored), files(restored)) == (known, had)
    assert (restored / "keys" / "unit.p12").stat().st_mode & 0o777 == 0o600
    assert "No faults were found" in cli("check", station=restored).err
    assert cli("reject", BOOK, 1, "--reason", "faded", "--redo", "plain", station=restored).code == 0
    for words in (("process", BOOK), ("accept", BOOK), ("deliver", BOOK)):
        assert cli(*words, station=restored).code == 0
    assert revision(restored, 2).is_dir()


def test_a_passphrase_stays_away_from_its_key_and_odd_names_come_back(
    cli: Cli, delivered: Path, tmp_path: Path
) -> None:
    (delivered / "key.passphrase").write_text("secret")
    odd = os.fsencode(delivered) + b"/s\xf4 \n.txt"
    Path(os.fsdecode(odd)).write_text("odd")
    (delivered / "recipes" / "link").symlink_to("/etc/hostname")
    made = cli("backup", tmp_path / "backup", "--json", station=delivered)
    assert (made.code, made.json["left_out"]) == (0, ["key.passphrase", "recipes/link"])
    assert cli("restore", tmp_path / "backup", tmp_path / "restored").code == 0
    assert Path(os.fsdecode(odd.replace(b"/station/", b"/restored/"))).read_text() == "odd"
    assert not (tmp_path / "restored" / "key.passphrase").exists()


def test_a_backup_made_at_work_is_whole(cli: Cli, delivered: Path, page_folder: Path, tmp_path: Path) -> None:
    assert cli("book", "add", "KS", "--year", 2010, "--volume", 2, *ADD[7:], "--pages", 4, station=delivered).code == 0
    with waiting_capture(delivered, OTHER, page_folder):
        assert cli("backup", tmp_path / "backup", station=delivered).code == 0
    assert cli("restore", tmp_path / "backup", tmp_path / "restored").code == 0
    assert cli("check", station=tmp_path / "restored").code == 0
    went_on = cli("capture", OTHER, "--from", page_folder, station=tmp_path / "restored")
    assert "3 pages captured, 0 files refused, 1 skipped, 0 missing" in went_on.out + went_on.err


def test_a_place_that_is_no_place_for_it_is_refused(
    cli: Cli, delivered: Path, backup: Path, page_folder: Path, tmp_path: Path
) -> None:
    other = make_small_station(tmp_path / "other")
    for folder in (delivered, delivered / "sub", tmp_path):
        assert cli("backup", folder, station=delivered).code == USAGE, folder
    foreign = cli("backup", backup, station=other)
    assert (foreign.code, str(delivered) in foreign.err) == (REFUSED, True)
    assert cli("backup", page_folder, station=delivered).code == REFUSED
    assert cli("restore", backup, other).code == REFUSED
    assert cli("restore", other, tmp_path / "new").code == REFUSED
    unknown = cli("restore", backup, tmp_path / "new", "--snapshot", "17")
    assert (unknown.code, "000001-" in unknown.err) == (REFUSED, True)


def test_a_disk_that_is_not_connected_gets_no_new_backup_by_mistake(cli: Cli, delivered: Path, backup: Path) -> None:
    shutil.rmtree(backup)
    backup.mkdir()  # where the disk was mounted
    refused = cli("backup", backup, station=delivered)
    assert (refused.code, "--new" in refused.err, list(backup.iterdir())) == (REFUSED, True, [])
    assert cli("backup", backup, "--new", station=delivered).code == 0


def test_what_is_damaged_in_a_backup_is_named_and_the_rest_restored(
    cli: Cli, delivered: Path, backup: Path, tmp_path: Path
) -> None:
    master = masters(delivered)[1]
    damaged = backup / "store" / master[:2] / master
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    told = cli("restore", backup, tmp_path / "restored")
    assert told.code == 1
    assert f"KS.2010.01 2 master ({master})" in told.out
    found = cli("check", station=tmp_path / "restored")
    assert (found.code, found.out.count("missing: ")) == (37, 1)

    assert cli("backup", backup, station=delivered).code == 0  # it has the size that it should have
    mended = cli("backup", backup, "--check", station=delivered)
    assert (mended.code, "copied again: KS.2010.01 2 master" in mended.out) == (0, True)
    assert cli("restore", backup, tmp_path / "whole").code == 0


def test_a_package_that_is_damaged_in_a_backup_is_copied_again(cli: Cli, delivered: Path, backup: Path) -> None:
    package = next(path for path in delivered.glob("out/*/*/r1/*.zip"))
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    damaged = backup / "store" / digest[:2] / digest
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    mended = cli("backup", backup, "--check", station=delivered)
    assert f"copied again: {package.relative_to(delivered)}" in mended.out
    assert damaged.read_bytes() == package.read_bytes()
    damaged.chmod(0o600)
    damaged.write_bytes(b"short")
    assert cli("backup", backup, station=delivered).code == 0
    assert damaged.read_bytes() == package.read_bytes()


def test_what_the_station_lost_is_named_and_kept_in_the_backup(cli: Cli, delivered: Path, backup: Path) -> None:
    first, second = masters(delivered)[:2]
    for digest in (first, second):
        (delivered / "store" / digest[:2] / digest).unlink()
    (backup / "store" / second[:2] / second).unlink()
    told = cli("backup", backup, "--json", station=delivered)
    assert told.code == 1
    assert told.json["only_in_backup"] == {first: "KS.2010.01 1 master"}
    assert told.json["lacking"] == {second: "KS.2010.01 2 master"}
    assert (backup / "store" / first[:2] / first).is_file()


def test_older_backups_are_forgotten_and_blobs_stay(cli: Cli, delivered: Path, backup: Path) -> None:
    settings = delivered / "station.toml"
    settings.write_text(settings.read_text().replace("keep = 30", "keep = 2"))
    had = blobs(backup)
    for _turn in range(3):
        assert cli("backup", backup, station=delivered).code == 0
    assert [path.name[:7] for path in sorted((backup / "snapshots").iterdir())] == ["000003-", "000004-"]
    assert len(list((backup / "journals").iterdir())) == 2
    assert set(had) <= set(blobs(backup))


def masters(station: Path) -> list[str]:
    return [str(row[3]) for row in facts(station)["capture"]]


def test_doctor_tells_how_old_the_newest_backup_is(cli: Cli, delivered: Path, tmp_path: Path) -> None:
    def level() -> tuple[str, str]:
        needs = cli("doctor", "--json", station=delivered).json
        (found,) = [need for need in needs if need["name"] == "backup"]
        return found["level"], found["text"]

    assert level()[0] == "advice"
    assert cli("backup", tmp_path / "backup", station=delivered).code == 0
    assert level() == ("ok", f"0 days old, in {tmp_path / 'backup'}")
