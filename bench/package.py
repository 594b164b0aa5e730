"""How small pages become in a package, and what is still read of them, side by side with other programs: one table.

    python -m bench.package DATA [--only size,error,samples,zip]

DATA is the folder of test scans; beside it lie the scripts that score (`--scripts`, default DATA/../bench). Needs
`pip install --group bench` and the Debian package tesseract-ocr-fra. OCRmyPDF and archive-pdf-tools (AGPL, no part of
scanpipe) are run where they are found, with pngquant: `--peers` names the folder of their commands. mozjpeg comes from
npm. It takes half an hour.
"""

import argparse
import atexit
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pypdfium2
from PIL import Image

from bench.enhance import pictures, run_enhance
from samples.generate import draw_page
from samples.truth import Kind
from samples.wear import LEVELS, wear_as
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.enhance.report import Report
from scanpipe.flows.recipes import load_recipe
from scanpipe.flows.sharp_seals import sharp_seals
from scanpipe.package.pages.encode import encode_page
from scanpipe.package.pages.fidelity import render
from scanpipe.package.pages.ink import ink_recall
from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.paper_area import A4_MM2, BYTES_PER_KB
from scanpipe.raster import MM_PER_INCH, Pixels, Raster
from scanpipe.raster.codecs import encode_jpeg

