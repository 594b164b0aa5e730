"""One process for one job at a time, which another thread may end."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.engine.base import Job
from scanpipe.engine.lone_worker import LoneWorker

DOUBLE = "tasks_of_tests:double"
MISBEHAVE = "tasks_of_tests:misbehave"
LINGER = "tasks_of_tests:linger"


@pytest.fixture
def worker() -> Iterator[LoneWorker]:
    worker = LoneWorker()
    yield worker
    worker.end()


def test_it_does_one_job_after_the_other(worker: LoneWorker) -> None:
    outcomes = [worker.perform(DOUBLE, Job(key=str(n), data={"n": n})) for n in (3, 4)]
    assert [outcome and outcome.result and outcome.result["twice"] for outcome in outcomes] == [6, 8]


def test_after_a_death_the_next_job_is_done(worker: LoneWorker) -> None:
    died = worker.perform(MISBEHAVE, Job(key="a", data={"how": "killed"}))
    assert died and died.failure and died.failure.code == "WorkerDied"
    done = worker.perform(DOUBLE, Job(key="b", data={"n": 1}))
    assert done and done.result


@pytest.mark.timeout(60)
def test_another_thread_ends_it_in_the_midst_of_a_job(worker: LoneWorker, tmp_path: Path) -> None:
    outcomes: list[object] = []
    job = Job(key="a", data={"notes": str(tmp_path)})
    waiting = threading.Thread(target=lambda: outcomes.append(worker.perform(LINGER, job)))
    waiting.start()
    while not list(tmp_path.glob("*.pids")):
        waiting.join(0.01)
    worker.end()
    waiting.join()
    assert outcomes == [None]
    assert worker.perform(DOUBLE, Job(key="b", data={"n": 1})) is None
