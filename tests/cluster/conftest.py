"""Clusters of real processes on this machine, which talk TLS."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from scanpipe.engine.base import Job, Outcome
from scanpipe.engine.cluster.certificates import write_certificates
from scanpipe.engine.dask import Dask

HERE = Path(__file__).parent
BUILD = "scanpipe 1"
NOTE = "tasks_of_cluster:note"
# So soon a connection that says nothing is given up; less than 11 s dask refuses, its own bound is 30 s.
IMPATIENT = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "11s"}


def eventually(true: Callable[[], object], seconds: float = 200) -> bool:
    deadline = time.monotonic() + seconds
    while not (done := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(done)


class Node:
    """A process of the cluster; `said` is what it has printed so far."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process, self.log = process, log

    @property
    def said(self) -> str:
        return self.log.read_text()

    def says(self, text: str) -> bool:
        """Wait until it has said so; False where it ended without."""
        eventually(lambda: text in self.said or self.process.poll() is not None)
        return text in self.said

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Machines:
    """The scheduler and the workers of a test, in a folder with their certificates."""

    def __init__(self, folder: Path, certificates: Path) -> None:
        self.folder, self.certificates = folder, certificates
        self.file = folder / "scheduler.json"
        self.nodes: list[Node] = []
        self.engines: list[Dask] = []
        self.notes = folder / "notes"
        self.notes.mkdir()

    def start(self, part: str, *, within: tuple[str, ...] = (), host: str = "127.0.0.1", **env: str) -> Node:
        given = {"certificates": str(self.certificates), "host": host, "file": str(self.file), "build": BUILD}
        if "BUILD" in env:
            given["build"] = env.pop("BUILD")
        return self.launch([*within, sys.executable, str(HERE / "node.py"), part, json.dumps(given)], **env)

    def launch(self, command: list[str], **env: str) -> Node:
        log = self.folder / f"{len(self.nodes)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                env={**os.environ, **IMPATIENT, "PYTHONPATH": str(HERE), **env},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.nodes.append(Node(process, log))
        return self.nodes[-1]

    def scheduler(self, **given: str) -> Node:
        node = self.start("scheduler", **given)  # type: ignore[arg-type]
        assert node.says("listens at"), node.said
        return node

    def worker(self, name: str = "there", **env: str) -> Node:
        node = self.start("worker", TEST_NAME=name, **env)  # type: ignore[arg-type]
        assert node.says("joined"), node.said
        return node

    def engine(self, *, patience_s: float = 120, build: str = BUILD, holder: frozenset[str] = frozenset()) -> Dask:
        engine = Dask(
            scheduler=str(self.file),
            certificates=self.certificates,
            build=build,
            holder=holder,
            workers=1,
            patience_s=patience_s,
        )
        self.engines.append(engine)
        return engine

    def jobs(self, count: int, **data: object) -> list[Job]:
        return [Job(key=f"p{n}", data={"n": n, "notes": str(self.notes), **data}) for n in range(count)]

    def end(self) -> None:
        for engine in self.engines:
            engine.close()
        for node in self.nodes:
            node.kill()


def whole(outcomes: list[Outcome], count: int) -> bool:
    """Tell whether each job has exactly one outcome, and each is done."""
    keys = sorted(outcome.key for outcome in outcomes)
    return keys == sorted(f"p{n}" for n in range(count)) and not any(outcome.failure for outcome in outcomes)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    write_certificates(folder)
    return folder


@pytest.fixture
def machines(tmp_path: Path, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    monkeypatch.syspath_prepend(str(HERE))
    machines = Machines(tmp_path, certificates)
    yield machines
    machines.end()
