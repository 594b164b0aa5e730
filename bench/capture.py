"""How fast pages are captured: scanpipe and scanimage from the same virtual scanner, which serves pages at once.

    python -m bench.capture [--pictures FOLDER] [--pages 60] [--repeat 3] [--feed-again 1]

The pages are A4, 300 dpi, colour, made from the pictures, each with other pixels. Images a minute are those of the
stream: from the first page told to the last. The whole command, with its start, stands beside it; CPU seconds include
every process. `--feed-again N` measures memory only: one book takes the same stack N times, in one command.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
A4_PX = (2480, 3508)
BOOK = "KS.2010.01"
SCANPIPE = str(Path(sys.executable).with_name("scanpipe"))
PICTURES = (".jpg", ".jpeg", ".png", ".tif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One command: images a minute in its stream, seconds on the clock and of CPU an image, most memory in MB."""

    a_minute: float
    wall_s: float
    cpu_s: float
    memory_mb: float


def main() -> None:
    """Measure and print a table."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_feed(folder / "feed", options.pictures, options.pages)
        make_scanner(folder / "sane")
        if options.feed_again > 1:
            print("\n".join(_memory_of_long_book(folder, options)))
            return
        print(f"{options.pages} pages A4, 300 dpi, colour; medians of {options.repeat}\n")
        print("| program | images a minute | with the start | CPU s an image | memory MB |\n|---|---|---|---|---|")
        for label in ("scanpipe", "scanimage tiff", "scanimage png"):
            runs = [_measured(label, folder, options.pages, turn) for turn in range(options.repeat)]
            print(_row(label, runs, options.pages), flush=True)


def make_feed(feed: Path, pictures: Path, pages: int) -> None:
    """Write A4 pages as PPM, each with pixels of its own."""
    feed.mkdir()
    sources = sorted(path for path in pictures.iterdir() if path.suffix.lower() in PICTURES)[:12]
    drawn = [np.asarray(Image.open(path).convert("RGB").resize(A4_PX)) for path in sources]
    for number in range(pages):
        page = np.roll(drawn[number % len(drawn)], number // len(drawn), axis=1)
        header = f"P6\n{A4_PX[0]} {A4_PX[1]}\n255\n".encode()
        (feed / f"{number + 1:04}.ppm").write_bytes(header + page.tobytes())


def make_scanner(sane: Path) -> None:
    """Have libsane serve PNM files, and nothing else."""
    sane.mkdir()
    (sane / "dll.conf").write_text("pnm\n")
    os.environ["SANE_CONFIG_DIR"] = str(sane)


def _measured(label: str, folder: Path, pages: int, turn: int) -> Run:
    if label == "scanpipe":
        station = make_station(folder / f"station{turn}", folder / "feed", pages=pages)
        return measure([SCANPIPE, "--station", str(station), "capture", BOOK], pages)
    kind = label.split()[1]
    batch = folder / f"{kind}{turn}"
    batch.mkdir()
    page = folder / "feed" / "0001.ppm"
    # The backend gives one page a session, so scanimage's own --batch ends after the first.
    scan = f"scanimage -d pnm:0 --filename={page} --format={kind} >{batch}/$n.{kind} && echo page $n >&2"
    return measure(["sh", "-c", f"for n in $(seq {pages}); do {scan} || exit 1; done"], pages)


def make_station(station: Path, feed: Path, *, pages: int) -> Path:
    """Make a station with one book, whose scanner is the feed."""
    subprocess.run([SCANPIPE, "init", str(station)], check=True, capture_output=True)
    (station / "scanners" / "pnm.toml").write_text(f'match = "pnm:*"\ndpi = 300\nfeed = "{feed}"\n')
    settings = station / "station.toml"
    text = settings.read_text().replace('device = ""', 'device = "pnm:0"', 1)
    settings.write_text(
        text.replace("stop_after_bad = 3", "stop_after_bad = 0")
    )  # the pages come again, a little moved
    identity = ["KS", "--year", "2010", "--volume", "1", "--unit", "14758", "--pages", str(pages)]
    subprocess.run([SCANPIPE, "--station", str(station), "book", "add", *identity], check=True, capture_output=True)
    return station


def measure(command: list[str], pages: int) -> Run:
    """Run a command and follow the pages that it tells."""
    before, begin = _cpu_s(), time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        peaks, told = _followed(process)
    if process.returncode or len(told) != pages:
        sys.exit(f"{command[0]} ended with {process.returncode} after {len(told)} pages")
    return Run(
        a_minute=60 * (pages - 1) / (told[-1] - told[0]),
        wall_s=time.monotonic() - begin,
        cpu_s=(_cpu_s() - before) / pages,
        memory_mb=max(peaks) / 1e6,
    )


def _followed(process: "subprocess.Popen[str]") -> tuple[list[int], list[float]]:
    """Return the memory that it took at each page, in bytes, and when it told the page."""
    assert process.stderr
    peaks, told = [0], []
    for line in process.stderr:
        if line.startswith("page "):
            told.append(time.monotonic())
            peaks.append(_memory(process.pid))
    process.wait()
    return peaks, told


def _memory(pid: int) -> int:
    """Return the memory of a process in bytes, 0 for one that has ended (proc(5), statm)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def _memory_of_long_book(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Yield the memory of one command that captures the stack again and again, a line for each stack."""
    stack, pages = sorted((folder / "feed").iterdir()), options.pages * options.feed_again
    for number in range(options.pages, pages):
        (folder / "feed" / f"{number + 1:04}.ppm").hardlink_to(stack[number % len(stack)])
    station = make_station(folder / "long", folder / "feed", pages=pages)
    with subprocess.Popen(
        [SCANPIPE, "--station", str(station), "capture", BOOK],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        peaks, told = _followed(process)
    yield f"{len(told)} of {pages} pages told; memory in MB, the highest of each {options.pages} pages:"
    for first in range(1, len(peaks), options.pages):
        yield f"{first:5}: {max(peaks[first : first + options.pages]) / 1e6:.0f}"


def _row(label: str, runs: list[Run], pages: int) -> str:
    a_minute = statistics.median(run.a_minute for run in runs)
    whole = 60 * pages / statistics.median(run.wall_s for run in runs)
    cpu_s = statistics.median(run.cpu_s for run in runs)
    return f"| {label} | {a_minute:.0f} | {whole:.0f} | {cpu_s:.3f} | {max(run.memory_mb for run in runs):.0f} |"


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, default=ROOT / "samples", help="pictures to make pages of")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--feed-again", type=int, default=1, metavar="N", help="how often the stack is taken")
    return parser.parse_args()


if __name__ == "__main__":
    main()
