"""The contact sheet shows the page before and after, the faintest writing and every seal, with the mask."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from scanpipe.enhance.contact_sheet import contact_sheet
from scanpipe.enhance.pipeline import enhance, geometry_of
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.enhance import enhance_files
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_png
from scanpipe.raster.files import read_frames

Draw = Callable[..., Any]
DEFAULT = Path(__file__).parents[2] / "configs" / "recipes" / "default.toml"


def default() -> Recipe:
    return msgspec.toml.decode(DEFAULT.read_bytes(), type=Recipe)


def red(pixels: Any) -> int:
    return int(np.count_nonzero((pixels[..., 0] > 120) & (pixels[..., 1] < 90)))


def test_a_seal_is_shown_before_and_after_at_full_size(draw: Draw) -> None:
    page = draw().raster
    with_seal = contact_sheet(page, enhance(page, default()))
    bare = draw(seal=False).raster
    without = contact_sheet(bare, enhance(bare, default()))
    assert with_seal.height > without.height
    assert red(with_seal.pixels[1000:]) > 1.5 * red(page.pixels)


def test_the_picture_before_lies_as_the_result_does(draw: Draw) -> None:
    page = draw(angle=1.5, frame=80, shade=0.4).raster
    before, after = enhance(page, geometry_of(default())), enhance(page, default())
    assert before.image.pixels.shape == after.image.pixels.shape
    assert not np.array_equal(before.image.pixels, after.image.pixels)


def test_a_blank_page_has_a_sheet_without_crops(draw: Draw) -> None:
    blank = draw(kind="blank", seal=False).raster
    assert contact_sheet(blank, enhance(blank, default())).height < 1100


def test_the_sheet_is_written_on_demand_only(draw: Draw, tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(encode_png(Raster(pixels=draw(angle=1.0).raster.pixels[:600], dpi=150)))
    settings: dict[str, Any] = {"recipe": "auto", "default_dpi": 150, "keep_geometry": False}
    list(enhance_files([scan], tmp_path / "without", kinds=("report",), **settings))
    list(enhance_files([scan], tmp_path / "with", kinds=("sheet",), **settings))
    assert [path.name for path in (tmp_path / "without").iterdir()] == ["scan.json"]
    assert [path.name for path in (tmp_path / "with").iterdir()] == ["scan.sheet.png"]
    assert next(iter(read_frames(tmp_path / "with" / "scan.sheet.png"))).raster.colour
