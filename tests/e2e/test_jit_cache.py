"""Machine code is kept where it can be, and nothing depends on that it can."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
from scanpipe.jit_cache import compiled

@compiled()
def doubled(value):
    return 2 * value

print(doubled(21), sum(doubled.stats.cache_hits.values()))
"""
NO_HOME = {"HOME": "/dev/null"}


def run_module(folder: Path, **environment: str) -> tuple[str, str]:
    """Run the module anew; return what it computed, and how many functions were found compiled."""
    (folder / "doubled.py").write_text(MODULE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NUMBA_", "CACHE_"))}
    done = subprocess.run(
        [sys.executable, "-c", "import doubled"],
        env={**kept, "PYTHONPATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    value, hits = done.stdout.split()
    return value, hits


@pytest.fixture
def shut(tmp_path: Path) -> Path:
    """A folder beside whose source no machine code can be kept."""
    (tmp_path / "__pycache__").touch()
    return tmp_path


def test_without_any_place_functions_are_compiled_each_time(shut: Path) -> None:
    assert [run_module(shut, **NO_HOME) for _turn in range(2)] == [("42", "0"), ("42", "0")]


@pytest.mark.parametrize("variable", ["CACHE_DIRECTORY", "XDG_CACHE_HOME"])
def test_the_systems_folder_keeps_them_where_the_package_cannot(shut: Path, variable: str) -> None:
    place = {**NO_HOME, variable: str(shut / "cache")}
    assert [run_module(shut, **place) for _turn in range(2)] == [("42", "0"), ("42", "1")]


def test_what_set_up_left_beside_the_source_is_used_and_damage_to_it_mended(tmp_path: Path) -> None:
    assert [run_module(tmp_path, **NO_HOME) for _turn in range(2)] == [("42", "0"), ("42", "1")]
    for kept in (tmp_path / "__pycache__").glob("*.nb?"):
        kept.write_bytes(kept.read_bytes()[:20])
    assert [run_module(tmp_path, **NO_HOME) for _turn in range(2)] == [("42", "0"), ("42", "1")]
