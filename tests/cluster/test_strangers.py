"""Whoever talks to a node, even with a certificate, can have it do nothing but the tasks of scanpipe."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from distributed import Client
from distributed.core import rpc

from scanpipe.engine.cluster import guard
from scanpipe.engine.cluster.batch import perform_batch
from scanpipe.engine.cluster.certificates import security
from scanpipe.errors import EngineError
from scanpipe.messages import lazy
from tests.cluster.conftest import Machines

STRANGER = """
import os, sys
from distributed import Client
from scanpipe.engine.cluster.batch import perform_batch
from scanpipe.engine.cluster.certificates import security
from pathlib import Path

address, certificates, mark = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
client = Client(address, security=security(certificates, "client"), timeout=10)
tries = {
    "submit": lambda: client.submit(os.mkdir, mark).result(timeout=5),
    "run on workers": lambda: client.run(os.mkdir, mark),
    "run on the scheduler": lambda: client.run_on_scheduler(os.mkdir, mark),
    "plugin": lambda: client.register_plugin(type("P", (__import__("distributed").WorkerPlugin,), {"name": "p"})()),
    "another task": lambda: client.submit(perform_batch, "os:mkdir", (b"{}",), pure=False).result(timeout=5),
}
for name, attempt in tries.items():
    try:
        attempt()
        print("DONE", name, flush=True)
    except BaseException as error:
        print("refused", name, type(error).__name__, flush=True)
os._exit(0)
"""


def test_a_stranger_with_a_certificate_has_nothing_done(machines: Machines, tmp_path: Path) -> None:
    machines.scheduler()
    machines.worker()
    address, mark = json.loads(machines.file.read_bytes())["address"], tmp_path / "mark"
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, address, str(machines.certificates), str(mark)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.count("refused") == 5, done.stdout + done.stderr
    assert not mark.exists()


def test_a_stranger_without_a_certificate_is_not_let_in(machines: Machines, tmp_path: Path) -> None:
    machines.scheduler()
    address = json.loads(machines.file.read_bytes())["address"]
    with pytest.raises(OSError), Client(address.replace("tls", "tcp"), timeout=3):
        pass


@pytest.mark.parametrize("value", [os.system, eval, pickle.loads, subprocess.Popen, rpc])
def test_a_pickle_names_only_the_parts_of_a_batch(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        guard.read_pickle(pickle.dumps(value))


def test_the_parts_of_a_batch_and_errors_come_through() -> None:
    assert guard.read_pickle(pickle.dumps(perform_batch)) is perform_batch
    error = EngineError(lazy("{task} is no task of scanpipe.", task="x"))
    assert str(guard.read_pickle(pickle.dumps(error))) == "x is no task of scanpipe."


def test_the_tasks_that_workers_do_are_those_of_the_flows() -> None:
    from scanpipe.engine.cluster.batch import TASKS
    from scanpipe.flows.delivery.document_task import DOCUMENT_TASK
    from scanpipe.flows.process.run import PAGE_TASK

    assert {PAGE_TASK, DOCUMENT_TASK} == TASKS


def test_a_key_is_readable_by_its_owner_alone(certificates: Path) -> None:
    for part in ("scheduler", "worker", "client"):
        assert (certificates / f"{part}.pem").stat().st_mode & 0o077 == 0
    assert security(certificates, "client").require_encryption
