"""Everything that can go wrong with a scanner, made to happen for real."""

import ctypes
import os
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.sane_child import check_room
from scanpipe.capture.sane_frame import Frame
from scanpipe.capture.sane_protocol import Fault
from scanpipe.capture.sane_status import STATUSES
from scanpipe.errors import (
    CoverOpen,
    DeviceBusy,
    DeviceError,
    DeviceHung,
    DeviceIOError,
    DeviceMissing,
    DiskFull,
    OptionRefused,
    PaperJam,
    ScanIncomplete,
)
from tests.device.conftest import DEAD_HOST, FEEDER, SANED_SCANNER, Settings, cut

# The backend waits after each buffer of 2 kB or so: the usual page takes 2 to 3 s, the large one a day.
SLOW = {"test-picture": "Color pattern", "read-delay": True, "read-delay-duration": 200_000}
ENDLESS = {"dpi": 1200, "options": SLOW}


def after(seconds: float, act: object, *arguments: object) -> threading.Timer:
    timer = threading.Timer(seconds, act, arguments)  # type: ignore[arg-type]
    timer.start()
    return timer


def test_the_texts_of_libsane_are_those_that_are_mapped():
    words = ctypes.CDLL("libsane.so.1").sane_strstatus
    words.restype = ctypes.c_char_p
    assert {words(status).decode() for status in range(1, 12)} == set(STATUSES)


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
        ("UNSUPPORTED", DeviceError),
        ("INVAL", DeviceError),
    ],
)
def test_a_page_that_ends_in_an_error_has_its_name(
    scanner: SaneScanner, settings: Settings, status: str, error: type[DeviceError]
):
    injected = {"read-return-value": f"SANE_STATUS_{status}"}
    with scanner.open(settings(source=FEEDER, options=injected)) as session, pytest.raises(DeviceError) as caught:
        session.scan(37)
    assert type(caught.value) is error
    assert "test:0, picture 37" in str(caught.value.text)
    assert (
        "put" in str(caught.value.remedy).lower()
        or "group" in str(caught.value.remedy)
        or "busy" in str(caught.value.text)
    )


def test_the_session_goes_on_after_an_error(scanner: SaneScanner, settings: Settings, tmp_path: Path):
    jammed = settings(device="pnm:0", mode="", page_mm=None, feed=tmp_path, options={"status-jammed": True})
    (tmp_path / "1.pgm").write_bytes(b"P5\n4 2\n255\n12345678")
    with scanner.open(jammed) as session:
        for _attempt in range(2):
            with pytest.raises(PaperJam):
                session.scan(1)


def test_a_missing_device_is_named(scanner: SaneScanner, settings: Settings):
    with pytest.raises(DeviceMissing, match="test:9"), scanner.open(settings(device="test:9")):
        pass


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"options": {"no-such-option": 1}}, "no-such-option = 1"),
        ({"dpi": 2400}, "resolution = 2400"),
        ({"mode": "Colour"}, "mode = Colour; it uses Gray"),
        ({"source": "Drawer 7"}, "source = Drawer 7"),
        ({"page_mm": (210, 297)}, "br-x = 210"),
        ({"options": {"three-pass-order": "RGB"}}, "three-pass-order = RGB"),
        ({"options": {"resolution": "fine"}}, "resolution = fine"),
        ({"options": {"ppl-loss": 129}}, "ppl-loss = 129; it uses 128"),
        ({"options": {"gamma-table": 7}}, "gamma-table = 7"),
        ({"options": {"enable-test-options": True, "button": True}}, "button = True"),
        ({"options": {"enable-test-options": True, "int-inexact": 5}}, "int-inexact = 5; it uses 6"),
        ({"options": {"enable-test-options": True, "bool-hard-select": True}}, "bool-hard-select = True"),
        ({"options": {"enable-test-options": True, "string": "Hộ tịch"}}, "string = Hộ tịch"),
    ],
)
def test_a_setting_that_is_not_taken_is_refused_by_name(
    scanner: SaneScanner, settings: Settings, change: dict[str, object], named: str
):
    with pytest.raises(OptionRefused) as caught, scanner.open(settings(**change)):
        pass
    assert named in str(caught.value.text)


def test_a_refusal_says_what_is_offered(scanner: SaneScanner, settings: Settings):
    with pytest.raises(OptionRefused, match="Flatbed, Automatic Document Feeder"):
        scanner.open(settings(source="Drawer 7")).__enter__()
    with pytest.raises(OptionRefused, match="1 to 1200"):
        scanner.open(settings(dpi=1201)).__enter__()


def test_an_option_undone_by_a_later_one_is_refused(scanner: SaneScanner, settings: Settings):
    with pytest.raises(OptionRefused, match="mode = Gray; it uses Color"):
        scanner.open(settings(options={"mode": "Color"})).__enter__()


