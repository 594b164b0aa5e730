"""An eSCL scanner by other hands: a real one on the network, or a simulator; SCANPIPE_ESCL is its address."""

import os
from pathlib import Path

import msgspec
import pytest

from scanpipe.capture.profile import ScannerProfile
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import Scanned
from scanpipe.errors import FeederEmpty, ScanIncomplete
from scanpipe.flows.capture.device_options import device_options, profile_text
from tests.device.conftest import NETWORK_SCANNER

ADDRESS = os.environ.get("SCANPIPE_ESCL", "")

pytestmark = pytest.mark.skipif(not ADDRESS, reason="SCANPIPE_ESCL names no scanner")


@pytest.fixture
def profile(tmp_path: Path) -> ScannerProfile:
    """What `scanpipe devices --options` writes for it."""
    (tmp_path / "sane.d" / "dll.conf").write_text("airscan\n")
    (tmp_path / "sane.d" / "airscan.conf").write_text(
        f'[devices]\n"Sim" = {ADDRESS}, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n'
    )
    text = profile_text(device_options(NETWORK_SCANNER))
    return msgspec.structs.replace(msgspec.toml.decode(text, type=ScannerProfile), untold_breaks=True)


def checked(page: Scanned, profile: ScannerProfile) -> str:
    assert page.raster.colour
    assert page.raster.size_mm == pytest.approx(profile.page_mm, abs=0.5)
    assert page.raster.pixels.std() > 1
    return page.side


def test_a_page_comes_from_its_glass(scanner: SaneScanner, profile: ScannerProfile):
    with scanner.open(profile.settings(NETWORK_SCANNER, source="flatbed")) as session:
        assert checked(session.scan(1), profile) == "front"


@pytest.mark.parametrize("source", ["feeder", "duplex"])
def test_a_stack_comes_from_its_feeder_whole(scanner: SaneScanner, profile: ScannerProfile, source: str):
    settings, sides = profile.settings(NETWORK_SCANNER, source=source), list[str]()
    # A simulator whose feeder is full again at once has not ended, and is told as a job that broke off.
    with scanner.open(settings) as session, pytest.raises((FeederEmpty, ScanIncomplete)):
        while True:
            sides.append(checked(session.scan(len(sides) + 1), profile))
    assert len(sides) >= 2
    assert sides[:2] == (["front", "back"] if source == "duplex" else ["front", "front"])
