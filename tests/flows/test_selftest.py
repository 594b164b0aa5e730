"""A self-test is kept in the journal, and told beside the one before."""

from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from scanpipe.flows.selftest import selftest_due, selftest_from_file
from scanpipe.flows.station import Station
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_png
from scanpipe.settings.station import CheckSettings
from scanpipe.state.check import check_store
from tests.target_scans import scanned_target


def written(path: Path, scan: Raster) -> Path:
    path.write_bytes(encode_png(scan))
    return path


def daily(station: Station) -> Station:
    settings = msgspec.structs.replace(station.settings, checks=CheckSettings(selftest="daily"))
    return Station(
        folder=station.folder, settings=settings, journal=station.journal, store=station.store, spool=station.spool,
        purpose="test", person="An",
    )  # fmt: skip


def test_the_change_since_the_time_before_is_told(station: Station, tmp_path: Path) -> None:
    scan = scanned_target(str(tmp_path))
    first = selftest_from_file(station, written(tmp_path / "a.png", scan))
    assert first.earlier is None
    assert first.changes == {}
    dim = scan.replace((scan.pixels * np.linspace(1, 0.8, scan.width)[None, :, None]).astype(np.uint8))
    second = selftest_from_file(station, written(tmp_path / "b.png", dim))
    assert second.earlier == first.report
    assert second.changes["uneven_percent"] > 5
    assert abs(second.changes["dpi_across"]) < 1


def test_its_picture_is_no_orphan_of_the_store(station: Station, tmp_path: Path) -> None:
    before = check_store(station.journal, station.store).orphans
    selftest_from_file(station, written(tmp_path / "a.png", scanned_target(str(tmp_path))))
    assert check_store(station.journal, station.store).orphans == before


def test_it_is_due_once_a_day_where_the_station_asks_for_it(station: Station, tmp_path: Path) -> None:
    today = date.today()
    assert not selftest_due(station, "folder", today)
    morning = daily(station)
    assert selftest_due(morning, "folder", today)
    done = selftest_from_file(morning, written(tmp_path / "a.png", scanned_target(str(tmp_path))))
    assert done.device == "folder"
    day = datetime.now().astimezone().date()
    assert not selftest_due(morning, "folder", day)
    assert not selftest_due(morning, "", day)
    assert selftest_due(morning, "another", day)
    assert selftest_due(morning, "folder", day + timedelta(days=1))
