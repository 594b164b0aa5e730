"""A scheduler or a worker of the tests: the real one, which also does the tests' own tasks."""

import json
import os
import sys
import time
from pathlib import Path

if os.environ.get("TEST_CLOCK_S"):
    _real = time.time
    time.time = lambda: _real() + float(os.environ["TEST_CLOCK_S"])

from scanpipe.engine.cluster import batch
from scanpipe.engine.cluster.nodes import WorkerPlan, run_scheduler, run_worker
from scanpipe.errors import ScanpipeError
from scanpipe.messages import LazyText


def tell(text: LazyText) -> None:
    print(text, flush=True)


def main(part: str, given: dict[str, str]) -> int:
    batch.TASKS = frozenset(f"tasks_of_cluster:{name}" for name in ("note", "write", "turn"))
    certificates = Path(given["certificates"])
    try:
        if part == "scheduler":
            run_scheduler(
                certificates=certificates,
                host=given["host"],
                port=0,
                file=Path(given["file"]),
                build=given["build"],
                tell=tell,
            )
        else:
            plan = WorkerPlan(
                scheduler=given["file"],
                certificates=certificates,
                build=given["build"],
                store=os.environ.get("TEST_STORE", ""),
            )
            run_worker(plan, tell)
    except ScanpipeError as error:
        print(error, flush=True)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
