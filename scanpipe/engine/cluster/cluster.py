"""A cluster as the engine sees it: a client of its scheduler, and who of the workers may do its work."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanpipe.engine.cluster.certificates import security
from scanpipe.engine.cluster.nodes import SHARES, prepare, require_build, tls_address
from scanpipe.errors import EngineError
from scanpipe.messages import LazyText, lazy

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

CONNECT_S: Final = 10
_LOOK_S = 2.0


class Cluster:
    """A connection to a scheduler.

    Attributes:
        build: which workers may do the work.
        threads: how many batches they do at a time.
        near: the addresses of workers on the machine that holds the pages.
        near_threads: how many batches these do at a time.
        gone: the scheduler does not answer any more.
    """

    def __init__(
        self,
        client: "Client",
        *,
        build: str,
        holder: frozenset[str] = frozenset(),
        local: "LocalCluster | None" = None,
    ) -> None:
        self.client, self.build = client, build
        self.threads, self.near_threads, self.gone = 0, 0, False
        self.near: tuple[str, ...] = ()
        self._holder = holder
        self._local = local
        self._looked, self._peopled = 0.0, time.monotonic()
        self._names: dict[str, str] = {}
        self._away: set[str] = set()
        self._told: set[str] = set()

    @property
    def deserted_s(self) -> float:
        """Return for how long no worker has been there that may do the work."""
        return 0.0 if self.threads else time.monotonic() - self._peopled

    def submit(self, function: Callable[..., bytes], *arguments: Any, key: object, near: bool) -> "Future":
        """Have a batch done by any worker of the same build, with `near` by one whose machine holds the pages."""
        only = {"workers": self.near} if near else {}
        return self.client.submit(function, *arguments, key=key, pure=False, resources={self.build: 1}, **only)

    def as_completed(self) -> Any:
        """Return what futures are added to, and come out of, with their results, when they end."""
        from distributed import as_completed

        return as_completed(loop=self.client.loop, with_results=True, raise_errors=False)

    def look(self) -> Iterator[LazyText]:
        """See, every few seconds, who is there; yield what is to be told of it."""
        if self.client.status not in ("running", "connecting"):
            self.gone = True
        if self.gone or time.monotonic() - self._looked < _LOOK_S:
            return
        self._looked = time.monotonic()
        try:
            seen = self.client.sync(self.client.scheduler.identity, n_workers=-1, callback_timeout=CONNECT_S)
        except (OSError, TimeoutError):
            return
        yield from self._sort(seen["workers"])

    def _sort(self, workers: dict[str, Any]) -> Iterator[LazyText]:
        self._names.update({address: str(worker["name"]) for address, worker in workers.items()})
        fit = {address for address, worker in workers.items() if self.build in worker["resources"]}
        self.threads = sum(workers[address]["nthreads"] for address in fit - self._away)
        self.near = tuple(address for address in fit - self._away if workers[address]["host"] in self._holder)
        self.near_threads = sum(workers[address]["nthreads"] for address in self.near)
        if self.threads:
            self._peopled = time.monotonic()
        for worker in workers.values():
            name = str(worker["name"])
            if self.build not in worker["resources"] and name not in self._told:
                self._told.add(name)
                other = ", ".join(worker["resources"]) or "?"
                yield lazy(
                    "The worker {who} gets no work: it has {other}, this computer has {own}.",
                    who=name,
                    other=other,
                    own=self.build,
                )

    def name_of(self, address: str) -> str:
        """Return what the worker at an address is called."""
        return self._names.get(address, address)

    def send_away(self, address: str) -> None:
        """Have a worker leave the cluster: its machine fails, and it would fail at all that it is given."""
        if address not in self._away:
            self._away.add(address)
            self.client.retire_workers([address], close_workers=True, remove=False)

    def close(self) -> None:
        """End the connection, and the cluster where it is of this process."""
        self.client.close(timeout=CONNECT_S)
        if self._local:
            self._local.close(timeout=CONNECT_S)


def local_cluster(threads: int, *, build: str) -> Cluster:
    """Return a cluster within this process, which nobody else can reach."""
    from distributed import Client, LocalCluster

    prepare(logging.CRITICAL)  # what dask would log, the engine tells in the person's words
    local = LocalCluster(
        n_workers=1,
        threads_per_worker=threads,
        processes=False,
        protocol="inproc://",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        memory_limit=0,
        resources={build: threads * SHARES},
    )
    return Cluster(Client(local, set_as_default=False), build=build, local=local)


def join_cluster(scheduler: str, certificates: Path, *, build: str, holder: frozenset[str] = frozenset()) -> Cluster:
    """Return a connection to a scheduler; `holder` are the addresses of the machine that holds the pages.

    Raises:
        EngineError: it does not answer, or is of another build.
        ConfigError: its file, its address or the certificates are wrong.
    """
    from distributed import Client

    address = tls_address(scheduler)
    own = security(certificates, "client")
    prepare(logging.CRITICAL)
    try:
        client = Client(address, security=own, timeout=CONNECT_S, set_as_default=False)
        seen = client.sync(client.scheduler.identity, n_workers=0, callback_timeout=CONNECT_S)
    except (OSError, TimeoutError) as error:
        raise EngineError(lazy("The scheduler {address} does not answer.", address=address)) from error
    require_build(build, str(seen.get("build", build)), who=address)
    return Cluster(client, build=build, holder=holder)
