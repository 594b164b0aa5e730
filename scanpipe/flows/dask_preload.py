r"""Makes a plain `dask worker` one that processes pages for stations, guarded like `scanpipe worker`.

    dask worker tls://HOST:8786 --no-nanny --no-dashboard --memory-limit 0 \
        --tls-ca-file ca.pem --tls-cert worker.pem --tls-key worker.pem \
        --preload scanpipe.flows.dask_preload --store /mnt/station/store

Clusters that start Dask's workers themselves (on Kubernetes, by Slurm) need no other program for it.
"""

import logging
from typing import Any

import click

from scanpipe.engine.cluster.nodes import adopt, prepare
from scanpipe.errors import EngineError, ScanpipeError
from scanpipe.flows.cluster import require_means
from scanpipe.flows.engines import build_of_this_machine
from scanpipe.messages import lazy

prepare(logging.INFO)  # such a worker tells what it does by its log


@click.command()
@click.option("--store", default="")
@click.option("--language", default="vie")
def dask_setup(worker: Any, store: str, language: str) -> None:
    """Have the worker join as one of this build; called by Dask before the worker meets the scheduler.

    Raises:
        SystemExit: it has a nanny, which nothing guards, or this computer cannot do the work; the message says which.
    """
    try:
        if worker.nanny:
            raise EngineError(
                lazy("Nothing guards what the nanny of this worker is sent."),
                remedy=lazy("Start the worker with --no-nanny."),
            )
        adopt(worker, build=build_of_this_machine(), store=require_means(store, language))
    except ScanpipeError as error:
        raise SystemExit(str(error.whole)) from error
