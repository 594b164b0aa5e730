"""What spawned processes add: they die, they are kept warm, and nothing of them may outlive the command."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from scanpipe.engine import bounds
from scanpipe.engine.base import Bounds, Job
from scanpipe.engine.pool import Pool, usable_cpus
from scanpipe.messages import use_language

HERE = Path(__file__).parent
AT_ONCE_S = 20  # on a machine under load; jobs that nobody stops go on for a minute


def eventually(true: Callable[[], bool], seconds: float = AT_ONCE_S) -> bool:
    deadline = time.monotonic() + seconds
    while not (done := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return done


def pids_noted(notes: Path) -> list[int]:
    return [int(word) for note in notes.glob("*.pids") for word in note.read_text().split()]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def test_one_worker_for_each_usable_processor() -> None:
    assert Pool().workers == usable_cpus() == len(os.sched_getaffinity(0))


def test_work_is_spread_over_other_processes() -> None:
    jobs = [Job(key=f"p{n}", data={"n": n}) for n in range(40)]
    pids = {o.result["pid"] for o in Pool(workers=2).run("tasks_of_tests:double", jobs) if o.result}
    assert len(pids) == 2
    assert os.getpid() not in pids


TWO_JOBS = """
from scanpipe.engine.base import Job
from scanpipe.engine.pool import Pool
jobs = [Job(key=key, data={"n": 1}) for key in "ab"]
print(len({outcome.result["pid"] for outcome in Pool(workers=2).run("tasks_of_tests:double", jobs)}))
"""


def test_workers_start_where_temporary_files_have_a_long_name(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    env = {**os.environ, "PYTHONPATH": str(HERE), "TMPDIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", TWO_JOBS], env=env, capture_output=True, text=True, check=False)
    assert done.stdout == "2\n", done.stderr


FROM_A_DEAF_THREAD = """
import signal, threading
from scanpipe.engine.base import Bounds, Job
from scanpipe.engine.pool import Pool

def deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    pool, endless = Pool(workers=1), Job(key="endless", data={"what": "time"}, bounds=Bounds(cpu_s=1))
    for task, job in (("misbehave", Job(key="died", data={"how": "crash"})), ("take", endless)):
        for outcome in pool.run(f"tasks_of_tests:{task}", [job]):
            print(outcome.key, outcome.failure.code)

thread = threading.Thread(target=deaf)
thread.start()
thread.join()
"""


def test_deaths_are_told_also_to_a_thread_that_hears_no_signals() -> None:
    env = {**os.environ, "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-c", FROM_A_DEAF_THREAD]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines() == ["died WorkerDied", "endless BeyondBounds"], done.stderr


@pytest.mark.parametrize(("how", "said"), [("killed", "signal 9"), ("crash", "exit code 7")])
def test_a_dead_worker_costs_only_its_own_job(how: str, said: str) -> None:
    jobs = [Job(key=f"p{n}", data={"how": how if n in (0, 5, 6, 19) else "none"}) for n in range(20)]
    outcomes = {o.key: o for o in Pool(workers=2).run("tasks_of_tests:misbehave", jobs)}
    assert len(outcomes) == 20
    lost = {key: o.failure for key, o in outcomes.items() if o.failure}
    assert set(lost) == {"p0", "p5", "p6", "p19"}
    assert {(f.code, f.exit_code) for f in lost.values()} == {("WorkerDied", 53)}
    assert said in lost["p5"].message
    assert "p5" in lost["p5"].message


def test_a_worker_that_dies_between_jobs_is_replaced() -> None:
    run = Pool(workers=1).run("tasks_of_tests:die_idle", slow_jobs(3))
    assert [(o.key, o.failure) for o in run] == [("p0", None), ("p1", None), ("p2", None)]


def pids_of(pool: Pool, count: int, task: str = "double") -> set[int]:
    """Return who worked on so many jobs, both workers having had one."""
    jobs = [Job(key=f"p{n}", data={"n": n}) for n in range(count)]
    return {outcome.result["pid"] for outcome in pool.run(f"tasks_of_tests:{task}", jobs) if outcome.result}


def test_workers_are_kept_warm_for_the_next_run_until_the_pool_is_closed() -> None:
    pool = Pool(workers=2)
    first = pids_of(pool, 40)
    assert pids_of(pool, 40) == first
    assert len(alive(list(first))) == 2
    pool.close()
    assert not alive(list(first))
    assert pids_of(pool, 4).isdisjoint(first)
    pool.close()


def test_a_kept_worker_that_died_meanwhile_is_replaced() -> None:
    pool = Pool(workers=1)
    [first] = pids_of(pool, 2)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: not alive([first]))
    [second] = pids_of(pool, 2)
    assert second != first
    pool.close()


def test_two_runs_at_a_time_share_no_worker() -> None:
    pool = Pool(workers=1)
    slow = pool.run("tasks_of_tests:double", [Job(key=f"p{n}", data={"n": n}) for n in range(3)])
    one = next(slow).result
    assert one
    [other] = pids_of(pool, 2)
    assert other != one["pid"]
    assert {outcome.result["pid"] for outcome in slow if outcome.result} == {one["pid"]}
    pool.close()


def slow_jobs(count: int) -> Iterator[Job]:
    for n in range(count):
        if n:
            time.sleep(0.3)
        yield Job(key=f"p{n}")


def test_a_dead_worker_leaves_none_of_its_programs(tmp_path: Path) -> None:
    jobs = [Job(key="p1", data={"notes": str(tmp_path), "then": "die"})]
    [outcome] = Pool(workers=1).run("tasks_of_tests:linger", jobs)
    assert outcome.failure
    assert outcome.failure.code == "WorkerDied"
    pids = pids_noted(tmp_path)
    assert len(pids) == 2
    assert eventually(lambda: not alive(pids))


@pytest.mark.timeout(45)  # not the minute that the jobs would take
def test_closing_the_run_stops_the_workers_and_their_programs(tmp_path: Path) -> None:
    slow = {"notes": str(tmp_path)}

    run = Pool(workers=2).run(
        "tasks_of_tests:linger", [Job(key="p1", data={**slow, "then": "die"}), Job(key="p2", data=slow)]
    )
    assert next(run).key == "p1"
    assert eventually(lambda: len(pids_noted(tmp_path)) == 4)
    run.close()
    assert eventually(lambda: not alive(pids_noted(tmp_path)))


def test_workers_use_one_thread_and_speak_the_operators_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "")
    use_language("vi")
    [outcome] = Pool(workers=1).run("tasks_of_tests:settings", [Job(key="p1")])
    assert outcome.result == {"cv2": 1, "omp": "1", "language": "vi"}


COORDINATOR = """
import sys
from scanpipe.engine import bounds
from scanpipe.engine.base import Bounds, Job
from scanpipe.engine.pool import Pool
jobs = [Job(key=str(n), data={"notes": sys.argv[1]}) for n in range(9)]
print("started", flush=True)
try:
    list(Pool(workers=2).run("tasks_of_tests:linger", jobs))
