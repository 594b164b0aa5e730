"""A worker that Dask's own command starts does the work of scanpipe, and nothing else."""

import json
import os
import sys
from pathlib import Path

import pytest
from distributed import Client

from scanpipe.engine.cluster.certificates import security
from scanpipe.flows.engines import build_of_this_machine
from tests.cluster.conftest import NOTE, Machines, Node, whole


def plain_worker(machines: Machines, *options: str) -> Node:
    certificates = machines.certificates
    command = [
        *(str(Path(sys.executable).with_name("dask")), "worker", json.loads(machines.file.read_bytes())["address"]),
        *("--no-dashboard", "--nthreads", "1", "--memory-limit", "0", "--local-directory", str(machines.folder)),
        *("--tls-ca-file", str(certificates / "ca.pem"), "--tls-cert", str(certificates / "worker.pem")),
        *("--tls-key", str(certificates / "worker.pem"), "--preload", "plain_node", *options),
    ]
    return machines.launch(command, TEST_NAME="plain", LC_ALL="C.UTF-8")


@pytest.fixture
def scheduled(machines: Machines) -> Machines:
    machines.scheduler(BUILD=build_of_this_machine())
    return machines


def test_a_plain_worker_with_the_preload_does_pages_and_nothing_else(scheduled: Machines, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "00").mkdir(parents=True)
    node = plain_worker(scheduled, "--no-nanny", "--store", str(store))
    assert node.says("Registered to"), node.said
    engine = scheduled.engine(build=build_of_this_machine())
    outcomes = list(engine.run(NOTE, scheduled.jobs(6)))
    assert whole(outcomes, 6)
    assert {str(outcome.result["by"]) for outcome in outcomes if outcome.result} == {"plain"}

    mark = tmp_path / "mark"
    with Client(
        scheduler_file=str(scheduled.file), security=security(scheduled.certificates, "client"), set_as_default=False
    ) as stranger:
        for attempt in (
            lambda: stranger.submit(os.mkdir, str(mark), pure=False).result(timeout=5),
            lambda: stranger.run(os.mkdir, str(mark)),
        ):
            with pytest.raises(Exception, match=r"."):
                attempt()
    assert not mark.exists()


def test_a_worker_with_a_nanny_is_refused(scheduled: Machines) -> None:
    node = plain_worker(scheduled)
    assert node.says("Start the worker with --no-nanny."), node.said


def test_a_worker_that_does_not_see_the_store_ends(scheduled: Machines, tmp_path: Path) -> None:
    node = plain_worker(scheduled, "--no-nanny", "--store", str(tmp_path / "away"))
    assert node.process.wait(60) != 0
    assert "away" in node.said
    assert "Registered to" not in node.said
