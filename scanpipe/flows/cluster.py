"""Computers that process pages for stations elsewhere: certificates, the scheduler, a worker and what it must have."""

import os
from collections.abc import Callable
from pathlib import Path

from scanpipe.engine.pool import usable_cpus
from scanpipe.errors import StoreFailed, UsageError
from scanpipe.flows.engines import build_of_this_machine, require_cluster
from scanpipe.messages import LazyText, lazy
from scanpipe.ocr.tesseract import require_language
from scanpipe.state.exchange import exchange_at
from scanpipe.system.fsio import TEMP_PREFIX, store_errors_named, write_atomic

_PROBE = b"scanpipe"


def make_certificates(folder: Path) -> tuple[Path, ...]:
    """Write the certificates of a cluster and return their files.

    Raises:
        ToolMissing: the packages of a cluster are not installed.
        UsageError: the folder has certificates already; nothing is made.
    """
    require_cluster()
    from scanpipe.engine.cluster.certificates import write_certificates

    try:
        return write_certificates(folder)
    except FileExistsError as error:
        raise UsageError(
            lazy("{path} exists already.", path=error.args[0]), remedy=lazy("Choose a new folder.")
        ) from error


def schedule_for_stations(
    *, certificates: Path, host: str, port: int, file: Path | None, tell: Callable[[LazyText], None]
) -> None:
    """Be the scheduler until the process is stopped.

    Raises:
        ToolMissing: packages or Tesseract are not installed.
        ConfigError: the certificates are missing.
    """
    require_cluster()
    from scanpipe.engine.cluster.nodes import run_scheduler

    run_scheduler(certificates=certificates, host=host, port=port, file=file, build=build_of_this_machine(), tell=tell)


def work_for_stations(
    *,
    scheduler: str,
    certificates: Path,
    store: str,
    language: str,
    workers: int,
    tell: Callable[[LazyText], None],
) -> None:
    """Be a worker of the cluster of `scheduler` until the process is stopped.

    Args:
        scheduler: tls://host:port, or the file that the scheduler wrote.
        certificates: the folder with `ca.pem` and `worker.pem`.
        store: where this computer has the store of the station, or the address of its exchange; empty where it has the
            same path as there.
        language: what Tesseract must be able to read.
        workers: how many pages at a time; 0: one for each processor.
        tell: called with what a person should know.

    Raises:
        ToolMissing: packages, Tesseract or its language are not installed.
        StoreFailed: the store cannot be read and written.
        ConfigError: the scheduler's file, its address or the certificates are wrong.
        EngineError: the scheduler has another build, or a station sent this worker away.
    """
    require_cluster()
    place = require_means(store, language)
    from scanpipe.engine.cluster.nodes import WorkerPlan, run_worker

    plan = WorkerPlan(
        scheduler=scheduler,
        certificates=certificates,
        build=build_of_this_machine(),
        store=place,
        threads=workers or usable_cpus(),
    )
    run_worker(plan, tell)


def require_means(store: str, language: str) -> str:
    """Refuse a computer that cannot work for stations, and return where it has the store, as its processes name it.

    Raises:
        ToolMissing: Tesseract or its language are not installed.
        StoreFailed: the store cannot be read and written.
    """
    require_language(language)
    if "://" in store:
        require_exchange(store)
        return store
    if not store:
        return ""
    require_store(Path(store))
    return str(Path(store).resolve())


def require_exchange(url: str) -> None:
    """Refuse an exchange that this computer cannot write and read.

    Raises:
        ToolMissing: the package for it is not installed.
        StoreFailed: the reason.
    """
    exchange = exchange_at(url)
    exchange.drop(exchange.put(f"scanpipe {os.urandom(8).hex()}".encode()))


def require_store(folder: Path) -> None:
    """Refuse a store that is away, or that this computer cannot write: a share that is not mounted is an empty folder.

    Raises:
        StoreFailed: the reason, and what to do.
        DiskFull: it has no room.
    """
    with store_errors_named(folder):
        empty = not any(folder.iterdir())
    if empty:
        raise StoreFailed(
            lazy("{folder} is empty.", folder=folder),
            remedy=lazy("Mount the share that holds the store of the station, and give its folder with --store."),
        )
    probe = folder / f"{TEMP_PREFIX}probe-{os.getpid()}"
    with store_errors_named(probe):
        try:
            write_atomic(probe, _PROBE)
            whole = probe.read_bytes() == _PROBE
        finally:
            probe.unlink(missing_ok=True)
    if not whole:
        raise StoreFailed(lazy("{folder} does not give back what was written.", folder=folder))
