"""How fast and how small: scanpipe, OCRmyPDF and bare Tesseract over the same pages.

    python bench/pipeline.py FOLDER [--glob '0[014]__*.jpg'] [--pages 8] [--repeat 3]

Whole commands are timed, from image files to delivered package or PDF; CPU seconds include every process that a
command starts. OCRmyPDF gets an environment of its own in .cache/bench-venv; it also needs the Debian packages unpaper
and ghostscript. Pages count as A4 equivalents where sizes are compared.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import img2pdf
from natsort import os_sorted
from PIL import Image

ROOT = Path(__file__).parents[1]
PEER_VENV = ROOT / ".cache" / "bench-venv"
PICTURES = {".jpg", ".jpeg", ".png", ".tif", ".tiff"}
A4_SQUARE_INCHES = (210 / 25.4) * (297 / 25.4)
BOOK = "KS.2010.01"
LANGUAGE = "vie"
PROCESSES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took: seconds on the clock, seconds of CPU, bytes of output (0 where there is none to compare)."""

    wall_s: float
    cpu_s: float
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The input: its files, and how many A4 pages of paper they show."""

    files: Sequence[Path]
    a4: float


def main() -> int:
    """Measure and print a table; 1 where a peer cannot be had."""
    options = _options()
    files = [path for path in options.folder.glob(options.glob) if path.suffix.lower() in PICTURES]
    files = os_sorted(files)[: options.pages]
    if not files:
        sys.exit(f"No pictures in {options.folder} match {options.glob}.")
    pages = Pages(files=files, a4=sum(_square_inches(path) for path in files) / A4_SQUARE_INCHES)
    runs: dict[str, Callable[[Pages, Path], Cost]] = {"scanpipe": scanpipe, "tesseract alone": tesseract}
    if not options.no_peer:
        _install_peer()
        runs["OCRmyPDF"] = ocrmypdf
    print(f"{len(pages.files)} pages ({pages.a4:.2f} A4), {PROCESSES} processes, medians of {options.repeat}\n")
    costs = {name: _median(run, pages, options.repeat) for name, run in runs.items()}
    _print_table(costs, pages)
    return 0


def scanpipe(pages: Pages, folder: Path) -> Cost:
    """Take the pages from files to a verified package on a fresh station."""
    incoming, station = folder / "incoming", folder / "station"
    incoming.mkdir()
    for path in pages.files:
        shutil.copy(path, incoming)
    costs = [_run(command, folder) for command in commands(station, incoming, len(pages.files)).values()]
    return _sum(costs, size=sum(path.stat().st_size for path in (station / "out").rglob("*.zip")))


def commands(station: Path, incoming: Path, pages: int) -> dict[str, list[str]]:
    """Return the commands that take a folder of pictures to a package, in order, each by its name."""
    program = str(Path(sys.executable).parent / "scanpipe")
    on_station = [program, "--station", str(station)]
    reviewer = [*on_station, "--person", "reviewer"]  # nobody accepts pages that he scanned
    add = ["book", "add", "KS", "--year", "2010", "--volume", "1", "--unit", "14758", "--pages", str(pages)]
    return {
        "init": [program, "init", str(station)],
        "book add": [*on_station, *add, "--rule", "pages:1"],
        "capture": [*on_station, "capture", BOOK, "--from", str(incoming)],
        "process": [*on_station, "process", "--engine", "pool", "--workers", str(PROCESSES)],
        "accept": [*reviewer, "accept", BOOK],
        "deliver": [*on_station, "deliver", BOOK],
    }


def ocrmypdf(pages: Pages, folder: Path) -> Cost:
    """Do with OCRmyPDF what comes closest: deskew, clean, read, PDF/A."""
    source, target = folder / "source.pdf", folder / "target.pdf"
    source.write_bytes(img2pdf.convert([str(path) for path in pages.files]))
    options = ["--deskew", "--clean", "--output-type", "pdfa", "-l", LANGUAGE, "--jobs", str(PROCESSES)]
    cost = _run([str(PEER_VENV / "bin" / "ocrmypdf"), *options, str(source), str(target)], folder)
    return _sum([cost], size=target.stat().st_size)


def tesseract(pages: Pages, folder: Path) -> Cost:
    """Only read the pages, as they are."""
    command = ["xargs", "-0", "-P", str(PROCESSES), "-I", "{}", "sh", "-c"]
    command += [f'OMP_THREAD_LIMIT=1 tesseract "$1" "$2/$(basename "$1")" -l {LANGUAGE} txt', "sh", "{}", str(folder)]
    return _run(command, folder, given="\0".join(str(path.resolve()) for path in pages.files))


def _run(command: Sequence[str], folder: Path, *, given: str = "") -> Cost:
    """Run a command to its end; 0 and 1 ("done, pages need attention") count as done."""
    log, started = folder / "log.txt", time.perf_counter()
    with log.open("a+", encoding="utf-8") as stream:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=stream, stderr=stream, env=_plain_environment()
        )
        assert process.stdin is not None
        process.stdin.write(given.encode())
        process.stdin.close()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text(encoding='utf-8')}")
    return Cost(wall_s=time.perf_counter() - started, cpu_s=usage.ru_utime + usage.ru_stime)


def _plain_environment() -> dict[str, str]:
    """Return the environment without a limit on threads that would change how a peer behaves."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}


