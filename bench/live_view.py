"""How long a page takes from its capture into the browser: `python -m bench.live_view [FOLDER]`.

Each picture of the folder, by default the samples, becomes a page of A4 size at 300 dpi (2480 x 3508 pixels), is stored
on a station of its own, and is published. The time ends when Chromium has drawn it: in a window of 1366 x 768 at the
width of the window. With it stand the CPU seconds of decoding and of making the JPEG.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
from playwright.sync_api import Page, sync_playwright

from scanpipe.flows.pictures.screen import Masters
from scanpipe.flows.station import JOURNAL, STORE, create_station
from scanpipe.model import Book, BookId, Placement
from scanpipe.model import Page as BookPage
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_master
from scanpipe.raster.files import read_frames
from scanpipe.review.live.view import LiveEvent, LiveView
from scanpipe.state.journal import Journal
from scanpipe.state.store import Store

WINDOW = {"width": 1366, "height": 768}
A4_PX = (2480, 3508)
PAUSE_S = 1.5  # as long as a page takes to scan; then nothing else is under way
NEEDED = 12


def pages(folder: Path) -> Iterator[Raster]:
    """Yield the pictures of a folder as A4 pages, again and again."""
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".jpg", ".png", ".tif", ".webp")]
    rasters = [next(iter(read_frames(path))).raster for path in found[:NEEDED]]
    for number in range(NEEDED):
        pixels = cv2.resize(rasters[number % len(rasters)].pixels, A4_PX, interpolation=cv2.INTER_CUBIC)
        pixels = pixels.copy()
        pixels[:8, :8] = number  # no two are equal
        yield Raster(pixels=pixels.astype("uint8"), dpi=300)


def stored(folder: Path, scans: Iterator[Raster]) -> Iterator[tuple[int, str]]:
    """Make a station and yield row and digest of each capture when it is kept."""
    create_station(folder)
    journal, store = Journal(folder / JOURNAL, write=True), Store(folder / STORE)
    book = journal.add_book(
        Book(id=BookId(unit_code="14758", kind="KS", year=2010, volume=1), unit_name="Đông Thọ"), person="bench"
    )
    for number, raster in enumerate(scans, 1):
        page = BookPage.parse(str(number))
        digest = store.put(encode_master(raster))
        yield (
            journal.add_capture(
                book,
                [Placement(page=page)],
                sheet=journal.open_sheet(book, page, source="bench", operator="bench"),
                operator="bench",
                side="single",
                digest=digest,
                width=raster.width,
                height=raster.height,
                dpi=raster.dpi,
                device="bench",
                flags="[]",
                checks="{}",
            ),
            digest,
        )
    journal.close()


def shown_at(page: Page, capture: int) -> float:
    """Return when a capture was drawn, by the clock of this computer."""
    mark = f"performance.getEntriesByName('shown-{capture}')[0]"
    while not page.evaluate(f"Boolean({mark})"):
        time.sleep(0.02)
    return float(page.evaluate(f"performance.timeOrigin + {mark}.startTime")) / 1000


def decoding_cpu_s(folder: Path, digest: str) -> tuple[float, float]:
    """Return the CPU seconds for a JPEG of the window's width, and those for one more when the pixels are there."""
    masters, begun = Masters(folder), time.thread_time()
    masters.jpeg(digest, dpi=300, width=WINDOW["width"])
    between = time.thread_time()
    masters.jpeg(digest, dpi=300, width=WINDOW["width"])
    return between - begun, time.thread_time() - between


def main() -> None:
    """Print the times of each page, and their medians."""
    scans = pages(Path(sys.argv[1] if len(sys.argv) > 1 else "samples"))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "station"
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page, view = browser.new_page(viewport=WINDOW), LiveView(folder)  # type: ignore[arg-type]
        waited, decoded = [], []
        for capture, digest in stored(folder, scans):
            if not view.url:
                view.start()
                page.goto(view.url)
            begun = time.time()
            view.publish(LiveEvent(book="KS.2010.01", capture=capture))
            waited.append(shown_at(page, capture) - begun)
            decoded.append(decoding_cpu_s(folder, digest))
            print(f"page {capture}: shown after {waited[-1]:.3f} s; CPU {decoded[-1][0]:.3f} s", file=sys.stderr)
            time.sleep(PAUSE_S)
        view.stop()
        browser.close()
    taken, all_cpu = waited[1:], [cpu for cpu, _again in decoded]
    again = statistics.median(again for _cpu, again in decoded)
    print(f"| published to drawn, s: median, worst | {statistics.median(taken):.3f} | {max(taken):.3f} |")
    print(f"| CPU s of decoding and encoding | {statistics.median(all_cpu):.3f} | {max(all_cpu):.3f} |")
    print(f"| CPU s of encoding alone | {again:.3f} | |")


if __name__ == "__main__":
    main()
