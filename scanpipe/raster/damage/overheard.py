"""What C libraries say of damaged data, and say only on descriptor 2: libjpeg in OpenCV, libtiff in Pillow."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_MOST_BYTES = 65536


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Give the lines that were written to descriptor 2 while the block ran; the list is filled when it ends.

    The descriptor is the whole process's: not for programs with several threads.
    """
    lines: list[str] = []
    kept, paper = os.dup(2), os.memfd_create("overheard")
    os.dup2(paper, 2)
    try:
        yield lines
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        text = os.pread(paper, _MOST_BYTES, 0).decode("utf-8", "replace")
        os.close(paper)
        lines.extend(line.strip() for line in text.splitlines() if line.strip())
