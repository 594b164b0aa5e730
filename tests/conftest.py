"""What several test folders share: small drawn pages, stations, and the command line as a user runs it."""

import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from tests.forked import ForkedCommands, Result

# The same examples each time, and no more threads in outside programs than tests run side by side.
hypothesis.settings.register_profile("scanpipe", deadline=None, derandomize=True)
hypothesis.settings.load_profile("scanpipe")
os.environ["OMP_THREAD_LIMIT"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
# Hundreds of processes load the same modules; whoever forbids to keep them compiled would wait for each.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Whoever starts the tests in the background of a script, or by nohup, has them and all they start ignore these.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

SMALL_DPI = 100
PAGES = 4


Cli = Callable[..., Result]


@cache
def _commands() -> ForkedCommands:
    return ForkedCommands()


def pytest_sessionfinish() -> None:
    """End the server of commands, where there is one."""
    if _commands.cache_info().currsize:
        _commands().close()


def run_scanpipe(*args: object, station: Path | None = None, env: dict[str, str] | None = None) -> Result:
    """Run the command line in a process of its own."""
    where = ["--station", str(station)] if station else []
    return _commands().run([*where, *map(str, args)], {**os.environ, "LANGUAGE": "en", **(env or {})})


def make_one_person_station(folder: Path) -> Path:
    """Make a station where whoever scans a page may accept it; return its settings."""
    from scanpipe.flows.station import create_station

    settings = create_station(folder)
    settings.write_text(settings.read_text().replace("two_persons = true ", "two_persons = false"))
    return settings


def make_small_station(folder: Path) -> Path:
    """Make a station of one person that works in one process and delivers pages of a low resolution."""
    settings = make_one_person_station(folder)
    text = settings.read_text().replace('engine = "pool"', 'engine = "inline"')
    text = text.replace("duplicate = 0.05", "duplicate = 0")  # small pages are drawn from the same few lines
    settings.write_text(text.replace('convention = "default"', 'convention = "small"'))
    (folder / "conventions" / "small.toml").write_text(
        f'name = "small"\nbased_on = "default"\nconfidence = "for tests"\n[limits]\nmin_dpi = {SMALL_DPI}\n'
    )
    return folder


@pytest.fixture(scope="session")
def virtual_scanners(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration of libsane with its test devices only: it looks for others for three seconds."""
    folder = tmp_path_factory.mktemp("sane.d")
    (folder / "dll.conf").write_text("test\n")
    return folder


@pytest.fixture(autouse=True)
def plain_surroundings(virtual_scanners: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """English texts, no station but the test's own, and no scanner of the machine or the network."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(virtual_scanners))
    monkeypatch.delenv("SCANPIPE_STATION", raising=False)


@pytest.fixture(scope="session")
def cli() -> Cli:
    return run_scanpipe


def write_pages(folder: Path, size_mm: tuple[float, float]) -> Path:
    """Write four pages of that size, each of other lines, as PNG files that say their resolution; return the folder.

    Their paper is grainy and dark in the middle, so that no two recipes make the same of them.
    """
    import numpy as np

    from scanpipe.raster.codecs import encode_png
    from tests.page_drawings import LINES, draw_page

    for number in range(1, PAGES + 1):
        lines = (*LINES[number % 3 :], *LINES[: number % 3], ("trang", str(number)))
        page = draw_page(lines, size_mm=size_mm, dpi=SMALL_DPI, grain=4).image
        down, across = np.ogrid[-1 : 1 : page.height * 1j, -1 : 1 : page.width * 1j]
        light = 1 - 0.25 * np.exp(-4 * (down**2 + across**2))
        dimmed = page.replace((page.pixels * light[..., None]).astype(np.uint8))
        (folder / f"page{number}.png").write_bytes(encode_png(dimmed))
    return folder


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four small printed pages, of A6 paper."""
    return write_pages(tmp_path_factory.mktemp("pages"), (105, 148))


@pytest.fixture(scope="session")
def feeder(page_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same pages as PNM files, for libsane's pnm backend."""
    from scanpipe.raster.codecs import encode_pnm
    from scanpipe.raster.files import read_frames

    folder = tmp_path_factory.mktemp("feeder")
    for file in page_folder.iterdir():
        (folder / f"{file.stem}.ppm").write_bytes(encode_pnm(next(iter(read_frames(file))).raster))
    return folder


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """An empty station for small pages, which it processes in one process."""
    return make_small_station(tmp_path / "station")


@pytest.fixture
def scanning(station: Path, feeder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The station with a scanner: libsane's pnm backend, fed with the small pages."""
    sane = station / "sane"
    sane.mkdir()
    (sane / "dll.conf").write_text("pnm\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(sane))
    profile = f'match = "pnm:*"\ndpi = {SMALL_DPI}\nfeed = "{feeder}"\n'
    (station / "scanners" / "feeder.toml").write_text(profile)
    settings = station / "station.toml"
    text = settings.read_text().replace('device = ""', 'device = "pnm:0"').replace('profile = ""', 'profile = "feeder"')
    settings.write_text(text)
    return station