def test_settings_do_not_leak_into_the_next_session(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(mode="Color", options={"ppl-loss": 5})) as session:
        assert session.scan(1).raster.colour
    with scanner.open(settings(mode="")) as session:
        page = session.scan(1)
    assert not page.raster.colour
    assert page.raster.width == 236


def test_a_process_that_gives_no_sign_of_life_is_killed(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(**ENDLESS, stall_s=2)) as session:
        timer = after(0.5, os.kill, session.process_id, signal.SIGSTOP)
        with pytest.raises(DeviceHung, match="test:0, picture 5: the scanner did not answer for 2 seconds"):
            session.scan(5)
        timer.join()
        assert not psutil.pid_exists(session.process_id)
        with pytest.raises(DeviceError):
            session.scan(5)
    with scanner.open(settings()) as session:
        assert session.scan(5).raster.width == 236


def test_a_page_that_never_ends_is_cut_off(scanner: SaneScanner, settings: Settings):
    with (
        scanner.open(settings(**ENDLESS, page_s=2)) as session,
        pytest.raises(DeviceHung, match="test:0, picture 6: the scanner did not answer for 2 seconds"),
    ):
        session.scan(6)
    assert not psutil.pid_exists(session.process_id)
    assert list(scanner.spool.iterdir()) == []


def test_a_slow_page_outlives_the_bound_on_silence(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(options=SLOW, stall_s=1.5)) as session:  # its waits alone last longer
        assert session.scan(1).raster.width == 236


def test_a_scanner_that_does_not_let_itself_be_closed_is_cut_off(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(stall_s=2)) as session:
        os.kill(session.process_id, signal.SIGSTOP)
    assert not psutil.pid_exists(session.process_id)


@pytest.fixture
def dead_host(tmp_path: Path) -> Iterator[str]:
    """A scanner on the network whose host takes the call and never says a word."""
    host = DEAD_HOST
    (tmp_path / "sane.d" / "dll.conf").write_text("net\n")
    (tmp_path / "sane.d" / "net.conf").write_text(host + "\n")
    with socket.create_server((host, 6566)):
        yield host


def test_a_driver_that_hangs_while_looking_is_cut_off(tmp_path: Path, dead_host: str):
    with pytest.raises(DeviceHung, match="libsane: the scanner did not answer for 2 seconds"):
        SaneScanner(spool=tmp_path, probe_s=2).devices()


def test_a_driver_that_hangs_while_opening_is_cut_off(scanner: SaneScanner, settings: Settings, dead_host: str):
    with pytest.raises(DeviceHung, match=f"net:{dead_host}:test:0: the scanner did not answer for 2 seconds"):
        scanner.open(settings(device=f"net:{dead_host}:test:0", page_s=2)).__enter__()


def test_a_network_scanner_that_goes_away_under_way_is_an_error_and_no_page(
    scanner: SaneScanner, settings: Settings, network_scanner: psutil.Process
):
    name = SANED_SCANNER
    assert name in {device.name for device in scanner.devices()}
    with scanner.open(settings(device=name)) as session:
        assert session.scan(1).raster.width == 236
    # python-sane's snap then reads nothing, for ever and at full speed: only the bound on a page ends it.
    with scanner.open(settings(device=name, page_s=4, **ENDLESS)) as session:
        timer = after(1, cut, network_scanner)
        with pytest.raises((DeviceHung, DeviceIOError), match="picture 2"):
            session.scan(2)
        timer.join()


def test_a_crash_of_the_driver_is_told(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(**ENDLESS)) as session:
        timer = after(0.5, os.kill, session.process_id, signal.SIGSEGV)
        with pytest.raises(DeviceError, match=r"test:0, picture 2: the scanner's driver crashed \(exit code -11\)"):
            session.scan(2)
        timer.join()


def test_without_python_sane_capture_says_what_to_install(
    scanner: SaneScanner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sane.py").write_text("raise ImportError('libsane.so.1: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    with pytest.raises(DeviceMissing, match=r"libsane\.so\.1.*libsane1.*scanpipe\[scanner\]"):
        scanner.devices()


def test_a_full_disk_is_known_before_paper_moves(tmp_path: Path):
    page = Frame(layout="color", last=True, width=10**6, lines=10**9, depth=8, bytes_per_line=3 * 10**6)
    with pytest.raises(Fault) as caught:
        check_room(page, tmp_path)
    assert caught.value.failed.fault == "disk"


def test_a_disk_that_fills_up_under_way_is_an_error_and_no_page(scanner: SaneScanner, settings: Settings):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with scanner.open(settings()) as session, pytest.raises(DiskFull, match="test:0, picture 1"):
            session.scan(1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(scanner.spool.iterdir()) == []
