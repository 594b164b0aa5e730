"""CPU seconds of the commands that people give all day: `python -m bench.light_commands STATION BOOK`.

Each is a process of its own, as at a prompt; the first start, which compiles modules to bytecode, is not counted.
"""

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

REPEATS = 7
SCANPIPE = Path(sys.executable).with_name("scanpipe")


def cpu_seconds(words: list[str]) -> float:
    """Run a command once and return what it and its children took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([SCANPIPE, *words], capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a row for each command."""
    station, book = sys.argv[1:3]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for words in (["--help"], ["status"], ["book", "list"], ["book", "show", book]):
        command = ["--station", station, *words]
        cpu_seconds(command)
        taken = statistics.median(cpu_seconds(command) for _ in range(REPEATS))
        print(f"| `{' '.join(words)}` | {taken:.3f} |")


if __name__ == "__main__":
    main()
