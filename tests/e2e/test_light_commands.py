"""Commands that only read and write rows start at once: they import nothing that looks at pixels or documents."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_books import BOOK, capture_pages, read_pages, small_book

ALLOWED = {"scanpipe", "click", "msgspec", "typing_extensions"}
COMMANDS = {
    "status": ["status"],
    "book list": ["book", "list"],
    "book show": ["book", "show", BOOK],
    "accept": ["accept", BOOK],
    "reject": ["reject", BOOK, "1", "--reason", "faded", "--redo", "faded"],
}
RUN = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from scanpipe.cli.main import run
run()
"""


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a book of two processed pages, the first of them flagged."""
    folder = tmp_path_factory.mktemp("light")
    with small_book(folder, pages=2) as station:
        capture_pages(station, folder / "pictures", 2)
        read_pages(station, flags='["faint"]')
    return folder / "station"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_light_command_imports_no_heavy_package(processed: Path, tmp_path: Path, command: str) -> None:
    station = shutil.copytree(processed, tmp_path / "station")
    words = [sys.executable, "-c", RUN, "--station", str(station), *COMMANDS[command]]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, "LANGUAGE": "en"})
    assert done.returncode in (0, 1), done.stderr  # 1: pages need attention
    imported = {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}
    foreign = {name for name in imported - set(sys.stdlib_module_names) if not name.startswith("_")}
    assert "scanpipe" in foreign
    assert foreign <= ALLOWED
