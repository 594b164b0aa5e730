"""How often a page is taken for a separator sheet, and what looking costs: `python -m bench.separators FOLDER...`.

Every picture in the folders is looked at as it is, mirrored, and a quarter turned; files of truth (`.gt.`) are left
out. Printed are the pictures that were taken for separators, and CPU milliseconds of one thread.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from scanpipe.capture.separators import read_separator
from scanpipe.errors import ImageRefused
from scanpipe.raster import Raster
from scanpipe.raster.files import IMAGE_SUFFIXES, read_frames


def main() -> int:
    """Print what was found; 1 where a page was taken for a separator."""
    cv2.setNumThreads(1)
    pages, alarms = 0, 0
    costs: list[float] = []
    for name, raster in _pages([Path(folder) for folder in sys.argv[1:]]):
        pages += 1
        for place, pixels in enumerate((raster.pixels, raster.pixels[:, ::-1], np.rot90(raster.pixels))):
            view = raster.replace(np.ascontiguousarray(pixels))
            before = time.process_time()
            found = read_separator(view)
            costs.append(1000 * (time.process_time() - before))
            if found:
                alarms += 1
                print(f"{name}, view {place}: {found}")
    print(f"{pages} pages, {len(costs)} views, {alarms} taken for a separator")
    if costs:
        print(
            f"CPU ms a page: median {np.median(costs):.1f}, 95 % {np.percentile(costs, 95):.1f}, most {max(costs):.1f}"
        )
    return 1 if alarms else 0


def _pages(folders: list[Path]) -> Iterator[tuple[str, Raster]]:
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix.lower() in IMAGE_SUFFIXES and ".gt." not in path.name:
            try:
                yield from ((f"{path.parent.name}/{frame.name}", frame.raster) for frame in read_frames(path))
            except ImageRefused as error:
                print(f"{path.name}: {error.text}")


if __name__ == "__main__":
    sys.exit(main())
