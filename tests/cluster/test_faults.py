"""Machines fail: nothing is lost, nothing is done twice in the result, and the run goes on, or says why it does not."""

import logging
import os
import signal
import subprocess
from pathlib import Path

import pytest

from scanpipe.engine.base import Outcome
from tests.cluster.conftest import NOTE, Machines, whole


def by(outcomes: list[Outcome]) -> set[str]:
    return {str(outcome.result["by"]) for outcome in outcomes if outcome.result}


def test_workers_do_all_that_the_station_asks(machines: Machines, caplog: pytest.LogCaptureFixture) -> None:
    machines.scheduler()
    machines.worker("one")
    machines.worker("two")
    outcomes = list(machines.engine().run(NOTE, machines.jobs(40, s=0.05)))
    assert whole(outcomes, 40)
    assert by(outcomes) == {"one", "two"}
    assert not caplog.records


def test_a_killed_worker_costs_nothing(machines: Machines) -> None:
    machines.scheduler()
    first, _second = machines.worker("one"), machines.worker("two")
    outcomes = []
    for outcome in machines.engine().run(NOTE, machines.jobs(30, s=0.1)):
        outcomes.append(outcome)
        if len(outcomes) == 5:
            first.kill()
    assert whole(outcomes, 30)
    assert "here" not in by(outcomes)


def test_a_batch_that_the_scheduler_gives_up_is_done_by_the_station(
    machines: Machines, caplog: pytest.LogCaptureFixture
) -> None:
    machines.scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    first, _second = machines.worker("one"), machines.worker("two")
    outcomes = []
    for outcome in machines.engine().run(NOTE, machines.jobs(20, s=0.2)):
        outcomes.append(outcome)
        if len(outcomes) == 4:
            first.kill()
    assert whole(outcomes, 20)
    assert "here" in by(outcomes)
    assert "KilledWorker" in caplog.text


def test_a_job_that_kills_its_process_costs_only_itself(machines: Machines) -> None:
    machines.scheduler()
    machines.worker("one")
    jobs = machines.jobs(8)
    jobs[3].data["die"] = True
    outcomes = {outcome.key: outcome for outcome in machines.engine().run(NOTE, jobs)}
    assert {key for key, outcome in outcomes.items() if outcome.failure} == {"p3"}
    assert outcomes["p3"].failure and outcomes["p3"].failure.code == "WorkerDied"
    assert by(list(outcomes.values())) == {"one"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_worker_whose_disk_is_full_is_sent_away_and_named(
    machines: Machines, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=True)
    try:
        machines.scheduler()
        full = machines.worker("full", TMPDIR=str(small))
        machines.worker("roomy")
        spool = tmp_path / "spool"
        spool.mkdir()
        outcomes = list(machines.engine().run("tasks_of_cluster:write", machines.jobs(40, spool=str(spool))))
        assert whole(outcomes, 40)
        assert "gets no more work: The disk is full" in caplog.text
        assert full.process.wait(200) == 50
        assert "sent this worker away" in full.said
    finally:
        machines.end()
        subprocess.run(["umount", small], check=True)


def test_without_workers_the_station_goes_on_and_says_so(machines: Machines, caplog: pytest.LogCaptureFixture) -> None:
    machines.scheduler()
    only = machines.worker("one")
    outcomes = []
    for outcome in machines.engine(patience_s=1).run(NOTE, machines.jobs(12, s=0.05)):
        outcomes.append(outcome)
        if len(outcomes) == 4:
            only.kill()
    assert whole(outcomes, 12)
    assert by(outcomes) == {"one", "here"}
    assert "No worker of the cluster can do the work. This computer does the remaining work itself." in caplog.text


def test_a_killed_scheduler_is_told_and_the_station_goes_on(
    machines: Machines, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = machines.scheduler()
    machines.worker("one")
    engine = machines.engine()
    outcomes = []
    for outcome in engine.run(NOTE, machines.jobs(12, s=0.1)):
        outcomes.append(outcome)
        if len(outcomes) == 4:
            scheduler.kill()
    assert whole(outcomes, 12)
    assert by(outcomes) == {"one", "here"}
    assert "The connection to the scheduler of the cluster is lost." in caplog.text
    assert by(list(engine.run(NOTE, machines.jobs(2)))) == {"here"}


def test_a_worker_joins_again_when_its_scheduler_is_back(machines: Machines) -> None:
    scheduler = machines.scheduler()
    worker = machines.worker("one")
    scheduler.kill()
    assert worker.says("The scheduler is gone."), worker.said


def test_a_scheduler_that_is_not_there_is_told(machines: Machines, caplog: pytest.LogCaptureFixture) -> None:
    machines.scheduler().kill()
    assert whole(list(machines.engine().run(NOTE, machines.jobs(3))), 3)
    assert "does not answer" in caplog.text


def test_a_slow_worker_gets_less(machines: Machines) -> None:
    machines.scheduler()
    machines.worker("slow", TEST_SLOWER_S="1")
    machines.worker("quick")
    outcomes = list(machines.engine().run(NOTE, machines.jobs(30, s=0.02)))
    assert whole(outcomes, 30)
    slow = [outcome for outcome in outcomes if outcome.result and outcome.result["by"] == "slow"]
    assert len(slow) < 15


def test_a_worker_that_stands_still_costs_nothing(machines: Machines) -> None:
    """As a machine that swaps, or whose cable was pulled: it holds its connections and says nothing."""
    machines.scheduler(DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="4s")
    still = machines.worker("still")
    machines.worker("quick")
    outcomes = []
    for outcome in machines.engine().run(NOTE, machines.jobs(20, s=0.1)):
        outcomes.append(outcome)
        if len(outcomes) == 4:
            os.killpg(still.process.pid, signal.SIGSTOP)
    assert whole(outcomes, 20)


def test_a_worker_of_another_build_is_refused_and_named(machines: Machines) -> None:
    machines.scheduler()
    other = machines.start("worker", BUILD="scanpipe 2")
    assert other.process.wait(200) == 50
    assert "has scanpipe 1, this computer has scanpipe 2." in other.said


def test_work_goes_only_to_workers_of_the_same_build(machines: Machines, caplog: pytest.LogCaptureFixture) -> None:
    machines.scheduler(BUILD="scanpipe 2")
    machines.worker("other", BUILD="scanpipe 2")
    engine = machines.engine()
    assert by(list(engine.run(NOTE, machines.jobs(3)))) == {"here"}
    assert "has scanpipe 2, this computer has scanpipe 1." in caplog.text


@pytest.mark.parametrize("off_s", ["86400", "-86400"])
def test_a_clock_a_day_off_is_told_and_harmless(
    machines: Machines, off_s: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    machines.scheduler()
    machines.worker("early", TEST_CLOCK_S=off_s)
    outcomes = list(machines.engine().run(NOTE, machines.jobs(10)))
    assert whole(outcomes, 10)
    assert by(outcomes) == {"early"}
    assert caplog.text.count("is 1440 minutes away") == 1
