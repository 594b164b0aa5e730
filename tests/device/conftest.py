"""Real libsane with its virtual devices, one configuration folder per test."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import ScanSettings
from scanpipe.settings import toml_files
from tests.escl_scanner import Tray, escl_scanner

FEEDER = "Automatic Document Feeder"
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
def network(tray: Tray, tmp_path: Path) -> Iterator[None]:
    """A scanner on the network, and sane-airscan alone."""
    with escl_scanner(tray) as address:
        (tmp_path / "sane.d" / "dll.conf").write_text("airscan\n")
        (tmp_path / "sane.d" / "airscan.conf").write_text(
            f'[devices]\n"Sim" = {address}, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n'
        )
        yield
