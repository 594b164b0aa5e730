"""One process that does one job at a time, and that another thread may end in the midst of it."""

import threading

from scanpipe.engine.base import Job, Outcome
from scanpipe.engine.bounds import longest_s
from scanpipe.engine.pool import Worker
from scanpipe.system.isolation import isolate_children


class LoneWorker:
    """A process that is started by its first job and waits, warm, for the next; it dies with this one."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._worker: Worker | None = None
        self._busy = self._ended = False

    def perform(self, task: str, job: Job) -> Outcome | None:
        """Do one job and wait for its outcome; None once the worker was ended.

        Raises:
            TypeError: the job's data is not JSON.
        """
        isolate_children()
        with self._guard:
            if self._ended:
                return None
            self._worker = worker = self._worker.go_on(task, job) if self._worker else Worker.start(task, job)
            self._busy = True
        if not worker.pipe.poll(longest_s(job.bounds)):
            worker.kill()
        outcome = worker.outcome()
        with self._guard:
            self._busy = False
            if self._ended:
                worker.end()
            if worker.pipe.closed:
                self._worker = None
            return None if self._ended else outcome

    def end(self) -> None:
        """Kill the process, whatever it does, and take no more jobs; safe from any thread."""
        with self._guard:
            self._ended = True
            if self._worker and self._busy:
                self._worker.kill()  # whoever waits for it ends it
            elif self._worker:
                self._worker.end()
