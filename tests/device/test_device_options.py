"""`scanpipe devices --options`: what it prints is a profile with which the scanner scans."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from scanpipe.capture.profile import ScannerProfile
from scanpipe.capture.sane import SaneScanner
from scanpipe.errors import DeviceMissing
from scanpipe.flows.capture.device_options import device_options, profile_text
from tests.device.conftest import FEEDER, NETWORK_SCANNER


def printed(device: str) -> ScannerProfile:
    return msgspec.toml.decode(profile_text(device_options(device)), type=ScannerProfile)


def test_what_is_printed_for_the_test_device_scans_from_its_feeder(scanner: SaneScanner):
    profile = printed("test:0")
    assert (profile.match, profile.source, profile.mode) == ("test:*", "feeder", "Color")
    with scanner.open(replace(profile.settings("test:0"), dpi=50)) as session:
        page = session.scan(1)
    assert page.settings["source"] == FEEDER
    assert page.raster.colour


@pytest.mark.usefixtures("network")
def test_what_is_printed_for_a_network_scanner_scans_both_sides(scanner: SaneScanner):
    profile = printed(NETWORK_SCANNER)
    assert profile.sources.keys() == {"flatbed", "feeder", "duplex"}
    assert profile.page_mm == pytest.approx((210, 296.9), abs=0.1)
    with scanner.open(replace(profile.settings(NETWORK_SCANNER), dpi=75)) as session:
        assert [session.scan(position).side for position in (1, 2)] == ["front", "back"]


def test_all_options_are_listed_with_what_they_take():
    text = profile_text(device_options("test:0"))
    assert '#   mode = "Gray"  (Gray | Color)  Scan mode\n' in text
    assert "#   br-x = 80.0  (0 .. 200 mm)  Bottom-right x\n" in text
    assert "# No option for double feeds was recognised.\n" in text
    assert "red-gamma-table = ?" in text


def test_options_of_the_profile_that_the_scanner_does_not_have_are_named(tmp_path: Path):
    (tmp_path / "scanners").mkdir()
    (tmp_path / "scanners" / "own.toml").write_text('match = "test:0"\n[intents.deskew_off]\nswdeskwe = false\n')
    found = device_options("test:0", tmp_path)
    assert (found.profile, found.not_there) == ("own", ("swdeskwe",))
    assert "It names options that this scanner does not have: swdeskwe" in profile_text(found)


def test_a_device_that_is_not_there_is_named():
    with pytest.raises(DeviceMissing, match="test:9"):
        device_options("test:9")
