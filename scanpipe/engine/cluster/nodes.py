"""The scheduler and the workers of a cluster, each the only thing that its process does."""

import asyncio
import json
import logging
import os
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from scanpipe.engine.cluster import batch
from scanpipe.engine.cluster.certificates import security
from scanpipe.engine.cluster.guard import BLOCKED_AT_SCHEDULER, BLOCKED_AT_WORKER, guard
from scanpipe.errors import ConfigError, EngineError
from scanpipe.messages import LazyText, lazy
from scanpipe.system.isolation import isolate_children

PORT: Final = 8786
CLOCK_S: Final = 300
"""Clocks that differ by more are told of."""
_AGAIN_S = 2.0
# No web pages. A worker that says nothing for so long is given up; DASK_DISTRIBUTED__... in the environment says other.
_SETTINGS: Final = {
    "distributed": {
        "scheduler": {"http": {"routes": []}, "worker-ttl": "60s"},
        "worker": {"http": {"routes": []}, "profile": {"enabled": False}},
    }
}

Tell = Callable[[LazyText], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPlan:
    """How a worker is to be: which build it is, how many pages at a time, and where it has the store."""

    scheduler: str
    certificates: Path
    build: str
    store: str = ""
    threads: int = 1

    @property
    def name(self) -> str:
        """What it is called where it is told of."""
        return f"{socket.gethostname()}-{os.getpid()}"


def prepare(level: int = logging.WARNING) -> None:
    """Set dask up for this process: guarded, without web pages, and logging from `level` on."""
    import dask
    import distributed  # noqa: F401 - its own defaults come first

    dask.config.update_defaults(_SETTINGS)
    guard()
    for name in ("distributed", "distributed.client", "distributed.worker", "distributed.scheduler", "tornado"):
        logging.getLogger(name).setLevel(level)


def tls_address(scheduler: str) -> str:
    """Return the address of a scheduler: as it is, or the one that its file tells.

    Raises:
        ConfigError: the file cannot be read, or the address is none with TLS.
    """
    address = scheduler
    if "://" not in scheduler:
        try:
            address = str(json.loads(Path(scheduler).read_bytes())["address"])
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                lazy("{path} is not the file of a scheduler.", path=scheduler),
                remedy=lazy("Start one with 'scanpipe cluster scheduler --file', or give its address as tls://HOST."),
            ) from error
    if not address.startswith("tls://"):
        raise ConfigError(
            lazy("{address} is not an address with TLS.", address=address),
            remedy=lazy("Give it as tls://HOST:{port}.", port=PORT),
        )
    return address if address.count(":") > 1 else f"{address}:{PORT}"


def run_scheduler(*, certificates: Path, host: str, port: int, file: Path | None, build: str, tell: Tell) -> None:
    """Be the scheduler until the process is stopped; `file` is where its address is written for the others."""
    prepare()
    asyncio.run(_schedule(certificates, host, port, file, build, tell))


async def _schedule(certificates: Path, host: str, port: int, file: Path | None, build: str, tell: Tell) -> None:
    from distributed import Scheduler

    class StationScheduler(Scheduler):  # type: ignore[misc]
        def identity(self, n_workers: int = -1) -> dict[str, Any]:
            """Say, besides what dask says, which build of scanpipe it is, and what its clock says."""
            return {**super().identity(n_workers), "build": build, "clock": datetime.now().timestamp()}

    scheduler = StationScheduler(
        protocol="tls",
        host=host or None,
        port=port,
        security=security(certificates, "scheduler"),
        scheduler_file=str(file) if file else None,
        blocked_handlers=BLOCKED_AT_SCHEDULER,
        dashboard=False,
        dashboard_address="127.0.0.1:0",
    )
    async with scheduler:
        tell(lazy("The scheduler listens at {address}.", address=scheduler.address))
        await scheduler.finished()


def run_worker(plan: WorkerPlan, tell: Tell) -> None:
    """Be a worker until the process is stopped; where the scheduler goes away, join it again when it is back.

    Raises:
        EngineError: the scheduler is of another build, or a station sent the worker away.
    """
    isolate_children()
    prepare()
    with tempfile.TemporaryDirectory(prefix="scanpipe-") as own:
        batch.places.update(_places(own, plan.store))
        try:
            asyncio.run(_work(plan, Path(own), tell))
        finally:
            batch.stop_all()


