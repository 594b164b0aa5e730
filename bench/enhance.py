"""How well and how fast pages are made legible, side by side with other programs: one table.

    python -m bench.enhance DATA [--only masks,ocr,vietnamese,light,skew,curl,speed] [--recipe default]

DATA is the folder of test scans; beside it lie the scripts that score (`--scripts`, default DATA/../bench). Pictures
are made by whole `scanpipe enhance` commands, on one core. Needs `pip install --group bench` and the Debian packages
tesseract-ocr-fra, poppler-utils, unpaper and imagemagick. It takes about a quarter of an hour.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import doxapy
import numpy as np

from bench import enhance_cost, illumination, straightness
from samples.generate import draw_page
from samples.wear import wear
from scanpipe.enhance.filters import deskew
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import DeskewParams
from scanpipe.raster import Pixels, Raster

PICTURES = {".jpg", ".jpeg", ".png", ".tif", ".bmp"}
MASK_SETS = ("2009", "2010", "2011", "2012", "2014")
PEERS = {
    "ISauvola": doxapy.Binarization.Algorithms.ISAUVOLA,
    "Gatos": doxapy.Binarization.Algorithms.GATOS,
    "Otsu": doxapy.Binarization.Algorithms.OTSU,
}
_WORSE = 2.0  # points of character error
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where the scans and the scoring scripts are, where results go, and the recipe that is measured."""

    data: Path
    scripts: Path
    work: Path
    recipe: str

    def enhanced(self, files: list[Path], kind: str, name: str, *options: str) -> Path:
        """Enhance files and return a folder of one kind of their pictures, each named like its file."""
        made, named = self.work / f"{name}-made", self.work / name
        run_enhance(files, made, f"{kind},report", "--recipe", self.recipe, *options)
        named.mkdir()
        for file in files:
            shutil.move(made / f"{file.stem}{'' if kind == 'image' else f'.{kind}'}.png", named / f"{file.stem}.png")
        return named

    def scored(self, script: str, *arguments: str) -> dict[str, object]:
        """Return what a scoring script says."""
        command = [sys.executable, str(self.scripts / script), *arguments, "--json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return dict(json.loads(done.stdout))

    def faded(self, folder: Path, name: str) -> Path:
        """Return a folder of the same pages, faded."""
        target = self.work / name
        subprocess.run([sys.executable, str(self.scripts / "fade.py"), str(folder), str(target)], check=True)
        return target


def run_enhance(files: list[Path], made: Path, emit: str, *options: str) -> None:
    """Enhance files into a folder by a whole command."""
    program = str(Path(sys.executable).parent / "scanpipe")
    command = [program, "enhance", *map(str, files), "-o", str(made), "--force", "--emit", emit, *options]
    subprocess.run(command, check=True, capture_output=True)


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure how well and how fast pages are made legible.")
    parser.add_argument("data", type=Path, help="the folder of test scans")
    parser.add_argument("--scripts", type=Path, help="the folder of scoring scripts (default: DATA/../bench)")
    parser.add_argument("--only", default=",".join(PARTS), help="what to measure (default: all)")
    parser.add_argument("--recipe", default="default", help="the recipe (default: default)")
    options = parser.parse_args()
    data = options.data.resolve()
    print("| what | scanpipe | for comparison |\n|---|---|---|")
    for part in options.only.split(","):
        with tempfile.TemporaryDirectory(prefix="scanpipe-bench-") as work:
            scripts = options.scripts or data.parent / "bench"
            bench = Bench(data=data, scripts=scripts, work=Path(work), recipe=options.recipe)
            for row in PARTS[part](bench):
                print("| " + " | ".join(row) + " |", flush=True)
    return 0


def pictures(folder: Path) -> list[Path]:
    """Return the pictures of a folder, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)


def masks(bench: Bench) -> Iterator[Row]:
    """Score text masks against pixel truth, with the binarizations of doxapy at their defaults."""
    folders = [bench.data / f"bin-dibco{year}" for year in MASK_SETS]
    files = [path for folder in folders for path in pictures(folder) if ".img." in path.name]
    ways = {"scanpipe": bench.enhanced(files, "mask", "masks", "--keep-geometry")}
    for path in pictures(ways["scanpipe"]):
        path.rename(path.with_name(path.name.replace(".img.png", ".png")))
    for name, way in PEERS.items():
        ways[name] = bench.work / name
        ways[name].mkdir()
        for file in files:
            cv2.imwrite(str(ways[name] / f"{file.name.split('.img.')[0]}.png"), binarized(file, way))
    told = {}
    for name, folder in ways.items():
        scores = bench.scored("score_masks.py", str(folder), *map(str, folders))
        every = {key.removeprefix("bin-dibco"): float(row[0]) for key, row in scores.items() if isinstance(row, list)}
        sets = ", ".join(f"{year} {every[year]:.1f}" for year in MASK_SETS)
        told[name] = f"{every['ALL']:.2f} ({sets})" if name == "scanpipe" else f"{name} {every['ALL']:.1f}"
    yield f"text masks, F-measure, {len(files)} pages", told.pop("scanpipe"), ", ".join(told.values())


def binarized(file: Path, way: doxapy.Binarization.Algorithms) -> Pixels:
    """Return a page as doxapy makes it black and white."""
    grey = np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)
    made = np.empty_like(grey)
    binarization = doxapy.Binarization(way)
    binarization.initialize(grey)
    binarization.to_binary(made, {"window": 75, "k": 0.2})
    return made


def ocr(bench: Bench) -> Iterator[Row]:
    """Read typewritten French pages, as they are and faded, before and after."""
    clean = bench.data / "typewriter-fr"
    yield from read(bench, clean, clean, "fra", "20 typewritten pages")
    yield from read(bench, bench.faded(clean, "faded"), clean, "fra", "the same, faded")


def vietnamese(bench: Bench) -> Iterator[Row]:
    """Read a Vietnamese document, rasterised at 300 dpi, as it is and faded."""
    truth, clean = bench.data / "viet-borndigital", bench.work / "clean"
    clean.mkdir()
    for document in truth.glob("*.pdf"):
        subprocess.run(["pdftoppm", "-r", "300", "-png", str(document), str(clean / document.stem)], check=True)
    for page in pictures(clean):
        stem, _dash, number = page.stem.rpartition("-")
        page.rename(page.with_name(f"{stem}.p{int(number)}.png"))
    yield from read(bench, clean, truth, "vie", "Vietnamese print, 300 dpi")
    yield from read(bench, bench.faded(clean, "faded"), truth, "vie", "the same, faded")


def read(bench: Bench, folder: Path, truth: Path, language: str, what: str) -> Iterator[Row]:
    """Return the character error of the reading picture and of the page itself, and the pages that got worse."""
    before = bench.scored("score_text.py", str(folder), str(truth), "--lang", language)
    after = {}
    for kind in ("reading", "image"):
        made = bench.enhanced(pictures(folder), kind, f"{folder.name}-{language}-{kind}")
        after[kind] = bench.scored("score_text.py", str(made), str(truth), "--lang", language)
    pages, raw = after["reading"]["pages"], before["pages"]
    assert isinstance(pages, dict)
    assert isinstance(raw, dict)
    worse = sorted(
        (f"{name[:12]} {raw[name]:.0f} -> {error:.0f}" for name, error in pages.items() if error > raw[name] + 2)
    )
    told = f"{after['reading']['cer']} % (the page in its colours {after['image']['cer']} %)"
    told += f"; worse by more than 2 points: {', '.join(worse)}" if worse else "; no page worse by more than 2 points"
    yield f"OCR, character error, {what}, `{language}`", told, f"as scanned {before['cer']} %"


def light(bench: Bench) -> Iterator[Row]:
    """Take shadow off photographed pages whose unshaded picture is known."""
    scores = illumination.measure(bench.data / "illum-jung")
    means = {way: float(np.mean(list(pages.values()))) for way, pages in scores.items()}
    ours = means.pop("scanpipe flatten")
    yield (
        f"shadow on {len(scores['raw'])} photographed pages, PSNR",
        f"{ours:.1f} dB",
        ", ".join(f"{way} {mean:.1f}" for way, mean in means.items()),
    )


def skew(bench: Bench) -> Iterator[Row]:
    """Find the angle of generated pages, and of real ones whose baselines were traced by hand."""
    for kind in ("form", "table", "lines"):
        errors = []
        for number, angle in enumerate(np.linspace(-7.3, 7.1, 12)):
            page = wear(draw_page(kind, seed=number, dpi=200), seed=number, skew=float(angle))
            errors.append(abs(angle_of(page.pixels, 200) - page.angle_deg))
        told = f"mean {np.mean(errors):.3f}°, worst {max(errors):.3f}°"
        yield f"deskew, 12 generated pages ({kind}), error", told, ""
    for name in ("typewriter-fr", "reg-repertoires"):
        with (bench.data / name / "skew_from_baselines.csv").open(encoding="utf-8") as stream:
            truth = {row["page"]: float(row["median_deg"]) for row in csv.DictReader(stream) if row["median_deg"]}
        files = {path.stem: path for path in pictures(bench.data / name)}
        errors = [abs(angle_of(pixels(files[page]), 300) - angle) for page, angle in truth.items() if page in files]
        told = f"median {np.median(errors):.3f}°, 90 % {np.percentile(errors, 90):.2f}°"
        yield f"deskew, {len(errors)} pages of {name}, distance from hand-traced baselines", told, ""


def pixels(path: Path) -> Pixels:
    """Return a picture's RGB pixels."""
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)), np.uint8)[..., ::-1])


def angle_of(page: Pixels, dpi: float) -> float:
    """Return the angle that the step deskew measures."""
    return deskew.measure(page_of(Raster(pixels=page, dpi=dpi)), DeskewParams()).angle_deg


def curl(bench: Bench) -> Iterator[Row]:
    """Measure how straight lines of curled pages are before and after the step dewarp."""
    for path in pictures(bench.data / "warp-pagedewarp"):
        before, after = straightness.measure(Raster(pixels=pixels(path), dpi=300))
        yield f"lines of {path.name}, RMS distance from straight", f"{after:.2f} mm", f"as photographed {before:.2f} mm"


def speed(bench: Bench) -> Iterator[Row]:
    """Measure what a page costs on one core, beside unpaper and ImageMagick; and memory and growth with size."""
    yield from enhance_cost.rows(bench.data, bench.recipe)


PARTS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    part.__name__: part for part in (masks, ocr, vietnamese, light, skew, curl, speed)
}


if __name__ == "__main__":
    sys.exit(main())
