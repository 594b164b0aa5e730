"""Image files in, cleaned pages out; no station."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanpipe.capture.folder import Refused, import_pages
from scanpipe.enhance.choose import decide, with_choice
from scanpipe.enhance.given import given_by
from scanpipe.enhance.recipe import Enhanced, Recipe, enhance_pages, geometry_of
from scanpipe.enhance.report import Report
from scanpipe.enhance.sheet import contact_sheet
from scanpipe.errors import UsageError
from scanpipe.file_errors import reason_of, way_out
from scanpipe.flows.recipes import load_recipe
from scanpipe.fsio import write_atomic
from scanpipe.messages import _
from scanpipe.raster import Raster
from scanpipe.raster.codecs import decode_master, encode_mask, encode_png


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one page of a file; `reason` says why it was refused."""

    name: str
    reason: str = ""
    flags: tuple[str, ...] = ()


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
) -> Iterator[FileResult]:
    """Enhance files into `output`, which is made if need be; a bad file is told and the rest goes on.

    Raises:
        ConfigError: no such recipe, or it is wrong.
        UsageError: two files would write the same results, or `like` is no report.
    """
    wanted = load_recipe(recipe)
    given = given_by(_report(like.report), like.steps) if like else None
    _refuse_same_names(files)
    output.mkdir(parents=True, exist_ok=True)
    for page in import_pages(files, spool=output, default_dpi=default_dpi):
        if isinstance(page, Refused):
            yield FileResult(name=page.name, reason=page.reason)
            continue
        raster = decode_master(page.master, dpi=page.dpi)
        chosen, choice = decide(raster, wanted)
        chosen = msgspec.structs.replace(chosen, given=given) if given else chosen
        for made in enhance_pages(raster, chosen, keep_geometry=keep_geometry):
            enhanced, region = with_choice(made, choice), made.report.region
            target = output / "-".join(filter(None, (_stem(page.name), region)))
            _write(target, enhanced, kinds)
            if "sheet" in kinds:
                before = _unchanged(raster, chosen, region, keep_geometry=keep_geometry)
                write_atomic(target.with_name(f"{target.name}.sheet.png"), encode_png(contact_sheet(before, enhanced)))
            name = f"{page.name} ({region})" if region else page.name
            yield FileResult(name=name, flags=enhanced.report.flags)


def _unchanged(raster: Raster, recipe: Recipe, region: str, *, keep_geometry: bool) -> Raster:
    """Return the page as it was scanned, turned and cut like the result but otherwise untouched."""
    pages = enhance_pages(raster, geometry_of(recipe), keep_geometry=keep_geometry)
    return next((page.image for page in pages if page.report.region == region), raster)


def _report(path: Path) -> Report:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            _("{path} is no report of an enhanced page: {error}.").format(path=path, error=reason_of(error)),
            remedy=way_out(error, otherwise=_("Name the NAME.json that scanpipe enhance wrote.")),
        ) from error


def _stem(name: str) -> str:
    """Return the name without its suffix; the second page of scan.tif (scan.tif#2) is scan-2."""
    file, _hash, number = name.partition("#")
    return f"{Path(file).stem}-{number}" if number else Path(file).stem


def _refuse_same_names(files: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(file.stem, file)
        if other != file:
            raise UsageError(
                _("{first} and {second} would write the same results.").format(first=other, second=file),
                remedy=_("Enhance them in two runs, into different folders."),
            )


def _write(target: Path, enhanced: Enhanced, kinds: Collection[str]) -> None:
    if "image" in kinds:
        write_atomic(target.with_name(f"{target.name}.png"), encode_png(enhanced.image))
    if "mask" in kinds:
        write_atomic(target.with_name(f"{target.name}.mask.png"), encode_mask(enhanced.mask))
    if "reading" in kinds:
        write_atomic(target.with_name(f"{target.name}.reading.png"), encode_png(enhanced.reading))
    if "report" in kinds:
        report = msgspec.json.format(msgspec.json.encode(enhanced.report), indent=2)
        write_atomic(target.with_name(f"{target.name}.json"), report + b"\n")
