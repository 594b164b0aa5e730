"""Network scanners through sane-airscan, against an eSCL scanner that serves real pages and fails on request."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpipe.capture.profile import ScannerProfile
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import Scanned, ScanSettings
from scanpipe.errors import (
    CoverOpen,
    DeviceError,
    DeviceHung,
    DeviceIOError,
    FeederEmpty,
    OptionRefused,
    PaperJam,
    ScanIncomplete,
)
from scanpipe.settings import toml_files
from tests.device.conftest import NETWORK_SCANNER
from tests.escl_scanner import Fault, Tray

SMALL = {"dpi": 75, "mode": "Gray", "page_mm": (210, 297), "page_s": 60}

pytestmark = pytest.mark.usefixtures("network")


def settings(source: str, **changes: object) -> ScanSettings:
    """The settings of the shipped profile, for small grey pages."""
    profile = toml_files.load(toml_files.find("scanners", "airscan"), ScannerProfile)
    changed = type(profile)(
        **{**{name: getattr(profile, name) for name in profile.__struct_fields__}, **SMALL, **changes}
    )
    return changed.settings(NETWORK_SCANNER, source=source)


def scan_all(scanner: SaneScanner, wanted: ScanSettings) -> list[Scanned]:
    scanned: list[Scanned] = []
    with scanner.open(wanted) as session, pytest.raises(FeederEmpty):
        while True:
            scanned.append(session.scan(len(scanned) + 1))
    return scanned


def shows(scanned: Scanned, page: Image.Image) -> bool:
    """Whether a scan is the picture of that page, to the bit."""
    pixels = scanned.raster.pixels
    truth = page.convert("L").resize((pixels.shape[1], pixels.shape[0]))
    return bool(np.array_equal(pixels, np.asarray(truth)))


def test_the_scanner_is_found(scanner: SaneScanner):
    assert [device.name for device in scanner.devices()] == [NETWORK_SCANNER]


def test_a_page_on_the_glass_comes_to_the_bit(scanner: SaneScanner, tray: Tray, pages: Sequence[Image.Image]):
    with scanner.open(settings("flatbed")) as session:
        page = session.scan(1)
        assert shows(page, pages[0])
        assert shows(session.scan(2), pages[0])
    assert [job.source for job in tray.jobs] == ["Platen", "Platen"]
    assert page.settings["source"] == "Flatbed"


def test_a_feeder_gives_the_first_side_of_each_sheet(scanner: SaneScanner, pages: Sequence[Image.Image]):
    scanned = scan_all(scanner, settings("feeder"))
    assert [shows(page, truth) for page, truth in zip(scanned, pages[::2], strict=True)] == [True] * 4
    assert {page.side for page in scanned} == {"front"}


def test_a_two_sided_feeder_gives_both_sides_of_each_sheet(
    scanner: SaneScanner, tray: Tray, pages: Sequence[Image.Image]
):
    scanned = scan_all(scanner, settings("duplex"))
    assert [shows(page, truth) for page, truth in zip(scanned, pages, strict=True)] == [True] * 8
    assert [page.side for page in scanned] == ["front", "back"] * 4
    assert tray.jobs[0].duplex


def test_second_sides_that_come_upside_down_are_turned_without_loss(
    scanner: SaneScanner, tray: Tray, pages: Sequence[Image.Image]
):
    tray.sheets.clear()
    tray.sheets.extend((page, page.rotate(180)) for page in pages[:2])
    scanned = scan_all(scanner, settings("duplex", rotate_back=180))
    assert all(
        shows(page, truth) for page, truth in zip(scanned, [pages[0], pages[0], pages[1], pages[1]], strict=True)
    )
    assert all(page.raster.pixels.flags["C_CONTIGUOUS"] for page in scanned)


def test_pages_come_in_colour_at_300_dpi_through_jpeg(scanner: SaneScanner, tray: Tray):
    tray.formats = ("image/jpeg",)
    with scanner.open(settings("feeder", dpi=300, mode="Color")) as session:
        page = session.scan(1)
    assert page.raster.colour
    assert page.raster.size_mm == pytest.approx((210, 297), abs=0.5)


def test_an_empty_feeder_is_told_as_such(scanner: SaneScanner, tray: Tray):
    tray.sheets.clear()
    with scanner.open(settings("feeder")) as session, pytest.raises(FeederEmpty):
        session.scan(1)


def test_a_scanner_that_is_busy_for_a_moment_is_waited_for(scanner: SaneScanner, tray: Tray):
    tray.faults = {2: "busy"}
    assert len(scan_all(scanner, settings("feeder"))) == 4


def test_paper_shorter_than_the_area_is_a_page(scanner: SaneScanner, tray: Tray):
    tray.faults = {2: "short"}
    short = scan_all(scanner, settings("feeder"))[1].raster.pixels
    assert short.shape[0] == pytest.approx(877, abs=1)
    assert short[-1].min() == 255


def test_a_page_without_a_mark_is_a_page(scanner: SaneScanner, tray: Tray):
    tray.glass = Image.new("RGB", (620, 877), "white")
    with scanner.open(settings("flatbed")) as session:
        assert session.scan(1).raster.pixels.min() == 255


@pytest.mark.parametrize("format_", ["image/png", "image/jpeg"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("jam", PaperJam),
        ("door", CoverOpen),
        ("hatch", DeviceIOError),  # states that airscan does not know
        ("double_feed", DeviceIOError),
        ("gone", ScanIncomplete),
        ("drop_length", DeviceIOError),
        ("drop_chunk", DeviceIOError),
        ("drop_close", (DeviceIOError, ScanIncomplete)),
    ],
)
def test_what_goes_wrong_under_way_is_an_error_and_never_a_page_or_the_end_of_the_stack(
    scanner: SaneScanner, tray: Tray, pages: Sequence[Image.Image], fault: Fault, error: type[DeviceError], format_: str
):
    tray.faults, tray.formats = {3: fault}, (format_,)
    with scanner.open(settings("feeder")) as session:
        kept = [session.scan(1), session.scan(2)]
        with pytest.raises(error, match="picture 3") as caught:
            session.scan(3)
    assert not isinstance(caught.value, FeederEmpty)
    assert "every sheet that was drawn in after the last captured page" in str(caught.value.remedy)
    if format_ == "image/png":
        assert [shows(page, truth) for page, truth in zip(kept, pages[::2], strict=False)] == [True, True]


def test_a_scanner_that_falls_silent_in_mid_page_is_cut_off(scanner: SaneScanner, tray: Tray):
    tray.faults = {2: "stall"}
    with scanner.open(settings("feeder", page_s=3)) as session:
        session.scan(1)
        with pytest.raises(DeviceHung, match="airscan:e0:Sim, picture 2: the scanner did not answer for 3 seconds"):
            session.scan(2)


def test_after_a_broken_job_the_stack_goes_on_with_a_new_run(
    scanner: SaneScanner, tray: Tray, pages: Sequence[Image.Image]
):
    tray.faults = {2: "drop_length"}
    with scanner.open(settings("feeder")) as session:
        session.scan(1)
        with pytest.raises(DeviceIOError):
            session.scan(2)
    tray.sheets.clear()
    tray.sheets.extend(zip(pages[2::2], pages[3::2], strict=True))  # the person puts the sheets back
    scanned = scan_all(scanner, settings("feeder"))
    assert [shows(page, truth) for page, truth in zip(scanned, pages[2::2], strict=True)] == [True] * 3


def test_another_driver_gets_the_same_pages_from_the_simulated_scanner(
    scanner: SaneScanner, tray: Tray, pages: Sequence[Image.Image], network: str, tmp_path: Path
):
    """The simulator is judged by a client of other hands, too: libsane's own eSCL driver."""
    tray.formats = ("image/jpeg",)
    (tmp_path / "sane.d" / "dll.conf").write_text("escl\n")
    address = network.removesuffix("/eSCL")
    (tmp_path / "sane.d" / "escl.conf").write_text(f'device {address} "Sim"\n')
    scanned = scan_all(scanner, ScanSettings(device=f"escl:{address}", source="ADF", mode="Color", dpi=75, page_s=60))
    for page, truth in zip(scanned, pages[::2], strict=True):
        pixels = page.raster.pixels.astype(int)
        expected = np.asarray(truth.resize((pixels.shape[1], pixels.shape[0]))).astype(int)
        assert np.abs(pixels - expected).mean() < 3


def test_a_source_that_the_scanner_lacks_is_refused(scanner: SaneScanner):
    with pytest.raises(OptionRefused, match="Flatbed, ADF, ADF Duplex"), scanner.open(settings("Drawer 7")):
        pass
