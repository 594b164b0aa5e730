"""Killing commands: each runs in a process of its own whose imports are done beforehand, so that kills hit the work."""

import contextlib
import hashlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.conftest import SMALL_DPI
from tests.thorough import tried

KILLS = int(os.environ.get("SCANPIPE_KILLS") or tried(5, 15))  # of each command


def _command(arguments: list[str], log: str, environment: dict[str, str]) -> None:
    """Be one scanpipe command, output into a file."""
    os.setsid()
    os.environ.update(environment)  # the server that forks has the one of the test that started it
    with Path(log).open("w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    from scanpipe.cli.main import run

    sys.argv = ["scanpipe", *arguments]
    run()


@dataclass(frozen=True)
class Killer:
    """Starts commands on a station and kills them."""

    station: Path

    def start(self, *arguments: object) -> ForkServerProcess:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.loaded", "scanpipe.cli.commands", "scanpipe.cli.exit_code"])
        words = ["--station", str(self.station), *map(str, arguments)]
        log = str(self.station / "command.log")
        process = context.Process(target=_command, args=(words, log, dict(os.environ)))
        process.start()
        return process

    def finish(self, *arguments: object) -> float:
        """Run a command to its end and return how long it took."""
        since = time.monotonic()
        process = self.start(*arguments)
        process.join(120)
        assert process.exitcode == 0, (self.station / "command.log").read_text()
        return time.monotonic() - since

    def kill(self, *arguments: object, after_s: float) -> bool:
        """Kill -9 a command after a while; return whether it was still at work."""
        process = self.start(*arguments)
        process.join(after_s)
        alive = process.is_alive()
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid or 0, signal.SIGKILL)
        process.join(30)
        return alive


def shares() -> Iterator[float]:
    """Yield random moments, as shares of a run's length, many more than KILLS."""
    yield from random.Random(1976).choices([step / 1000 for step in range(1000)], k=30 + 3 * KILLS)


def content(folder: Path) -> dict[str, str]:
    """Return the digest of every published file that carries no clock, by its path."""
    names = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in names}


def masters_and_versions(station: Path) -> list[tuple[str, ...]]:
    """Return, for each page in order, the digests of the capture that counts and of all that was made of it."""
    from scanpipe.state.journal import Journal
    from scanpipe.state.page_facts import page_facts

    journal = Journal(station / "journal.sqlite", write=False)
    try:
        return [(page.digest, *(d for v in page.versions for d in v.blobs)) for page in page_facts(journal, 1)]
    finally:
        journal.close()


def assert_sound(station: Path) -> None:
    """Nothing is damaged, dangling, torn or suspect."""
    from scanpipe.state.check import check_journal, check_store
    from scanpipe.state.journal import Journal
    from scanpipe.state.store import Store
    from scanpipe.state.views import unresolved_sheets

    journal = Journal(station / "journal.sqlite", write=False)
    try:
        report = check_store(journal, Store(station / "store"))
        faults, lost = check_journal(journal), unresolved_sheets(journal)
    finally:
        journal.close()
    assert not (report.damaged or report.dangling), report
    assert (faults, lost) == ((), ())


@pytest.fixture(scope="session")
def feeder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snippets of pages: many runs of a command must not take long."""
    from samples.generate import draw_page
    from scanpipe.raster import Raster
    from scanpipe.raster.codecs import encode_pnm

    folder = tmp_path_factory.mktemp("snippets")
    for number in (1, 2):
        drawn = draw_page("form", seed=number, paper="A4", dpi=SMALL_DPI).pixels[150:420, 80:500]
        (folder / f"page{number}.ppm").write_bytes(encode_pnm(Raster(pixels=drawn, dpi=SMALL_DPI)))
    return folder


@pytest.fixture
def killer(scanning: Path) -> Killer:
    """A station with a scanner and an open book of two pages."""
    killer = Killer(station=scanning)
    words = "book add KS --year 2010 --volume 1 --unit 14758 --pages 2"
    killer.finish(*words.split())
    return killer


def copy_station(source: Path, target: Path) -> Killer:
    """Return the same station elsewhere."""
    shutil.copytree(source, target)
    return Killer(station=target)
