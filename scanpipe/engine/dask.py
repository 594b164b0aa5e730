"""The engine of many machines: a Dask cluster whose workers see the store, or one of this machine alone.

Jobs go out in batches of small JSON; only as many are under way as keep the workers busy. What the cluster leaves
undone, be it that a worker cannot do it, or that the scheduler is gone, is done by the processes of this machine.
"""

import logging
import time
import uuid
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanpipe.engine.base import Job, Outcome, log_unforeseen, write_job
from scanpipe.engine.cluster.batch import Done, fault_of_machine, perform_batch, stop_all
from scanpipe.engine.cluster.cluster import Cluster, join_cluster, local_cluster
from scanpipe.engine.cluster.nodes import clock_note
from scanpipe.engine.pool import Pool, usable_cpus
from scanpipe.errors import BlobDamaged, EngineError
from scanpipe.messages import LazyText, lazy
from scanpipe.system.isolation import isolate_children

if TYPE_CHECKING:
    from distributed import Future

log = logging.getLogger(__name__)

WINDOW: Final = 5000
"""So many batches are submitted at most: each costs the scheduler some 10 kB."""

_READY = 2  # batches a thread: one that it works on, one that waits
# A batch costs the scheduler some milliseconds, however many pages it has. It has one page more for so many threads,
# and lasts so long where the run has lasted many times as long already: little is lost when one of them ends last.
_THREADS_A_PAGE = 128
_BATCH_S, _BATCHES_BEFORE = 12.0, 16
_LONGEST_BATCH = 16
_LOOK_S = 0.1