async def _work(plan: WorkerPlan, own: Path, tell: Tell) -> None:
    address = tls_address(plan.scheduler)
    while True:
        await _meet(plan, address, tell)
        worker = _worker(plan, address, own)
        with suppress(OSError):  # gone again while the worker joined
            async with worker:
                tell(lazy("The worker {name} joined {address}.", name=plan.name, address=address))
                await worker.finished()
        if worker.reason == _SENT_AWAY:
            raise EngineError(
                lazy("A station sent this worker away because it could not do its work."),
                remedy=lazy("Look at its messages above: a full disk, a missing program, a store that is away."),
            )
        tell(lazy("The scheduler is gone. Joining it again as soon as it is back."))


_SENT_AWAY = "scheduler-close-worker"


def _worker(plan: WorkerPlan, address: str, own: Path) -> Any:
    from distributed import Worker

    class StationWorker(Worker):  # type: ignore[misc]
        reason = ""

        async def close(self, **options: Any) -> Any:
            """Remember why."""
            self.reason = self.reason or options.get("reason", "")
            return await super().close(**options)

    return StationWorker(
        address,
        nthreads=plan.threads,
        name=plan.name,
        security=security(plan.certificates, "worker"),
        resources={plan.build: plan.threads * SHARES},
        local_directory=str(own),
        memory_limit=0,
        blocked_handlers=BLOCKED_AT_WORKER,
        dashboard=False,
        dashboard_address="127.0.0.1:0",
    )


def adopt(worker: Any, *, build: str, store: str) -> None:
    """Make a worker of Dask's own, which has not joined yet, one that does the work of this build, and nothing else.

    `prepare` was called when its process began.
    """
    isolate_children()
    shares = {build: worker.state.nthreads * SHARES}
    worker.state.total_resources.update(shares)
    worker.state.available_resources.update(shares)
    worker.blocked_handlers = [*worker.blocked_handlers, *BLOCKED_AT_WORKER]
    batch.places.update(_places(worker.local_directory, store))


def _places(own: str, store: str) -> dict[str, str]:
    return {"spool": own, "screen": "", **({"store": store} if store else {})}


SHARES: Final = 1000
"""A worker has so many shares of its build for each thread, and a batch takes one: it only says who may do it."""


async def _meet(plan: WorkerPlan, address: str, tell: Tell) -> None:
    """Wait for the scheduler, and compare builds and clocks with it.

    Raises:
        EngineError: it is of another build.
    """
    from distributed.core import rpc

    arguments = security(plan.certificates, "worker").get_connection_args("worker")
    told = False
    while True:
        try:
            async with rpc(address, connection_args=arguments) as scheduler:
                met = await scheduler.identity(n_workers=0)
            break
        except OSError as error:
            if not told:
                tell(lazy("{address} does not answer ({reason}). Trying again.", address=address, reason=error))
                told = True
            await asyncio.sleep(_AGAIN_S)
    require_build(plan.build, str(met.get("build", plan.build)), who=address)
    if note := clock_note(met.get("clock", 0.0), who=address):
        tell(note)


def require_build(own: str, other: str, *, who: str) -> None:
    """Refuse another build.

    Raises:
        EngineError: `who` is of another build; the message names both.
    """
    if own != other:
        raise EngineError(
            lazy("{who} has {other}, this computer has {own}.", who=who, other=other, own=own),
            remedy=lazy("Install the same version on all computers: only then they make the same pages."),
        )


def clock_note(clock: float, *, who: str) -> LazyText | None:
    """Return what is to be told of the other's clock, None where it goes like this one, or none was told."""
    away = clock - datetime.now().timestamp()
    if not clock or abs(away) < CLOCK_S:
        return None
    return lazy(
        "The clock of {who} is {minutes:.0f} minutes away from that of this computer. Pages are not affected.",
        who=who,
        minutes=abs(away) / 60,
    )
