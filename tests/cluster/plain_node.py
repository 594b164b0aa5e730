"""What `dask worker` loads in the tests: the preload of scanpipe, which also does the tests' own tasks."""

from scanpipe.engine.cluster import batch
from scanpipe.flows import dask_preload

batch.TASKS = frozenset({"tasks_of_cluster:note"})
dask_setup = dask_preload.dask_setup
