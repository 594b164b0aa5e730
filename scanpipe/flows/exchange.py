"""Blobs go to workers that do not see the store, and come back from them, through an exchange."""

import logging
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scanpipe.engine.base import Engine, Failure, Job, Outcome
from scanpipe.errors import ScanpipeError, StoreFailed
from scanpipe.state.exchange import exchange_at
from scanpipe.state.store import Store

log = logging.getLogger(__name__)

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanging:
    """An engine whose workers find the blobs that jobs name at `url`, and leave there those that they make."""

    engine: Engine
    store: Store
    url: str

    def run(self, task: str, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
        """See `Engine.run`; a blob that does not come back is a failure of the store, never of a page."""
        for outcome in self.engine.run(task, map(self._sent, jobs)):
            yield self._fetched(outcome)

    def close(self) -> None:
        """See `Engine.close`."""
        self.engine.close()

    def _sent(self, job: Job) -> Job:
        """Give the exchange what the job names; where that fails, workers lack it, and this machine does the job."""
        try:
            for digest in filter(self.store.has, _digests(job.data)):
                if not exchange_at(self.url).has(digest):
                    exchange_at(self.url).put(self.store.get(digest))
        except StoreFailed as error:
            log.warning("%s", error.whole)
        return job

    def _fetched(self, outcome: Outcome) -> Outcome:
        """Take what the job made from the exchange, as durably as what is made here."""
        try:
            for digest in _digests(outcome.result):
                if not self.store.has(digest):
                    self.store.put(exchange_at(self.url).get(digest))
        except ScanpipeError as error:
            lost = StoreFailed(error.text, remedy=error.remedy)
            return Outcome(key=outcome.key, failure=Failure.of(lost))
        return outcome


def _digests(value: Any) -> Iterator[str]:
    """Yield the names of blobs in a job's data, or in its result."""
    match value:
        case str() if _DIGEST.fullmatch(value):
            yield value
        case dict():
            for part in value.values():
                yield from _digests(part)
        case list() | tuple():
            for part in value:
                yield from _digests(part)
