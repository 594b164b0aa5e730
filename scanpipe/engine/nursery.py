"""What workers are forked from: a process that has imported their task once, with all that belongs to it.

multiprocessing's fork server imports this module as it starts. It has one thread, as a process must that is forked.
"""

import gc
import importlib
import os
from contextlib import suppress
from typing import Final

TASK: Final = "SCANPIPE_NURSERY_TASK"
"""The environment's word for the task, as "package.module:function", that the first workers will do."""


def _prepare(task: str) -> None:
    """Import the module of a task, and call its `warm_up`, if it has one."""
    with suppress(Exception):  # what cannot be imported is told by the worker, with its job
        module = importlib.import_module(task.partition(":")[0])
        if hasattr(module, "warm_up"):
            module.warm_up()
    gc.freeze()  # what lies still is not copied into each worker


if task := os.environ.pop(TASK, ""):
    _prepare(task)
