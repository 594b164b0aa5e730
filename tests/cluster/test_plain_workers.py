"""A worker that Dask's own command starts does the work of scanpipe, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from distributed import Client

from scanpipe.engine.cluster.certificates import security
from scanpipe.engine.dask import Dask
from scanpipe.flows.engines import build_of_this_machine
from tests.cluster.conftest import HERE, NOTE, Machines, Node, whole


def plain_worker(machines: Machines, *options: str) -> Node:
    log = machines.folder / "plain.log"
    folder = machines.certificates
    command = [
        *(str(Path(sys.executable).with_name("dask")), "worker", "--scheduler-file", str(machines.file)),
        *("--no-dashboard", "--nthreads", "1", "--memory-limit", "0", "--local-directory", str(machines.folder)),
        *("--tls-ca-file", str(folder / "ca.pem"), "--tls-cert", str(folder / "worker.pem")),
        *("--tls-key", str(folder / "worker.pem"), "--preload", "plain_node", *options),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(HERE), "TEST_NAME": "plain"},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    machines.nodes.append(Node(process, log))
    return machines.nodes[-1]


@pytest.fixture
def peopled(machines: Machines) -> Machines:
    machines.scheduler(BUILD=build_of_this_machine())
    node = plain_worker(machines, "--no-nanny")
    assert node.says("Registered to"), node.said
    return machines


def test_a_plain_worker_with_the_preload_does_pages_and_nothing_else(peopled: Machines, tmp_path: Path) -> None:
    engine = Dask(
        scheduler=str(peopled.file),
        certificates=peopled.certificates,
        build=build_of_this_machine(),
        workers=1,
        patience_s=120,
    )
    peopled.engines.append(engine)
    outcomes = list(engine.run(NOTE, peopled.jobs(6)))
    assert whole(outcomes, 6)
    assert {str(outcome.result["by"]) for outcome in outcomes if outcome.result} == {"plain"}

    mark = tmp_path / "mark"
    with Client(
        scheduler_file=str(peopled.file), security=security(peopled.certificates, "client"), set_as_default=False
    ) as stranger:
        for attempt in (
            lambda: stranger.submit(os.mkdir, str(mark), pure=False).result(timeout=5),
            lambda: stranger.run(os.mkdir, str(mark)),
        ):
            with pytest.raises(Exception, match=r"."):
                attempt()
    assert not mark.exists()


def test_a_worker_with_a_nanny_is_refused(machines: Machines) -> None:
    machines.scheduler(BUILD=build_of_this_machine())
    node = plain_worker(machines)
    assert node.says("--no-nanny"), node.said
