"""The self-test through libsane: the virtual scanner "pnm" serves a scan of the target sheet."""

from pathlib import Path

import pytest

from scanpipe.flows.selftest import selftest_from_scanner
from scanpipe.flows.station import create_station, open_station
from scanpipe.raster.codecs import encode_pnm
from tests.target_scans import DPI, scanned_target


@pytest.mark.timeout(120)
def test_the_target_is_scanned_measured_and_kept(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "1.ppm").write_bytes(encode_pnm(scanned_target(str(tmp_path), turn_deg=0.5)))
    create_station(tmp_path / "station")
    profile = f'match = "pnm:*"\ndpi = {DPI}\nfeed = "{feed}"\n'
    (tmp_path / "station" / "scanners" / "target.toml").write_text(profile)
    with open_station(tmp_path / "station", purpose="test") as station:
        done = selftest_from_scanner(station, device="pnm:0", profile="target")
        kept = station.journal.db.execute("SELECT device, profile, dpi, person FROM selftest").fetchall()
    assert done.complaints == ()
    assert done.report.dpi_across == pytest.approx(DPI, rel=0.003)
    assert done.report.skew_deg == pytest.approx(-0.5, abs=0.05)
    assert [tuple(row) for row in kept] == [("pnm:0", "target", DPI, station.person)]