except KeyboardInterrupt:
    sys.exit(130)
"""


def coordinator(notes: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", COORDINATOR, str(notes)],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def descendants(process: "subprocess.Popen[bytes]") -> list[int]:
    return [child.pid for child in psutil.Process(process.pid).children(recursive=True)]


def test_ctrl_c_ends_everything_at_once_and_quietly(tmp_path: Path) -> None:
    with coordinator(tmp_path) as process:
        assert eventually(lambda: len(pids_noted(tmp_path)) == 4)
        everyone = descendants(process)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _out, err = process.communicate(timeout=AT_ONCE_S)
    assert process.returncode == 130
    assert err == b""
    assert eventually(lambda: not alive(everyone + pids_noted(tmp_path)))


@pytest.mark.parametrize("after_s", [0.05, 0.15, 0.25, 0.4])
def test_ctrl_c_while_workers_start_is_quiet_too(tmp_path: Path, after_s: float) -> None:
    with coordinator(tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(after_s)
        everyone = descendants(process)
        os.killpg(process.pid, signal.SIGINT)
        _out, err = process.communicate(timeout=AT_ONCE_S)
    assert process.returncode == 130
    assert err == b""
    assert eventually(lambda: not alive(everyone + pids_noted(tmp_path)))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_nothing_outlives_a_coordinator_that_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    with coordinator(tmp_path) as process:
        assert eventually(lambda: len(pids_noted(tmp_path)) == 4)
        everyone = descendants(process)
        assert len(everyone) >= 4
        process.send_signal(number)
        process.wait(AT_ONCE_S)
    assert eventually(lambda: not alive(everyone))


def test_a_worker_keeps_standard_output_free(tmp_path: Path) -> None:
    script = COORDINATOR.replace("linger", "misbehave").replace('"notes": sys.argv[1]', '"how": "shouts"')
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"started\n"
    assert done.stderr.count(b"noise") == 9


@pytest.mark.parametrize(
    ("what", "said"), [("time", "1 seconds of its processor"), ("memory", "more memory"), ("patience", "within 1.0")]
)
def test_a_job_beyond_its_bounds_is_ended_and_costs_only_itself(
    what: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "patience":
        monkeypatch.setattr(bounds, "_CLOCK_FACTOR", 1)
    jobs = [
        Job(key="fine", data={"what": "nothing"}),
        Job(key="bad", data={"what": what}, bounds=Bounds(cpu_s=0 if what == "memory" else 1, memory_mb=2000)),
        Job(key="after", data={"what": "nothing"}),
    ]
    outcomes = {o.key: o for o in Pool(workers=1).run("tasks_of_tests:take", jobs)}
    failure = outcomes["bad"].failure
    assert failure and failure.code == "BeyondBounds" and said in failure.message
    first, last = outcomes["fine"].result, outcomes["after"].result
    assert first and last and first["pid"] != last["pid"]
