"""Draw the pictures of the review page in the QA guides and README.md: `python scripts/review_pictures.py FOLDER`.

The sample book is imported, processed and judged in part; further books are only told of, for the dashboard. Chromium
shows each view of `SHOWN` in both languages. With names, only those: `review_pictures.py FOLDER review-sheet`.
"""

import random
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scanpipe.flows import demo
from scanpipe.flows.book.books import BookDetails, add_book
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import JOURNAL, SETTINGS, Station, open_station
from scanpipe.messages import use_language
from scanpipe.model import Page as BookPage
from scanpipe.model import Part
from scanpipe.review.site.server import ReviewServer
from scanpipe.state.books import open_books
from scanpipe.state.journal import Journal, Value, json_text
from scanpipe.state.qa import LotPage, LotRow, add_lot
from scanpipe.vocabularies.reasons import POLICY

CHROMIUM = "/usr/bin/chromium"
SCREEN = {"width": 1366, "height": 768}
WIDTH, QUALITY = 960, 62
LANGUAGES = {"en": "", "vi": ".vi"}
PERSON = "Vũ Thu Hà"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A view: its address, what is there once it is drawn, the keys that are pressed then, and how high it is."""

    path: str
    ready: str
    keys: tuple[str, ...] = ()
    height: int = SCREEN["height"]


SHOWN = {
    "review-page": Shown(path="/books/1#3", ready="#page img", keys=("c", "c")),
    "review-sheet": Shown(path="/books/1/sheet", ready=".thumb img"),
    "review-dashboard": Shown(path="/dashboard", ready="svg.columns", height=1240),
}


def make_station(folder: Path) -> None:
    """Make a station with the sample book, of which a sample was drawn and judged in part, and other books."""
    with demo.demo_station(folder) as opened:
        station = replace(opened, person="Lê Thị Hoa")
        book = demo.open_sample_book(station)
        for events in (demo.import_samples(station, book), demo.process_all(station)):
            for _event in events:
                pass
    settings = folder / SETTINGS
    settings.write_text(settings.read_text(encoding="utf-8").replace('method = "off"', 'method = "share"'), "utf-8")
    with open_station(folder, purpose="review", person=PERSON) as station:
        (lot,) = plan_lots(station, book.id.label, seed="7")
        labels = [page.page.label for page in lot.waiting]
        accept(station, book.id.label, labels[:2])
        reject(station, book.id.label, labels[2:3], reason="skewed", rescan=True)
        tell_of_books(station)


def tell_of_books(station: Station, *, count: int = 24) -> None:
    """Write into the journal that other books were scanned in the last weeks, and what was said of their samples."""
    draw, now = random.Random(7), datetime.now(UTC)
    for place in range(count):
        details = BookDetails(pages=_pages(place), rule="pages:1")
        add_book(
            station, kind=("KS", "KT", "KH")[place % 3], year=1990 + place, volume=1, unit="14758", details=details
        )
    clock = [now]
    recipe = station.journal.db.execute("SELECT id FROM recipe").fetchone()["id"]
    journal = Journal(station.folder / JOURNAL, write=True, clock=lambda: clock[0])
    with journal.transaction():
        for place, row in enumerate(sorted(open_books(journal), key=lambda book: book.row)[-count:]):
            clock[0] = (now - timedelta(days=count - place)).replace(hour=1, minute=draw.randrange(60))
            told = _Told(journal=journal, clock=clock, draw=draw, book=row.row, recipe=recipe)
            told.tell(_pages(place) if place < count - 2 else _pages(place) // 2, done=place / count)
    journal.close()


def _pages(place: int) -> int:
    return 50 + 17 * place % 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Writes what happened to one book, page after page."""

    journal: Journal
    clock: list[datetime]
    draw: random.Random
    book: int
    recipe: str

    def tell(self, pages: int, *, done: float) -> None:
        """Write that so many pages were captured, and, the longer ago, processed, judged and delivered."""
        operator = self.draw.choice(("Lê Thị Hoa", "Trần Văn Nam", "Phạm Thị Lan"))
        device = self.draw.choice(("fujitsu:fi-7600", "plustek:A300"))
        placed = [self._capture(number, operator, device) for number in range(1, pages + 1)]
        if done < 0.85:
            versions = [self._version(capture) for _page, capture, _placement in placed]
        if done < 0.75:
            self._sample(placed, versions, operator, device, judged=done < 0.65)
        if done < 0.5:
            self._deliver()

    def _capture(self, number: int, operator: str, device: str) -> tuple[BookPage, int, int]:
        self.clock[0] += timedelta(seconds=self.draw.uniform(4, 14))
        page, journal = BookPage(part=Part.BODY, number=number), self.journal
        sheet = journal.append("sheet", book=self.book, page=page.label, source=device, operator=operator)
        facts: dict[str, Value] = {
            "digest": "0" * 64,
            "width": 2480,
            "height": 3508,
            "dpi": 300.0,
            "flags": "[]",
            "checks": "{}",
        }
        capture = journal.append("capture", sheet=sheet, side="single", device=device, **facts)
        journal.append("sheet_end", sheet=sheet, outcome="captured", detail="")
        where: dict[str, Value] = {"book": self.book, "page": page.label, "region": "", "person": operator}
        return page, capture, journal.append("placement", capture=capture, **where)

    def _version(self, capture: int) -> int:
        blobs = dict.fromkeys(("image", "mask", "words", "text_layer"), f"{capture:064}")
        facts: dict[str, Value] = {"dpi": 300.0, "confidence": 90.0, "flags": "[]", "report": "{}", "tools": "{}"}
        return self.journal.append("version", capture=capture, region="", recipe=self.recipe, **blobs, **facts)

    def _sample(
        self, placed: list[tuple[BookPage, int, int]], versions: list[int], operator: str, device: str, *, judged: bool
    ) -> None:
        drawn = set(self.draw.sample(range(len(placed)), len(placed) * 3 // 10))
        lot_pages = tuple(
            LotPage(page=page, shown=(capture, ""), chosen="random" if place in drawn else "", twice=False)
            for place, (page, capture, _placement) in enumerate(placed)
        )
        terms = {"aql": 1.0, "share": 0.3}
        who = {"operator": operator, "device": device, "person": "night"}
        add_lot(
            self.journal,
            LotRow(
                row=0, book=self.book, seed="7", method="share", terms=terms, accept=1, at="", pages=lot_pages, **who
            ),
        )
        for place, (_page, _capture, placement) in enumerate(placed if judged else ()):
            self.clock[0] += timedelta(seconds=3)
            said = {"placement": placement, "version": versions[place], "recipe": None, "ticket": ""}
            if place in drawn and self.draw.random() < 0.03:
                reason = self.draw.choice(("blurred", "cut-off", "skewed"))
                self.journal.append("verdict", decision="reject", reason=reason, person=PERSON, **said)
            person = PERSON if place in drawn else POLICY
            self.journal.append("verdict", decision="accept", reason="", person=person, **said)

    def _deliver(self) -> None:
        read = {f"newest_{table}": self.journal.newest(table) for table in ("verdict", "statement", "placement")}
        folder = {"zip_digest": "", "folder": "", "members": json_text({}), "person": PERSON}
        self.journal.append("delivery", book=self.book, revision=1, **folder, **read)


def draw(browser: Browser, station: Path, folder: Path, names: list[str]) -> None:
    """Write a picture of each view in each language."""
    for language, ending in LANGUAGES.items():
        use_language(language)
        review = ReviewServer(station, person=PERSON)
        review.start()
        page = browser.new_page(viewport=SCREEN)  # type: ignore[arg-type]
        page.goto(review.url)
        page.keyboard.press("Enter")
        page.locator("#who").wait_for(state="hidden")
        for name in names:
            picture(page, review.url.rsplit("/", 2)[0], SHOWN[name], folder / f"{name}{ending}.jpg")
        page.close()
        review.stop()


def picture(page: Page, base: str, shown: Shown, target: Path) -> None:
    """Write a picture of one view."""
    page.set_viewport_size({**SCREEN, "height": shown.height})  # type: ignore[typeddict-item]
    page.goto(base + shown.path)
    page.locator(shown.ready).first.wait_for()
    for key in shown.keys:
        page.keyboard.press(key)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    with tempfile.NamedTemporaryFile(suffix=".png") as scratch:
        page.screenshot(path=scratch.name)
        with Image.open(scratch.name) as whole:
            small = whole.convert("RGB").resize((WIDTH, WIDTH * whole.height // whole.width), Image.Resampling.LANCZOS)
    small.save(target, quality=QUALITY, optimize=True, progressive=True)


def main(folder: Path, names: list[str]) -> None:
    """Write the pictures into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        station = Path(scratch) / "station"
        make_station(station)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        draw(browser, station, folder, names)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(SHOWN))
