"""A scanner at another computer: libsane's `test` device behind a real saned, reached through the `net` backend."""

from pathlib import Path

import numpy as np
import psutil
import pytest

from scanpipe.capture.sane import SaneScanner
from scanpipe.errors import (
    CoverOpen,
    DeviceBusy,
    DeviceError,
    DeviceIOError,
    FeederEmpty,
    OptionRefused,
    PaperJam,
    ScanIncomplete,
)
from scanpipe.flows.capture.device_options import device_options
from tests.device.conftest import FEEDER, SANED_SCANNER, Settings, cut

PATTERN = {"test-picture": "Color pattern"}

pytestmark = pytest.mark.usefixtures("network_scanner")


def test_a_page_is_the_same_as_at_its_own_computer(
    scanner: SaneScanner, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with scanner.open(settings(device=SANED_SCANNER, mode="Color", options=PATTERN)) as session:
        far = session.scan(1)
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path / "saned"))
    with scanner.open(settings(mode="Color", options=PATTERN)) as session:
        near = session.scan(1)
    assert np.array_equal(far.raster.pixels, near.raster.pixels)
    assert far.settings == near.settings


def test_a_feeder_gives_its_ten_pages_and_then_ends(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(device=SANED_SCANNER, source=FEEDER, duplex=True)) as session:
        assert [session.scan(position).side for position in range(1, 11)] == ["front", "back"] * 5
        with pytest.raises(FeederEmpty, match="picture 11"):
            session.scan(11)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("JAMMED", PaperJam),
        ("COVER_OPEN", CoverOpen),
        ("IO_ERROR", DeviceIOError),
        ("DEVICE_BUSY", DeviceBusy),
        ("NO_DOCS", ScanIncomplete),
        ("CANCELLED", ScanIncomplete),
        ("EOF", ScanIncomplete),
        ("NO_MEM", DeviceError),
        ("ACCESS_DENIED", DeviceError),
    ],
)
def test_a_page_that_ends_in_an_error_has_its_name(
    scanner: SaneScanner, settings: Settings, status: str, error: type[DeviceError]
):
    injected = {"read-return-value": f"SANE_STATUS_{status}"}
    failing = settings(device=SANED_SCANNER, source=FEEDER, options=injected)
    with scanner.open(failing) as session, pytest.raises(DeviceError) as caught:
        session.scan(37)
    assert type(caught.value) is error
    assert f"{SANED_SCANNER}, picture 37" in str(caught.value.text)


def test_a_computer_that_goes_away_between_two_pages_is_a_failed_connection(
    scanner: SaneScanner, settings: Settings, network_scanner: psutil.Process
):
    with scanner.open(settings(device=SANED_SCANNER, source=FEEDER)) as session:
        session.scan(1)
        cut(network_scanner)
        with pytest.raises(DeviceIOError, match="picture 2"):
            session.scan(2)


def test_an_option_that_is_not_taken_is_refused_by_name(scanner: SaneScanner, settings: Settings):
    with pytest.raises(OptionRefused, match="ppl-loss = 129; it uses 128"):
        scanner.open(settings(device=SANED_SCANNER, options={"ppl-loss": 129})).__enter__()


def test_its_profile_is_the_one_that_it_has_at_its_own_computer():
    assert device_options(SANED_SCANNER).profile == "test"
