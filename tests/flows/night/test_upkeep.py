"""What a night does for the station itself."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.night.disk import DiskState, disk_state, disk_warning
from scanpipe.flows.night.events import JournalCopied, NightSummary
from scanpipe.flows.night.metrics import write_metrics
from scanpipe.flows.night.store_slice import StoreRead, read_slice
from scanpipe.flows.night.upkeep import keep_copy
from scanpipe.flows.station import Station
from scanpipe.state.nights import last_readings

NOW = datetime(2026, 3, 5, 20, tzinfo=UTC)


def with_settings(station: Station, **settings: object) -> Station:
    nightly = msgspec.structs.replace(station.settings.nightly, **settings)
    return replace(station, settings=msgspec.structs.replace(station.settings, nightly=nightly))


def test_the_newest_copies_of_the_journal_are_kept_and_each_is_whole_by_itself(station: Station) -> None:
    station = with_settings(station, journal_copies=2)
    foreign = station.folder / "backups" / "mine.sqlite"
    for day in range(3):
        (copied,) = keep_copy(station, NOW + timedelta(days=day))
        assert isinstance(copied, JournalCopied)
        foreign.touch()
    names = sorted(path.name for path in foreign.parent.iterdir())
    assert names == ["journal-2026-03-06T200000.sqlite", "journal-2026-03-07T200000.sqlite", "mine.sqlite"]
    with closing(sqlite3.connect(foreign.parent / copied.file)) as copy:
        assert copy.execute("SELECT count(*) FROM capture").fetchone() == (1,)


def test_a_damaged_file_is_named_with_its_page_and_the_way_out(station: Station) -> None:
    digest = station.journal.db.execute("SELECT digest FROM capture").fetchone()[0]
    path = station.store.path(digest)
    path.chmod(0o644)
    path.write_bytes(b"rot" + path.read_bytes()[3:])
    told, read = read_slice(with_settings(station, store_days=1), NOW, lambda: True)
    assert str(told).startswith(f"KS.2010.01 1 master: the stored file {digest} is damaged or gone; restore it from")
    assert str(told).endswith("scanpipe reject KS.2010.01 1 --rescan")
    assert isinstance(read, StoreRead)
    assert (read.folders, read.files, read.damaged, read.bytes) == (256, 1, 1, path.stat().st_size)
    assert len(last_readings(station.journal)) == 256
    assert path.exists()


def test_reading_stops_when_time_is_up_and_begins_with_what_is_left_the_next_night(station: Station) -> None:
    left, now = iter([True, False]), datetime.now(UTC)
    (read,) = read_slice(station, now, lambda: next(left))
    assert isinstance(read, StoreRead) and read.folders == 1
    assert set(last_readings(station.journal)) == {"00"}
    list(read_slice(station, now + timedelta(days=1), lambda: True))
    assert set(last_readings(station.journal)) == {"00", "01", "02", "03"}


def test_the_disk_is_told_days_before_it_is_full(station: Station) -> None:
    disk = disk_state(station, datetime.now(UTC))
    (size,) = {station.store.size(digest) for digest in station.store.digests()}
    assert disk.per_day == size and disk.days_left and disk.days_left > 1000
    assert disk_warning(station, disk) is None
    warning = disk_warning(station, DiskState(free=30_000_000_000, per_day=10_000_000_000, days_left=2.9))
    assert warning and (warning.code, warning.text) == (
        "disk-fills",
        "the disk has 30.0 GB free; as it fills now, capture stops in 2 days",
    )
    low = disk_warning(station, DiskState(free=4_000_000_000, per_day=0, days_left=None))
    assert low and low.code == "disk-low"


def test_figures_for_prometheus_replace_only_their_own_file(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "scanpipe.prom"
    night = NightSummary(started="2026-03-05T20:00:00+07:00", ended="2026-03-05T21:00:00+07:00", processed=12)
    for summary, code in ((None, 33), (night, 0)):
        write_metrics(file, Path('/srv/st"1'), exit_code=code, summary=summary, now=NOW)
    lines = file.read_text().splitlines()
    assert 'scanpipe_night_pages{station="/srv/st\\"1",what="processed"} 12' in lines
    assert 'scanpipe_night_duration_seconds{station="/srv/st\\"1"} 3600' in lines
    foreign = tmp_path / "mine.txt"
    foreign.write_text("mine")
    with pytest.raises(UsageError):
        write_metrics(foreign, tmp_path, exit_code=0, summary=None, now=NOW)
    assert foreign.read_text() == "mine"
