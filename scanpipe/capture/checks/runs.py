"""Runs of flags in a row."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield where each run of flags starts, and where it ends: the first place behind it."""
    change = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    yield from zip(np.flatnonzero(change == 1).tolist(), np.flatnonzero(change == -1).tolist(), strict=True)
