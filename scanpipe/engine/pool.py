"""The engine of one machine: processes, each with its own pipe, so that a dead one costs only its own job.

They are forked from one that has all imported (`nursery`), so that a worker costs hardly more than its work. Nothing
outlives the coordinator: a worker leads a process group of its own (with the programs it starts, such as
Tesseract), the coordinator ends a worker by killing its group, and a worker whose coordinator is gone, even by
`kill -9`, kills its group itself. Ctrl-C reaches only the coordinator.
"""

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any, Self

from scanpipe.engine import nursery
from scanpipe.engine.base import Bounds, Failure, Job, Outcome, perform, read_job, read_outcome, write_job
from scanpipe.engine.bounds import OUT_OF_TIME, kept_within, longest_s
from scanpipe.errors import BeyondBounds, WorkerDied
from scanpipe.messages import lazy
from scanpipe.system.isolation import isolate_children

# Work is parallel by page: a library with threads of its own would only fight with the other workers.
ONE_THREAD = {
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}
_LOOK_S = 0.1


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Runs jobs in up to `workers` processes at a time, started as there are jobs for them.

    A process that did its last job waits, with all that it has imported, for a job of the next run, whatever the task:
    until the pool is closed, or nobody holds it any more. A run that is stopped kills the processes that it works with.
    """

    workers: int = field(default_factory=usable_cpus)
    _idle: "list[Worker]" = field(default_factory=list, init=False, repr=False, compare=False)

    def run(self, task: str, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
        """See `Engine.run`; a job whose worker died has the failure `WorkerDied`, one beyond its bounds that."""
        isolate_children()
        waiting = iter(jobs)
        crew: list[Worker] = []
        try:
            for job in islice(waiting, max(1, self.workers)):
                crew.append(self._put_to_work(task, job))
            while crew:
                for worker in _heard_from(crew):
                    outcome = worker.outcome()
                    # The next job goes out before this outcome, so that no worker idles while it is being recorded.
                    following = next(waiting, None)
                    if following is not None:
                        crew[crew.index(worker)] = worker.go_on(task, following)
                    else:
                        crew.remove(worker)
                        if not worker.pipe.closed:
                            self._idle.append(worker)
                    yield outcome
        finally:
            for worker in crew:
                worker.end()

    def close(self) -> None:
        """See `Engine.close`."""
        while self._idle:
            self._idle.pop().end()

    def _put_to_work(self, task: str, job: Job) -> "Worker":
        while self._idle:
            worker = self._idle.pop()
            if worker.process.is_alive():
                return worker.go_on(task, job)
            worker.end()
        return Worker.start(task, job)


def _heard_from(crew: "list[Worker]") -> "list[Worker]":
    """Wait until a worker has something to say; one whose time on the clock is up is killed, and says so."""
    while True:
        ready = wait([worker.pipe for worker in crew], timeout=_patience_s(crew))
        if ready:
            return [worker for worker in crew if worker.pipe in ready]
        for worker in crew:
            if worker.overdue:
                worker.kill()


def _patience_s(crew: "list[Worker]") -> float | None:
    """Return for how long nobody has to be looked at; None for ever."""
    ends = [worker.begun + longest for worker in crew if (longest := longest_s(worker.bounds))]
    return max(_LOOK_S, min(ends) - monotonic()) if ends else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worker:
    """A process, this side's end of its pipe, and the job it is on."""

    process: BaseProcess
    pid: int
    pipe: Connection
    key: str
    bounds: Bounds
    begun: float = field(default_factory=monotonic)

    @classmethod
    def start(cls, task: str, job: Job) -> Self:
        """Return a new process that is on its first job."""
        payload = _write_order(task, job)
        ours, theirs = multiprocessing.Pipe()
        with _no_ctrl_c():
            process = _process(task, theirs)
            process.start()
        assert process.pid is not None
        theirs.close()
        # If it died at once, reading its outcome says so.
        with suppress(OSError):
            ours.send_bytes(payload)
        return cls(process=process, pid=process.pid, pipe=ours, key=job.key, bounds=job.bounds)

    def go_on(self, task: str, job: Job) -> "Worker":
        """Return who works on `job` now: this worker, or a new one if it died."""
        try:
            self.pipe.send_bytes(_write_order(task, job))
        except OSError:
            self.end()
            return self.start(task, job)
        return replace(self, key=job.key, bounds=job.bounds, begun=monotonic())

    def outcome(self) -> Outcome:
        """Return what became of the job, once the pipe has something to say."""
        try:
            outcome = read_outcome(self.pipe.recv_bytes())
        except (EOFError, OSError):
            return Outcome(key=self.key, failure=Failure.of(self._death()))
        if outcome.failure and outcome.failure.code == BeyondBounds.__name__:
            self.end()  # after a failed allocation nothing is sure
        return outcome

    @property
    def overdue(self) -> bool:
        """Whether its job has taken longer than a job may by the clock."""
        longest = longest_s(self.bounds)
        return longest is not None and monotonic() - self.begun > longest

    def end(self) -> None:
        """Kill the process and all that it started."""
        if self.pipe.closed:
            return
        self.pipe.close()
        self.kill()
        self.process.join()

    def kill(self) -> None:
        """Kill the process and all that it started; whoever waits for its outcome has one at once: its death."""
        with suppress(ProcessLookupError):  # while it starts it leads no group yet
            os.killpg(self.pid, signal.SIGKILL)
        self.process.kill()

    def _death(self) -> WorkerDied | BeyondBounds:
        overdue = self.overdue
        self.end()
        code = self.process.exitcode or 0
        if code == -OUT_OF_TIME or (overdue and code == -signal.SIGKILL):
            return BeyondBounds(
                lazy(
                    "The process for {key} used more than {n} seconds of its processor.",
                    key=self.key,
                    n=self.bounds.cpu_s,
                )
                if code == -OUT_OF_TIME
                else lazy(
                    "The process for {key} did not end within {n} seconds.", key=self.key, n=longest_s(self.bounds)
                )
            )
        how = lazy("signal {number}", number=-code) if code < 0 else lazy("exit code {number}", number=code)
        return WorkerDied(
            lazy("The process for {key} ended abnormally ({how}).", key=self.key, how=how),
            remedy=lazy("If the machine ran out of memory, use fewer workers."),
        )


