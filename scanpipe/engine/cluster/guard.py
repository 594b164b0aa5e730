"""What comes over the wire is data: nobody who talks to a node can have it run anything but `perform_batch`.

Dask sends tasks as pickles, and a pickle may call whatever it names. Here it may name only what a batch, and the way
an error comes back, are made of. Requests by which nodes run functions, take plugins or write files are blocked.
"""

import io
import pickle
import sys
from types import SimpleNamespace
from typing import Any, Final

_PARTS: Final = frozenset(
    {
        ("scanpipe.engine.cluster.batch", "perform_batch"),
        ("scanpipe.errors", "_rebuild"),
        ("scanpipe.messages", "LazyText"),
        ("dask._task_spec", "Task"),
        ("dask._expr", "LLGExpr"),
        ("dask._expr", "Expr._reconstruct"),
        ("builtins", "bytes"),
        ("distributed.shuffle._worker_plugin", "ShuffleWorkerPlugin"),
        ("distributed.scheduler", "WorkerState"),
        ("tblib.pickling_support", "unpickle_exception"),
        ("tblib.pickling_support", "unpickle_exception_with_attrs"),
        ("tblib.pickling_support", "unpickle_traceback"),
        ("tblib", "Frame"),
        ("tblib", "Code"),
        ("tblib", "Traceback"),
    }
)
_ERRORS_OF: Final = frozenset({"builtins", "_pickle", "concurrent.futures._base", "asyncio.exceptions"})
_ROOTS_OF_ERRORS: Final = frozenset({"scanpipe", "distributed", "dask"})

BLOCKED_AT_SCHEDULER: Final = (
    *("run_function", "feed", "broadcast", "proxy", "terminate", "restart", "restart_workers"),
    *("register_scheduler_plugin", "unregister_scheduler_plugin", "register_worker_plugin"),
    *("unregister_worker_plugin", "register_nanny_plugin", "unregister_nanny_plugin"),
    *("scatter", "update_data", "update-data", "dump_cluster_state_to_url", "get_task_stream"),
    *("benchmark_hardware", "workers_to_close", "adaptive_target", "performance_report"),
)
BLOCKED_AT_WORKER: Final = (
    *("run", "run_coroutine", "terminate", "upload_file", "update_data", "actor_execute", "actor_attribute"),
    *("plugin-add", "plugin-remove", "benchmark_disk", "benchmark_memory", "benchmark_network"),
)


class _Reader(pickle.Unpickler):
    """Reads a pickle that names nothing but the parts of a batch, and errors."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what the pickle names.

        Raises:
            pickle.UnpicklingError: it may not be named.
        """
        if (module, name) in _PARTS or _is_error(module, name):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} may not come over the wire")


def read_pickle(data: bytes, *, buffers: Any = ()) -> Any:
    """Read a pickle that came over the wire.

    Raises:
        pickle.UnpicklingError: it names what may not be named.
    """
    return _Reader(io.BytesIO(data), buffers=buffers).load()


def guard() -> None:
    """Have every pickle that comes over the wire to this process read by `read_pickle`."""
    import distributed.client
    import distributed.protocol.pickle
    import distributed.scheduler

    guarded = SimpleNamespace(**vars(pickle))
    guarded.loads = read_pickle
    for module in (distributed.protocol.pickle, distributed.client, distributed.scheduler):
        module.pickle = guarded


def _is_error(module: str, name: str) -> bool:
    if module not in _ERRORS_OF and module.partition(".")[0] not in _ROOTS_OF_ERRORS:
        return False
    found = getattr(sys.modules.get(module), name, None)
    return isinstance(found, type) and issubclass(found, BaseException)
