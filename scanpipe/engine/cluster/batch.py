"""What a worker does with a batch: its jobs one after the other, by processes of its own.

A job that kills its process costs only itself, and the worker goes on answering the scheduler whatever a page does.
"""

import time
from dataclasses import replace

import msgspec

from scanpipe.engine.base import Failure, Job, Outcome, read_job
from scanpipe.engine.lone_worker import LoneWorker
from scanpipe.errors import DiskFull, EngineError, StoreFailed, ToolMissing
from scanpipe.messages import lazy

TASKS = frozenset(
    {
        "scanpipe.flows.process.page_task:process_page",
        "scanpipe.flows.delivery.document_task:build_document",
    }
)
"""All that a worker does for whoever asks."""

OF_THE_MACHINE = frozenset(kind.__name__ for kind in (DiskFull, StoreFailed, ToolMissing))
"""Failures that are no page's fault, but that of the machine it was done on."""

places: dict[str, str] = {}
"""Where this worker has what jobs name by the places of the station: `store`, `spool`, `screen`."""

_idle: list[LoneWorker] = []
_busy: list[LoneWorker] = []


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch: its outcomes, the worker's address, what its clock said (seconds since 1970)."""

    worker: str
    clock: float
    outcomes: tuple[Outcome, ...]


def perform_batch(task: str, jobs: tuple[bytes, ...]) -> bytes:
    """Do the jobs of a batch, each as `write_job` wrote it; return a `Done` as JSON.

    Raises:
        EngineError: the task is none that workers do, or the work was stopped.
    """
    from distributed import get_worker

    if task not in TASKS:
        raise EngineError(lazy("{task} is no task of scanpipe.", task=task))
    outcomes = tuple(_perform(task, read_job(job)) for job in jobs)
    return msgspec.json.encode(Done(worker=get_worker().address, clock=time.time(), outcomes=outcomes))


def stop_all() -> None:
    """Kill whatever is at work in this process, and whatever waits for work."""
    for process in (*_busy, *_idle):
        process.end()
    _idle.clear()


def _perform(task: str, job: Job) -> Outcome:
    own = {name: place for name, place in places.items() if name in job.data}
    process = _idle.pop() if _idle else LoneWorker()
    _busy.append(process)
    try:
        outcome = process.perform(task, replace(job, data={**job.data, **own}))
    finally:
        _busy.remove(process)
    if outcome is None:
        raise EngineError(lazy("The work was stopped."))
    _idle.append(process)
    return outcome


def fault_of_machine(failure: Failure | None) -> bool:
    """Tell whether another machine may well do what this one could not."""
    return failure is not None and failure.code in OF_THE_MACHINE