DPI, BUDGET_KB = 300, 100.0
FINE_DPI = 200
SMALLEST_SHARE = 1 / 16  # of A4 is A8; files of smaller sheets were reduced and tell nothing
SETS = ("typewriter-fr", "reg-mariages", "reg-repertoires")
KINDS: tuple[Kind, ...] = ("form", "table", "lines", "notes")
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A real page after enhancing."""

    name: str
    image: Raster
    mask: Raster
    report: Report
    scanned_dpi: float

    def encoded(self) -> EncodedPage:
        """Return it as it goes into a PDF."""
        seals, letter_mm = sharp_seals(self.report), self.report.metrics.mask.letter_mm
        return encode_page(self.image, self.mask, budget_kb_per_a4=BUDGET_KB, seals=seals, letter_mm=letter_mm)


Way = Callable[[Made, Path, Path | None], float | None]


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure how small and how readable packaged pages are.")
    parser.add_argument("data", type=Path, help="the folder of test scans")
    parser.add_argument("--scripts", type=Path, help="the folder of scoring scripts (default: DATA/../bench)")
    parser.add_argument("--peers", type=Path, help="the folder of ocrmypdf and recode_pdf (default: the search path)")
    parser.add_argument("--only", default=",".join(PARTS), help="what to measure (default: all)")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print("| what | scanpipe | for comparison |\n|---|---|---|")
    for part in options.only.split(","):
        for row in PARTS[part](options):
            print("| " + " | ".join(row) + " |", flush=True)
    return 0


def size(options: argparse.Namespace) -> Iterator[Row]:
    """Bytes for each A4 sheet, and CPU seconds, of every page of three sets."""
    over, doubtful = 0, 0
    sizes: list[float] = []
    fine: list[float] = []
    seconds: list[float] = []
    a4_seconds: list[float] = []
    with tempfile.TemporaryDirectory(prefix="scanpipe-bench-") as work:
        for name in SETS:
            own = []
            for page in enhanced(options.data / name, Path(work) / name):
                page.encoded() if not seconds else None
                started = time.process_time()
                encoded = page.encoded()
                seconds.append(time.process_time() - started)
                own.append(encoded.kb_per_a4)
                if page.scanned_dpi >= FINE_DPI:
                    fine.append(encoded.kb_per_a4)
                    a4_seconds.append(seconds[-1] * A4_MM2 / (encoded.size_mm[0] * encoded.size_mm[1]))
                over += encoded.over_budget
                doubtful += bool(encoded.defects)
            yield f"kB for each A4 sheet, {len(own)} pages of {name}", spread(own), ""
            sizes += own
    yield f"the same, all {len(sizes)} pages", f"{spread(sizes)}; over {BUDGET_KB:.0f} kB and told: {over}", ""
    yield f"the same, {len(fine)} pages of {FINE_DPI} dpi and more", f"{spread(fine)}, largest {max(fine):.0f}", ""
    yield "fail the fidelity check, and reported", f"{doubtful} pages", ""
    cpu = f"median {statistics.median(seconds):.2f} a page; {statistics.median(a4_seconds):.2f} for each A4 sheet"
    yield "CPU seconds of one core, with the fidelity check", f"{cpu} of the {len(fine)}", ""


def spread(values: Sequence[float]) -> str:
    """Tell the middle and the largest but for the twentieth part."""
    return f"median {np.median(values):.0f}, 95 % {np.percentile(values, 95):.0f}"


def enhanced(folder: Path, made: Path) -> Iterator[Made]:
    """Enhance the pictures of a folder by a whole command, and give them one after the other."""
    files = pictures(folder)
    run_enhance(files, made, "image,mask,report")
    for file in files:
        pixels = np.asarray(cv2.imread(str(made / f"{file.stem}.png"), cv2.IMREAD_COLOR_RGB), np.uint8)
        mask = np.asarray(cv2.imread(str(made / f"{file.stem}.mask.png"), cv2.IMREAD_GRAYSCALE), np.uint8)
        yield Made(
            name=file.stem,
            image=Raster(pixels=np.ascontiguousarray(pixels), dpi=DPI),
            mask=Raster(pixels=mask, dpi=DPI),
            report=msgspec.json.decode((made / f"{file.stem}.json").read_bytes(), type=Report),
            scanned_dpi=scanned_dpi(file),
        )


def scanned_dpi(file: Path) -> float:
    """Return the resolution that a file states; that of an A4 sheet where it states none, or less than an A8 sheet."""
    with Image.open(file) as picture:
        stated = float(picture.info.get("dpi", (0, 0))[0])
        as_a4 = (picture.width * picture.height / A4_MM2) ** 0.5 * MM_PER_INCH
    return stated if 0 < stated <= SMALLEST_SHARE**-0.5 * as_a4 else as_a4


def error(options: argparse.Namespace) -> Iterator[Row]:
    """Read typewritten pages as they look in the package, and as other programs make them small."""
    truth = options.data / "typewriter-fr"
    with tempfile.TemporaryDirectory(prefix="scanpipe-bench-") as name:
        work = Path(name)
        pages = list(enhanced(truth, work / "made"))
        ways: dict[str, Way] = {"the enhanced pages": kept, "scanpipe": layered, "one JPEG of that size": one_jpeg}
        ways |= {"one mozjpeg of that size": mozjpeg, "OCRmyPDF -O3": ocrmypdf, "archive-pdf-tools": recode_pdf}
        told = {}
        for way, make in ways.items():
            folder = work / way.replace(" ", "-")
            folder.mkdir()
            made = [make(page, folder / f"{page.name}.png", options.peers) for page in pages]
            sizes = [size for size in made if size is not None]
            if len(sizes) < len(made):
                told[way] = f"{way}: not found"
                continue
            told[way] = f"{way}: {read_error(options, folder, truth):.1f} %, {np.median(sizes):.0f} kB"
        ours = told.pop("scanpipe").removeprefix("scanpipe: ")
        yield (
            "OCR, character error of the page as rendered, `fra`, and median kB for each A4",
            ours,
            "; ".join(told.values()),
        )


def read_error(options: argparse.Namespace, folder: Path, truth: Path) -> float:
    """Return the character error, in percent, of the pictures of a folder."""
    script = (options.scripts or options.data.resolve().parent / "bench") / "score_text.py"
    command = [sys.executable, str(script), str(folder), str(truth), "--lang", "fra", "--json"]
    return float(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["cer"])


def kept(page: Made, picture: Path, _peers: Path | None) -> float:
    """Save the enhanced page as it is; return kB for each A4 sheet, as all ways do."""
    save(picture, page.image.pixels)
    return per_a4(page, page.image.pixels.size)


def layered(page: Made, picture: Path, _peers: Path | None) -> float:
    """Save the page as it looks in a package of scanpipe's."""
    encoded = page.encoded()
    save(picture, render(encoded, DPI))
    return encoded.kb_per_a4


