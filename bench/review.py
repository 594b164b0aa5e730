"""How long the next page takes after a key: `python -m bench.review [PAGES] [FOLDER]`, by default 300 pages.

Each page has A4 size at 300 dpi (2480 x 3508 pixels), drawn from the pictures of the folder, by default the samples.
Two times are told, in a Chromium window of 1366 x 768: from the key press to the next page being drawn, at once after
the book was opened and in the midst of it; and how many of 20 pages a minute were drawn in time in a scripted run of a
reviewer who accepts a page every three seconds, zooms into every fifth and holds the scan against every third.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from bench.live_view import WINDOW, pages
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.processing_spec import book_spec
from scanpipe.flows.station import JOURNAL, STORE, create_station, open_station
from scanpipe.model import Book, BookId, Placement, Word
from scanpipe.model import Page as BookPage
from scanpipe.ocr.words import encode_words
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_mask, encode_master
from scanpipe.review.site.server import ReviewServer
from scanpipe.state.journal import Journal, Value, json_text
from scanpipe.state.store import Store

BOOK, DPI = "KS.2010.01", 300.0
PAUSE_S = 3.0
SCRIPTED, QUICK = 40, 25
WORDS = 400


def make_book(folder: Path, count: int, scans: list[Raster]) -> None:
    """Make a station with a book whose pages are processed and wait; no two pictures are equal."""
    create_station(folder)
    journal, store = Journal(folder / JOURNAL, write=True), Store(folder / STORE)
    book = journal.add_book(
        Book(id=BookId(unit_code="14758", kind="KS", year=2010, volume=1), unit_name="Đông Thọ"), person="bench"
    )
    for number in range(1, count + 1):
        raster = scans[number % len(scans)]
        pixels = raster.pixels.copy()
        pixels[:8, :8] = number % 256, number // 256, 0
        add_capture(journal, store, book, number, raster.replace(pixels))
    journal.close()
    with open_station(folder, purpose="bench") as station:
        facts = book_facts(station, BOOK)
        spec = book_spec(station, facts.book)
        station.journal.add_recipe(spec.id, name=spec.name, body=spec.body)
        mask, words = station.store.put(mask_of(scans[0])), station.store.put(encode_words(list(words_of())))
        report = json_text({"size_px": [scans[0].width, scans[0].height], "score": {"overall": 80.0}})
        blobs = {"mask": mask, "words": words, "text_layer": words}
        made: dict[str, Value] = {"dpi": DPI, "confidence": 80.0, "flags": "[]", "report": report, "tools": "{}"}
        for state in facts.captured:
            key: dict[str, Value] = {"capture": state.facts.capture, "region": "", "recipe": state.recipe}
            station.journal.add_version(**key, image=state.facts.digest, **blobs, **made)


def add_capture(journal: Journal, store: Store, book: int, number: int, raster: Raster) -> None:
    """Store one scan."""
    page = BookPage.parse(str(number))
    journal.add_capture(
        book,
        [Placement(page=page)],
        sheet=journal.open_sheet(book, page, source="bench", operator="bench"),
        operator="bench",
        side="single",
        digest=store.put(encode_master(raster)),
        width=raster.width,
        height=raster.height,
        dpi=DPI,
        device="bench",
        flags="[]",
        checks="{}",
    )


def mask_of(raster: Raster) -> bytes:
    """Return a text mask of a picture."""
    ink = np.where(raster.pixels.min(axis=2) < 120, 0, 255).astype(np.uint8)
    return encode_mask(Raster(pixels=ink, dpi=DPI))


def words_of() -> Iterator[Word]:
    """Yield as many words as a page has."""
    for number in range(WORDS):
        row, column = divmod(number, 8)
        yield Word(
            text="đăng", left=200 + 260 * column, top=200 + 60 * row, width=220, height=40, confidence=80.0, line=row
        )


# Both run in the page: until another page was drawn than that, and how long after the key.
_WATCH = """() => {
  performance.clearMarks();
  addEventListener("keydown", () => performance.mark("pressed"), { capture: true, once: true });
}"""
_DRAWN = """(before) => new Promise((resolve) => {
  const look = () => {
    const drawn = performance.getEntriesByType("mark").find((mark) => mark.name.startsWith("drawn-"));
    if (!drawn || document.getElementById("title").textContent === before) return requestAnimationFrame(look);
    resolve(drawn.startTime - (performance.getEntriesByName("pressed")[0]?.startTime ?? 0));
  };
  look();
})"""


def drawn_after(page: Page, key: str) -> float:
    """Press a key; return after how many ms another page was drawn, by the clock of the browser."""
    before = page.locator("#title").inner_text()
    page.evaluate(_WATCH)
    page.keyboard.press(key)
    return float(page.evaluate(_DRAWN, before))


def reviewed(page: Page) -> tuple[list[float], float]:
    """Accept pages as a person would; return the times, and how many pages a minute that were."""
    times, begun = [], time.monotonic()
    for number in range(SCRIPTED):
        until = begun + number * PAUSE_S
        if number % 5 == 4:
            page.keyboard.press("z")
            page.wait_for_timeout(700)
            page.keyboard.press("0")
        if number % 3 == 2:
            page.keyboard.down("b")
            page.wait_for_timeout(400)
            page.keyboard.up("b")
        page.wait_for_timeout(max(0.0, 1000 * (until + PAUSE_S - time.monotonic())))
        times.append(drawn_after(page, " "))
    return times, 60 * SCRIPTED / (time.monotonic() - begun)


def told(name: str, times: list[float]) -> None:
    """Print one row."""
    print(f"| {name}, ms: median, worst | {statistics.median(times):.0f} | {max(times):.0f} |")


def main() -> None:
    """Print the times."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    scans = list(pages(Path(sys.argv[2] if len(sys.argv) > 2 else "samples")))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "station"
        make_book(folder, count, scans)
        review = ReviewServer(folder, person="reviewer")
        review.start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
        begun = time.monotonic()
        page.goto(f"{review.url}?book=1")
        page.keyboard.press("Enter")
        page.evaluate(_DRAWN, "")
        print(f"| first page of {count} after opening, s | {time.monotonic() - begun:.2f} | |")
        page.wait_for_timeout(1000 * PAUSE_S)
        times, pace = reviewed(page)
        told(f"next page, {pace:.1f} pages a minute", times)
        told("next page, as fast as pages are drawn", [drawn_after(page, "n") for _ in range(QUICK)])
        browser.close()
        review.stop()


if __name__ == "__main__":
    main()
