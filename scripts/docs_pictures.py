"""Draw the before-and-after pictures of README.md and docs/enhancement.md: `make pictures`.

Each step is shown on a page of samples/generate.py, worn by what the step is for; left as it came in, right after it.
A step that is not listed in `SHOWN` is shown on a page worn by everything. Writes docs/pictures/STEP.jpg,
and page.jpg: a page before and after the whole default recipe. With names, only those: `docs_pictures.py page deskew`.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np

from samples.curl import curl
from samples.generate import draw_page
from samples.truth import Kind, Paper, Pixels
from samples.wear import LEVELS, wear, wear_as
from scanpipe.enhance.parameters import STEPS
from scanpipe.enhance.pipeline import Enhanced, enhance_pages
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Raster

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
MASK, PAGE = "mask", "page"
_DPI = 200
_HEIGHT, _GAP, _WIDEST = 520, 10, 620
_QUALITY = 82

Part = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a step is shown on: the page, its wear, quarter turns, and the part (left, top, width, height in mm).

    `rise_mm` is how high the page curls near a gutter on its left. `after` names the steps done before it, `settings`
    what is set in it; without a part, all of the page is shown.
    """

    kind: Kind = "form"
    paper: Paper = "A4"
    seed: int = 3
    worn: dict[str, float] | None = None
    rise_mm: float = 0.0
    quarter_turns: int = 0
    part: Part | None = None
    after: tuple[str, ...] = ()
    settings: dict[str, Any] | None = None


SHOWN = {
    "orientation": Shown(kind="lines", quarter_turns=1),
    "page_box": Shown(kind="form", worn={"border": 9, "shadow": 0.2}),
    "spread": Shown(
        kind="form",
        paper="A3",
        worn={"skew": 0.8, "fold": -1.2, "border": 6, "shadow": 0.5},
        settings={"mode": "split"},
    ),
    "deskew": Shown(kind="table", worn={"skew": 2.6}),
    "dewarp": Shown(kind="lines", rise_mm=40),
    "flatten": Shown(kind="form", worn={"shadow": 0.8}, part=(105, 60, 105, 85)),
    "stains": Shown(kind="lines", worn={"stain": 0.9, "smudge": 0.7}, after=("flatten",), part=(90, 40, 120, 100)),
    "contrast": Shown(kind="form", worn={"fading": 0.8}, after=("flatten",), part=(20, 75, 90, 70)),
    PAGE: Shown(kind="form", worn={"fading": 0.7, "stain": 0.4, "shadow": 0.6, "skew": 1.6, "border": 7}),
    MASK: Shown(kind="form", worn={"fading": 0.6, "bleed": 0.6, "stain": 0.5}, part=(20, 75, 90, 70)),
}


def main() -> None:
    """Write every picture and say how large it is."""
    cv2.setNumThreads(1)
    PICTURES.mkdir(exist_ok=True)
    for name in sys.argv[1:] or (PAGE, *sorted(STEPS), MASK):
        before, after = shown(name, SHOWN.get(name))
        path = PICTURES / f"{name}.jpg"
        path.write_bytes(_encoded(beside(before, after)))
        print(f"{path.name}: {path.stat().st_size // 1024} kB")


def shown(name: str, example: Shown | None) -> tuple[Pixels, Pixels]:
    """Return a page before and after the named step, or the whole recipe."""
    source = _page(example)
    example = example or Shown()
    last = _steps(name, example.settings)
    earlier = tuple(_step(each, None) for each in example.after if each in STEPS)
    before = _done(source, earlier)
    after = _done(source, (*earlier, *last))
    result = after[0].mask.pixels if name == MASK else _side_by_side([each.image.pixels for each in after])
    return _cut(before[0].image.pixels, example.part), _cut(result, example.part)


def _page(example: Shown | None) -> Raster:
    if example is None:
        worn = wear_as(draw_page("form", seed=3, dpi=_DPI), LEVELS[3], seed=1)
        return Raster(pixels=worn.pixels, dpi=_DPI)
    page = draw_page(example.kind, seed=example.seed, paper=example.paper, dpi=_DPI)
    pixels = wear(page, seed=1, **(example.worn or {})).pixels
    if example.rise_mm:
        pixels = curl(pixels, example.rise_mm, _DPI)
    return Raster(pixels=np.rot90(pixels, example.quarter_turns), dpi=_DPI)


def _steps(name: str, settings: dict[str, Any] | None) -> tuple[Any, ...]:
    if name == PAGE:
        recipe = load_recipe("default")
        assert isinstance(recipe, Recipe)
        return recipe.steps
    return () if name == MASK else (_step(name, settings),)


def _step(name: str, settings: dict[str, Any] | None) -> Any:
    return msgspec.convert({"step": name, **(settings or {})}, type=STEPS[name])


def _done(raster: Raster, steps: tuple[Any, ...]) -> tuple[Enhanced, ...]:
    return enhance_pages(raster, Recipe(name="shown", steps=steps))


def _cut(pixels: Pixels, part: Part | None) -> Pixels:
    left, top, width, height = (round(mm / 25.4 * _DPI) for mm in part or (0, 0, 1000, 1000))
    return pixels[top : top + height, left : left + width]


def beside(before: Pixels, after: Pixels) -> Pixels:
    """Return two pictures side by side at one height, on white."""
    scale = min(_HEIGHT / max(before.shape[0], after.shape[0]), _WIDEST / max(before.shape[1], after.shape[1]))
    return _side_by_side([_scaled(pixels, scale) for pixels in (before, after)], gap=_GAP)


def _side_by_side(panels: list[Pixels], *, gap: int = 6 * _GAP) -> Pixels:
    height = max(panel.shape[0] for panel in panels)
    sheet = np.full((height, sum(panel.shape[1] + gap for panel in panels) - gap, 3), 255, np.uint8)
    left = 0
    for panel in panels:
        sheet[: panel.shape[0], left : left + panel.shape[1]] = panel
        left += panel.shape[1] + gap
    return sheet


def _scaled(pixels: Pixels, scale: float) -> Pixels:
    colour = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(colour, None, fx=scale, fy=scale, interpolation=way), np.uint8)


def _encoded(pixels: Pixels) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    assert done
    return data.tobytes()


if __name__ == "__main__":
    main()