def one_jpeg(page: Made, picture: Path, _peers: Path | None) -> float:
    """Save the page as the best JPEG, at 300 dpi or reduced, that is no larger than what scanpipe makes of it.

    Where none is, it is the smallest of those tried.
    """
    data = best_jpeg(page)
    save_seen(page, data, picture)
    return per_a4(page, len(data))


def mozjpeg(page: Made, picture: Path, _peers: Path | None) -> float | None:
    """Save the page as the best mozjpeg of that size, reduced as the best JPEG is."""
    program = mozjpeg_program()
    if program is None:
        return None
    room = page.encoded().size
    height, width = decoded(best_jpeg(page)).shape[:2]
    small = cv2.resize(page.image.pixels, (width, height), interpolation=cv2.INTER_AREA)
    with tempfile.TemporaryDirectory(prefix="scanpipe-bench-") as work:
        raw, made = Path(work) / "page.raw", Path(work) / "page.jpg"
        raw.write_bytes(np.ascontiguousarray(small).tobytes())
        command = ["node", str(program), str(raw), str(width), str(height), str(room), str(made)]
        subprocess.run(command, check=True, capture_output=True)
        data = made.read_bytes()
    save_seen(page, data, picture)
    return per_a4(page, len(data))


@cache
def mozjpeg_program() -> Path | None:
    """Install mozjpeg, compiled for Node, from npm; return the script that runs it, or None where there is no npm."""
    if not shutil.which("npm"):
        return None
    folder = Path(tempfile.mkdtemp(prefix="scanpipe-bench-"))
    atexit.register(shutil.rmtree, folder)
    shutil.copytree(Path(__file__).parent / "mozjpeg", folder, dirs_exist_ok=True)
    subprocess.run(["npm", "install", "--silent"], cwd=folder, check=True)
    return folder / "encode.mjs"


def best_jpeg(page: Made) -> bytes:
    """Return the best JPEG of a page that is no larger than what scanpipe makes of it, or else the smallest."""
    room = page.encoded().size
    return next((data for data in jpegs(page) if len(data) <= room), None) or list(jpegs(page))[-1]