class Dask:
    """Runs jobs on the cluster of `scheduler` (tls://host:port, or its file); "" makes one within this process.

    `certificates` is the folder of this machine's; only workers of the same `build` get work. Where none is there for
    `patience_s`, this machine goes on with a pool of `workers` processes. Workers at the addresses of `holder`, the
    machine that holds the pages, are given work first.
    """

    def __init__(
        self,
        *,
        scheduler: str = "",
        certificates: Path = Path(),
        build: str = "scanpipe",
        holder: frozenset[str] = frozenset(),
        workers: int = 0,
        patience_s: float = 60,
    ) -> None:
        self.scheduler, self.patience_s = scheduler, patience_s
        self._certificates, self._build, self._holder = certificates, build, holder
        self._pool = Pool(workers=workers or usable_cpus())
        self._cluster: Cluster | None = None
        self.lost = False

    def run(self, task: str, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
        """See `Engine.run`; a job whose process died has the failure `WorkerDied`."""
        isolate_children()
        waiting = iter(jobs)
        undone: list[Job] = []
        cluster = self._joined()
        if cluster:
            yield from _Run(engine=self, cluster=cluster, task=task, waiting=waiting, undone=undone).outcomes()
        yield from self._pool.run(task, chain(undone, waiting))

    def close(self) -> None:
        """See `Engine.close`."""
        if self._cluster:
            if not self.scheduler:
                stop_all()
            self._cluster.close()
            self._cluster = None
        self._pool.close()

    def lose(self, why: LazyText | str) -> None:
        """Go on without the cluster, for all that this command does, and say so."""
        self.lost = True
        log.warning("%s", lazy("{why} This computer does the remaining work itself.", why=why))

    def _joined(self) -> Cluster | None:
        if self._cluster is None and not self.lost:
            if not self.scheduler:
                self._cluster = local_cluster(self._pool.workers, build=self._build)
                return self._cluster
            try:
                self._cluster = join_cluster(self.scheduler, self._certificates, build=self._build, holder=self._holder)
            except EngineError as error:
                self.lose(error.whole)
        return None if self.lost else self._cluster


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run on a cluster: what is under way, and what it leaves to the machine that runs it."""

    engine: Dask
    cluster: Cluster
    task: str
    waiting: Iterator[Job]
    undone: list[Job]
    name: str = field(default_factory=lambda: f"pages-{uuid.uuid4().hex}")
    began: float = field(default_factory=time.monotonic)
    count: int = 0
    done: int = 0
    spent_s: float = 0.0
    open: "dict[Future, tuple[Job, ...]]" = field(default_factory=dict)
    near: "dict[Future, tuple[str, ...]]" = field(default_factory=dict)
    ended: Any = None
    told: set[str] = field(default_factory=set)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield outcomes until no job is left, or the cluster is lost."""
        self.ended = self.cluster.as_completed()
        try:
            self._look()
            while self.open and not self.engine.lost:
                for future, result in self._next():
                    jobs = self.open.pop(future, ())  # none, where they were left undone meanwhile
                    self.near.pop(future, None)
                    self._fill()  # the next batch goes out before these outcomes are recorded
                    if jobs:
                        yield from self._read(future, result, jobs)
        finally:
            if self.open and not self.engine.scheduler:
                stop_all()
            for future in self.open:
                future.release()

    def _fill(self) -> None:
        """Submit as many batches as keep the workers busy."""
        threads = max(1, self.cluster.threads)
        room = min(WINDOW, _READY * threads)
        while len(self.open) < room and not self.engine.lost:
            page_s = self.spent_s / self.done if self.done else 0.0
            jobs = tuple(islice(self.waiting, _batch_size(threads, time.monotonic() - self.began, page_s)))
            if not jobs:
                return
            self._submit(jobs, near=len(self.near) < self.cluster.near_threads)

    def _submit(self, jobs: tuple[Job, ...], *, near: bool) -> None:
        """Submit a batch; the machine that holds the pages is never idle, and what waits may go anywhere."""
        payload = tuple(write_job(job) for job in jobs)
        self.count += 1
        future = self.cluster.submit(perform_batch, self.task, payload, key=(self.name, self.count), near=near)
        self.open[future] = jobs
        if near:
            self.near[future] = self.cluster.near
        self.ended.add(future)

    def _free(self) -> None:
        """Give batches to all that are for workers of which one left; what they did of them is overwritten alike."""
        here = set(self.cluster.near)
        for future in [future for future, workers in self.near.items() if not here.issuperset(workers)]:
            del self.near[future]
            self._submit(self.open.pop(future), near=False)

    def _next(self) -> "list[tuple[Future, Any]]":
        """Wait for batches that ended; none, where the cluster is lost meanwhile."""
        while not self.ended.has_ready():
            with self.ended.thread_condition:
                self.ended.thread_condition.wait(timeout=_LOOK_S)
            self._look()
            if self.engine.lost:
                return []
        ended: list[tuple[Future, Any]] = self.ended.next_batch(block=False)
        return ended

    def _look(self) -> None:
        """Look after the cluster: is it there, and has it workers?"""
        for note in self.cluster.look():
            log.warning("%s", note)
        if self.cluster.gone:
            self._lose(lazy("The connection to the scheduler of the cluster is lost."))
        elif self.cluster.deserted_s > self.engine.patience_s:
            self._lose(lazy("No worker of the cluster can do the work."))
        else:
            self._free()
            self._fill()

    def _lose(self, why: LazyText) -> None:
        self.undone.extend(chain.from_iterable(self.open.values()))
        self.open.clear()
        self.near.clear()
        self.engine.lose(why)

    def _read(self, future: "Future", result: Any, jobs: tuple[Job, ...]) -> Iterator[Outcome]:
        """Yield the outcomes of a batch; what another machine may do is left undone."""
        if not isinstance(result, bytes):  # the future's status may have changed since: a worker went with its results
            self._leave(future, result, jobs)
            return
        done = msgspec.json.decode(result, type=Done)
        who = self.cluster.name_of(done.worker)
        self._tell_once(clock_note(done.clock, who=who))
        by_key = {job.key: job for job in jobs}
        self.done += len(done.outcomes)
        self.spent_s += sum(outcome.seconds for outcome in done.outcomes)
        for outcome in done.outcomes:
            if self.engine.scheduler and outcome.failure and fault_of_machine(outcome.failure):
                self.undone.append(by_key[outcome.key])
                why = outcome.failure.why
                self._tell_once(lazy("The worker {who} fails, and gets no more work: {why}", who=who, why=why))
                self.cluster.send_away(done.worker)
            elif self.engine.scheduler and outcome.failure and outcome.failure.code == BlobDamaged.__name__:
                self.undone.append(by_key[outcome.key])  # only this machine can tell
            else:
                if self.engine.scheduler:
                    log_unforeseen(outcome)
                yield outcome

    def _leave(self, future: "Future", result: Any, jobs: tuple[Job, ...]) -> None:
        self.undone.extend(jobs)
        if future.cancelled():
            self.cluster.gone = True
            self._look()
        else:
            reason = result[1] if isinstance(result, tuple) else result
            log.warning("%s", lazy("Pages were not done by the cluster: {reason}", reason=repr(reason)))

    def _tell_once(self, note: LazyText | None) -> None:
        if note and str(note) not in self.told:
            self.told.add(str(note))
            log.warning("%s", note)


def _batch_size(threads: int, run_s: float, page_s: float) -> int:
    """Return how many pages the next batch has, in a run of so many seconds with pages of so many."""
    wide = 1 + threads // _THREADS_A_PAGE
    lasting = int(min(_BATCH_S, run_s / _BATCHES_BEFORE) / page_s) if page_s else 1
    return min(_LONGEST_BATCH, max(wide, lasting))
