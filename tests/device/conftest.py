"""Real libsane with its virtual devices, one configuration folder per test."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PIL import Image

from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import ScanSettings
from scanpipe.settings import toml_files
from tests.escl_scanner import Tray, escl_scanner

FEEDER = "Automatic Document Feeder"
# libsane asks saned on one port only: an address for each process, since tests run side by side.
_PID = os.getpid()
SANED_HOST, DEAD_HOST = (f"127.{net + (_PID >> 16 & 63)}.{_PID >> 8 & 255}.{_PID & 255}" for net in (64, 128))
SANED_SCANNER = f"net:{SANED_HOST}:test:0"
NETWORK_SCANNER = "airscan:e0:Sim"
SAMPLES = toml_files.data_folder("samples")

Settings = Callable[..., ScanSettings]


@pytest.fixture(scope="session")
def _deferred(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("deferred") / "deferred.so"
    source = Path(__file__).with_name("deferred.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


@pytest.fixture(autouse=True)
def _threads_that_end_in_order(_deferred: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep libsane's `test` device from hanging by itself: see `deferred.c`."""
    monkeypatch.setenv("LD_PRELOAD", str(_deferred))


@pytest.fixture(autouse=True)
def _virtual_devices_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sane.d"
    folder.mkdir()
    (folder / "dll.conf").write_text("test\npnm\n")
    (folder / "test.conf").write_text("number_of_devices 2\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))


@pytest.fixture
def scanner(tmp_path: Path) -> SaneScanner:
    return SaneScanner(spool=tmp_path / "spool")


@pytest.fixture
def settings() -> Settings:
    """A small page of the test device; keyword arguments change it, `options` are added to."""
    usual = ScanSettings(device="test:0", mode="Gray", dpi=75, page_mm=(80, 50), stall_s=20, page_s=60)

    def changed(**changes: object) -> ScanSettings:
        return replace(usual, **changes)  # type: ignore[arg-type]

    return changed


@pytest.fixture(scope="session")
def pages() -> Sequence[Image.Image]:
    """Eight sample pages, small."""
    names = sorted(path for path in SAMPLES.glob("*.jpg") if "spread" not in path.name)[:8]
    return [Image.open(name).convert("RGB").resize((620, 877)) for name in names]


@pytest.fixture
def tray(pages: Sequence[Image.Image]) -> Tray:
    """A page on the glass, four sheets in the feeder; pictures come without loss."""
    tray = Tray(glass=pages[0], formats=("image/png",))
    tray.sheets.extend(zip(pages[::2], pages[1::2], strict=True))
    return tray


@pytest.fixture
def network(tray: Tray, tmp_path: Path) -> Iterator[str]:
    """A scanner on the network, its address, and sane-airscan alone."""
    with escl_scanner(tray) as address:
        (tmp_path / "sane.d" / "dll.conf").write_text("airscan\n")
        (tmp_path / "sane.d" / "airscan.conf").write_text(
            f'[devices]\n"Sim" = {address}, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n'
        )
        yield address


@pytest.fixture
def network_scanner(tmp_path: Path) -> Iterator[psutil.Process]:
    """The test device on another host: saned, and the configuration that finds it."""
    host, served = SANED_HOST, tmp_path / "saned"
    served.mkdir()
    (served / "dll.conf").write_text("test\n")
    (served / "test.conf").write_text("number_of_devices 1\n")
    (served / "saned.conf").write_text("127.0.0.0/8\n")
    (tmp_path / "sane.d" / "dll.conf").write_text("net\n")
    (tmp_path / "sane.d" / "net.conf").write_text(host + "\n")
    environment = {**os.environ, "SANE_CONFIG_DIR": str(served), "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    saned = psutil.Popen(["saned", "-l", "-b", host, "-d", "0", "-e"], env=environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection((host, 6566), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield saned
    cut(saned)
    saned.wait()


def cut(saned: psutil.Process) -> None:
    if saned.is_running():
        for process in [*saned.children(recursive=True), saned]:
            process.kill()