def jpegs(page: Made) -> Iterator[bytes]:
    """Give JPEGs of a page from good to bad; reduced by a third is better than of a quality under 30."""
    for scale in (1.0, 2 / 3, 1 / 2, 1 / 3):
        small = cv2.resize(page.image.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for quality in range(80, 9 if scale == 1 / 3 else 29, -10):
            yield encode_jpeg(Raster(pixels=np.asarray(small, np.uint8), dpi=DPI * scale), quality=quality)


def save_seen(page: Made, data: bytes, picture: Path) -> None:
    """Save a picture of a page as it is seen: as large as the page, however much it was reduced."""
    size = page.image.width, page.image.height
    save(picture, np.asarray(cv2.resize(decoded(data), size, interpolation=cv2.INTER_CUBIC), np.uint8))


def decoded(data: bytes) -> Pixels:
    """Return the picture of a JPEG that was just made."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


def ocrmypdf(page: Made, picture: Path, peers: Path | None) -> float | None:
    """Save the page as OCRmyPDF makes it, its strongest optimisation on and its own reading off."""
    program = found("ocrmypdf", peers)
    if program is None:
        return None
    source, made = saved(page, picture), picture.with_suffix(".pdf")
    options = ["-O3", "--tesseract-timeout", "0", "--output-type", "pdf", "--image-dpi", str(DPI), "-q"]
    subprocess.run([program, *options, str(source), str(made)], check=True, capture_output=True)
    return as_rendered(page, made, picture)


def recode_pdf(page: Made, picture: Path, peers: Path | None) -> float | None:
    """Save the page as archive-pdf-tools makes it, with Pillow as its JPEG 2000 encoder."""
    program = found("recode_pdf", peers)
    if program is None:
        return None
    source, made = saved(page, picture), picture.with_suffix(".pdf")
    subprocess.run(
        ["tesseract", str(source), str(source.with_suffix("")), "--dpi", str(DPI), "hocr"],
        check=True,
        capture_output=True,
    )
    options = ["--from-imagestack", str(source), "--hocr-file", str(source.with_suffix(".hocr")), "--dpi", str(DPI)]
    subprocess.run(
        [program, *options, "-J", "pillow", "--mask-compression", "ccitt", "-o", str(made)],
        check=True,
        capture_output=True,
    )
    return as_rendered(page, made, picture)


def found(program: str, peers: Path | None) -> str | None:
    """Return where a program is, if it is there."""
    return shutil.which(program, path=str(peers) if peers else None)


def saved(page: Made, picture: Path) -> Path:
    """Save the enhanced page for another program, out of the way of what is scored."""
    folder = picture.parent / "sources"
    folder.mkdir(exist_ok=True)
    source = folder / f"{len(list(folder.glob('*.png'))):03}.png"  # some take brackets in a name for a pattern
    save(source, page.image.pixels)
    return source


def as_rendered(page: Made, made: Path, picture: Path) -> float:
    """Save the only page of a PDF as pdfium shows it."""
    with pypdfium2.PdfDocument(made) as document:
        save(picture, np.asarray(document[0].render(scale=DPI / 72, rev_byteorder=True).to_numpy()[..., :3], np.uint8))
    return per_a4(page, made.stat().st_size)


def save(picture: Path, pixels: Pixels) -> None:
    """Write a picture of RGB or grey pixels."""
    cv2.imwrite(str(picture), pixels if pixels.ndim == 2 else pixels[..., ::-1])


def per_a4(page: Made, bytes_: int) -> float:
    """Return kilobytes for each A4 sheet's worth of a page."""
    across, down = (pixels / DPI * MM_PER_INCH for pixels in (page.image.width, page.image.height))
    return bytes_ / BYTES_PER_KB / (across * down / A4_MM2)


def samples(_options: argparse.Namespace) -> Iterator[Row]:
    """Ink that is kept on sample pages of every kind and wear, against the enhanced page."""
    recalls, sizes = [], []
    recipe = load_recipe("default")
    assert isinstance(recipe, Recipe)
    for kind in KINDS:
        for level in range(len(LEVELS)):
            drawn = wear_as(draw_page(kind, seed=level, dpi=DPI), LEVELS[level], seed=level)
            page = enhance(Raster(pixels=drawn.pixels, dpi=DPI), recipe)
            encoded = encode_page(page.image, page.mask, budget_kb_per_a4=BUDGET_KB)
            after = render(encoded, DPI / 3)
            before = cv2.resize(page.image.pixels, (after.shape[1], after.shape[0]), interpolation=cv2.INTER_AREA)
            recalls.append(ink_recall(np.asarray(before, np.uint8), after, DPI / 3))
            sizes.append(encoded.kb_per_a4)
    told = f"least {100 * min(recalls):.2f} %, median {100 * statistics.median(recalls):.2f} %; kB {spread(sizes)}"
    yield f"ink kept on {len(recalls)} sample pages", told, ""


def archive(_options: argparse.Namespace) -> Iterator[Row]:
    """Write a ZIP of 5 GB in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="scanpipe-bench-") as work:
        (Path(work) / "source").write_bytes(np.random.default_rng(1).bytes(MEMBER_BYTES))
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", WRITE_ZIP, work], check=True, capture_output=True, text=True)
        seconds, size = time.perf_counter() - started, (Path(work) / "large.zip").stat().st_size
    told = f"{size / 1e6 / seconds:.0f} MB/s, {int(done.stdout) / 1000:.0f} MB of memory at most"
    yield f"a ZIP of {size / 1e9:.2f} GB, written", told, ""


MEMBER_BYTES, MEMBERS = 250_000_000, 21
WRITE_ZIP = f"""
import re, sys
from pathlib import Path
from scanpipe.package.zips.bundle import Member, write_zip
folder = Path(sys.argv[1])
write_zip(folder / "large.zip", [Member(name=f"{{n:03}}.pdf", path=folder / "source") for n in range({MEMBERS})])
print(re.search("VmHWM:[^0-9]*([0-9]+)", Path("/proc/self/status").read_text())[1])
"""
PARTS = {"size": size, "error": error, "samples": samples, "zip": archive}

if __name__ == "__main__":
    sys.exit(main())
