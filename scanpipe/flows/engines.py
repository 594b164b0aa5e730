"""Which engine does the work of a station, and which build of scanpipe this machine has."""

import hashlib
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import scanpipe
from scanpipe.engine.base import Engine
from scanpipe.engine.inline import Inline
from scanpipe.engine.pool import Pool, usable_cpus
from scanpipe.errors import ToolMissing
from scanpipe.flows.exchange import Exchanging
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.ocr.tesseract import tesseract_version

_CLUSTER_MODULES = ("distributed", "cryptography")


def choose_engine(station: Station, *, engine: str = "", workers: int = 0) -> Engine:
    """Return the engine that was asked for, or the one of station.toml: the same one for all that a command does.

    Raises:
        ToolMissing: the packages of a cluster are not installed.
    """
    settings = station.settings.process
    count = workers or settings.workers or usable_cpus()
    kind = engine or settings.engine
    if (kind, count) not in station.engines:
        station.engines[kind, count] = _engine(station, kind, count)
    return station.engines[kind, count]


def _engine(station: Station, kind: str, count: int) -> Engine:
    match kind:
        case "inline":
            return Inline()
        case "dask":
            return _dask(station, count)
        case _:
            return Pool(workers=count)


def _dask(station: Station, count: int) -> Engine:
    require_cluster()
    from scanpipe.engine.cluster.holder import holder_addresses
    from scanpipe.engine.dask import Dask

    cluster = station.settings.cluster
    engine = Dask(
        scheduler=cluster.scheduler,
        certificates=station.folder / cluster.certificates,
        build=build_of_this_machine(),
        holder=frozenset() if cluster.exchange else holder_addresses(station.store.folder),
        workers=count,
    )
    return Exchanging(engine=engine, store=station.store, url=cluster.exchange) if cluster.exchange else engine


def require_cluster() -> None:
    """Raise where the packages of a cluster are not installed.

    Raises:
        ToolMissing: they are not.
    """
    from importlib.util import find_spec

    for module in _CLUSTER_MODULES:
        if find_spec(module) is None:
            raise ToolMissing(
                lazy("The Python package {name} is not installed.", name=module),
                remedy=lazy("Run: pip install 'scanpipe[cluster]'"),
            )


@cache
def build_of_this_machine() -> str:
    """Return what decides about the bytes of a page: scanpipe, Tesseract, and a digest of source and libraries.

    Raises:
        ToolMissing: Tesseract is not installed.
    """
    digest = hashlib.sha256()
    root = Path(scanpipe.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(path.read_bytes())
    for name in sorted(_libraries()):
        digest.update(f"{name} {_installed(name)}\n".encode())
    return f"scanpipe {version('scanpipe')}, tesseract {tesseract_version()}, build {digest.hexdigest()[:8]}"


def _libraries() -> set[str]:
    needed = [line for line in requires("scanpipe") or () if "extra ==" not in line]
    return {found[0] for line in needed if (found := re.match(r"[\w.-]+", line))}


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