def _median(run: Callable[[Pages, Path], Cost], pages: Pages, repeat: int) -> Cost:
    costs = []
    for _round in range(repeat):
        with tempfile.TemporaryDirectory(prefix="scanpipe-bench-") as folder:
            costs.append(run(pages, Path(folder)))
    return Cost(
        wall_s=statistics.median(cost.wall_s for cost in costs),
        cpu_s=statistics.median(cost.cpu_s for cost in costs),
        size=statistics.median_low(cost.size for cost in costs),
    )


def _sum(costs: Iterable[Cost], *, size: int) -> Cost:
    every = list(costs)
    return Cost(wall_s=sum(cost.wall_s for cost in every), cpu_s=sum(cost.cpu_s for cost in every), size=size)


def _print_table(costs: dict[str, Cost], pages: Pages) -> None:
    count, ours = len(pages.files), costs["scanpipe"]
    print(f"{'':<16}{'pages/min':>10}{'s/page':>9}{'CPU s/page':>12}{'kB/A4':>8}   scanpipe is")
    for name, cost in costs.items():
        size = f"{cost.size / 1000 / pages.a4:.0f}" if cost.size else "-"
        line = f"{name:<16}{60 * count / cost.wall_s:>10.1f}{cost.wall_s / count:>9.2f}{cost.cpu_s / count:>12.2f}"
        line += f"{size:>8}"
        if cost is not ours:
            line += f"   {cost.wall_s / ours.wall_s:.2f} times as fast, {ours.cpu_s / cost.cpu_s:.2f} of its CPU"
            line += f", {ours.size / cost.size:.2f} of its bytes" if cost.size else ""
        print(line)


def _install_peer() -> None:
    missing = [name for name in ("unpaper", "gs") if shutil.which(name) is None]
    if missing:
        sys.exit(
            f"OCRmyPDF needs {' and '.join(missing)}: apt install unpaper ghostscript (or leave it out: --no-peer)"
        )
    if not (PEER_VENV / "bin" / "ocrmypdf").exists():
        venv.create(PEER_VENV, with_pip=True, clear=True)
        subprocess.run([PEER_VENV / "bin" / "pip", "install", "--quiet", "ocrmypdf"], check=True)


def _square_inches(path: Path) -> float:
    with Image.open(path) as image:
        across, down = image.info.get("dpi", (300, 300))
        return float(image.width / across * image.height / down)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure scanpipe against OCRmyPDF and bare Tesseract.")
    parser.add_argument("folder", type=Path, help="a folder of page images")
    parser.add_argument("--glob", default="*", help="which of its files (default: all pictures)")
    parser.add_argument("--pages", type=int, help="only the first so many")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, of which the median counts (default: 3)")
    parser.add_argument("--no-peer", action="store_true", help="leave OCRmyPDF out")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
