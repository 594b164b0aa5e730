"""How many of what is drawn by lot are tried: some, and with SCANPIPE_TEST_ALL=1 (`make test-all`) many more."""

import os

ALL = bool(os.environ.get("SCANPIPE_TEST_ALL"))


def tried(some: int, all_: int) -> int:
    """Return how many are tried in this run."""
    return all_ if ALL else some
