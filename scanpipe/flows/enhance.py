"""Image files in, cleaned pages out; no station."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import msgspec

from scanpipe.capture.folder import Refused, count_pages, import_pages
from scanpipe.enhance.auto_recipe import decide, with_choice
from scanpipe.enhance.contact_sheet import contact_sheet
from scanpipe.enhance.filters import spread
from scanpipe.enhance.overrides import given_by
from scanpipe.enhance.parameters import SpreadParams
from scanpipe.enhance.pipeline import Enhanced, enhance_pages, geometry_of
from scanpipe.enhance.recipe import AnyRecipe, AutoRecipe, Recipe
from scanpipe.enhance.report import Report
from scanpipe.errors import UsageError
from scanpipe.flows.recipes import load_recipe
from scanpipe.messages import _, lazy
from scanpipe.raster import Raster
from scanpipe.raster.codecs import decode_master, encode_mask, encode_png
from scanpipe.raster.files import Reading, frame_name
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.outputs import Output, Outputs
from scanpipe.system.plain_files import read_plain
from scanpipe.vocabularies.flags import LOSSES

_LONGEST_NAME = 255  # bytes, with the common file systems
_ENDINGS = {
    "image": ".png",
    "mask": ".mask.png",
    "report": ".json",
    "reading": ".reading.png",
    "sheet": ".sheet.png",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one page of a file: `reason` why it was refused, `damage` how it shows that it is not whole."""

    name: str
    reason: str = ""
    flags: tuple[str, ...] = ()
    damage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """What the pages of a file may become: `regions` are the parts a page may be split into, "" for all of it."""

    path: Path
    pages: int
    regions: tuple[str, ...]

    def name(self, index: int, region: str, kind: str) -> str:
        """Return the name of a result: the second page of scan.tif is scan-2, its left half scan-2-left."""
        number = str(index + 1) if self.pages > 1 else ""
        return "-".join(filter(None, (self.path.stem, number, region))) + _ENDINGS[kind]

    def planned(self, kinds: Collection[str]) -> tuple[Output, ...]:
        """Return every file that may be written."""
        return tuple(
            Output(name=self.name(index, region, kind), source=frame_name(str(self.path), index, self.pages))
            for index, region, kind in product(range(self.pages), self.regions, kinds)
        )

    def too_long(self, kinds: Collection[str]) -> bool:
        """Return whether a file system would not take one of the names."""
        return any(len(os.fsencode(output.name)) > _LONGEST_NAME for output in self.planned(kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """An earlier page's report, and the steps whose measured values are taken from it."""

    report: Path
    steps: Collection[str]


def enhance_files(
    files: Sequence[Path],
    output: Path,
    *,
    recipe: str,
    kinds: Collection[str],
    default_dpi: float,
    keep_geometry: bool,
    like: Like | None = None,
    force: bool = False,
) -> Iterator[FileResult]:
    """Enhance files into `output`, which is made if need be; a bad file is told and the rest goes on.

    Raises:
        ConfigError: no such recipe, or it is wrong.
        UsageError: two pages would write the same results, results are there already (unless `force`), or `like` is no
            report. Nothing was written.
    """
    wanted = load_recipe(recipe)
    given = given_by(_report(like.report), like.steps) if like else None
    regions = ("",) if keep_geometry else _regions(wanted)
    counted = zip(files, count_pages(files), strict=True)
    results = {path: _Results(path=path, pages=pages, regions=regions) for path, pages in counted}
    outputs = Outputs(folder=output, force=force, inputs=(*files, *([like.report] if like else [])))
    too_long = [path for path in results if results[path].too_long(kinds)]
    fitting = [path for path in files if path not in too_long]
    outputs.check(planned for path in fitting for planned in results[path].planned(kinds))
    output.mkdir(parents=True, exist_ok=True)
    yield from (
        FileResult(name=path.name, reason=_("its name is too long for the names of the results")) for path in too_long
    )
    pages = import_pages(fitting, spool=output, reading=Reading(default_dpi=default_dpi, damaged=True))
    with closing(pages):
        for page in pages:
            if isinstance(page, Refused):
                yield FileResult(name=page.name, reason=str(page.reason))
                continue
            raster = decode_master(page.master.data, dpi=page.master.dpi)
            chosen, choice = decide(raster, wanted)
            chosen = msgspec.structs.replace(chosen, given=given) if given else chosen
            for made in enhance_pages(raster, chosen, keep_geometry=keep_geometry):
                enhanced, region = with_choice(made, choice), made.report.region
                before = _unchanged(raster, chosen, region, keep_geometry=keep_geometry) if "sheet" in kinds else raster
                for kind in sorted(kinds):
                    outputs.write(results[page.path].name(page.index, region, kind), _encoded(kind, before, enhanced))
                name = f"{page.name} ({region})" if region else page.name
                flags = (*(flag for flag in page.master.checks.flags if flag in LOSSES), *enhanced.report.flags)
                yield FileResult(name=name, flags=flags, damage=str(page.master.checks.damage))


def _regions(recipe: AnyRecipe) -> tuple[str, ...]:
    """Return the parts that a page may be split into."""
    recipes = recipe.recipes.values() if isinstance(recipe, AutoRecipe) else (recipe,)
    splits = any(isinstance(step, SpreadParams) and step.mode == "split" for each in recipes for step in each.steps)
    return ("", *spread.HALVES) if splits else ("",)


def _unchanged(raster: Raster, recipe: Recipe, region: str, *, keep_geometry: bool) -> Raster:
    """Return the page as it was scanned, turned and cut like the result but otherwise untouched."""
    pages = enhance_pages(raster, geometry_of(recipe), keep_geometry=keep_geometry)
    return next((page.image for page in pages if page.report.region == region), raster)


def _report(path: Path) -> Report:
    try:
        return msgspec.json.decode(read_plain(path), type=Report)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            lazy("{path} is not a valid report of an enhanced page: {error}.", path=path, error=describe(error)),
            remedy=remedy_for(error, otherwise=lazy("Give a NAME.json file that scanpipe enhance wrote.")),
        ) from error


def _encoded(kind: str, before: Raster, enhanced: Enhanced) -> bytes:
    match kind:
        case "image":
            return encode_png(enhanced.image)
        case "mask":
            return encode_mask(enhanced.mask)
        case "reading":
            return encode_png(enhanced.reading.raster)
        case "sheet":
            return encode_png(contact_sheet(before, enhanced))
    return msgspec.json.format(msgspec.json.encode(enhanced.report), indent=2) + b"\n"
