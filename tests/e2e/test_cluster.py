"""Pages that other computers processed are the same to the bit, as a user runs the commands."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.e2e.conftest import BOOK

pytest.importorskip("distributed")

PROGRAM = str(Path(sys.executable).with_name("scanpipe"))


@contextmanager
def running(log: Path, until: str, *words: object) -> Iterator[Path]:
    with log.open("wb") as out:
        process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 120
        while until not in log.read_text() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert until in log.read_text(), log.read_text()
        yield log
    finally:
        process.terminate()
        process.wait()


def use_scheduler(station: Path, address: str) -> None:
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('scheduler = ""', f'scheduler = "{address}"'))


def versions(station: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(station / "journal.sqlite") as journal:
        query = "SELECT capture, image, mask, writing, words, text_layer, flags, report FROM version ORDER BY capture"
        return journal.execute(query).fetchall()


def test_pages_of_another_computer_are_the_same_to_the_bit(
    cli: Cli, captured: Path, processed_once: Path, tmp_path: Path
) -> None:
    certificates, file = captured / "certificates", tmp_path / "scheduler.json"
    assert cli("cluster", "certs", certificates).code == 0
    assert cli("cluster", "certs", certificates).code == 2
    use_scheduler(captured, str(file))
    mounted = tmp_path / "mounted"
    mounted.symlink_to(captured / "store")
    at = ("--certs", certificates)
    serve = ("cluster", "scheduler", *at, "--host", "127.0.0.1", "--port", 0, "--file", file)
    work = ("worker", *at, "--scheduler", file, "--store", mounted, "--workers", 1)
    with running(tmp_path / "scheduler.log", "listens at", *serve), running(tmp_path / "worker.log", "joined", *work):
        done = cli("process", BOOK, "--engine", "dask", station=captured)
    assert done.code == 0, done.err
    assert "This computer does the remaining work itself" not in done.err
    assert versions(captured) == versions(processed_once)


@pytest.mark.parametrize("store", ["missing", "empty"])
def test_a_worker_without_the_store_is_refused(cli: Cli, tmp_path: Path, store: str) -> None:
    (tmp_path / "empty").mkdir()
    refused = cli("worker", "--scheduler", "tls://127.0.0.1:1", "--store", tmp_path / store)
    assert refused.code == 38
    assert str(tmp_path / store) in refused.err


def test_a_scheduler_that_is_away_is_told_and_the_station_goes_on(cli: Cli, captured: Path) -> None:
    certificates = captured / "certificates"
    assert cli("cluster", "certs", certificates).code == 0
    use_scheduler(captured, "tls://127.0.0.1:1")
    done = cli("process", BOOK, "--engine", "dask", station=captured)
    assert done.code == 0, done.err
    assert "does not answer" in done.err