def _process(task: str, pipe: Connection) -> BaseProcess:
    """Return the process of a worker, to be started; where there can be no nursery, it has to import all itself."""
    way: Any = multiprocessing.get_context("forkserver")
    try:
        _open_nursery(task)
    except OSError:  # its socket needs a folder for temporary files, of a short name and with room
        way = multiprocessing.get_context("spawn")
    process: BaseProcess = way.Process(target=work, args=(pipe, dict(os.environ)), daemon=True)
    return process


def _open_nursery(task: str) -> None:
    """Start the process that workers are forked from, if there is none yet; libraries in it have one thread."""
    _close_nursery_at_exit()
    forkserver.set_forkserver_preload([nursery.__name__])
    given = {**ONE_THREAD, nursery.TASK: task}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@cache
def _close_nursery_at_exit() -> None:
    """Have its end waited for: what its workers used up counts as used by this process."""
    server: Any = forkserver
    atexit.register(server._forkserver._stop)


@contextmanager
def _no_ctrl_c() -> Iterator[None]:
    """Hold SIGINT back, here and in a process that is started meanwhile, until it can look after itself.

    SIGCHLD comes through, also in a thread that blocks all signals: without it the nursery would miss deaths.
    """
    resource_tracker.ensure_running()  # the first start of it would let SIGINT through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _write_order(task: str, job: Job) -> bytes:
    return task.encode() + b"\n" + write_job(job)


def work(pipe: Connection, environment: dict[str, str]) -> None:
    """Be a worker: do one job after the other until the coordinator, whose environment it is, closes the pipe."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.environ.clear()
    os.environ.update(environment | ONE_THREAD)
    os.dup2(2, 1)  # standard output belongs to the command's data
    threading.Thread(target=_die_with_coordinator, daemon=True).start()
    with suppress(EOFError):
        while True:
            task, _break, job = pipe.recv_bytes().partition(b"\n")
            with kept_within(read_job(job).bounds):
                outcome = perform(task.decode(), job)
            pipe.send_bytes(outcome)


def _die_with_coordinator() -> None:
    coordinator = multiprocessing.parent_process()
    if coordinator is not None:
        coordinator.join()
        os.killpg(0, signal.SIGKILL)
