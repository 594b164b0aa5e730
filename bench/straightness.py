"""How straight the lines of curled pages are, before and after the step `dewarp`.

    python bench/straightness.py FOLDER [--dpi 300]

Lines of writing and rules are followed on each picture anew; printed is the root of the mean squared distance of their
undersides from straight lines of their own, in mm, over lines of 25 mm and longer. Letters alone account for about
0.1 mm of it.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from scanpipe.enhance.filters import dewarp
from scanpipe.enhance.maps.ink import map_ink
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import DewarpParams
from scanpipe.raster import Raster

PICTURES = {".jpg", ".jpeg", ".png", ".tif", ".tiff"}


def main() -> int:
    """Print a line for each picture; 1 where there is none."""
    parser = argparse.ArgumentParser(description="Measure how straight lines are before and after dewarp.")
    parser.add_argument("folder", type=Path, help="a folder of pictures")
    parser.add_argument("--dpi", type=float, default=300, help="resolution they are taken to have (default: 300)")
    parser.add_argument("--save", type=Path, help="a folder for the levelled pictures")
    options = parser.parse_args()
    files = sorted(path for path in options.folder.iterdir() if path.suffix.lower() in PICTURES)
    print(f"{'':<28}{'lines':>6}{'before mm':>11}{'lines':>7}{'after mm':>10}{'sure':>7}   step")
    for path in files:
        print(_measured(_read(path, options.dpi), path, options.save))
    return 0 if files else 1


def _measured(scan: Raster, path: Path, save: Path | None) -> str:
    page, params = page_of(scan), DewarpParams()
    curl, (before, lines) = dewarp.measure(page, params), dewarp.straightness_mm(page.ink)
    told = f"{path.name:<28}{lines:>6}{before:>11.3f}"
    if dewarp.judge(page, curl, params):
        return f"{told}{lines:>7}{before:>10.3f}{curl.confidence:>7.2f}   left alone (bend {curl.rms_bend_mm} mm)"
    level = dewarp.unrolled(scan, curl)
    after, lines = dewarp.straightness_mm(map_ink(level))
    if save:
        cv2.imwrite(str(save / f"{path.stem}.png"), level.pixels[..., ::-1] if level.colour else level.pixels)
    return f"{told}{lines:>7}{after:>10.3f}{curl.confidence:>7.2f}   applied (bend {curl.rms_bend_mm} mm)"


def measure(scan: Raster) -> tuple[float, float]:
    """Return the RMS distance of lines from straight, in mm, before and after; the same where the step does nothing."""
    page, params = page_of(scan), DewarpParams()
    curl, (before, _lines) = dewarp.measure(page, params), dewarp.straightness_mm(page.ink)
    if dewarp.judge(page, curl, params):
        return before, before
    return before, dewarp.straightness_mm(map_ink(dewarp.unrolled(scan, curl)))[0]


def _read(path: Path, dpi: float) -> Raster:
    pixels = cv2.imread(str(path))
    if pixels is None:
        sys.exit(f"{path} is no picture.")
    return Raster(pixels=np.ascontiguousarray(pixels[..., ::-1], np.uint8), dpi=dpi)


if __name__ == "__main__":
    sys.exit(main())
