"""What a cluster costs: overhead a page, one worker against two, and many workers that only sleep.

    python -m bench.cluster overhead --pages 2000
    python -m bench.cluster pages FOLDER --pages 24
    python -m bench.cluster simulate --workers 256 --pages 20000 --seconds 3

Scheduler and workers are processes of this machine that talk TLS. CPU seconds count, since other work on the machine
changes the time but not them. `simulate` has many workers in few processes; a page is a sleep.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from scanpipe.engine.base import Engine, Job, Outcome
from scanpipe.engine.cluster import batch
from scanpipe.engine.cluster.certificates import security, write_certificates
from scanpipe.engine.cluster.nodes import SHARES, prepare, run_scheduler, tls_address
from scanpipe.engine.dask import Dask
from scanpipe.engine.inline import Inline
from scanpipe.flows.engines import build_of_this_machine
from scanpipe.flows.process.run import PAGE_TASK
from scanpipe.raster.codecs import encode_master
from scanpipe.raster.files import read_frames
from scanpipe.state.store import Store

SLEEP = "sleep"
_WORKERS_A_PROCESS = 64
_WARM_PAGES = 2  # a worker's process starts with the first


def cpu_s(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and all that it started."""
    return sum(sum(one.cpu_times()[:4]) for one in (process, *process.children(recursive=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """The processes of a cluster in a folder of their own."""

    folder: Path
    scheduler: psutil.Process
    workers: tuple[psutil.Process, ...]

    def engine(self) -> Dask:
        """Return the engine of a station that uses them."""
        return Dask(
            scheduler=str(self.folder / "scheduler.json"),
            certificates=self.folder / "certificates",
            build=build_of_this_machine(),
            workers=1,
        )

    def cpu_s(self) -> dict[str, float]:
        """Return the CPU seconds so far: of the scheduler, the workers, and this process."""
        return {
            "scheduler": cpu_s(self.scheduler),
            "workers": sum(map(cpu_s, self.workers)),
            "station": sum(psutil.Process().cpu_times()[:2]),
        }


@contextmanager
def machines(counts: list[int], kind: str) -> Iterator[Machines]:
    """Yield a scheduler, and a process with each of these numbers of workers."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as ended:
        folder = Path(name)
        write_certificates(folder / "certificates")
        scheduler = ended.enter_context(node(folder, "scheduler", 0))
        while not (folder / "scheduler.json").exists():
            time.sleep(0.1)
        workers = [ended.enter_context(node(folder, kind, count)) for count in counts]
        yield Machines(folder=folder, scheduler=scheduler, workers=tuple(workers))


@contextmanager
def node(folder: Path, kind: str, count: int) -> Iterator[psutil.Process]:
    """Yield a process of this program that is a node."""
    words = [sys.executable, "-m", "bench.cluster", "node", kind, str(folder), "--workers", str(count)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.kill()


def be_node(kind: str, folder: Path, count: int) -> None:
    """Be the scheduler, or several workers in one process."""
    certificates, file = folder / "certificates", folder / "scheduler.json"
    build = build_of_this_machine()
    if kind == "scheduler":
        run_scheduler(
            certificates=certificates, host="127.0.0.1", port=0, file=file, build=build, tell=lambda _text: None
        )
        return
    if kind == SLEEP:
        batch._perform = _sleep
    prepare()
    asyncio.run(_work(count, certificates, tls_address(str(file)), build))


def _sleep(task: str, job: Job) -> Outcome:
    """Take the place of a page."""
    time.sleep(job.data["s"])
    return Outcome(key=job.key, result={"task": task}, seconds=job.data["s"])


async def _work(count: int, certificates: Path, address: str, build: str) -> None:
    from distributed import Worker

    with tempfile.TemporaryDirectory() as own:
        batch.places.update(spool=own)
        workers = [
            Worker(
                address,
                nthreads=1,
                name=f"{os.getpid()}-{number}",
                security=security(certificates, "worker"),
                resources={build: SHARES},
                local_directory=own,
                memory_limit=0,
                dashboard=False,
                dashboard_address="127.0.0.1:0",
            )
            for number in range(count)
        ]
        await asyncio.gather(*workers)
        await asyncio.gather(*(worker.finished() for worker in workers))


def wait_for(engine: Dask, count: int) -> None:
    """Wait until so many workers are there."""
    cluster = engine._joined()
    assert cluster
    while cluster.threads < count:
        list(cluster.look())
        time.sleep(0.2)


def measured(engine: Engine, task: str, jobs: list[Job], nodes: Machines | None = None) -> dict[str, Any]:
    """Run jobs; return time and CPU seconds, also for each page."""
    before = nodes.cpu_s() if nodes else {"station": sum(psutil.Process().cpu_times()[:2])}
    began, done = time.monotonic(), 0
    for outcome in engine.run(task, jobs):
        assert outcome.failure is None, outcome
        done += 1
    wall = time.monotonic() - began
    after = nodes.cpu_s() if nodes else {"station": sum(psutil.Process().cpu_times()[:4])}
    spent = {name: after[name] - before[name] for name in after}
    assert done == len(jobs)
    return {
        "pages": done,
        "wall_s": round(wall, 2),
        "ms_a_page": round(1000 * wall / done, 2),
        "cpu_ms_a_page": {name: round(1000 * value / done, 2) for name, value in spent.items()},
        "load": os.getloadavg()[0],
    }


def overhead(pages: int) -> None:
    """Pages that take no time, on two workers."""
    with machines([1, 1], SLEEP) as nodes:
        engine = nodes.engine()
        wait_for(engine, 2)
        jobs = [Job(key=str(n), data={"s": 0.0}) for n in range(pages)]
        print(json.dumps(measured(engine, PAGE_TASK, jobs, nodes)))
        engine.close()


def real_pages(folder: Path, pages: int) -> None:
    """Pages with OCR: in one process, by one worker, by two; each has done some before, as at the start of a night."""
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name) / "store")
        store.folder.mkdir()
        jobs = list(page_jobs(folder, store, Path(name), pages))
        list(Inline().run(PAGE_TASK, jobs[:_WARM_PAGES]))
        print("inline", json.dumps(measured(Inline(), PAGE_TASK, jobs)))
        for count in (1, 2):
            shutil.rmtree(store.folder)
            store.folder.mkdir()
            jobs = list(page_jobs(folder, store, Path(name), pages))
            with machines([1] * count, "worker") as nodes:
                engine = nodes.engine()
                wait_for(engine, count)
                list(engine.run(PAGE_TASK, jobs[: _WARM_PAGES * count]))
                print(count, json.dumps(measured(engine, PAGE_TASK, jobs, nodes)))
                engine.close()


def page_jobs(folder: Path, store: Store, spool: Path, pages: int) -> Iterator[Job]:
    """Yield jobs for the pictures of a folder, over and over; each keeps the master in the store."""
    pictures = [path for path in sorted(folder.iterdir()) if path.suffix in (".jpg", ".png")]
    masters = [next(iter(read_frames(path))).raster for path in pictures[:pages]]
    digests = [(store.put(encode_master(master)), master.dpi) for master in masters]
    for number in range(pages):
        digest, dpi = digests[number % len(digests)]
        data = {
            "store": str(store.folder),
            "spool": str(spool),
            "screen": "",
            "digest": digest,
            "dpi": dpi,
            "language": "vie",
        }
        yield Job(key=str(number), data=data)


def simulate(workers: int, pages: int, seconds: float) -> None:
    """Pages that sleep; efficiency is the time that workers slept of the time that they were there."""
    whole, rest = divmod(workers, _WORKERS_A_PROCESS)
    with machines([_WORKERS_A_PROCESS] * whole + [rest] * bool(rest), SLEEP) as nodes:
        engine = nodes.engine()
        wait_for(engine, workers)
        jobs = [Job(key=str(n), data={"s": seconds}) for n in range(pages)]
        found = measured(engine, PAGE_TASK, jobs, nodes)
        efficiency = round(pages * seconds / workers / found["wall_s"], 3)
        print(json.dumps({"workers": workers, "seconds": seconds, "efficiency": efficiency, **found}), flush=True)
        engine.close()


def main() -> None:
    """Measure what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("overhead", "pages", "simulate", "node"))
    parser.add_argument("more", nargs="*")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=3.0)
    asked = parser.parse_args()
    match asked.what:
        case "overhead":
            overhead(asked.pages)
        case "pages":
            real_pages(Path(asked.more[0]), asked.pages)
        case "simulate":
            simulate(asked.workers, asked.pages, asked.seconds)
        case _:
            be_node(asked.more[0], Path(asked.more[1]), asked.workers)


if __name__ == "__main__":
    main()
