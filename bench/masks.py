"""How well text masks hold on pages that nobody tuned for: F-measure, PSNR and DRD, set by set.

    python -m bench.masks DATA [--leave-one-set-out | --alone]

DATA is the folder of test scans with its sets `bin-*`. With --leave-one-set-out the values of the recipe are chosen
anew for each set, among those of `TRIED`, by the mean of all other sets: so each score is one of pages that had no part
in the choice. That takes ten minutes on two cores. No real page had a part in the network that looks masks over.
With --alone the masks are those of the cut, to which the network has said nothing, and what the network alone takes for
ink. Needs `pip install --group bench`.
"""

import argparse
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import doxapy
import msgspec
import numpy as np

from scanpipe.enhance.maps.strokes import find_strokes
from scanpipe.enhance.mask.ink_network import ink_probability, network_input
from scanpipe.enhance.mask.text_mask import text_mask
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import MaskParams
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Pixels
from scanpipe.raster.files import read_frames

TRIED: tuple[dict[str, float], ...] = (
    {},
    {"edge": 2.6},
    {"edge": 3.0},
    {"edge": 3.8},
    {"edge": 4.4},
    {"faintest": 0.1},
    {"faintest": 0.2},
    {"faintest": 0.3},
    {"outline": 0.3},
    {"outline": 0.5},
    {"agreement": 60.0},
    {"agreement": 200.0},
)
_INK = 0.5  # the least probability


class Score(NamedTuple):
    """How a mask agrees with its truth: F-measure (%), PSNR (dB), DRD (less is better)."""

    f_measure: float
    psnr: float
    drd: float


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure how well text masks hold.")
    parser.add_argument("data", type=Path, help="the folder of test scans")
    parser.add_argument("--leave-one-set-out", action="store_true", help="choose without the set that is scored")
    parser.add_argument("--alone", action="store_true", help="the cut and the network, each by itself")
    options = parser.parse_args()
    sets = {folder.name.removeprefix("bin-"): folder for folder in sorted(options.data.glob("bin-*"))}
    if options.alone:
        return show_alone(sets)
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        tried = TRIED if options.leave_one_set_out else TRIED[:1]
        scores = [
            {name: list(pool.map(partial(score_page, change), pages(folder))) for name, folder in sets.items()}
            for change in tried
        ]
    print("| set | F-measure | PSNR | DRD | chosen without it |\n|---|---|---|---|---|")
    for name in sets:
        best = max(range(len(tried)), key=lambda at: _mean_of_others(scores[at], name))
        row = np.mean(scores[best][name], axis=0)
        print(
            f"| {name}, {len(scores[best][name])} pages | {row[0]:.1f} | {row[1]:.2f} | {row[2]:.2f} | {tried[best]} |"
        )
    return 0


def _mean_of_others(scores: Mapping[str, list[Score]], name: str) -> float:
    return float(np.mean([page.f_measure for other, rows in scores.items() if other != name for page in rows]))


def pages(folder: Path) -> list[tuple[Path, Path]]:
    """Return the pictures of a set, each with its truth."""
    truths = {path.name.partition(".gt.")[0]: path for path in folder.glob("*.gt.*")}
    pictures = sorted(path for path in folder.glob("*.img.*") if path.name.partition(".img.")[0] in truths)
    return [(path, truths[path.name.partition(".img.")[0]]) for path in pictures]


def score_page(change: Mapping[str, float], page: tuple[Path, Path]) -> Score:
    """Return how the mask of a page agrees with its truth, under the default recipe with some values of its own."""
    return score(own_mask(page[0], change), truth_of(page[1]))


def own_mask(picture: Path, change: Mapping[str, float]) -> Pixels:
    """Return the mask of a picture, 0 for ink."""
    cv2.setNumThreads(1)
    raster = next(iter(read_frames(picture))).raster
    recipe = load_recipe("default")
    assert isinstance(recipe, Recipe)
    return enhance(raster, changed(recipe, change), keep_geometry=True).mask.pixels


def truth_of(path: Path) -> Pixels:
    """Return a truth (h, w), 0 for ink."""
    return np.where(np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)) < 128, 0, 255).astype(np.uint8)


def show_alone(sets: Mapping[str, Path]) -> int:
    """Print how the cut and the network do by themselves."""
    print("| set | cut, F-measure | network |\n|---|---|---|")
    for name, folder in sets.items():
        with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            rows = list(pool.map(_score_alone, pages(folder)))
        print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in np.mean(rows, axis=0)) + " |", flush=True)
    return 0


def _score_alone(page: tuple[Path, Path]) -> list[float]:
    truth, raster = truth_of(page[1]), next(iter(read_frames(page[0]))).raster
    known = page_of(raster)
    strokes = find_strokes(raster, known.ink)
    cut = text_mask(raster, known.ink, strokes, MaskParams(), marks=known.marks, by_network=False)[0].pixels
    small = ink_probability(network_input(np.asarray(cut == 0, np.uint8), raster, known.ink.paper))
    probable = np.asarray(cv2.resize(small, (raster.width, raster.height)), np.float32)
    return [score(mask, truth).f_measure for mask in (cut, np.where(probable > _INK, 0, 255).astype(np.uint8))]


def changed(recipe: Recipe, change: Mapping[str, float]) -> Recipe:
    """Return a recipe with other values of the mask."""
    return msgspec.structs.replace(recipe, mask=msgspec.structs.replace(recipe.mask, **change))


def score(mask: Pixels, truth: Pixels) -> Score:
    """Compare a mask with its truth, both 0 for ink."""
    told = doxapy.calculate_performance(truth, mask)
    return Score(float(told["fm"]), float(told["psnr"]), float(told["drdm"]))


if __name__ == "__main__":
    raise SystemExit(main())
