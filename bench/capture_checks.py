"""How often checks of captures are wrong: on good pages, and on pages that were spoiled on purpose.

    python -m bench.capture_checks FOLDER [FOLDER ...] [--sample 12] [--every 1] [--seed 0] [--mixed] [--save FOLDER]

Each folder counts as one book, its pages in the order of their names. All pages are checked as they are, beside those
before them; a flag on a page that is as it should be is a false alarm. Then so many pages of each folder are spoiled in
each way, and checked again. Of pages that are of no one book (--mixed), what only shows beside others is not counted,
but for a page that came twice. With --save, pictures of what was flagged wrongly or missed are written there.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from bench import spoiled
from scanpipe.capture.checks import CaptureChecks, check_capture, compare_capture
from scanpipe.raster import Raster
from scanpipe.raster.files import IMAGE_SUFFIXES, Reading, open_pages

_PREVIEW_PX = 900
_IN_ANY_BOOK, _ONE_BOOK = {"duplicate"}, {"wrong_size"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is counted: flags on good pages with their names, and for each way to spoil how many, caught, and missed."""

    good: list[str] = field(default_factory=list)
    alarms: dict[str, list[str]] = field(default_factory=dict)
    spoiled: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    missed: dict[str, list[str]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


def main() -> int:
    """Print both tables; 1 where there is no page."""
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description="Measure false alarms and misses of checks of captures.")
    parser.add_argument("folders", type=Path, nargs="+", help="folders of pictures, each taken for one book")
    parser.add_argument("--sample", type=int, default=12, help="pages of each folder that are spoiled (default: 12)")
    parser.add_argument("--every", type=int, default=1, help="take only each so manieth page (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="another number spoils them otherwise (default: 0)")
    parser.add_argument("--mixed", action="store_true", help="the pages are of no one book: their sizes differ")
    parser.add_argument(
        "--crops", action="store_true", help="the pictures are parts of pages: writing meets their edges"
    )
    parser.add_argument("--save", type=Path, help="a folder for pictures of what went wrong")
    options = parser.parse_args()
    tally = Tally()
    for folder in options.folders:
        _measure(folder, tally, options)
    _print(tally, crops=options.crops)
    return 0 if tally.good else 1


def _pages(folder: Path, every: int) -> Iterator[tuple[str, Raster]]:
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in IMAGE_SUFFIXES]
    for path in [path for path in files if ".gt." not in path.name][::every]:
        with open_pages(path, Reading()) as pages:
            for index in range(pages.count):
                yield f"{folder.name}/{path.name}#{index + 1}", pages.frame(index).raster


def _measure(folder: Path, tally: Tally, options: argparse.Namespace) -> None:
    book: list[CaptureChecks] = []
    names: list[str] = []
    for name, page in _pages(folder, options.every):
        begun = time.process_time()
        checks = check_capture(page)
        flags = _flags(checks, book, options)
        tally.seconds.append(time.process_time() - begun)
        tally.good.append(name)
        for flag in flags:
            tally.alarms.setdefault(flag, []).append(name)
            _save(options.save, f"good-{flag}", name, page)
        book.append(checks)
        names.append(name)
    step = max(1, len(names) // max(1, options.sample))
    chosen = set(names[step // 2 :: step][: options.sample])
    spoil = [(name, page) for name, page in _pages(folder, options.every) if name in chosen]
    for number, (name, page) in enumerate(spoil):
        _spoil(name, page, spoil[number - 1][1], book, tally, options)
    _spoil_in_series(spoil, tally)


def _flags(checks: CaptureChecks, book: Sequence[CaptureChecks], options: argparse.Namespace) -> set[str]:
    beside = compare_capture(checks, book)
    return {*checks.flags, *(flag for flag in beside if not options.mixed or flag in _IN_ANY_BOOK)}


def _spoil(
    name: str, page: Raster, other: Raster, book: Sequence[CaptureChecks], tally: Tally, options: argparse.Namespace
) -> None:
    rng = np.random.default_rng((options.seed, *map(ord, name)))
    for way, (make, expected) in spoiled.SINGLE.items():
        if options.mixed and expected <= _ONE_BOOK:
            continue
        for number, picture in enumerate(make(page, other, rng)):
            flags = _flags(check_capture(picture), book, options)
            _count(tally, way, name, caught=bool(flags & expected))
            if not flags & expected:
                _save(options.save, f"missed-{way.replace(' ', '-')}-{number}", name, picture)


def _spoil_in_series(pages: Sequence[tuple[str, Raster]], tally: Tally) -> None:
    """Spoil what only shows over many pages, which are taken again and again."""
    for way, (make, expected, first) in spoiled.SERIES.items():
        length = max(first + 3, len(pages)) if pages else 0
        series: list[CaptureChecks] = []
        for number in range(length):
            name, page = pages[number % len(pages)]
            checks = check_capture(make(page, number, length))
            if number >= first:
                _count(tally, way, name, caught=expected in compare_capture(checks, series))
            series.append(checks)


def _count(tally: Tally, way: str, name: str, *, caught: bool) -> None:
    tally.spoiled[way] += 1
    tally.caught[way] += caught
    if not caught:
        tally.missed.setdefault(way, []).append(name)


def _save(folder: Path | None, kind: str, name: str, page: Raster) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    scale = min(1.0, _PREVIEW_PX / max(page.width, page.height))
    small = cv2.resize(page.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(folder / f"{kind}-{name.replace('/', '-')}.jpg"), small[..., ::-1] if small.ndim == 3 else small)


def _print(tally: Tally, *, crops: bool) -> None:
    print(f"good pages: {len(tally.good)}, CPU ms a page {1000 * float(np.median(tally.seconds or [0])):.0f} (median)")
    print(f"{'flag on a good page':<24}{'pages':>6}  names")
    for flag, names in sorted(tally.alarms.items()):
        if not (crops and flag == "edge_cut"):
            print(f"{flag:<24}{len(names):>6}  {', '.join(names)}")
    print(f"\n{'spoiled':<24}{'pages':>6}{'caught':>8}  missed")
    for way, number in tally.spoiled.items():
        share = tally.caught[way] / number
        print(f"{way:<24}{number:>6}{share:>8.1%}  {', '.join(tally.missed.get(way, []))}")


if __name__ == "__main__":
    sys.exit(main())
