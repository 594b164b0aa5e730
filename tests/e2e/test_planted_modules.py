"""Whatever lies in the working folder is data: no command takes code, libraries or settings from there."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import click
import pytest

from scanpipe.cli.commands import cli as root
from tests.conftest import Cli
from tests.e2e.conftest import BOOK, revision
from tests.thorough import ALL

MARKS = "imported"
POOL = ("--engine", "pool", "--workers", 1)
COMMANDS: dict[str, tuple[object, ...]] = {
    "init": ("init", "other"),
    "doctor": ("doctor",),
    "devices": ("devices",),
    "demo": ("demo", "."),
    "book add": ("book", "add", "KS", "--year", 2011, "--volume", 1, "--unit", "14758"),
    "book amend": ("book", "amend", BOOK, "--pages", 4),
    "book shift": ("book", "shift", BOOK, 4, "--by", 1),
    "page insert": ("page", "insert", BOOK, 4),
    "page replace": ("page", "replace", BOOK, 1, "--from", "page1.png"),
    "page move": ("page", "move", BOOK, 2, 1),
    "page mark": ("page", "mark", BOOK, "damaged", 2, "--note", "burnt"),
    "page undo": ("page", "undo", BOOK),
    "case list": ("case", "list", BOOK),
    "case split": ("case", "split", BOOK, 2, "1a"),
    "case merge": ("case", "merge", BOOK, 1, 2),
    "case renumber": ("case", "renumber", BOOK, 1, 9),
    "book finish": ("book", "finish", BOOK),
    "book drop": ("book", "drop", BOOK, "page1.png"),
    "book close": ("book", "close", "KS.2011.01", "--reason", "mistyped"),
    "book reopen": ("book", "reopen", "KS.2011.01"),
    "book export": ("book", "export", "KS.2011.01", "bags"),
    "book import": ("book", "import", "bags"),
    "book list": ("book", "list"),
    "book show": ("book", "show", BOOK),
    "capture": ("capture", BOOK, "--from", "."),
    "console": ("console", "--help"),
    "live": ("live", "--help"),
    "selftest": ("selftest", "--help"),
    "separators": ("separators", BOOK, "-o", "sheets.pdf", "--cover-only"),
    "process": ("process", *POOL),
    "accept": ("accept", BOOK),
    "qa plan": ("qa", "plan", BOOK),
    "qa show": ("qa", "show"),
    "qa second": ("qa", "second", BOOK, 1, "--accept"),
    "qa people": ("qa", "people"),
    "qa import": ("qa", "import", "index.csv", BOOK),
    "rescan-list": ("rescan-list", BOOK),
    "history": ("history", BOOK, 1),
    "review": ("review", "--help"),
    "ticket add": ("ticket", "add", BOOK, "--number", 1, "--date", "2026-03-05", "--approved-by", "Bình"),
    "ticket list": ("ticket", "list", BOOK),
    "ticket request": ("ticket", "request", BOOK, 1, "-o", "request.pdf"),
    "reject": ("reject", BOOK, 2, "--reason", "faded"),
    "nightly": ("nightly", *POOL),
    "install-timer": ("install-timer", "--help"),
    "report": ("report", "-o", "morning.html"),
    "enhance": ("enhance", "page1.png", "-o", "cleaned", "--recipe", "plain"),
    "cluster certs": ("cluster", "certs", "certs"),
    "cluster scheduler": ("cluster", "scheduler", "--help"),
    "worker": ("worker", "--scheduler", "tls://127.0.0.1:1", "--store", "missing"),
    "status": ("status",),
    "check": ("check",),
    "progress": ("progress", "."),
    "backup": ("backup", "../backup"),
    "prune": ("prune", "--dry-run"),
    "restore": ("restore", "../backup", "../restored"),
    "deliver": ("deliver", BOOK, *POOL),
    "handover": ("handover", BOOK, "-o", "notes"),
    "verify": ("verify", "KS.2010.01.zip"),
    "diff": ("diff", "KS.2010.01.zip", "KS.2010.01.zip"),
    "export": ("export", BOOK, "-o", "masters"),
    "convention list": ("convention", "list"),
    "convention learn": ("convention", "learn", "KS.2010.01.zip"),
    "convention check": ("convention", "check", "default", "KS.2010.01.zip"),
    "unit find": ("unit", "find", "dong tho"),
}


def commands(group: click.Group, *words: str) -> set[str]:
    names: set[str] = set()
    for name, command in group.commands.items():
        names |= commands(command, *words, name) if isinstance(command, click.Group) else {" ".join((*words, name))}
    return names


@pytest.fixture(scope="module")
def planted(delivered_once: Path, cli: Cli, page_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station whose folder also holds a page, a package, and a module of every name that Python might look for."""
    station = shutil.copytree(delivered_once, tmp_path_factory.mktemp("planted") / "station")
    assert cli("reject", BOOK, 1, "--reason", "faded", "--redo", "plain", "--ticket", "CV 1", station=station).code == 0
    shutil.copy(page_folder / "page1.png", station)
    for file in revision(station, 1).iterdir():
        shutil.copy(file, station)
    (station / MARKS).mkdir()
    marks = str(station / MARKS)
    for name in {*sys.stdlib_module_names, *packages_distributions(), "sitecustomize", "usercustomize"}:
        (station / f"{name}.py").write_text(f"open({marks!r} + '/{name}', 'w').close()\n")
    (station / "dll.conf").write_text("test\n")
    (station / ".numba_config.yaml").write_text("cache_dir: here\n")
    return station


def run_in(folder: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("scanpipe")
    environment = {name: value for name, value in os.environ.items() if name != "SANE_CONFIG_DIR"}
    return subprocess.run(
        [str(program), *map(str, words)], cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )


# All begin alike; these load most, or start programs and processes of their own.
HEAVY = (
    "doctor",
    "devices",
    "demo",
    "book add",
    "capture",
    "process",
    "enhance",
    "deliver",
    "handover",
    "verify",
    "export",
)


@pytest.mark.parametrize("name", COMMANDS if ALL else HEAVY)
def test_no_command_imports_from_the_working_folder(planted: Path, name: str) -> None:
    done = run_in(planted, *COMMANDS[name])
    assert not list((planted / MARKS).iterdir())
    assert "Traceback" not in done.stderr
    assert "Numba" not in done.stderr
    assert "test:0" not in done.stdout


def test_the_commands_above_are_all_there_are() -> None:
    assert set(COMMANDS) == commands(root)


def test_programs_load_no_libraries_from_the_working_folder() -> None:
    script = "import os, scanpipe.raster; print(repr(os.environ.get('LD_LIBRARY_PATH')), os.environ['PYTHONSAFEPATH'])"
    environment = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    shown = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    paths, safe = shown.stdout.split()
    assert (paths == "None" or "" not in paths.strip("'").split(os.pathsep), safe) == (True, "1")
