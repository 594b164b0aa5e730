"""A service: no home, no rights but on its station, the programme read-only."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import make_small_station

ROOT = Path(__file__).parents[2]
BOOK = "KS.2010.01"
ADD = ("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758", "--pages", 1, "--rule", "pages:1")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The programme in a folder that nobody may write into."""
    folder = tmp_path / "installed"
    for name in ("scanpipe", "configs", "samples"):
        shutil.copytree(ROOT / name, folder / name)
    for place, _folders, names in os.walk(folder):
        for path in (Path(place), *(Path(place) / name for name in names)):
            path.chmod(path.stat().st_mode & ~0o222)
    return folder


def as_service(installed: Path, *words: object) -> None:
    # Root may write everywhere; without these capabilities it is held to the rights of files as everybody else is.
    fewer = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NUMBA_", "CACHE_"))}
    done = subprocess.run(
        [*fewer, str(Path(sys.executable).with_name("scanpipe")), *map(str, words)],
        env={**kept, "HOME": str(installed / "nonexistent"), "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_takes_a_book_all_the_way(installed: Path, page_folder: Path, tmp_path: Path) -> None:
    station = make_small_station(tmp_path / "station")
    single = tmp_path / "single"
    single.mkdir()
    shutil.copy(page_folder / "page1.png", single)
    steps: list[tuple[object, ...]] = [ADD, ("capture", BOOK, "--from", single), ("process",), ("accept", BOOK)]
    for step in (*steps, ("deliver", BOOK), ("doctor",)):
        as_service(installed, "--station", station, *step)
    as_service(installed, "enhance", single / "page1.png", "-o", tmp_path / "cleaned", "--recipe", "plain")
    assert not (installed / "nonexistent").exists()
