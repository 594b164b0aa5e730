"""How well shadow is taken off photographed pages whose unshaded picture is known.

    python bench/illumination.py FOLDER [--dpi 300]

FOLDER holds NN.img.* (shaded) and NN.gt.* (the same page without the shadow), as the set of Jung, Hasan and Kim
(Water-Filling, ACCV 2018) does. The score is the PSNR after the gain per channel that suits the result best, for
exposure is not what is measured.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.filters import flatten
from scanpipe.enhance.maps.background import measure_paper
from scanpipe.enhance.parameters import FlattenParams
from scanpipe.enhance.recipe import Recipe
from scanpipe.raster import Pixels, Raster

RECIPE = Path(__file__).parents[1] / "configs" / "recipes" / "default.toml"


def score(result: Pixels, wanted: Pixels) -> float:
    """Return the PSNR in dB of a result, each channel multiplied by its best gain."""
    made, truth = result.astype(np.float64), wanted.astype(np.float64)
    gain = (made * truth).sum(axis=(0, 1)) / np.maximum((made * made).sum(axis=(0, 1)), 1)
    error = np.mean((np.clip(made * gain, 0, 255) - truth) ** 2)
    return float(10 * np.log10(255**2 / max(float(error), 1e-9)))


def raw(shaded: Pixels) -> Pixels:
    """Return the page as it is."""
    return shaded


def divided_by_blur(shaded: Pixels) -> Pixels:
    """Divide by a wide blur, as ImageMagick recipes do."""
    return _divided(shaded, cv2.GaussianBlur(shaded, (0, 0), 25))


def divided_by_closing(shaded: Pixels) -> Pixels:
    """Divide by a closed and smoothed background."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (31, 31))
    return _divided(shaded, cv2.GaussianBlur(cv2.morphologyEx(shaded, cv2.MORPH_CLOSE, disc), (0, 0), 9))


def _divided(shaded: Pixels, ground: object) -> Pixels:
    return np.asarray(cv2.divide(shaded, np.maximum(np.asarray(ground, np.uint8), 1), scale=230), np.uint8)


def levelled(shaded: Pixels, *, dpi: float, params: FlattenParams) -> Pixels:
    """Level as the recipe's step `flatten` does."""
    page = Raster(pixels=shaded, dpi=dpi)
    paper = measure_paper(
        page, window_mm=params.window_mm, smooth_mm=params.smooth_mm, map_dpi=flatten.MAP_DPI
    )  # fmt: skip
    return flatten.flattened(page, paper, params).pixels


def default_params() -> FlattenParams:
    """Return the parameters of `flatten` in the default recipe."""
    recipe = msgspec.toml.decode(RECIPE.read_bytes(), type=Recipe)
    return next(step for step in recipe.steps if isinstance(step, FlattenParams))


def ways(dpi: float) -> Mapping[str, Callable[[Pixels], Pixels]]:
    """Return what is compared, by name."""
    return {
        "raw": raw,
        "divided by a wide blur": divided_by_blur,
        "divided by a closing": divided_by_closing,
        "scanpipe flatten": partial(levelled, dpi=dpi, params=default_params()),
    }


def measure(folder: Path, *, dpi: float = 300) -> dict[str, dict[str, float]]:
    """Return for each way the score of each page of the folder."""
    pages = {path.name.split(".img.")[0]: path for path in sorted(folder.glob("*.img.*"))}
    pairs = {name: (_read(path), _read(next(folder.glob(f"{name}.gt.*")))) for name, path in pages.items()}
    return {
        way: {name: score(level(shaded), wanted) for name, (shaded, wanted) in pairs.items()}
        for way, level in ways(dpi).items()
    }


def _read(path: Path) -> Pixels:
    pixels = cv2.imread(str(path))
    if pixels is None:
        sys.exit(f"{path} is no picture.")
    return np.ascontiguousarray(pixels[..., ::-1], np.uint8)


def main() -> int:
    """Print the scores of every page and their mean."""
    parser = argparse.ArgumentParser(description="Measure how well shadow is taken off photographed pages.")
    parser.add_argument("folder", type=Path, help="holds NN.img.* and NN.gt.*")
    parser.add_argument("--dpi", type=float, default=300, help="resolution the pages are taken to have (default: 300)")
    options = parser.parse_args()
    scores = measure(options.folder, dpi=options.dpi)
    names = next(iter(scores.values()), {})
    print(f"{'PSNR in dB':<24}" + "".join(f"{name:>7}" for name in names) + f"{'mean':>8}")
    for way, pages in scores.items():
        mean = float(np.mean(list(pages.values())))
        print(f"{way:<24}" + "".join(f"{value:>7.1f}" for value in pages.values()) + f"{mean:>8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
