"""What a worker does with a capture that somebody looks at: enhance it for the screen; nothing is kept of it."""

import base64
import os
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.auto_recipe import decide
from scanpipe.enhance.filters.spread import Half
from scanpipe.enhance.pipeline import enhance, enhance_half
from scanpipe.enhance.recipe import AnyRecipe, Recipe, recipe_of_record
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.codecs import decode_master, encode_screen_jpeg
from scanpipe.state.store import Store

_GAP_MM = 3.0  # between the halves of a spread
_LOWEST_PRIORITY = 19


class PreviewJob(msgspec.Struct, frozen=True, kw_only=True):
    """A capture, the parts of it that become pages, and the recipe, or the rules that choose one."""

    store: str
    digest: str
    dpi: float
    regions: tuple[Half, ...] = ()
    recipe: dict[str, Any] | None = None
    auto: dict[str, Any] | None = None

    @property
    def made_by(self) -> AnyRecipe:
        """The recipe, or the rules, that the records are of."""
        return recipe_of_record(self.auto or self.recipe or {})


def enhance_for_screen(data: dict[str, Any]) -> dict[str, Any]:
    """Enhance a capture, or its halves, which are then shown side by side; return a JPEG in base64."""
    os.setpriority(os.PRIO_PROCESS, 0, _LOWEST_PRIORITY)
    cv2.setNumThreads(1)
    job = msgspec.convert(data, type=PreviewJob)
    master = decode_master(Store(Path(job.store)).get(job.digest), dpi=job.dpi)
    recipe, _choice = decide(master, job.made_by)
    made = _enhanced(master, recipe, job.regions)
    return {"jpeg": base64.b64encode(encode_screen_jpeg(_side_by_side(made))).decode()}


def _enhanced(master: Raster, recipe: Recipe, regions: tuple[Half, ...]) -> list[Raster]:
    if not regions:
        return [enhance(master, recipe).image]
    return [enhance_half(master, recipe, region).image for region in regions]


def _side_by_side(pictures: list[Raster]) -> Raster:
    if len(pictures) == 1:
        return pictures[0]
    height = max(picture.height for picture in pictures)
    gap = np.full((height, pictures[0].px(_GAP_MM), 3), 255, np.uint8)
    columns = [part for picture in pictures for part in (gap, _coloured(picture.pixels, height))][1:]
    return Raster(pixels=np.hstack(columns), dpi=pictures[0].dpi)


def _coloured(pixels: Pixels, height: int) -> Pixels:
    """Return RGB pixels on a white ground of that height."""
    colour = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
    white = np.full((height - colour.shape[0], colour.shape[1], 3), 255, np.uint8)
    return np.asarray(np.vstack([colour, white]), np.uint8)
