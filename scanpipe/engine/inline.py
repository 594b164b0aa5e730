"""The engine that needs nothing: one job after the other, in this process."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from scanpipe.engine.base import Job, Outcome, perform, read_outcome, write_job


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """Runs each job when its outcome is asked for."""

    def run(self, task: str, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
        """See `Engine.run`."""
        for job in jobs:
            yield read_outcome(perform(task, write_job(job)))

    def close(self) -> None:
        """See `Engine.close`: nothing is kept."""
